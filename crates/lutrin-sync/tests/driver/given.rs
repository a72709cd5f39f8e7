//! A machine with a dossier, and the usual answers of a service.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lutrin_domain::decision::{Act, Decision, Signature, SlotSettlement, Stamped};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Dossier, Learner, Part, Request, Requirement};
use lutrin_domain::id::*;
use lutrin_domain::intake::{Intake, IntakeFile, IntakeSlot, open_dossier};
use lutrin_domain::reviewer::{Reviewer, Role, Scope};
use lutrin_domain::subject::Subject;
use lutrin_protocol::about::{About, PROTOCOL, SERVICE_NAME};
use lutrin_protocol::session::{Secret, SessionResponse};
use lutrin_store::journal::JournalIdentity;
use lutrin_store::{
    CarryChoice, DeviceKey, NewProfile, OutboxState, Profile, RefreshToken, RootKey, Store,
};
use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_sync::driver::{Exchange, Given, Notice};
use lutrin_sync::progress::Progress;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::scripted::{Asked, Reply, Scripted};

/// A secret of tests: it opens nothing but the journals made here.
const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";

/// Two lives of the service.
pub const FIRST: Uuid = Uuid::from_u128(0xa1);
pub const RESTORED: Uuid = Uuid::from_u128(0xa2);

fn recipient() -> lutrin_store::JournalRecipient {
    IDENTITY.parse::<JournalIdentity>().unwrap().recipient()
}

fn reviewer() -> Reviewer {
    Reviewer {
        id: ReviewerId(Uuid::from_u128(2)),
        name: "Camille Fictive".into(),
        roles: vec![Role::DnfReviewer],
        scope: Scope::Everywhere,
    }
}

fn at() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

/// A machine that carries one dossier and exchanges with a service.
pub struct Machine {
    pub store: Store,
    pub exchange: Exchange,
    pub folder: TempDir,
    /// Held, as the window holds it.
    notices: mpsc::UnboundedReceiver<Notice>,
}

