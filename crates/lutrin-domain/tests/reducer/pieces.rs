//! Verdicts on pieces.

use lutrin_domain::apply::{apply, fold};
use lutrin_domain::decision::{Act, Decision, SlotSettlement, Verdict, VerdictOutcome};
use lutrin_domain::dossier::{DossierState, SlotState};
use lutrin_domain::id::{DecisionId, DepositId, ReasonCode, SlotKey};
use lutrin_domain::intake::{Intake, IntakeError, open_dossier, replace_file};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::subject::{Citation, PAGE_SIDE, Pages, Subject, Zone};
use lutrin_domain::words::CITATIONS_LIMIT;
use uuid::Uuid;

use crate::given::*;

const MARCH: &str = "payslip/vauban/2024-03";

fn state(dossier: &lutrin_domain::dossier::Dossier) -> SlotState {
    dossier.slot(&SlotKey::new(MARCH)).unwrap().state()
}

#[test]
fn each_verdict_gives_the_slot_its_state() {
    let cases = [
        (VerdictOutcome::Accepted, SlotState::Accepted),
        (VerdictOutcome::Rejected, SlotState::Issue),
        (VerdictOutcome::SecondLook, SlotState::Deposited),
        (VerdictOutcome::NotApplicable, SlotState::NotRequired),
    ];
    for (outcome, expected) in cases {
        let dossier = dossier();
        let decision = decide(&dossier, 1, file_of(&dossier, MARCH), verdict(outcome));
        let dossier = apply(&catalogue(), dossier, &decision).unwrap();
        assert_eq!(state(&dossier), expected, "{outcome:?}");
    }
}

#[test]
fn w01_a_replaced_file_makes_the_verdict_history_and_reopens_the_slot() {
    let dossier = dossier();
    let first = decide(&dossier, 1, file_of(&dossier, MARCH), verdict(VerdictOutcome::Rejected));
    let dossier = apply(&catalogue(), dossier, &first).unwrap();
    let replaced =
        replace_file(dossier, &SlotKey::new(MARCH), file("march-2"), DepositId(Uuid::from_u128(7)))
            .unwrap();
    assert_eq!(state(&replaced), SlotState::Reopened);
    let slot = replaced.slot(&SlotKey::new(MARCH)).unwrap();
    assert_eq!(slot.deposits[0].verdicts.entries().len(), 1, "kept as history");
}

#[test]
fn w01_a_decision_on_a_replaced_deposit_is_refused_as_superseded() {
    let dossier = dossier();
    let offline = decide(&dossier, 1, file_of(&dossier, MARCH), verdict(VerdictOutcome::Accepted));
    let new = DepositId(Uuid::from_u128(7));
    let replaced = replace_file(dossier, &SlotKey::new(MARCH), file("march-2"), new).unwrap();
    assert_eq!(
        apply(&catalogue(), replaced, &offline),
        Err(Refusal::Superseded { by: new }),
        "no silent acceptance of version 2"
    );
}

#[test]
fn w02_opposite_verdicts_offline_conflict_and_the_first_stays() {
    let dossier = dossier();
    let subject = file_of(&dossier, MARCH);
    let nadia = decide(&dossier, 1, subject.clone(), verdict(VerdictOutcome::Accepted));
    let decision = Decision::make(
        DecisionId(Uuid::from_u128(2)),
        subject,
        None,
        verdict(VerdictOutcome::Rejected),
    );
    let karine = stamped(KARINE, decision.unwrap());
    let dossier = apply(&catalogue(), dossier, &nadia).unwrap();
    assert_eq!(
        apply(&catalogue(), dossier.clone(), &karine),
        Err(Refusal::Conflict { head: Some(nadia.decision.id()) })
    );
    assert_eq!(state(&dossier), SlotState::Accepted);
}

#[test]
fn what_builds_on_a_decision_that_is_not_there_is_no_conflict() {
    let dossier = dossier();
    let base = DecisionId(Uuid::from_u128(1));
    let make = |id, on| {
        let subject = file_of(&dossier, MARCH);
        let decision = Decision::make(id, subject, on, verdict(VerdictOutcome::Rejected));
        stamped(KARINE, decision.unwrap())
    };
    let early = make(DecisionId(Uuid::from_u128(2)), Some(base));
    let unknown = Err(Refusal::BaseUnknown { base });
    assert_eq!(apply(&catalogue(), dossier.clone(), &early), unknown);
    let there = apply(&catalogue(), dossier.clone(), &make(base, None)).unwrap();
    assert!(apply(&catalogue(), there, &early).is_ok(), "once its base is there");
    let other = apply(&catalogue(), dossier.clone(), &make(DecisionId(Uuid::from_u128(3)), None));
    assert_eq!(apply(&catalogue(), other.unwrap(), &early), unknown, "nor beside another");
}

