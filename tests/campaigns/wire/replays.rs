//! C7: pushes come twice to five times, in other pieces, in another order between
//! subjects, and their answers are not heard. The service ends as one that got each
//! decision once, in order.

use std::collections::BTreeMap;

use ed25519_dalek::{Signer as _, SigningKey};
use jiff::Timestamp;
use lutrin_central::db::Outcome;
use lutrin_domain::decision::{Act, Decision, Signature, Stamped, Verdict, VerdictOutcome};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DeviceId, DossierId, ReviewerId};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Role;
use lutrin_domain::subject::Subject;
use lutrin_protocol::endpoint;
use lutrin_protocol::push::{PushOutcome, PushRequest};
use lutrin_protocol::session::{Secret, SessionResponse, SignInRequest};
use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::service::{NADIA, PASSWORD, TestService};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use super::acts::{applied_in_journal, drawn};
use super::dossiers::dnf_dossier;
use crate::extent::Extent;

const SHORT: u64 = 200;
/// How many batches meet on one dossier.
const TOGETHER: u64 = 5;
/// How many batches a session is used for: its access token works for five minutes.
const SESSION: u64 = 100;

#[derive(Default)]
struct Counts {
    decisions: u64,
    refused: u64,
    requests: u64,
    abandoned: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn c7_what_is_pushed_again_and_otherwise_has_its_effect_once() {
    let extent = Extent::asked(SHORT);
    let mut once = TestService::start_unhurried().await;
    let often = once.twin().await;
    let mut device = Device::sign_in(&once, &often).await;
    let mut counts = Counts::default();
    let mut on: Option<DossierId> = None;
    for run in extent.from..extent.from + extent.count {
        let name = format!("replays, seed {} from {run}", extent.seed);
        let mut dice = Dice::of(extent.seed, run);
        if run % SESSION == 0 {
            device = Device::sign_in(&once, &often).await;
        }
        let dossier = match on.filter(|_| run % TOGETHER != 0) {
            Some(dossier) => dossier,
            None => taken_in(&once, &often, run).await,
        };
        on = Some(dossier);
        let batch = device.batch(&mut dice, &once.held(dossier).await);
        let expected = device.push(&device.once, &batch).await;
        let told = again_and_again(&mut device, &mut dice, &batch, &mut counts).await;
        assert_eq!(told, expected, "{name}: what is told");
        assert_eq!(held(&often, dossier).await, held(&once, dossier).await, "{name}: the state");
        counts.decisions += batch.len() as u64;
        counts.refused += expected.values().filter(|refusal| refusal.is_some()).count() as u64;
    }
    let (once, often) = (applied_in_journal(&once).await, applied_in_journal(&often).await);
    assert!(often.values().all(|times| *times == 1), "an effect is entered once");
    assert_eq!(once, often, "the same effects are entered");
    let counts = [
        ("decisions", counts.decisions),
        ("of them refused", counts.refused),
        ("requests", counts.requests),
        ("nobody heard the answer of", counts.abandoned),
    ];
    extent.report("replays", &counts);
}

async fn taken_in(once: &TestService, often: &TestService, run: u64) -> DossierId {
    let reference = format!("D3-2026-{run:06}");
    let dossier = dnf_dossier(once, &reference).await;
    assert_eq!(dnf_dossier(often, &reference).await, dossier, "twins name alike");
    dossier
}

/// Pushes the batch in pieces, several times and in another order between subjects; then
/// once more to hear what became of it.
async fn again_and_again(
    device: &mut Device,
    dice: &mut Dice,
    batch: &[Stamped],
    counts: &mut Counts,
) -> BTreeMap<DecisionId, Option<Refusal>> {
    let order = reordered(dice, batch);
    let times = 1 + dice.below(4);
    let mut from = 0;
    while from < order.len() {
        let to = (from + 1 + dice.index(4)).min(order.len());
        // What was sent before may come again with it.
        let first = if dice.chance(30) { dice.index(from + 1) } else { from };
        let piece = &order[first..to];
        for _ in 0..times {
            counts.requests += 1;
            match dice.below(3) {
                // Whoever was not answered sends the same again.
                0 => {
                    device.abandon(piece).await;
                    counts.abandoned += 1;
                }
                1 => {
                    counts.requests += 1;
                    tokio::join!(
                        device.push(&device.often, piece),
                        device.push(&device.often, piece)
                    );
                }
                _ => drop(device.push(&device.often, piece).await),
            }
        }
        device.push(&device.often, piece).await;
        counts.requests += 1;
        from = to;
    }
    device.push(&device.often, batch).await
}

/// Another order, in which those of one subject stay in theirs.
fn reordered(dice: &mut Dice, batch: &[Stamped]) -> Vec<Stamped> {
    let mut places: Vec<_> = batch.iter().map(|one| one.decision.subject().key()).collect();
    dice.shuffle(&mut places);
    let mut waiting = batch.to_vec();
    let mut order = Vec::with_capacity(batch.len());
    for subject in places {
        let next = waiting.iter().position(|one| one.decision.subject().key() == subject);
        order.push(waiting.remove(next.unwrap()));
    }
    order
}

/// What a service holds of a dossier, without its places in the feed.
async fn held(
    service: &TestService,
    dossier: DossierId,
) -> (Dossier, BTreeMap<DecisionId, (Digest, Option<Refusal>)>) {
    let kept = service.data().db.decisions(Some(dossier)).await.unwrap();
    let decisions = kept.into_iter().map(|kept| {
        let refusal = match kept.outcome {
            Outcome::Applied { .. } => None,
            Outcome::Refused(refusal) => Some(refusal),
        };
        let decision = kept.stamped.decision;
        (decision.id(), (decision.digest(), refusal))
    });
    (service.held(dossier).await, decisions.collect())
}

/// One machine, known to both services.
struct Device {
    id: DeviceId,
    key: SigningKey,
    reviewer: ReviewerId,
    once: Access,
    often: Access,
}

struct Access {
    client: Client,
    token: Secret,
}

impl Device {
    async fn sign_in(once: &TestService, often: &TestService) -> Self {
        let id = DeviceId(Uuid::now_v7());
        let key = SigningKey::from_bytes(&[7; 32]);
        let (once, session) = open(once, id, &key).await;
        let (often, _) = open(often, id, &key).await;
        Self { id, key, reviewer: session.reviewer.id, once, often }
    }