impl Machine {
    /// Prepares the store, then starts exchanging.
    pub async fn new(service: &Scripted, decisions: &[(u128, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let profile = Profile {
            service: service.url(),
            reviewer: reviewer(),
            device: DeviceId(Uuid::from_u128(3)),
        };
        let profile = NewProfile {
            profile,
            device_key: DeviceKey::new([9; 32]),
            journal_recipient: recipient(),
        };
        let store = Store::create(folder.path(), &RootKey::new([7; 32]), &profile).await.unwrap();
        store.set_refresh_token(Some(RefreshToken::new("r"))).await.unwrap();
        store.put_snapshot(10, &dossier()).await.unwrap();
        let choice = CarryChoice { dossiers: vec![dossier().id], ..CarryChoice::default() };
        let chosen = choice.clone();
        store.carry(|choice| *choice = chosen).await.unwrap();
        store.carry_is_known(&choice).await.unwrap();
        for (number, slot) in decisions {
            store.record_decision(&decision(*number, slot), at()).await.unwrap();
        }
        let (exchange, notices) = exchanging(&store, service).await;
        Self { store, exchange, folder, notices }
    }

    /// Stops exchanging and starts again, as the program does.
    pub async fn start_again(&mut self, service: &Scripted) {
        (self.exchange, self.notices) = exchanging(&self.store, service).await;
    }

    /// Waits until the exchange shows this.
    pub async fn shows(&self, what: &str, condition: impl FnMut(&Progress) -> bool) -> Progress {
        let mut progress = self.exchange.progress();
        let waiting = progress.wait_for(condition);
        let shown = tokio::time::timeout(Duration::from_secs(30), waiting).await;
        shown.unwrap_or_else(|_| panic!("waited until {what}")).unwrap().clone()
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, mut condition: impl AsyncFnMut(&Self) -> bool) {
        let waiting = async {
            while !condition(self).await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let so = tokio::time::timeout(Duration::from_secs(30), waiting).await;
        assert!(so.is_ok(), "waited until {what}");
    }

    pub async fn state(&self, number: u128) -> OutboxState {
        self.store.outbox_entry(id(number)).await.unwrap().unwrap().state
    }

    pub async fn is_acknowledged(&self, number: u128) -> bool {
        matches!(self.state(number).await, OutboxState::Acknowledged { .. })
    }
}

async fn exchanging(
    store: &Store,
    service: &Scripted,
) -> (Exchange, mpsc::UnboundedReceiver<Notice>) {
    let client = Client::new(ServiceAddress::parse(&service.url()).unwrap()).unwrap();
    let given = Given { now: Arc::new(Timestamp::now), jitter: Arc::new(|| 0.0) };
    let (sender, notices) = mpsc::unbounded_channel();
    (Exchange::start(store.clone(), client, None, given, sender).await.unwrap(), notices)
}

pub fn id(number: u128) -> DecisionId {
    DecisionId(Uuid::from_u128(number))
}

fn decision(number: u128, slot: &str) -> Stamped {
    let subject = Subject::Slot { dossier: dossier().id, slot: SlotKey::new(slot) };
    let act = Act::SettleSlot(SlotSettlement::NotRequired { reason: "emploi en cours".into() });
    Stamped {
        decision: Decision::make(id(number), subject, None, act).unwrap(),
        author: reviewer().id,
        role: Role::DnfReviewer,
        center: None,
        device: DeviceId(Uuid::from_u128(3)),
        made_at: at(),
        received_at: None,
        signature: Signature([5; 64]),
    }
}

/// The bytes of the dossier's two files, the first one first in order of need.
pub const FILES: [&[u8]; 2] = [b"the first file", b"another file"];

pub fn dossier() -> Dossier {
    let slot = |(key, bytes): (&str, &[u8])| IntakeSlot {
        key: SlotKey::new(key),
        part: Part::Experience,
        kind: PieceKind::new("cv"),
        label: None,
        job: None,
        requirement: Requirement::Required { indispensable: true },
        files: vec![IntakeFile {
            sha256: Digest::of(bytes),
            size_bytes: bytes.len() as u64,
            file_name: "piece.pdf".into(),
            pages: Default::default(),
            deposited_at: at(),
            replaces_previous: false,
        }],
    };
    let intake = Intake {
        reference: "D3-2026-000001".into(),
        status: "EN_EXAMEN_CENTRE".into(),
        request: Request::DiplomaRequest,
        learner: Learner {
            first_name: "Zénobie".into(),
            birth_name: "Lefèvre".into(),
            used_name: None,
            civility: None,
            birth_year: None,
        },
        diploma: DiplomaCode::new("LG036 p-1"),
        route: None,
        center: CenterCode::new("BFC"),
        jury: None,
        signed_at: at(),
        slots: ["cv", "unit/NFA031"].into_iter().zip(FILES).map(slot).collect(),
        jobs: Vec::new(),
        cited: Vec::new(),
    };
    let mut next = 100;
    open_dossier(intake, DossierId(Uuid::from_u128(1)), Digest::of(b"catalogue"), || {
        next += 1;
        DepositId(Uuid::from_u128(next))
    })
    .unwrap()
}

/// A page of the feed of one life of the service.
pub fn changes(epoch: Uuid, position: u64, changes: &Value) -> Reply {
    Reply::Json(json!({
        "changes": changes, "cursor": format!("{epoch}.1.{position}"), "more": false,
        "juries_rev": 1, "backup_watermark": 0, "server_time": at(),
    }))
}

/// The decisions of a push.
pub fn pushed(asked: &Asked) -> Vec<DecisionId> {
    let decisions = asked.body["decisions"].as_array().cloned().unwrap_or_default();
    let id = |stamped: Value| serde_json::from_value(stamped["decision"]["id"].clone()).unwrap();
    decisions.into_iter().map(id).collect()
}

/// The answer that applies these.
pub fn applied(epoch: Uuid, decisions: &[DecisionId]) -> Reply {
    let result = |id: &DecisionId| json!({"decision": id, "outcome": "applied", "position": 20, "received_at": at()});
    let results: Vec<_> = decisions.iter().map(result).collect();
    Reply::Json(json!({"results": results, "epoch": epoch, "server_time": at()}))
}

/// What a service answers that has nothing new and takes everything.
pub fn usual(asked: &Asked) -> Reply {
    let what = asked.what.split('?').next().unwrap();
    match what {
        "GET /v1/about" => about(&[]),
        "POST /v1/sessions/refresh" => {
            let session = SessionResponse {
                access_token: Secret("a".into()),
                expires_at: at() + jiff::SignedDuration::from_mins(5),
                refresh_token: Secret("r".into()),
                reviewer: reviewer(),
                journal_recipient: recipient().to_string(),
                server_time: at(),
                lease: None,
            };
            Reply::Json(serde_json::to_value(session).unwrap())
        }
        "POST /v1/decisions" => applied(FIRST, &pushed(asked)),
        "GET /v1/changes" => changes(FIRST, 30, &json!([])),
        "GET /v1/juries" => Reply::Json(json!({"juries_rev": 1, "juries": []})),
        "PUT /v1/carried" => {
            Reply::Json(json!({"carry": asked.body, "dossiers": asked.body["dossiers"]}))
        }
        _ => Reply::Problem(lutrin_protocol::problem::ProblemCode::NotFound),
    }
}

pub fn about(capabilities: &[&str]) -> Reply {
    let about = About {
        service: SERVICE_NAME.into(),
        protocol: PROTOCOL,
        oldest_protocol: PROTOCOL,
        capabilities: capabilities.iter().map(|name| (*name).to_owned()).collect(),
        epoch: FIRST,
        server_time: at(),
    };
    Reply::Json(serde_json::to_value(about).unwrap())
}
