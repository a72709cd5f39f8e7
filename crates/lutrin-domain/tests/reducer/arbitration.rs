//! Two people on one subject: they agree, or one of them arbitrates (case W02).

use lutrin_domain::apply::apply;
use lutrin_domain::arbitration::{Arbitration, Contested, Keep};
use lutrin_domain::assessment::Opinion;
use lutrin_domain::decision::{Act, Decision, Stamped, Verdict, VerdictOutcome};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::history::History;
use lutrin_domain::id::{DecisionId, DepositId, ReasonCode, SlotKey};
use lutrin_domain::intake::replace_file;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Role;
use lutrin_domain::subject::Subject;
use uuid::Uuid;

use crate::given::*;

const MARCH: &str = "payslip/vauban/2024-03";

fn id(number: u128) -> DecisionId {
    DecisionId(Uuid::from_u128(number))
}

/// A decision of Karine, who saw nothing of Nadia's.
fn blind(number: u128, based_on: Option<DecisionId>, subject: Subject, act: Act) -> Stamped {
    stamped(KARINE, Decision::make(id(number), subject, based_on, act).unwrap())
}

fn said(outcome: VerdictOutcome, comment: &str) -> Verdict {
    let reasons = match outcome {
        VerdictOutcome::Rejected => vec![ReasonCode::new("illegible")],
        _ => vec![],
    };
    Verdict { outcome, reasons, comment: Some(comment.into()), citations: vec![] }
}

fn verdicts(dossier: &Dossier) -> &History<Verdict> {
    &dossier.slot(&SlotKey::new(MARCH)).unwrap().deposits[0].verdicts
}

/// Nadia has accepted the payslip of March.
fn accepted_by_nadia() -> (Dossier, Subject) {
    let dossier = dossier();
    let subject = file_of(&dossier, MARCH);
    let nadia = decide(&dossier, 1, subject.clone(), verdict(VerdictOutcome::Accepted));
    (apply(&catalogue(), dossier, &nadia).unwrap(), subject)
}

fn arbitration(keep: Keep, reason: &str) -> Arbitration {
    Arbitration {
        refused: id(2),
        made_at: at(60),
        value: Contested::Piece(said(VerdictOutcome::Rejected, "illisible ici")),
        keep,
        reason: reason.into(),
    }
}

fn arbitrate(dossier: &Dossier, number: u128, arbitration: Arbitration) -> Stamped {
    let subject = file_of(dossier, MARCH);
    blind(number, dossier.head(&subject), subject.clone(), Act::Arbitrate(arbitration))
}

#[test]
fn w02_the_same_verdict_merges_alone_and_both_are_kept() {
    let (dossier, subject) = accepted_by_nadia();
    let act = Act::SettlePiece(said(VerdictOutcome::Accepted, "vu aussi"));
    let karine = blind(2, None, subject.clone(), act);
    let dossier = apply(&catalogue(), dossier, &karine).unwrap();
    let entries = verdicts(&dossier).entries();
    assert_eq!(entries.len(), 2, "both stay in the history");
    assert_eq!(verdicts(&dossier).current().unwrap().author, NADIA, "the first goes on counting");
    assert_eq!(dossier.head(&subject), Some(id(1)), "and is what the next builds on");
    assert_eq!(apply(&catalogue(), dossier.clone(), &karine).unwrap(), dossier, "once");
}

#[test]
fn w02_after_agreeing_nobody_decides_over_what_they_have_not_seen() {
    let (dossier, subject) = accepted_by_nadia();
    let same = blind(2, None, subject.clone(), verdict(VerdictOutcome::Accepted));
    let dossier = apply(&catalogue(), dossier, &same).unwrap();
    let changed_mind = blind(3, Some(id(2)), subject, verdict(VerdictOutcome::Rejected));
    assert_eq!(
        apply(&catalogue(), dossier, &changed_mind),
        Err(Refusal::Conflict { head: Some(id(1)) }),
        "Karine has not seen that Nadia accepted it too"
    );
}

