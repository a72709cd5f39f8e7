//! Dossiers, decisions and profiles with fixed identifiers and times.

use std::path::Path;

use jiff::Timestamp;
use lutrin_domain::apply::fold;
use lutrin_domain::catalogue::{Catalogue, Reason};
use lutrin_domain::decision::{
    Act, Decision, Revocation, Signature, SlotSettlement, Stamped, Verdict, VerdictOutcome,
};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Dossier, Learner, Part, Request, Requirement};
use lutrin_domain::id::{
    CenterCode, DecisionId, DepositId, DeviceId, DiplomaCode, DossierId, JurySessionId, PieceKind,
    ReasonCode, ReviewerId, SlotKey,
};
use lutrin_domain::intake::{Intake, IntakeFile, IntakeSlot, open_dossier, replace_file};
use lutrin_domain::reviewer::{Reviewer, Role, Scope};
use lutrin_domain::subject::Subject;
use lutrin_store::journal::{JournalIdentity, Record, read_frames};
use lutrin_store::{
    ChangesBatch, DeviceKey, Epoch, NewProfile, Profile, PushAnswers, PushOutcome, PutDossier,
    RootKey, Store,
};
use tempfile::TempDir;
use uuid::Uuid;

/// A secret of tests: it opens nothing but the journals made here.
const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";

/// A name that must never be found on the disk.
pub const CANARY: &str = "Zénobie-Canarine";

pub fn identity() -> JournalIdentity {
    IDENTITY.parse().unwrap()
}

pub fn key() -> RootKey {
    RootKey::new([7; 32])
}

pub fn now() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

pub fn new_profile() -> NewProfile {
    NewProfile {
        profile: Profile {
            service: "https://lutrin.example".into(),
            reviewer: Reviewer {
                id: author(),
                name: "Camille Fictive".into(),
                roles: vec![Role::CenterReviewer],
                scope: Scope::Everywhere,
            },
            device: DeviceId(Uuid::from_u128(3)),
        },
        device_key: DeviceKey::new([9; 32]),
        journal_recipient: identity().recipient(),
    }
}

pub fn author() -> ReviewerId {
    ReviewerId(Uuid::from_u128(2))
}

/// A profile just created, in a folder that goes away with the test.
pub async fn fresh() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path(), &key(), &new_profile()).await.unwrap();
    (folder, store)
}

/// The same with the catalogue and one carried dossier in its mirror.
pub async fn with_dossier() -> (TempDir, Store, Dossier) {
    let (folder, store) = fresh().await;
    store.put_catalogue(&catalogue_text()).await.unwrap();
    let dossier = dossier(1);
    store.put_snapshot(10, &dossier).await.unwrap();
    (folder, store, dossier)
}

pub async fn reopened(folder: &Path) -> Store {
    Store::open(folder, &key(), None).await.unwrap()
}

/// What one life of the service answers about one decision.
pub fn answers(epoch: Epoch, decision: u128, outcome: PushOutcome) -> PushAnswers {
    let sent = vec![id(decision)];
    PushAnswers { epoch: Some(epoch), results: vec![(id(decision), outcome)], sent }
}

/// Keeps an answer of the service as it first was.
pub async fn settled(store: &Store, decision: u128, outcome: PushOutcome) {
    store.settle_all(answers(FIRST, decision, outcome)).await.unwrap();
}

/// Two lives of the service.
pub const FIRST: Epoch = Epoch(Uuid::from_u128(0xa1));
pub const RESTORED: Epoch = Epoch(Uuid::from_u128(0xa2));

/// The path of one file of the profile.
pub fn file(folder: &Path, name: &str) -> std::path::PathBuf {
    folder.join("profile").join(name)
}

/// Everything the journal says, in order.
pub fn journal(folder: &Path) -> Vec<Record> {
    let bytes = std::fs::read(file(folder, "journal.sealed")).unwrap();
    let frames = read_frames(&bytes).frames;
    frames.iter().map(|frame| frame.unseal(&identity()).unwrap()).collect()
}

/// The decisions of which the journal has a record, in order.
pub fn journaled(folder: &Path) -> Vec<DecisionId> {
    let decisions = journal(folder).into_iter().filter_map(|record| match record {
        Record::Decision { stamped, .. } => Some(stamped.decision.id()),
        _ => None,
    });
    decisions.collect()
}

pub fn catalogue() -> Catalogue {
    Catalogue {
        label: "novembre 2026".into(),
        centers: Vec::new(),
        diplomas: Vec::new(),
        piece_kinds: Vec::new(),
        reasons: vec![Reason {
            code: ReasonCode::new("illegible"),
            label: "Illisible".into(),
            sentence: "Le document n’est pas lisible.".into(),
            law: None,
        }],
        rules: Vec::new(),
    }
}

pub fn catalogue_text() -> String {
    serde_json::to_string(&catalogue()).unwrap()
}