    /// Decisions on what is held: most build on the one before, some on none and some
    /// could not be applied in any case.
    fn batch(&self, dice: &mut Dice, held: &Dossier) -> Vec<Stamped> {
        let mut heads: BTreeMap<String, DecisionId> = held.heads.clone();
        let mut batch = Vec::new();
        for _ in 0..1 + dice.below(12) {
            let (subject, mut act) = drawn(dice, held);
            if dice.chance(8) && matches!(act, Act::SettlePiece(_)) {
                // Without a reason.
                let outcome = VerdictOutcome::Rejected;
                let reasons = Vec::new();
                act = Act::SettlePiece(Verdict {
                    outcome,
                    reasons,
                    comment: None,
                    citations: vec![],
                });
            }
            let head = heads.get(&subject.key()).copied().filter(|_| !dice.chance(10));
            let stamped = self.stamp(subject, head, act);
            heads.insert(stamped.decision.subject().key(), stamped.decision.id());
            batch.push(stamped);
        }
        batch
    }

    fn stamp(&self, subject: Subject, based_on: Option<DecisionId>, act: Act) -> Stamped {
        let decision = Decision::make(DecisionId(Uuid::now_v7()), subject, based_on, act).unwrap();
        let mut stamped = Stamped {
            decision,
            author: self.reviewer,
            role: Role::NationalLead,
            center: None,
            device: self.id,
            made_at: Timestamp::now(),
            received_at: None,
            signature: Signature([0; 64]),
        };
        stamped.signature = Signature(self.key.sign(&stamped.signed_bytes()).to_bytes());
        stamped
    }

    /// Pushes, and gives what is said of each: nothing, or why it has no effect.
    async fn push(
        &self,
        to: &Access,
        decisions: &[Stamped],
    ) -> BTreeMap<DecisionId, Option<Refusal>> {
        let request = PushRequest { decisions: decisions.to_vec() };
        let response = to.client.push(&to.token, &request).await.unwrap();
        let results = response.results.into_iter().map(|result| {
            let refusal = match result.outcome {
                PushOutcome::Applied { .. } | PushOutcome::Duplicate { .. } => None,
                PushOutcome::Refused { refusal, .. } => Some(refusal),
            };
            (result.id, refusal)
        });
        results.collect()
    }

    /// Sends a push and goes away before the answer.
    async fn abandon(&self, decisions: &[Stamped]) {
        let body = serde_json::to_vec(&PushRequest { decisions: decisions.to_vec() }).unwrap();
        let address = self.often.client.address().as_str();
        let host = address.trim_start_matches("http://").trim_end_matches('/');
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {host}\r\nlutrin-protocol: 1\r\n\
             authorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            endpoint::DECISIONS,
            self.often.token.expose(),
            body.len()
        );
        let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body).await.unwrap();
    }
}

async fn open(
    service: &TestService,
    device: DeviceId,
    key: &SigningKey,
) -> (Access, SessionResponse) {
    let client = Client::new(ServiceAddress::parse(&service.url()).unwrap()).unwrap();
    let hex = key.verifying_key().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let request = SignInRequest {
        login: NADIA.to_owned(),
        password: Secret(PASSWORD.to_owned()),
        device,
        device_name: "poste d'essai".to_owned(),
        device_key: hex,
    };
    let session = client.sign_in(&request).await.unwrap();
    (Access { client, token: session.access_token.clone() }, session)
}