#[test]
fn w02_taking_back_what_only_agreed_takes_nothing_from_the_other() {
    let (dossier, subject) = accepted_by_nadia();
    let same = blind(2, None, subject.clone(), verdict(VerdictOutcome::Accepted));
    let dossier = apply(&catalogue(), dossier, &same).unwrap();
    let undo = blind(3, Some(id(2)), subject, revoke(&same));
    let dossier = apply(&catalogue(), dossier, &undo).unwrap();
    assert_eq!(verdicts(&dossier).current().unwrap().author, NADIA);
    assert!(verdicts(&dossier).entry(id(2)).unwrap().revoked);
}

#[test]
fn w02_when_the_first_is_taken_back_the_one_that_agreed_counts() {
    let (dossier, subject) = accepted_by_nadia();
    let same = blind(2, None, subject.clone(), verdict(VerdictOutcome::Accepted));
    let dossier = apply(&catalogue(), dossier, &same).unwrap();
    let first = decide(&dossier, 1, subject.clone(), verdict(VerdictOutcome::Accepted));
    let undo = decide(&dossier, 3, subject, revoke(&first));
    let dossier = apply(&catalogue(), dossier, &undo).unwrap();
    assert_eq!(verdicts(&dossier).current().unwrap().author, KARINE);
}

#[test]
fn w02_other_reasons_and_other_words_for_the_reason_other_are_no_agreement() {
    let dossier = dossier();
    let subject = file_of(&dossier, MARCH);
    let reject = |reason: &str, comment: &str| {
        Act::SettlePiece(Verdict {
            outcome: VerdictOutcome::Rejected,
            reasons: vec![ReasonCode::new(reason)],
            comment: Some(comment.into()),
            citations: vec![],
        })
    };
    let first = decide(&dossier, 1, subject.clone(), reject("other", "verso absent"));
    let dossier = apply(&catalogue(), dossier, &first).unwrap();
    let conflict = Err(Refusal::Conflict { head: Some(id(1)) });
    for act in [reject("illegible", "verso absent"), reject("other", "signature absente")] {
        let second = blind(2, None, subject.clone(), act);
        assert_eq!(apply(&catalogue(), dossier.clone(), &second), conflict);
    }
    let same = blind(2, None, subject, reject("other", " verso absent "));
    assert!(apply(&catalogue(), dossier, &same).is_ok());
}

#[test]
fn w02_opinions_agree_only_in_the_same_words() {
    let dossier = dossier();
    let first = decide(&dossier, 1, review(&dossier), opinion(Opinion::Deferred, "pièces"));
    let dossier = apply(&catalogue(), dossier, &first).unwrap();
    let other = blind(2, None, review(&dossier), opinion(Opinion::Deferred, "durée"));
    assert!(matches!(apply(&catalogue(), dossier.clone(), &other), Err(Refusal::Conflict { .. })));
    let same = blind(2, None, review(&dossier), opinion(Opinion::Deferred, "pièces"));
    assert!(apply(&catalogue(), dossier, &same).is_ok());
}

#[test]
fn w02_arbitrating_for_mine_puts_it_in_force_and_keeps_theirs_with_the_reason() {
    let (dossier, _) = accepted_by_nadia();
    let settled = arbitrate(&dossier, 3, arbitration(Keep::Refused, "le verso manque"));
    let dossier = apply(&catalogue(), dossier, &settled).unwrap();
    let current = verdicts(&dossier).current().unwrap();
    assert_eq!(current.value.outcome, VerdictOutcome::Rejected);
    assert_eq!((current.decision, current.author), (id(3), KARINE));
    let aside = verdicts(&dossier).entry(id(1)).unwrap().set_aside.as_ref().unwrap();
    assert_eq!((aside.by, aside.author, &*aside.reason), (id(3), KARINE, "le verso manque"));
}

#[test]
fn w02_arbitrating_for_theirs_leaves_it_in_force_and_keeps_mine_with_the_reason() {
    let (dossier, subject) = accepted_by_nadia();
    let settled = arbitrate(&dossier, 3, arbitration(Keep::Held, "vu la convention"));
    let dossier = apply(&catalogue(), dossier, &settled).unwrap();
    assert_eq!(verdicts(&dossier).current().unwrap().decision, id(1));
    let mine = verdicts(&dossier).entry(id(2)).unwrap();
    assert_eq!(mine.value.outcome, VerdictOutcome::Rejected);
    assert_eq!(mine.set_aside.as_ref().unwrap().reason, "vu la convention");
    assert_eq!(dossier.head(&subject), Some(id(3)));
}

