//! Opinions, marks, and what moves a dossier on.

use lutrin_domain::apply::apply;
use lutrin_domain::assessment::{AssessedBy, Level, Mark, Opinion};
use lutrin_domain::decision::{
    Act, Deliberation, DeliberationOutcome, Kind, RequestBody, RequestItem, VerdictOutcome,
};
use lutrin_domain::dossier::{DossierState, Holder};
use lutrin_domain::id::{JurySessionId, ReasonCode, SlotKey};
use lutrin_domain::intake::Intake;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Role;
use lutrin_domain::subject::Subject;
use uuid::Uuid;

use crate::given::*;

#[test]
fn x14_an_opinion_on_a_cc_is_refused() {
    let dossier = dossier_for("CC14501");
    let decision = decide(&dossier, 1, review(&dossier), opinion(Opinion::Favourable, ""));
    assert_eq!(
        apply(&catalogue(), dossier, &decision),
        Err(Refusal::WrongAssessment { expected: AssessedBy::Mark })
    );
}

#[test]
fn x15_a_cp_with_exactly_ten_is_signed_and_passes() {
    let dossier = dossier_for("CPN4200");
    let decision = decide(&dossier, 1, review(&dossier), mark(1_000));
    let dossier = apply(&catalogue(), dossier, &decision).unwrap();
    let signed = dossier.review.on(Level::National).value().unwrap();
    let lutrin_domain::assessment::Assessment::Mark(mark) = signed.assessment else { panic!() };
    assert_eq!(mark, Mark::PASS);
    assert!(mark.passes());
}

#[test]
fn x16_a_mark_where_an_opinion_is_needed_is_refused() {
    let dossier = dossier();
    let decision = decide(&dossier, 1, review(&dossier), mark(1_400));
    assert_eq!(
        apply(&catalogue(), dossier, &decision),
        Err(Refusal::WrongAssessment { expected: AssessedBy::Opinion })
    );
}

#[test]
fn an_opinion_that_keeps_the_learner_waiting_needs_words() {
    let dossier = dossier();
    let decision = decide(&dossier, 1, review(&dossier), opinion(Opinion::Unfavourable, " "));
    assert_eq!(apply(&catalogue(), dossier, &decision), Err(Refusal::WordsMissing));
}

#[test]
fn each_side_signs_on_its_own_level() {
    let dossier = dossier();
    let local = Subject::Review { dossier: dossier.id, level: Level::Local };
    let decision = decide(&dossier, 1, local, opinion(Opinion::Favourable, ""));
    assert!(matches!(
        apply(&catalogue(), dossier, &decision),
        Err(Refusal::NotAllowed { kind: Kind::SignAssessment, .. })
    ));
}

fn request(deadline: jiff::civil::Date) -> Act {
    let item = RequestItem {
        slot: SlotKey::new("certificate/vauban"),
        reason: ReasonCode::new("illegible"),
        required: true,
    };
    Act::SendRequest(RequestBody { items: vec![item], deadline, letter: "Madame…".into() })
}

#[test]
fn a_correction_request_has_a_deadline_to_come() {
    let dossier = dossier();
    let subject = Subject::Dossier { dossier: dossier.id };
    let past = decide(&dossier, 1, subject.clone(), request(jiff::civil::date(2026, 9, 21)));
    assert_eq!(apply(&catalogue(), dossier.clone(), &past), Err(Refusal::DeadlinePassed));
    let ahead = decide(&dossier, 2, subject, request(jiff::civil::date(2026, 12, 21)));
    let dossier = apply(&catalogue(), dossier, &ahead).unwrap();
    assert_eq!(dossier.state, DossierState::CorrectionRequested);
}

#[test]
fn w07_a_request_without_deadline_cannot_be_written() {
    let text = r#"{"items":[],"letter":"x"}"#;
    assert!(serde_json::from_str::<RequestBody>(text).is_err());
}

#[test]
fn transmission_waits_for_the_required_pieces() {
    let mut dossier = open(Intake { status: "EN_EXAMEN_CENTRE".into(), ..intake() });
    let subject = Subject::Dossier { dossier: dossier.id };
    let as_center = |stamped: lutrin_domain::decision::Stamped| lutrin_domain::decision::Stamped {
        role: Role::CenterReviewer,
        ..stamped
    };
    let early = as_center(decide(&dossier, 1, subject.clone(), Act::Transmit));
    assert_eq!(apply(&catalogue(), dossier.clone(), &early), Err(Refusal::PiecesOpen { count: 3 }));
    for (id, slot) in [(2, "payslip/vauban/2024-02"), (3, "payslip/vauban/2024-03")] {
        let verdict = verdict(VerdictOutcome::Accepted);
        let decision = as_center(decide(&dossier, id, file_of(&dossier, slot), verdict));
        dossier = apply(&catalogue(), dossier, &decision).unwrap();
    }
    let slot = Subject::Slot { dossier: dossier.id, slot: SlotKey::new("certificate/vauban") };
    let settlement =
        lutrin_domain::decision::SlotSettlement::NotRequired { reason: "emploi en cours".into() };
    let decision = as_center(decide(&dossier, 4, slot, Act::SettleSlot(settlement)));
    dossier = apply(&catalogue(), dossier, &decision).unwrap();
    let transmit = as_center(decide(&dossier, 5, subject, Act::Transmit));
    let dossier = apply(&catalogue(), dossier, &transmit).unwrap();
    assert_eq!((dossier.state, dossier.holder), (DossierState::DnfReview, Holder::Dnf));
}

#[test]
fn w09_nothing_is_awarded_without_minutes() {
    let dossier = open(Intake { status: "PRET_JURY".into(), ..intake() });
    let subject = Subject::Dossier { dossier: dossier.id };
    let deliberate = |minutes: &str| {
        Act::Deliberate(Deliberation {
            outcome: DeliberationOutcome::Awarded,
            session: JurySessionId(Uuid::from_u128(5)),
            minutes: minutes.into(),
        })
    };
    let secretary = |stamped: lutrin_domain::decision::Stamped| lutrin_domain::decision::Stamped {
        role: Role::JurySecretary,
        ..stamped
    };
    let without = secretary(decide(&dossier, 1, subject.clone(), deliberate(" ")));
    assert_eq!(apply(&catalogue(), dossier.clone(), &without), Err(Refusal::WordsMissing));
    let with = secretary(decide(&dossier, 2, subject, deliberate("PV 2026-12-11/3")));
    let dossier = apply(&catalogue(), dossier, &with).unwrap();
    assert_eq!(dossier.state, DossierState::Awarded);
}
