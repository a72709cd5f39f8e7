//! Machines that were revoked and accounts that were disabled: what they may still hand
//! in, and what they say they have erased (cases W04 and D04).

use ed25519_dalek::Signer as _;
use jiff::SignedDuration;
use lutrin_central::db::Outcome;
use lutrin_central::db::Standing;
use lutrin_central::reviewers::set_standing;
use lutrin_domain::decision::{Signature, Stamped};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::SlotState;
use lutrin_domain::id::{DeviceId, DossierId, SlotKey};
use lutrin_domain::refusal::Refusal;
use lutrin_protocol::endpoint;
use lutrin_protocol::journal::JournalResponse;
use lutrin_protocol::lease::LeaseTerms;
use lutrin_protocol::problem::ProblemCode;
use lutrin_protocol::proof::{PROOF_HEADER, Proof, signed_bytes};
use lutrin_protocol::receipts::{Erasure, RECEIPTS, Receipt, ReceiptsRequest, digest_of};
use lutrin_protocol::session::SessionResponse;
use reqwest::{Method, Response, StatusCode};
use uuid::Uuid;

use crate::journals::{journal, made};
use crate::support::*;

fn proof(device: &Device<'_>, path: &str, body: &[u8]) -> Proof {
    let sha256 = Digest::of(body);
    let signature = device.key.sign(&signed_bytes(path, device.id, sha256));
    Proof { device: device.id, sha256, signature: Signature(signature.to_bytes()) }
}

async fn send(world: &World, method: Method, path: &str, proof: &Proof, body: Vec<u8>) -> Response {
    let shown = serde_json::to_string(proof).unwrap();
    world.request(method, path).header(PROOF_HEADER, shown).body(body).send().await.unwrap()
}

async fn hand_in(device: &Device<'_>, body: Vec<u8>) -> Response {
    let path = endpoint::journal(device.id);
    send(device.world, Method::PUT, &path, &proof(device, &path, &body), body).await
}

async fn revoke(world: &World, device: DeviceId) {
    let trace = world.data().command_trace();
    assert!(world.data().db.revoke_device(device, &trace).await.unwrap());
}

fn made_at(device: &Device<'_>, mut stamped: Stamped, at: &str) -> Stamped {
    stamped.made_at = at.parse().unwrap();
    device.sign(&mut stamped);
    stamped
}

fn receipt(number: u128) -> Receipt {
    Receipt {
        id: Uuid::from_u128(number),
        cause: Erasure::DeviceRevoked,
        dossiers: 2,
        files: 7,
        decisions: 1,
        digest: digest_of([DossierId(Uuid::from_u128(1))]),
        at: "2026-11-21T09:00:00Z".parse().unwrap(),
    }
}

#[tokio::test]
async fn a_contact_says_how_long_a_copy_may_be_read() {
    let world = World::start_with(|settings| lutrin_central::service::Settings {
        lease_days: Some(3),
        ..settings
    })
    .await;
    let terms =
        |until: &str| Some(LeaseTerms { until: until.parse().unwrap(), retention_days: 15 });
    let nadia = world.device("nadia").await;
    assert_eq!(nadia.session().lease, terms("2026-11-24T09:00:00Z"));
    world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(nadia.changes(None).await.lease, terms("2026-11-24T09:01:00Z"));
    let renewed: SessionResponse =
        refresh(&world, &nadia.session().refresh_token).await.json().await.unwrap();
    assert_eq!(renewed.lease, terms("2026-11-24T09:01:00Z"));
    // It is kept, and entered in the journal once.
    let kept = world.data().db.state().await.unwrap().lending;
    assert_eq!((kept.lease_days, kept.retention_days), (3, 15));
    let entries = world.data().db.journal(0, 100).await.unwrap();
    let told = entries.iter().filter(|kept| kept.entry.action == "lending");
    assert_eq!(told.map(|kept| kept.entry.outcome.as_str()).collect::<Vec<_>>(), ["3 15"]);
}

#[tokio::test]
async fn a_revoked_machine_hands_in_what_it_decided_before_and_nothing_later_counts() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let before = made_at(&nadia, nadia.accept(&dossier, "cv"), "2026-11-21T08:59:59Z");
    let after = made_at(&nadia, nadia.accept(&dossier, SLOT), "2026-11-21T09:00:00Z");
    revoke(&world, nadia.id).await;
    assert_eq!(code(nadia.get(endpoint::CHANGES).await).await, ProblemCode::DeviceRevoked);
    let file = journal(&world, &[made(&before), made(&after)]);
    let taken: JournalResponse = hand_in(&nadia, file.clone()).await.json().await.unwrap();
    let expected =
        JournalResponse { records: 2, applied: 1, refused: 1, ..JournalResponse::default() };
    assert_eq!(taken, expected);
    let state = |held: &lutrin_domain::dossier::Dossier, slot: &str| {
        held.slot(&SlotKey::new(slot)).unwrap().state()
    };
    let held = world.held(dossier.id).await;
    assert_eq!(
        (state(&held, "cv"), state(&held, SLOT)),
        (SlotState::Accepted, SlotState::Deposited)
    );
    let kept = world.data().db.decisions(None).await.unwrap();
    let refused = kept.iter().find(|kept| kept.stamped.decision.id() == after.decision.id());
    assert_eq!(refused.unwrap().outcome, Outcome::Refused(Refusal::ShutOut));
    // Again, it changes nothing.
    let again: JournalResponse = hand_in(&nadia, file).await.json().await.unwrap();
    assert_eq!((again.applied, again.known, again.refused), (0, 1, 1));
}

