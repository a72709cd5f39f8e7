//! Sealed journals of laptops, when all else there is lost.

use lutrin_central::journal_import::{Machines, drafts, import_journals};
use lutrin_domain::decision::{Signature, Stamped};
use lutrin_domain::dossier::{Dossier, SlotState};
use lutrin_domain::id::{DecisionId, DeviceId, SlotKey};
use lutrin_protocol::endpoint;
use lutrin_protocol::journal::{JournalResponse, Record, write_frame};
use lutrin_protocol::limits::JOURNAL_BYTES;
use lutrin_protocol::problem::ProblemCode;
use lutrin_protocol::push::PushOutcome;
use reqwest::{Method, Response, StatusCode};
use uuid::Uuid;

use crate::support::*;

/// A journal as a laptop writes it, sealed to the service.
pub fn journal(world: &World, records: &[Record]) -> Vec<u8> {
    let recipient: age::x25519::Recipient = world.data().journal_recipient.parse().unwrap();
    let frame = |record: &Record| {
        let sealed = age::encrypt(&recipient, &serde_json::to_vec(record).unwrap()).unwrap();
        write_frame(record.decision(), &sealed).unwrap()
    };
    records.iter().flat_map(frame).collect()
}

pub fn made(stamped: &Stamped) -> Record {
    Record::Decision { stamped: Box::new(stamped.clone()), recorded_at: stamped.made_at }
}

fn withdrawn(decision: DecisionId) -> Record {
    Record::Withdrawn { decision, at: "2026-11-20T19:00:00Z".parse().unwrap() }
}

fn draft(dossier: &Dossier, text: &str) -> Record {
    let saved_at = "2026-11-20T19:00:00Z".parse().unwrap();
    Record::Draft { dossier: dossier.id, key: "opinion".into(), text: text.into(), saved_at }
}

async fn put(device: &Device<'_>, of: DeviceId, journal: Vec<u8>) -> Response {
    device.request(Method::PUT, &endpoint::journal(of)).body(journal).send().await.unwrap()
}

async fn state(world: &World, dossier: &Dossier, slot: &str) -> SlotState {
    world.held(dossier.id).await.slot(&SlotKey::new(slot)).unwrap().state()
}

#[tokio::test]
async fn the_journal_alone_gives_the_service_every_signed_decision() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let lost = world.device("nadia").await;
    let [known, first, second] =
        [lost.accept(&dossier, "cv"), lost.accept(&dossier, SLOT), lost.accept(&dossier, SLOT)];
    lost.push(std::slice::from_ref(&known)).await;
    let mut forged = lost.accept(&dossier, SLOT);
    forged.signature = Signature([1; 64]);
    let records = [
        made(&known),
        made(&first),
        made(&second),
        made(&first),
        withdrawn(second.decision.id()),
        made(&forged),
        draft(&dossier, "avis"),
    ];
    let mut file = journal(&world, &records);
    file.extend([7; 40]);
    // The same person on a new machine, which has another key.
    let nadia = world.device("nadia").await;
    let taken: JournalResponse = put(&nadia, lost.id, file.clone()).await.json().await.unwrap();
    let expected = JournalResponse {
        records: 7,
        applied: 1,
        known: 2,
        refused: 0,
        withdrawn: 1,
        drafts: 1,
        unverified: 1,
        unreadable: 0,
    };
    assert_eq!(taken, expected);
    assert_eq!(state(&world, &dossier, SLOT).await, SlotState::Accepted);
    let again: JournalResponse = put(&nadia, lost.id, file).await.json().await.unwrap();
    assert_eq!(again, JournalResponse { applied: 0, known: 3, ..expected });
    let applied = world.held(dossier.id).await.applied.len();
    assert_eq!(applied, 2, "once each");
    // Nothing occupies the identifier of the one that was not signed.
    lost.sign(&mut forged);
    let outcome = lost.push(&[forged]).await;
    assert!(matches!(outcome.as_slice(), [PushOutcome::Applied { .. }]), "{outcome:?}");
}

