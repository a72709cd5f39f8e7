//! Decisions to try, and what the service made of them.

use std::collections::BTreeMap;

use lutrin_central::db::Outcome;
use lutrin_domain::assessment::{Assessment, Opinion};
use lutrin_domain::decision::{
    Act, Revocation, SignedAssessment, SlotSettlement, Verdict, VerdictOutcome,
};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DossierId, ReasonCode, SlotKey};
use lutrin_domain::permission::level_of;
use lutrin_domain::subject::Subject;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::service::TestService;

/// A verdict on a piece.
pub fn verdict(outcome: VerdictOutcome, comment: &str) -> Act {
    let reasons = match outcome {
        VerdictOutcome::Rejected => vec![ReasonCode::new("illegible")],
        _ => vec![],
    };
    let comment = Some(comment.to_owned()).filter(|comment| !comment.is_empty());
    Act::SettlePiece(Verdict { outcome, reasons, comment, citations: vec![] })
}

/// An opinion on the experience.
pub fn opinion(opinion: Opinion, reasons: &str) -> Act {
    Act::SignAssessment(SignedAssessment {
        assessment: Assessment::Opinion(opinion),
        reasons: reasons.to_owned(),
        rule: None,
        citations: vec![],
    })
}

/// A slot that is settled as such.
pub fn settlement(reason: &str, required: bool) -> Act {
    let reason = reason.to_owned();
    Act::SettleSlot(if required {
        SlotSettlement::RequiredAgain { reason }
    } else {
        SlotSettlement::NotRequired { reason }
    })
}

/// What takes a decision back.
pub fn revocation(decision: DecisionId) -> Act {
    Act::Revoke(Revocation { decision, reason: "annulé par son auteur".to_owned() })
}

/// The newest file of a slot.
pub fn newest_file(dossier: &Dossier, slot: &SlotKey) -> Subject {
    let slot = dossier.slot(slot).unwrap();
    dossier.deposit_subject(slot, slot.current_deposits().last().unwrap())
}

/// The newest file of each slot.
pub fn files(dossier: &Dossier) -> Vec<Subject> {
    dossier.slots.iter().map(|slot| newest_file(dossier, &slot.key)).collect()
}

/// Something that may be decided on a dossier, on few subjects so that many meet.
pub fn drawn(dice: &mut Dice, dossier: &Dossier) -> (Subject, Act) {
    let said = format!("{:x}", dice.number());
    match dice.below(10) {
        0 => {
            let level = level_of(dossier.holder);
            let opinions = [Opinion::Favourable, Opinion::Unfavourable, Opinion::Deferred];
            let act = opinion(*dice.pick(&opinions), &said);
            (Subject::Review { dossier: dossier.id, level }, act)
        }
        1 | 2 => {
            let slot = dice.pick(&dossier.slots).key.clone();
            let act = settlement(&said, dice.chance(50));
            (Subject::Slot { dossier: dossier.id, slot }, act)
        }
        _ => {
            let outcomes = [
                VerdictOutcome::Accepted,
                VerdictOutcome::Rejected,
                VerdictOutcome::SecondLook,
                VerdictOutcome::NotApplicable,
            ];
            let act = verdict(*dice.pick(&outcomes), &said);
            (dice.pick(&files(dossier)).clone(), act)
        }
    }
}

/// What the service did with each decision of a dossier, and how often.
pub async fn outcomes(
    service: &TestService,
    dossier: DossierId,
) -> BTreeMap<DecisionId, Vec<Outcome>> {
    let mut outcomes: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for kept in service.data().db.decisions(Some(dossier)).await.unwrap() {
        outcomes.entry(kept.stamped.decision.id()).or_default().push(kept.outcome);
    }
    outcomes
}

/// How often the service's journal says that each decision was applied.
pub async fn applied_in_journal(service: &TestService) -> BTreeMap<String, u64> {
    let mut applied = BTreeMap::new();
    let mut after = 0;
    loop {
        let entries = service.data().db.journal(after, 1_000).await.unwrap();
        let Some(last) = entries.last() else { return applied };
        after = last.number;
        let entries = entries.into_iter().map(|kept| kept.entry);
        for entry in
            entries.filter(|entry| entry.action == "decision" && entry.outcome == "applied")
        {
            *applied.entry(entry.decision.unwrap()).or_default() += 1;
        }
    }
}