#[test]
fn a_verdict_names_the_exact_file_and_pages() {
    let dossier = dossier();
    let Subject::Deposit { dossier: id, slot, deposit, sha256, .. } = file_of(&dossier, MARCH)
    else {
        unreachable!()
    };
    let other_pages =
        Subject::Deposit { dossier: id, slot, deposit, sha256, pages: Pages::Set([2].into()) };
    let decision = decide(&dossier, 1, other_pages, verdict(VerdictOutcome::Accepted));
    assert_eq!(apply(&catalogue(), dossier, &decision), Err(Refusal::UnknownSubject));
}

#[test]
fn a_rejection_needs_a_reason_of_the_catalogue() {
    let cases = [
        (vec![], None, Refusal::ReasonMissing),
        (
            vec!["unheard_of"],
            None,
            Refusal::UnknownReason { reason: ReasonCode::new("unheard_of") },
        ),
        (vec!["other"], None, Refusal::WordsMissing),
        (vec!["other"], Some("   "), Refusal::WordsMissing),
    ];
    for (reasons, comment, expected) in cases {
        let dossier = dossier();
        let act = Act::SettlePiece(Verdict {
            outcome: VerdictOutcome::Rejected,
            reasons: reasons.into_iter().map(ReasonCode::new).collect(),
            comment: comment.map(str::to_owned),
            citations: vec![],
        });
        let decision = decide(&dossier, 1, file_of(&dossier, MARCH), act);
        assert_eq!(apply(&catalogue(), dossier, &decision), Err(expected));
    }
}

#[test]
fn an_acceptance_takes_no_reason() {
    let dossier = dossier();
    let act = Act::SettlePiece(Verdict {
        outcome: VerdictOutcome::Accepted,
        reasons: vec![ReasonCode::new("illegible")],
        comment: None,
        citations: vec![],
    });
    let decision = decide(&dossier, 1, file_of(&dossier, MARCH), act);
    assert_eq!(apply(&catalogue(), dossier, &decision), Err(Refusal::ReasonNotExpected));
}

#[test]
fn a_comment_has_a_limit() {
    let dossier = dossier();
    let act = Act::SettlePiece(Verdict {
        outcome: VerdictOutcome::Accepted,
        reasons: vec![],
        comment: Some("é".repeat(4_001)),
        citations: vec![],
    });
    let decision = decide(&dossier, 1, file_of(&dossier, MARCH), act);
    assert_eq!(apply(&catalogue(), dossier, &decision), Err(Refusal::TextTooLong { limit: 4_000 }));
}

#[test]
fn a_revocation_brings_the_earlier_verdict_back() {
    let dossier = dossier();
    let subject = file_of(&dossier, MARCH);
    let accepted = decide(&dossier, 1, subject.clone(), verdict(VerdictOutcome::Accepted));
    let dossier = apply(&catalogue(), dossier, &accepted).unwrap();
    let rejected = decide(&dossier, 2, subject.clone(), verdict(VerdictOutcome::Rejected));
    let dossier = apply(&catalogue(), dossier, &rejected).unwrap();
    let undo = decide(&dossier, 3, subject, revoke(&rejected));
    let dossier = apply(&catalogue(), dossier, &undo).unwrap();
    assert_eq!(state(&dossier), SlotState::Accepted);
}

#[test]
fn nobody_revokes_the_verdict_of_another() {
    let dossier = dossier();
    let subject = file_of(&dossier, MARCH);
    let accepted = decide(&dossier, 1, subject.clone(), verdict(VerdictOutcome::Accepted));
    let dossier = apply(&catalogue(), dossier, &accepted).unwrap();
    let undo = decide(&dossier, 2, subject, revoke(&accepted));
    let karine = stamped(KARINE, undo.decision);
    assert_eq!(apply(&catalogue(), dossier, &karine), Err(Refusal::NothingToRevoke));
}

#[test]
fn x21_an_exempted_slot_expects_nothing() {
    let dossier = dossier();
    let slot = SlotKey::new("certificate/vauban");
    let subject = Subject::Slot { dossier: dossier.id, slot: slot.clone() };
    let act = Act::SettleSlot(SlotSettlement::Exempted { reason: "VES du 12/03/2025".into() });
    let decision = decide(&dossier, 1, subject, act);
    let dossier = apply(&catalogue(), dossier, &decision).unwrap();
    assert_eq!(dossier.slot(&slot).unwrap().state(), SlotState::Exempted);
}