#[tokio::test]
async fn what_was_withdrawn_in_one_file_is_not_brought_back_by_another() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let [one, two] = [nadia.accept(&dossier, SLOT), nadia.accept(&dossier, "cv")];
    let data = world.other_data().await;
    let trace = data.command_trace();
    // The withdrawal in the second file, read together.
    let files = vec![
        journal(&world, &[made(&one)]),
        journal(&world, &[withdrawn(one.decision.id()), withdrawn(two.decision.id())]),
    ];
    let taken = import_journals(&data, files, Machines::InUse, &trace).await.unwrap();
    assert_eq!((taken.applied, taken.withdrawn), (0, 1));
    // And in a file read before.
    let later = vec![journal(&world, &[made(&two)])];
    let taken = import_journals(&data, later, Machines::InUse, &trace).await.unwrap();
    assert_eq!((taken.applied, taken.withdrawn), (0, 1));
    assert_eq!(state(&world, &dossier, SLOT).await, SlotState::Deposited);
    assert!(data.db.decisions(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_revoked_machine_is_believed_only_when_somebody_says_so() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let stolen = world.device("nadia").await;
    let nadia = world.device("nadia").await;
    let file = journal(&world, &[made(&stolen.accept(&dossier, SLOT))]);
    let data = world.other_data().await;
    let trace = data.command_trace();
    data.db.revoke_device(stolen.id, &trace).await.unwrap();
    let refused = put(&nadia, stolen.id, file.clone()).await;
    assert_eq!(code(refused).await, ProblemCode::DeviceRevoked);
    let files = vec![file];
    let taken = import_journals(&data, files.clone(), Machines::InUse, &trace).await.unwrap();
    assert_eq!((taken.applied, taken.unverified), (0, 1));
    let taken = import_journals(&data, files, Machines::RevokedToo, &trace).await.unwrap();
    assert_eq!(taken.applied, 1);
}

#[tokio::test]
async fn a_session_brings_the_journal_of_ones_own_machine_only() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let [nadia, paul] = [world.device("nadia").await, world.device("paul").await];
    let file = journal(&world, &[made(&nadia.accept(&dossier, SLOT)), draft(&dossier, "avis")]);
    for of in [nadia.id, DeviceId(Uuid::from_u128(404))] {
        assert_eq!(code(put(&paul, of, file.clone()).await).await, ProblemCode::NotFound);
    }
    // Under the name of his own machine, nothing of hers is taken or shown.
    let taken = put(&paul, paul.id, file).await.text().await.unwrap();
    assert!(!taken.contains("avis"));
    let taken: JournalResponse = serde_json::from_str(&taken).unwrap();
    assert_eq!((taken.applied, taken.unverified, taken.drafts), (0, 1, 1));
}

#[tokio::test]
async fn what_is_no_journal_or_sealed_to_another_is_counted_and_too_large_refused() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let other = World::start().await;
    let file = journal(&other, &[made(&nadia.accept(&dossier, SLOT))]);
    let taken: JournalResponse = put(&nadia, nadia.id, file).await.json().await.unwrap();
    assert_eq!((taken.records, taken.unreadable, taken.applied), (1, 1, 0));
    for nothing in [vec![], b"no journal".to_vec()] {
        let taken: JournalResponse = put(&nadia, nadia.id, nothing).await.json().await.unwrap();
        assert_eq!(taken, JournalResponse::default());
    }
    let large = put(&nadia, nadia.id, vec![0; JOURNAL_BYTES + 1]).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    // What came is kept as it came.
    let kept = std::fs::read_dir(world.folder.path().join("journals")).unwrap().count();
    assert_eq!(kept, 3);
}

#[tokio::test]
async fn the_newest_version_of_a_draft_is_given_to_whoever_runs_the_service() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let file = journal(&world, &[draft(&dossier, "un"), draft(&dossier, "deux")]);
    let texts: Vec<_> = drafts(world.data(), &file).into_iter().map(|draft| draft.text).collect();
    assert_eq!(texts, ["deux"]);
}