#[tokio::test]
async fn what_was_made_after_an_account_was_disabled_has_no_effect() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let before = made_at(&nadia, nadia.accept(&dossier, "cv"), "2026-11-21T08:00:00Z");
    let after = made_at(&nadia, nadia.accept(&dossier, SLOT), "2026-11-21T10:00:00Z");
    set_standing(world.data(), "nadia", Standing::Disabled).await.unwrap();
    let file = journal(&world, &[made(&before), made(&after)]);
    let taken: JournalResponse = hand_in(&nadia, file).await.json().await.unwrap();
    assert_eq!((taken.applied, taken.refused), (1, 1));
}

#[tokio::test]
async fn a_proof_opens_one_address_for_one_body_of_one_machine() {
    let world = World::start().await;
    let (nadia, paul) = (world.device("nadia").await, world.device("paul").await);
    revoke(&world, nadia.id).await;
    let path = endpoint::journal(nadia.id);
    let good = proof(&nadia, &path, b"");
    let refused = async |method: Method, path: &str, proof: &Proof, body: &[u8]| {
        code(send(&world, method, path, proof, body.to_vec()).await).await
    };
    let put = Method::PUT;
    let denied = ProblemCode::Unauthenticated;
    // Another body, another address, another machine's key, nobody's machine.
    assert_eq!(refused(put.clone(), &path, &good, b"x").await, ProblemCode::DigestMismatch);
    assert_eq!(refused(Method::POST, endpoint::RECEIPTS, &good, b"").await, denied);
    let others = Proof { device: paul.id, ..good.clone() };
    assert_eq!(refused(put.clone(), &path, &others, b"").await, denied);
    let nobody = Proof { device: DeviceId(Uuid::nil()), ..good.clone() };
    assert_eq!(refused(put.clone(), &path, &nobody, b"").await, denied);
    // A machine's own proof on another's journal.
    let elsewhere = proof(&paul, &path, b"");
    assert_eq!(refused(put.clone(), &path, &elsewhere, b"").await, ProblemCode::NotFound);
    // And nothing that asks for a session takes it.
    for path in [endpoint::CHANGES, endpoint::JURIES, endpoint::CARRIED] {
        let shown = proof(&paul, path, b"");
        assert_eq!(refused(Method::GET, path, &shown, b"").await, denied);
    }
    assert_eq!(send(&world, put, &path, &good, Vec::new()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_was_erased_is_entered_once_and_names_nobody() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let told = ReceiptsRequest { receipts: vec![receipt(1), receipt(2)] };
    let in_session = nadia.request(Method::POST, endpoint::RECEIPTS).json(&told);
    assert_eq!(in_session.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    revoke(&world, nadia.id).await;
    let body = serde_json::to_vec(&ReceiptsRequest { receipts: vec![receipt(2), receipt(3)] });
    let body = body.unwrap();
    let shown = proof(&nadia, endpoint::RECEIPTS, &body);
    for _ in 0..2 {
        let sent = send(&world, Method::POST, endpoint::RECEIPTS, &shown, body.clone()).await;
        assert_eq!(sent.status(), StatusCode::NO_CONTENT);
    }
    let entries = world.data().db.journal(0, 100).await.unwrap();
    let erased: Vec<_> = entries.iter().filter(|kept| kept.entry.action == "erased").collect();
    assert_eq!(erased.len(), 3, "each once");
    for kept in erased {
        assert_eq!(kept.entry.outcome, "device_revoked 2 7 1");
        assert_eq!(kept.entry.device, Some(nadia.id.to_string()));
    }
    let many = ReceiptsRequest { receipts: vec![receipt(4); RECEIPTS + 1] };
    let body = serde_json::to_vec(&many).unwrap();
    let shown = proof(&nadia, endpoint::RECEIPTS, &body);
    let sent = send(&world, Method::POST, endpoint::RECEIPTS, &shown, body).await;
    assert_eq!(code(sent).await, ProblemCode::TooLarge);
}