#[test]
fn w11_an_unknown_status_makes_the_dossier_read_only() {
    let dossier = open(Intake { status: "EN_AUDIT".into(), ..intake() });
    assert_eq!(dossier.state, DossierState::Unknown("EN_AUDIT".into()));
    let decision = decide(&dossier, 1, file_of(&dossier, MARCH), verdict(VerdictOutcome::Accepted));
    assert_eq!(
        apply(&catalogue(), dossier, &decision),
        Err(Refusal::UnknownState { state: "EN_AUDIT".into() })
    );
}

#[test]
fn a_kind_of_a_later_version_is_kept_and_not_acted_upon() {
    let dossier = dossier();
    let known = decide(&dossier, 1, file_of(&dossier, MARCH), verdict(VerdictOutcome::Accepted));
    let text = known.decision.text().replace("settle_piece", "weigh_piece");
    let decision: Decision = serde_json::from_str(&text).unwrap();
    assert_eq!(decision.text(), text, "byte for byte");
    let decision = stamped(NADIA, decision);
    let fold = fold(&catalogue(), dossier.clone(), [&decision]);
    assert_eq!(fold.dossier, dossier);
    assert_eq!(fold.refused[0].1, Refusal::UnknownKind { kind: "weigh_piece".into() });
}

#[test]
fn a_decision_keeps_its_bytes_whatever_their_spacing() {
    let dossier = dossier();
    let made = decide(&dossier, 1, file_of(&dossier, MARCH), verdict(VerdictOutcome::Accepted));
    let spaced = made.decision.text().replacen(':', " :  ", 1);
    let read: Decision = serde_json::from_str(&spaced).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), spaced);
    assert_ne!(read.digest(), made.decision.digest());
}

#[test]
fn a_path_in_a_file_name_is_refused() {
    for name in ["../../etc/passwd", "C:\\temp\\a.pdf", "a/b.pdf", "..", "."] {
        let mut intake = intake();
        intake.slots[0].files[0].file_name = name.into();
        let result =
            open_dossier(intake, dossier().id, lutrin_domain::digest::Digest::of(b""), || {
                DepositId(Uuid::nil())
            });
        assert!(matches!(result, Err(IntakeError::PathInFileName { .. })), "{name}");
    }
}

#[test]
fn two_slots_of_one_key_are_refused() {
    let mut intake = intake();
    intake.slots[1].key = intake.slots[0].key.clone();
    let result = open_dossier(intake, dossier().id, lutrin_domain::digest::Digest::of(b""), || {
        DepositId(Uuid::nil())
    });
    assert!(matches!(result, Err(IntakeError::DuplicateKey { .. })));
}

fn citing(citations: Vec<Citation>) -> Act {
    let Act::SettlePiece(verdict) = verdict(VerdictOutcome::Rejected) else { unreachable!() };
    Act::SettlePiece(Verdict { citations, ..verdict })
}

fn zone(x: u16, y: u16, width: u16, height: u16) -> Citation {
    Citation { page: 1, zone: Some(Zone { x, y, width, height }) }
}

#[test]
fn a_verdict_keeps_the_pages_and_zones_it_cites() {
    let dossier = dossier();
    let cited = vec![Citation { page: 2, zone: None }, zone(0, 0, PAGE_SIDE, PAGE_SIDE)];
    let decision = decide(&dossier, 1, file_of(&dossier, MARCH), citing(cited.clone()));
    let dossier = apply(&catalogue(), dossier, &decision).unwrap();
    let slot = dossier.slot(&SlotKey::new(MARCH)).unwrap();
    assert_eq!(slot.deposits[0].verdicts.value().unwrap().citations, cited);
}

#[test]
fn a_citation_names_a_place_that_a_file_may_have() {
    let dossier = dossier();
    let page_one = Citation { page: 1, zone: None };
    let cases = [
        vec![Citation { page: 0, zone: None }],
        vec![zone(10, 10, 0, 10)],
        vec![zone(10, 10, 10, 0)],
        vec![zone(9_000, 0, 1_001, 10)],
        vec![zone(0, u16::MAX, 10, 10)],
        vec![page_one; CITATIONS_LIMIT + 1],
    ];
    for cited in cases {
        let decision = decide(&dossier, 1, file_of(&dossier, MARCH), citing(cited.clone()));
        let refused = apply(&catalogue(), dossier.clone(), &decision);
        assert_eq!(refused, Err(Refusal::CitationInvalid), "{cited:?}");
    }
    let most =
        decide(&dossier, 1, file_of(&dossier, MARCH), citing(vec![page_one; CITATIONS_LIMIT]));
    assert!(apply(&catalogue(), dossier, &most).is_ok());
}
