//! Samples of every message, as a person can read them in review.
//!
//! A sample that changes is a change of the protocol: what was written by this
//! version must be read by later ones.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

use std::fmt::Debug;

use jiff::Timestamp;
use jiff::civil::date;
use lutrin_domain::decision::{
    Act, Decision, Signature, SlotSettlement, Stamped, Verdict, VerdictOutcome,
};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Dossier, Learner, Part, Request, Requirement};
use lutrin_domain::id::*;
use lutrin_domain::intake::{Intake, IntakeFile, IntakeSlot, open_dossier};
use lutrin_domain::jury::JurySession;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::{Person, Reviewer, Role, Scope};
use lutrin_domain::subject::Subject;
use lutrin_protocol::about::{About, PROTOCOL, SERVICE_NAME};
use lutrin_protocol::changes::{Change, ChangesResponse, CompareRequest, HeldDossier, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::documents::{DocumentResponse, IntakeResponse};
use lutrin_protocol::events::Changed;
use lutrin_protocol::journal::{JournalResponse, Record};
use lutrin_protocol::juries::{CarriedResponse, CarryRequest, JuriesResponse, JuryEntry};
use lutrin_protocol::lease::LeaseTerms;
use lutrin_protocol::problem::{Problem, ProblemCode};
use lutrin_protocol::proof::Proof;
use lutrin_protocol::push::{PushOutcome, PushRequest, PushResponse, PushResult};
use lutrin_protocol::receipts::{Erasure, Receipt, ReceiptsRequest, digest_of};
use lutrin_protocol::session::{RefreshRequest, Secret, SessionResponse, SignInRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Snapshots a message and reads it back.
macro_rules! sample {
    ($name:literal, $message:expr) => {{
        let message = $message;
        let written = serde_json::to_string_pretty(&message).unwrap();
        insta::assert_snapshot!($name, written);
        message
    }};
}

fn reads_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(message: &T) {
    let written = serde_json::to_string(message).unwrap();
    assert_eq!(serde_json::from_str::<T>(&written).unwrap(), *message);
}

fn at() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn lease() -> LeaseTerms {
    LeaseTerms { until: "2026-12-05T09:00:00Z".parse().unwrap(), retention_days: 15 }
}

fn cursor() -> Cursor {
    Cursor { epoch: id(1), scope_rev: 2, position: 1_102 }
}

fn dossier() -> Dossier {
    let file = IntakeFile {
        sha256: Digest::of(b"march"),
        size_bytes: 52_341,
        file_name: "bulletin_03-2024.pdf".into(),
        pages: Default::default(),
        deposited_at: at(),
        replaces_previous: false,
    };
    let slot = IntakeSlot {
        key: SlotKey::new("payslip/vauban/2024-03"),
        part: Part::Experience,
        kind: PieceKind::new("payslip"),
        label: Some("mars 2024".into()),
        job: None,
        requirement: Requirement::Required { indispensable: false },
        files: vec![file],
    };
    let intake = Intake {
        reference: "D3-2026-004817".into(),
        status: "TRANSMIS_DNF".into(),
        request: Request::DiplomaRequest,
        learner: Learner {
            first_name: "Camille".into(),
            birth_name: "Aubertin".into(),
            used_name: Some("Léger".into()),
            civility: None,
            birth_year: None,
        },
        diploma: DiplomaCode::new("CRN0400A"),
        route: None,
        center: CenterCode::new("BES"),
        jury: Some(JurySessionId(id(5))),
        signed_at: at(),
        slots: vec![slot],
        jobs: vec![],
        cited: vec![],
    };
    open_dossier(intake, DossierId(id(9)), Digest::of(b"catalogue"), || DepositId(id(7))).unwrap()
}

fn stamped() -> Stamped {
    let dossier = dossier();
    let slot = &dossier.slots[0];
    let act = Act::SettlePiece(Verdict {
        outcome: VerdictOutcome::Rejected,
        reasons: vec![ReasonCode::new("period_mismatch")],
        comment: Some("Ce bulletin est celui de février.".into()),
        citations: vec![],
    });
    let subject = dossier.deposit_subject(slot, &slot.deposits[0]);
    Stamped {
        decision: Decision::make(DecisionId(id(11)), subject, None, act).unwrap(),
        author: ReviewerId(id(2)),
        role: Role::DnfReviewer,
        center: None,
        device: DeviceId(id(3)),
        made_at: at(),
        received_at: None,
        signature: Signature([7; 64]),
    }
}

#[test]
fn about() {
    reads_back(&sample!(
        "about",
        About {
            service: SERVICE_NAME.into(),
            protocol: PROTOCOL,
            oldest_protocol: 1,
            capabilities: vec!["range".into()],
            epoch: id(1),
            server_time: at(),
        }
    ));
}

#[test]
fn sessions() {
    let request = SignInRequest {
        login: "nadia.ferrand".into(),
        password: Secret("…".into()),
        device: DeviceId(id(3)),
        device_name: "PC-BES-0417".into(),
        device_key: "ab".repeat(32),
    };
    sample!("sign_in_request", request);
    sample!("refresh_request", RefreshRequest { refresh_token: Secret("…".into()) });
    let response = SessionResponse {
        access_token: Secret("…".into()),
        expires_at: at(),
        refresh_token: Secret("…".into()),
        reviewer: Reviewer {
            id: ReviewerId(id(2)),
            name: "Nadia Ferrand".into(),
            roles: vec![Role::CenterReviewer, Role::LocalLead],
            scope: Scope::Centers(vec![CenterCode::new("BES")]),
        },
        journal_recipient: "age1…".into(),
        server_time: at(),
        lease: Some(lease()),
    };
    sample!("session_response", response);
}

#[test]
fn a_secret_is_never_shown() {
    assert_eq!(format!("{:?}", Secret("motdepasse".into())), "Secret(…)");
}

fn person() -> Person {
    Person { id: ReviewerId(id(2)), name: "Nadia Ferrand".into() }
}

#[test]
fn changes() {
    let dossier = dossier();
    let changes = vec![
        Change::Put {
            position: 1_101,
            summary: Box::new(dossier.summary()),
            snapshot: Some(Box::new(dossier.clone())),
        },
        Change::Remove { position: 1_102, dossier: DossierId(id(8)) },
    ];
    reads_back(&sample!(
        "changes_response",
        ChangesResponse {
            changes,
            people: vec![person()],
            cursor: cursor(),
            more: false,
            juries_rev: 4,
            backup_watermark: 980,
            server_time: at(),
            lease: Some(lease()),
        }
    ));
    reads_back(&sample!("snapshot", Snapshot { position: 1_101, dossier, people: vec![person()] }));
}

#[test]
fn juries_and_what_is_carried() {
    let session = JurySession {
        id: JurySessionId(id(5)),
        label: "Titres comptables".into(),
        date: date(2026, 12, 11),
        file_closing_date: date(2026, 12, 4),
        diplomas: vec![DiplomaCode::new("CRN0400A")],
    };
    let juries = vec![JuryEntry { session, dossiers: vec![DossierId(id(9))] }];
    reads_back(&sample!("juries_response", JuriesResponse { juries_rev: 4, juries }));
    let carry = CarryRequest { juries: vec![JurySessionId(id(5))], dossiers: vec![] };
    reads_back(&sample!("carry_request", carry.clone()));
    let carried = CarriedResponse { carry, dossiers: vec![DossierId(id(9))] };
    reads_back(&sample!("carried_response", carried));
}

/// A refusal with a code and values that this version does not know.
fn of_tomorrow() -> Refusal {
    serde_json::from_str(r#"{"code":"moon_phase","phase":"full","days":3}"#).unwrap()
}

#[test]
fn a_refusal_of_a_later_version_is_read_and_kept_whole() {
    let Refusal::Other { code, fields } = of_tomorrow() else { panic!("an unknown code") };
    assert_eq!((code.as_str(), fields.len()), ("moon_phase", 2));
    let reworded: Refusal = serde_json::from_str(r#"{"code":"conflict","head":7}"#).unwrap();
    assert!(matches!(reworded, Refusal::Other { code, .. } if code == "conflict"));
}

#[test]
fn push() {
    reads_back(&sample!("push_request", PushRequest { decisions: vec![stamped()] }));
    let outcomes = [
        PushOutcome::Applied { position: 1_103, received_at: at() },
        PushOutcome::Duplicate { position: 1_103, received_at: at() },
        PushOutcome::Refused { refusal: Refusal::Superseded { by: DepositId(id(12)) }, held: None },
        PushOutcome::Refused { refusal: of_tomorrow(), held: None },
        PushOutcome::Refused {
            refusal: Refusal::Conflict { head: Some(DecisionId(id(13))) },
            held: Some(Box::new(dossier())),
        },
    ];
    let results = outcomes
        .into_iter()
        .enumerate()
        .map(|(n, outcome)| PushResult { id: DecisionId(id(20 + n as u128)), outcome })
        .collect();
    reads_back(&sample!(
        "push_response",
        PushResponse { results, epoch: Some(id(1)), server_time: at() }
    ));
}

#[test]
fn documents_and_intake() {
    let kept = DocumentResponse { sha256: Digest::of(b"march"), size_bytes: 52_341 };
    reads_back(&sample!("document_response", kept));
    reads_back(&sample!("intake_response", IntakeResponse { dossier: DossierId(id(9)) }));
}

#[test]
fn events() {
    reads_back(&sample!("changed", Changed { position: 1_102 }));
}

#[test]
fn journals() {
    let taken =
        JournalResponse { records: 41, applied: 38, withdrawn: 2, drafts: 1, ..Default::default() };
    reads_back(&sample!("journal_response", taken));
    let record = Record::Decision { stamped: Box::new(stamped()), recorded_at: at() };
    reads_back(&sample!("journal_record_decision", record));
    let record = Record::Withdrawn { decision: DecisionId(id(12)), at: at() };
    reads_back(&sample!("journal_record_withdrawn", record));
    let (key, text) = ("opinion".into(), "Avis favorable.".into());
    let record = Record::Draft { dossier: DossierId(id(9)), key, text, saved_at: at() };
    reads_back(&sample!("journal_record_draft", record));
}

#[test]
fn receipts_and_proofs() {
    let receipt = Receipt {
        id: id(15),
        cause: Erasure::ScopeLost,
        dossiers: 2,
        files: 31,
        decisions: 1,
        digest: digest_of([DossierId(id(9)), DossierId(id(8))]),
        at: at(),
    };
    reads_back(&sample!("receipts_request", ReceiptsRequest { receipts: vec![receipt] }));
    let proof = Proof {
        device: DeviceId(id(3)),
        sha256: Digest::of(b"a sealed journal"),
        signature: Signature([7; 64]),
    };
    reads_back(&sample!("proof", proof));
    for cause in
        [Erasure::ScopeLost, Erasure::SessionOver, Erasure::DeviceRevoked, Erasure::AccountDisabled]
    {
        assert_eq!(serde_json::to_value(cause).unwrap(), cause.code());
    }
}

#[test]
fn the_digest_of_dossiers_does_not_depend_on_their_order() {
    let ids = [1, 2, 3].map(|n| DossierId(id(n)));
    let [one, two, three] = ids;
    assert_eq!(digest_of(ids), digest_of([three, one, two, one]));
    assert_ne!(digest_of(ids), digest_of([one, two]));
}

#[test]
fn what_a_first_service_says_has_no_lease() {
    let first = r#"{"changes":[],"cursor":"00000000-0000-0000-0000-000000000001.1.2",
        "more":false,"juries_rev":1,"backup_watermark":0,"server_time":"2026-11-21T09:00:00Z"}"#;
    assert_eq!(serde_json::from_str::<ChangesResponse>(first).unwrap().lease, None);
}

#[test]
fn problems() {
    reads_back(&sample!("problem", Problem::new(ProblemCode::CursorGone, "0197")));
}

#[test]
fn what_a_later_version_says_is_kept_not_guessed() {
    let code: ProblemCode = serde_json::from_str(r#""moon_phase""#).unwrap();
    assert_eq!(code, ProblemCode::Other("moon_phase".into()));
    let state: lutrin_domain::dossier::DossierState =
        serde_json::from_str(r#""under_audit""#).unwrap();
    assert_eq!(serde_json::to_string(&state).unwrap(), r#""under_audit""#);
}

#[test]
fn a_decision_crosses_the_wire_byte_for_byte() {
    let subject = Subject::Slot { dossier: DossierId(id(9)), slot: SlotKey::new("cv") };
    let act = Act::SettleSlot(SlotSettlement::Exempted { reason: "VES".into() });
    let made = Decision::make(DecisionId(id(14)), subject, None, act).unwrap();
    let spaced = made.text().replace(",\"", " ,\t\"");
    let request = format!(
        r#"{{"decisions":[{}]}}"#,
        serde_json::to_string(&stamped()).unwrap().replace(stamped().decision.text(), &spaced)
    );
    let read: PushRequest = serde_json::from_str(&request).unwrap();
    assert_eq!(read.decisions[0].decision.text(), spaced);
    assert!(serde_json::to_string(&read).unwrap().contains(&spaced));
}

#[test]
fn what_is_held_is_compared() {
    let held = HeldDossier { dossier: DossierId(id(7)), position: 41 };
    reads_back(&sample!("compare_request", CompareRequest { epoch: id(1), held: vec![held] }));
}

#[test]
fn as_many_as_may_be_compared_fit_in_a_body() {
    let held = HeldDossier { dossier: DossierId(id(u128::MAX)), position: u64::from(u32::MAX) };
    let held = vec![held; lutrin_protocol::limits::COMPARED_DOSSIERS];
    let body = serde_json::to_vec(&CompareRequest { epoch: id(1), held }).unwrap();
    assert!(body.len() < lutrin_protocol::limits::BODY_BYTES, "{}", body.len());
}
