//! Laws that hold for any decisions in any order.

use lutrin_domain::apply::{apply, fold};
use lutrin_domain::assessment::Opinion;
use lutrin_domain::decision::{
    Act, DECISION_TEXT_LIMIT, Decision, JobJudgement, MakeError, Stamped, VerdictOutcome,
};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, JobKey};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::subject::Subject;
use proptest::prelude::*;
use uuid::Uuid;

use crate::given::*;

/// What a person might try: on which of five subjects, what, and on which base.
#[derive(Clone, Copy, Debug)]
struct Try {
    subject: usize,
    outcome: usize,
    stale: bool,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (0..5usize, 0..5usize, prop::bool::weighted(0.2))
        .prop_map(|(subject, outcome, stale)| Try { subject, outcome, stale });
    prop::collection::vec(one, 1..12)
}

fn subject(dossier: &Dossier, index: usize) -> Subject {
    match index {
        0 => file_of(dossier, "payslip/vauban/2024-02"),
        1 => file_of(dossier, "payslip/vauban/2024-03"),
        2 => Subject::Job { dossier: dossier.id, job: JobKey::new("vauban") },
        3 => review(dossier),
        _ => Subject::Slot {
            dossier: dossier.id,
            slot: lutrin_domain::id::SlotKey::new("certificate/vauban"),
        },
    }
}

fn act(subject: usize, outcome: usize) -> Act {
    match subject {
        0 | 1 => verdict(match outcome {
            0 => VerdictOutcome::Accepted,
            1 => VerdictOutcome::Rejected,
            2 => VerdictOutcome::SecondLook,
            _ => VerdictOutcome::NotApplicable,
        }),
        2 => Act::JudgeJob(JobJudgement {
            in_specialty: Some(outcome.is_multiple_of(2)),
            level_match: None,
            retained_without_proof: (outcome == 4).then(String::new),
        }),
        3 => opinion(if outcome == 0 { Opinion::Favourable } else { Opinion::Deferred }, "a"),
        _ => Act::SettleSlot(lutrin_domain::decision::SlotSettlement::NotRequired {
            reason: if outcome == 4 { String::new() } else { "emploi en cours".into() },
        }),
    }
}

/// Writes the tries as one person would, each based on what was seen last, or
/// on nothing when stale. Some will be refused.
fn decisions(dossier: &Dossier, tries: &[Try]) -> Vec<Stamped> {
    let mut shown = dossier.clone();
    let mut made = Vec::new();
    for (n, t) in tries.iter().enumerate() {
        let subject = subject(dossier, t.subject);
        let based_on = if t.stale { None } else { shown.head(&subject) };
        let id = DecisionId(Uuid::from_u128(1_000 + n as u128));
        let decision = Decision::make(id, subject, based_on, act(t.subject, t.outcome)).unwrap();
        let decision = stamped(NADIA, decision);
        shown = fold(&catalogue(), shown, [&decision]).dossier;
        made.push(decision);
    }
    made
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_known_id_changes_nothing(tries in tries()) {
        let dossier = dossier();
        let decisions = decisions(&dossier, &tries);
        let once = fold(&catalogue(), dossier, &decisions);
        let applied = |d: &&Stamped| once.dossier.applied.contains_key(&d.decision.id());
        let again = fold(&catalogue(), once.dossier.clone(), decisions.iter().filter(applied));
        prop_assert!(again.refused.is_empty());
        prop_assert_eq!(again.dossier, once.dossier);
    }

    #[test]
    fn a_known_id_with_other_bytes_is_refused(tries in tries()) {
        let dossier = dossier();
        let decisions = decisions(&dossier, &tries);
        let shown = fold(&catalogue(), dossier, &decisions).dossier;
        for known in decisions.iter().filter(|d| shown.applied.contains_key(&d.decision.id())) {
            let text = format!(" {} ", known.decision.text());
            let spaced = text.replacen(':', ": ", 1);
            let other = stamped(NADIA, serde_json::from_str(&spaced).unwrap());
            prop_assert_eq!(
                apply(&catalogue(), shown.clone(), &other),
                Err(Refusal::SameIdOtherText)
            );
        }
    }

    #[test]
    fn a_refusal_changes_nothing(tries in tries()) {
        let mut dossier = dossier();
        for decision in decisions(&dossier, &tries) {
            let fold = fold(&catalogue(), dossier.clone(), [&decision]);
            if !fold.refused.is_empty() {
                prop_assert_eq!(&fold.dossier, &dossier);
            }
            dossier = fold.dossier;
        }
    }

    #[test]
    fn decisions_on_different_subjects_commute(tries in tries(), shuffle in any::<u64>()) {
        let dossier = dossier();
        let decisions = decisions(&dossier, &tries);
        let mut by_subject: Vec<_> = decisions.iter().collect();
        // A stable sort by a scrambled subject keeps the order inside each subject.
        by_subject.sort_by_key(|d| {
            let index = (0..5).position(|n| subject(&dossier, n) == *d.decision.subject());
            shuffle.rotate_left(11 * index.unwrap_or(0) as u32)
        });
        prop_assert_eq!(
            fold(&catalogue(), dossier.clone(), &decisions).dossier,
            fold(&catalogue(), dossier, by_subject).dossier
        );
    }

    #[test]
    fn a_refused_decision_and_its_dependants_leave_no_trace(tries in tries()) {
        let dossier = dossier();
        let decisions = decisions(&dossier, &tries);
        let whole = fold(&catalogue(), dossier.clone(), &decisions);
        let refused: Vec<_> = whole.refused.iter().map(|(id, _)| *id).collect();
        let kept = decisions.iter().filter(|d| !refused.contains(&d.decision.id()));
        let without = fold(&catalogue(), dossier, kept);
        prop_assert!(without.refused.is_empty());
        prop_assert_eq!(without.dossier, whole.dossier);
    }
}

#[test]
fn what_is_based_on_a_refused_decision_is_refused_with_it() {
    let dossier = dossier();
    let subject = file_of(&dossier, "payslip/vauban/2024-03");
    let wrong = Act::SettlePiece(lutrin_domain::decision::Verdict {
        outcome: VerdictOutcome::Rejected,
        reasons: vec![],
        comment: None,
        citations: vec![],
    });
    let first = decide(&dossier, 1, subject.clone(), wrong);
    let second = Decision::make(
        DecisionId(Uuid::from_u128(2)),
        subject,
        Some(first.decision.id()),
        verdict(VerdictOutcome::Accepted),
    );
    let second = stamped(NADIA, second.unwrap());
    let fold = fold(&catalogue(), dossier.clone(), [&first, &second]);
    assert_eq!(fold.dossier, dossier);
    assert_eq!(
        fold.refused,
        [
            (first.decision.id(), Refusal::ReasonMissing),
            (second.decision.id(), Refusal::DependsOnRefused { refused: first.decision.id() }),
        ]
    );
}

#[test]
fn a_decision_that_could_not_be_read_back_is_not_made() {
    let dossier = dossier();
    let make = |length| {
        let reason = "a".repeat(length);
        let act = Act::SettleSlot(lutrin_domain::decision::SlotSettlement::Exempted { reason });
        Decision::make(DecisionId(Uuid::from_u128(1)), subject(&dossier, 4), None, act)
    };
    assert!(make(DECISION_TEXT_LIMIT - 1024).is_ok());
    assert_eq!(make(DECISION_TEXT_LIMIT), Err(MakeError::TooLong));
}
