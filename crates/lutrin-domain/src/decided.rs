//! What is decided on a subject and kept as a history there.

use std::collections::BTreeSet;

use crate::catalogue::OTHER_REASON;
use crate::decision::{JobJudgement, SignedAssessment, SlotSettlement, Verdict};
use crate::dossier::Dossier;
use crate::history::History;
use crate::id::ReasonCode;
use crate::subject::Subject;

/// A value that decisions leave on a subject.
pub trait Decided: Clone {
    /// Everything decided on a subject, if values of this kind are decided there.
    fn history<'a>(dossier: &'a Dossier, subject: &Subject) -> Option<&'a History<Self>>;

    /// The same, to be written.
    fn history_mut<'a>(
        dossier: &'a mut Dossier,
        subject: &Subject,
    ) -> Option<&'a mut History<Self>>;

    /// Whether two people who decided this way have nothing to settle: what follows from
    /// both is the same.
    fn agrees_with(&self, other: &Self) -> bool;
}

impl Decided for Verdict {
    fn history<'a>(dossier: &'a Dossier, subject: &Subject) -> Option<&'a History<Self>> {
        dossier.deposit(subject).map(|deposit| &deposit.verdicts)
    }

    fn history_mut<'a>(
        dossier: &'a mut Dossier,
        subject: &Subject,
    ) -> Option<&'a mut History<Self>> {
        let Subject::Deposit { slot, deposit, .. } = subject else { return None };
        let mut slots = dossier.slots.iter_mut();
        let deposits = &mut slots.find(|other| other.key == *slot)?.deposits;
        deposits.iter_mut().find(|other| other.id == *deposit).map(|found| &mut found.verdicts)
    }

    /// The same answer for the same reasons; the words may differ, unless they are the reason.
    fn agrees_with(&self, other: &Self) -> bool {
        let reasons = |verdict: &Self| verdict.reasons.iter().cloned().collect::<BTreeSet<_>>();
        let words =
            |verdict: &Self| verdict.comment.as_deref().unwrap_or_default().trim().to_owned();
        let in_words = self.reasons.contains(&ReasonCode::new(OTHER_REASON));
        self.outcome == other.outcome
            && reasons(self) == reasons(other)
            && (!in_words || words(self) == words(other))
    }
}

impl Decided for SlotSettlement {
    fn history<'a>(dossier: &'a Dossier, subject: &Subject) -> Option<&'a History<Self>> {
        let Subject::Slot { slot, .. } = subject else { return None };
        dossier.slot(slot).map(|slot| &slot.settlement)
    }

    fn history_mut<'a>(
        dossier: &'a mut Dossier,
        subject: &Subject,
    ) -> Option<&'a mut History<Self>> {
        let Subject::Slot { slot, .. } = subject else { return None };
        let mut slots = dossier.slots.iter_mut();
        slots.find(|other| other.key == *slot).map(|slot| &mut slot.settlement)
    }

    fn agrees_with(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Decided for JobJudgement {
    fn history<'a>(dossier: &'a Dossier, subject: &Subject) -> Option<&'a History<Self>> {
        let Subject::Job { job, .. } = subject else { return None };
        dossier.job(job).map(|job| &job.judgement)
    }

    fn history_mut<'a>(
        dossier: &'a mut Dossier,
        subject: &Subject,
    ) -> Option<&'a mut History<Self>> {
        let Subject::Job { job, .. } = subject else { return None };
        let mut jobs = dossier.jobs.iter_mut();
        jobs.find(|other| other.key == *job).map(|job| &mut job.judgement)
    }

    fn agrees_with(&self, other: &Self) -> bool {
        self.in_specialty == other.in_specialty
            && self.level_match == other.level_match
            && self.retained_without_proof.is_some() == other.retained_without_proof.is_some()
    }
}

impl Decided for SignedAssessment {
    fn history<'a>(dossier: &'a Dossier, subject: &Subject) -> Option<&'a History<Self>> {
        let Subject::Review { level, .. } = subject else { return None };
        Some(dossier.review.on(*level))
    }

    fn history_mut<'a>(
        dossier: &'a mut Dossier,
        subject: &Subject,
    ) -> Option<&'a mut History<Self>> {
        let Subject::Review { level, .. } = subject else { return None };
        Some(dossier.review.on_mut(*level))
    }

    /// What is signed is the text too: only the same opinion in the same words.
    fn agrees_with(&self, other: &Self) -> bool {
        self.assessment == other.assessment
            && self.reasons.trim() == other.reasons.trim()
            && self.rule == other.rule
    }
}
