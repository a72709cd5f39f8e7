//! A small catalogue, a dossier and decisions to try the reducer on.

use jiff::Timestamp;
use lutrin_domain::assessment::{Assessment, Level, Mark, Opinion};
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::decision::{
    Act, Decision, Revocation, Signature, SignedAssessment, Stamped, Verdict, VerdictOutcome,
};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Dossier, Learner, Part, Request, Requirement};
use lutrin_domain::id::*;
use lutrin_domain::intake::{Intake, IntakeFile, IntakeJob, IntakeSlot, open_dossier};
use lutrin_domain::months::WorkRate;
use lutrin_domain::reviewer::Role;
use lutrin_domain::subject::Subject;
use uuid::Uuid;

pub const NADIA: ReviewerId = ReviewerId(Uuid::from_u128(1));
pub const KARINE: ReviewerId = ReviewerId(Uuid::from_u128(2));

pub fn catalogue() -> Catalogue {
    let text = r#"{
        "label": "essai", "centers": [{"code": "BES", "name": "Besançon"}],
        "diplomas": [
            {"code": "CRN0400A", "title": "Responsable comptable", "kind": "rncp_title",
             "level_eu": 6, "level_1969": "II", "activity_unit": null,
             "source": {"text": "C17", "url": null}},
            {"code": "CC14501", "title": "Paie", "kind": "skill_certificate",
             "level_eu": null, "level_1969": null, "activity_unit": null,
             "source": {"text": "C21", "url": null}},
            {"code": "CPN4200", "title": "Comptabilité", "kind": "vocational_certificate",
             "level_eu": null, "level_1969": null, "activity_unit": null,
             "source": {"text": "C21", "url": null}}
        ],
        "piece_kinds": [],
        "reasons": [
            {"code": "illegible", "label": "Illisible", "sentence": "…", "law": null},
            {"code": "other", "label": "Autre motif", "sentence": "…", "law": null}
        ],
        "rules": []
    }"#;
    Catalogue::read(text).unwrap().1
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

pub fn file(content: &str) -> IntakeFile {
    IntakeFile {
        sha256: Digest::of(content.as_bytes()),
        size_bytes: content.len() as u64,
        file_name: format!("{content}.pdf"),
        pages: Default::default(),
        deposited_at: at(0),
        replaces_previous: false,
    }
}

pub fn intake() -> Intake {
    let slot = |key: &str, files: Vec<IntakeFile>| IntakeSlot {
        key: SlotKey::new(key),
        part: Part::Experience,
        kind: PieceKind::new("payslip"),
        label: None,
        job: None,
        requirement: Requirement::Required { indispensable: false },
        files,
    };
    Intake {
        reference: "D3-2026-004817".into(),
        status: "TRANSMIS_DNF".into(),
        request: Request::DiplomaRequest,
        learner: Learner {
            first_name: "Camille".into(),
            birth_name: "Aubertin".into(),
            used_name: Some("Léger".into()),
            civility: None,
            birth_year: Some(1994),
        },
        diploma: DiplomaCode::new("CRN0400A"),
        route: None,
        center: CenterCode::new("BES"),
        jury: None,
        signed_at: at(0),
        slots: vec![
            slot("payslip/vauban/2024-02", vec![file("february")]),
            slot("payslip/vauban/2024-03", vec![file("march")]),
            slot("certificate/vauban", vec![]),
        ],
        jobs: vec![IntakeJob {
            key: JobKey::new("vauban"),
            employer: "Ateliers Vauban".into(),
            title: "Comptable unique".into(),
            start: jiff::civil::date(2023, 5, 1),
            end: None,
            rate: WorkRate::FULL,
        }],
        cited: vec![],
    }
}

pub fn open(intake: Intake) -> Dossier {
    let mut next = 100;
    open_dossier(intake, DossierId(Uuid::from_u128(9)), Digest::of(b"catalogue"), || {
        next += 1;
        DepositId(Uuid::from_u128(next))
    })
    .unwrap()
}

pub fn dossier() -> Dossier {
    open(intake())
}

pub fn dossier_for(diploma: &str) -> Dossier {
    open(Intake { diploma: DiplomaCode::new(diploma), ..intake() })
}

/// The subject of the newest file of a slot.
pub fn file_of(dossier: &Dossier, slot: &str) -> Subject {
    let slot = dossier.slot(&SlotKey::new(slot)).unwrap();
    dossier.deposit_subject(slot, slot.current_deposits().last().unwrap())
}

pub fn review(dossier: &Dossier) -> Subject {
    Subject::Review { dossier: dossier.id, level: Level::National }
}

pub fn verdict(outcome: VerdictOutcome) -> Act {
    let reasons = match outcome {
        VerdictOutcome::Rejected => vec![ReasonCode::new("illegible")],
        _ => vec![],
    };
    Act::SettlePiece(Verdict { outcome, reasons, comment: None, citations: vec![] })
}

pub fn opinion(opinion: Opinion, reasons: &str) -> Act {
    sign(Assessment::Opinion(opinion), reasons)
}

pub fn mark(hundredths: u16) -> Act {
    sign(Assessment::Mark(Mark::try_from(hundredths).unwrap()), "")
}

fn sign(assessment: Assessment, reasons: &str) -> Act {
    let reasons = reasons.to_owned();
    Act::SignAssessment(SignedAssessment { assessment, reasons, rule: None, citations: vec![] })
}

pub fn revoke(decision: &Stamped) -> Act {
    Act::Revoke(Revocation {
        decision: decision.decision.id(),
        reason: "annulé par son auteur".into(),
    })
}

/// A decision of Nadia, made after the ones the dossier already has.
pub fn decide(dossier: &Dossier, id: u128, subject: Subject, act: Act) -> Stamped {
    let based_on = dossier.head(&subject);
    stamped(NADIA, Decision::make(DecisionId(Uuid::from_u128(id)), subject, based_on, act).unwrap())
}

pub fn stamped(author: ReviewerId, decision: Decision) -> Stamped {
    Stamped {
        decision,
        author,
        role: Role::NationalLead,
        center: None,
        device: DeviceId(Uuid::from_u128(author.0.as_u128())),
        made_at: at(60),
        received_at: None,
        signature: Signature([0; 64]),
    }
}