pub fn dossier(number: u128) -> Dossier {
    let intake = Intake {
        reference: format!("D3-2026-{number:06}"),
        status: "EN_EXAMEN_CENTRE".into(),
        request: Request::DiplomaRequest,
        learner: Learner {
            first_name: CANARY.into(),
            birth_name: format!("Lefèvre{number}"),
            used_name: None,
            civility: None,
            birth_year: None,
        },
        diploma: DiplomaCode::new("LG036 p-1"),
        route: None,
        center: CenterCode::new("BFC"),
        jury: None,
        signed_at: now(),
        slots: vec![slot("cv"), slot("unit/NFA031"), slot("payslip/vauban/2024-03")],
        jobs: Vec::new(),
        cited: Vec::new(),
    };
    let mut next = number << 32;
    let catalogue = Digest::of(catalogue_text().as_bytes());
    open_dossier(intake, DossierId(Uuid::from_u128(number)), catalogue, || {
        next += 1;
        DepositId(Uuid::from_u128(next))
    })
    .unwrap()
}

fn slot(key: &str) -> IntakeSlot {
    IntakeSlot {
        key: SlotKey::new(key),
        part: Part::Experience,
        kind: PieceKind::new("cv"),
        label: None,
        job: None,
        requirement: Requirement::Required { indispensable: true },
        files: vec![upload(key)],
    }
}

fn upload(bytes: &str) -> IntakeFile {
    IntakeFile {
        sha256: Digest::of(bytes.as_bytes()),
        size_bytes: bytes.len() as u64,
        file_name: "piece.pdf".into(),
        pages: Default::default(),
        deposited_at: now(),
        replaces_previous: false,
    }
}

/// The dossier after the learner replaced the file of a slot.
pub fn replaced(dossier: Dossier, slot: &str) -> Dossier {
    let next = DepositId(Uuid::from_u128(0xbeef));
    replace_file(dossier, &SlotKey::new(slot), upload("another"), next).unwrap()
}

pub fn id(number: u128) -> DecisionId {
    DecisionId(Uuid::from_u128(number))
}

pub fn verdict(
    number: u128,
    dossier: &Dossier,
    slot: &str,
    outcome: VerdictOutcome,
    based_on: Option<u128>,
) -> Stamped {
    let rejected = outcome == VerdictOutcome::Rejected;
    let verdict = Verdict {
        outcome,
        reasons: if rejected { vec![ReasonCode::new("illegible")] } else { Vec::new() },
        comment: Some(format!("Vu avec {CANARY}.")),
        citations: Vec::new(),
    };
    stamped(number, subject(dossier, slot), based_on, Act::SettlePiece(verdict))
}

pub fn accepted(number: u128, dossier: &Dossier, slot: &str) -> Stamped {
    verdict(number, dossier, slot, VerdictOutcome::Accepted, None)
}

pub fn revoked(number: u128, dossier: &Dossier, slot: &str, of: u128) -> Stamped {
    let revocation = Revocation { decision: id(of), reason: "annulé par son auteur".into() };
    stamped(number, subject(dossier, slot), Some(of), Act::Revoke(revocation))
}

/// A slot of which nothing is asked any more.
pub fn not_required(number: u128, dossier: &Dossier, slot: &str) -> Stamped {
    let subject = Subject::Slot { dossier: dossier.id, slot: SlotKey::new(slot) };
    let reason = "emploi en cours".into();
    stamped(number, subject, None, Act::SettleSlot(SlotSettlement::NotRequired { reason }))
}

fn subject(dossier: &Dossier, slot: &str) -> Subject {
    let slot = dossier.slot(&SlotKey::new(slot)).unwrap();
    dossier.deposit_subject(slot, slot.deposits.first().unwrap())
}

fn stamped(number: u128, subject: Subject, based_on: Option<u128>, act: Act) -> Stamped {
    Stamped {
        decision: Decision::make(id(number), subject, based_on.map(id), act).unwrap(),
        author: author(),
        role: Role::CenterReviewer,
        center: Some(CenterCode::new("BFC")),
        device: DeviceId(Uuid::from_u128(3)),
        made_at: now(),
        received_at: None,
        signature: Signature([5; 64]),
    }
}

/// A decision that is about no single dossier.
pub fn on_a_sitting(number: u128) -> Stamped {
    let subject = Subject::JurySession { session: JurySessionId(Uuid::from_u128(5)) };
    let reason = "séance reportée".into();
    stamped(number, subject, None, Act::SettleSlot(SlotSettlement::NotRequired { reason }))
}

/// What the service would hold after these decisions.
pub fn applied(dossier: &Dossier, decisions: &[&Stamped]) -> Dossier {
    fold(&catalogue(), dossier.clone(), decisions.iter().copied()).dossier
}

pub fn batch(puts: Vec<(u64, &Dossier, bool)>) -> ChangesBatch {
    let put = |(position, dossier, whole): (u64, &Dossier, bool)| PutDossier {
        position,
        summary: dossier.summary(),
        snapshot: whole.then(|| Box::new(dossier.clone())),
    };
    ChangesBatch { puts: puts.into_iter().map(put).collect(), ..Default::default() }
}