#[test]
fn w02_a_second_look_needs_no_reason_and_opens_the_piece() {
    let (dossier, _) = accepted_by_nadia();
    let settled = arbitrate(&dossier, 3, arbitration(Keep::SecondLook, ""));
    let dossier = apply(&catalogue(), dossier, &settled).unwrap();
    let current = verdicts(&dossier).current().unwrap();
    assert_eq!(current.value.outcome, VerdictOutcome::SecondLook);
    assert_eq!(current.value.comment, None, "the learner reads no word of it");
    assert_eq!(verdicts(&dossier).entries().len(), 3);
    assert!(verdicts(&dossier).entries()[..2].iter().all(|entry| !entry.stands()));
}

#[test]
fn an_arbitration_is_refused_where_there_is_nothing_to_choose() {
    let (there, _) = accepted_by_nadia();
    let refused = |dossier: &Dossier, arbitration: Arbitration| {
        let settled = arbitrate(dossier, 3, arbitration);
        apply(&catalogue(), dossier.clone(), &settled).unwrap_err()
    };
    for keep in [Keep::Refused, Keep::Held] {
        assert_eq!(refused(&there, arbitration(keep, " ")), Refusal::WordsMissing);
    }
    let applied = Arbitration { refused: id(1), ..arbitration(Keep::Held, "a") };
    assert_eq!(refused(&there, applied), Refusal::NothingToArbitrate);
    assert_eq!(refused(&dossier(), arbitration(Keep::Held, "a")), Refusal::NothingToArbitrate);
    let other = Contested::Piece(Verdict { reasons: vec![], ..said(VerdictOutcome::Rejected, "") });
    let without_reason = Arbitration { value: other, ..arbitration(Keep::Refused, "a") };
    assert_eq!(refused(&there, without_reason), Refusal::ReasonMissing);
}

#[test]
fn w01_an_arbitration_on_a_replaced_file_is_history() {
    let (dossier, subject) = accepted_by_nadia();
    let arbitrated = blind(3, Some(id(1)), subject, Act::Arbitrate(arbitration(Keep::Held, "a")));
    let new = DepositId(Uuid::from_u128(7));
    let replaced = replace_file(dossier, &SlotKey::new(MARCH), file("march-2"), new).unwrap();
    assert_eq!(apply(&catalogue(), replaced, &arbitrated), Err(Refusal::Superseded { by: new }));
}

#[test]
fn whoever_chooses_between_two_opinions_may_sign_one_and_asks_for_no_second_look() {
    let dossier = dossier();
    let first = decide(&dossier, 1, review(&dossier), opinion(Opinion::Deferred, "pièces"));
    let dossier = apply(&catalogue(), dossier, &first).unwrap();
    let Act::SignAssessment(mine) = opinion(Opinion::Favourable, "") else { unreachable!() };
    let act = |keep| {
        let value = Contested::Assessment(mine.clone());
        Act::Arbitrate(Arbitration { value, ..arbitration(keep, "relu ensemble") })
    };
    let lead = blind(3, Some(id(1)), review(&dossier), act(Keep::Refused));
    let reviewer = Stamped { role: Role::DnfReviewer, ..lead.clone() };
    let refusal = apply(&catalogue(), dossier.clone(), &reviewer).unwrap_err();
    assert!(matches!(refusal, Refusal::NotAllowed { .. }), "{refusal:?}");
    let second = blind(3, Some(id(1)), review(&dossier), act(Keep::SecondLook));
    assert_eq!(apply(&catalogue(), dossier.clone(), &second), Err(Refusal::WrongSubject));
    let dossier = apply(&catalogue(), dossier, &lead).unwrap();
    let signed = dossier.review.on(lutrin_domain::assessment::Level::National);
    assert_eq!(signed.value(), Some(&mine));
}
