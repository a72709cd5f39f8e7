//! Two people have decided otherwise on one subject: a person settles it.
//!
//! The service keeps the first that came and refuses the second as
//! [`Refusal::Conflict`]. Whoever made the second sees both and arbitrates by a decision of
//! its own, on the subject as it is now. What loses stays in the history, with who set it
//! aside and why (case W02).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decided::Decided;
use crate::decision::{
    Act, JobJudgement, SignedAssessment, SlotSettlement, Stamped, Verdict, VerdictOutcome,
};
use crate::dossier::Dossier;
use crate::history::{Recorded, SetAside};
use crate::id::DecisionId;
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::words::{COMMENT_LIMIT, check_length, check_words};

/// What becomes of two decisions of which each did not know the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Arbitration {
    /// The decision that the service refused; the other one is what is in force.
    pub refused: DecisionId,
    /// When it was made, by the clock of its author's machine.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub made_at: Timestamp,
    /// What it decided.
    pub value: Contested,
    /// Which of the two counts from now on.
    pub keep: Keep,
    /// Why; needed unless a second look is asked for.
    pub reason: String,
}

/// What a refused decision decided, by what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "on", content = "value")]
pub enum Contested {
    /// On a file.
    Piece(Verdict),
    /// On a slot.
    Slot(SlotSettlement),
    /// On a job.
    Job(JobJudgement),
    /// On one level of the review.
    Assessment(SignedAssessment),
}

/// Which of the two counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The one that was refused, from now on.
    Refused,
    /// The one that the service holds, as before.
    Held,
    /// Neither: somebody else looks at the piece.
    SecondLook,
}

impl Contested {
    /// What a decision decides, if that can be chosen against another.
    pub fn of(act: &Act) -> Option<Self> {
        match act {
            Act::SettlePiece(verdict) => Some(Self::Piece(verdict.clone())),
            Act::SettleSlot(settlement) => Some(Self::Slot(settlement.clone())),
            Act::JudgeJob(judgement) => Some(Self::Job(judgement.clone())),
            Act::SignAssessment(signed) => Some(Self::Assessment(signed.clone())),
            _ => None,
        }
    }

    /// What counts on a subject.
    pub fn in_force(dossier: &Dossier, subject: &Subject) -> Option<Recorded<Self>> {
        match subject {
            Subject::Deposit { .. } => current(dossier, subject, Self::Piece),
            Subject::Slot { .. } => current(dossier, subject, Self::Slot),
            Subject::Job { .. } => current(dossier, subject, Self::Job),
            Subject::Review { .. } => current(dossier, subject, Self::Assessment),
            Subject::Dossier { .. } | Subject::JurySession { .. } => None,
        }
    }

    /// Whether it is decided on such a subject.
    pub(crate) fn fits(&self, subject: &Subject) -> bool {
        match self {
            Self::Piece(_) => matches!(subject, Subject::Deposit { .. }),
            Self::Slot(_) => matches!(subject, Subject::Slot { .. }),
            Self::Job(_) => matches!(subject, Subject::Job { .. }),
            Self::Assessment(_) => matches!(subject, Subject::Review { .. }),
        }
    }
}

impl From<Contested> for Act {
    fn from(value: Contested) -> Self {
        match value {
            Contested::Piece(verdict) => Self::SettlePiece(verdict),
            Contested::Slot(settlement) => Self::SettleSlot(settlement),
            Contested::Job(judgement) => Self::JudgeJob(judgement),
            Contested::Assessment(signed) => Self::SignAssessment(signed),
        }
    }
}

impl Arbitration {
    /// What can be said of it without the rules of what is contested: those are asked where
    /// the refused decision is to count.
    pub(crate) fn check(&self, dossier: &Dossier, subject: &Subject) -> Result<(), Refusal> {
        if dossier.applied.contains_key(&self.refused) {
            return Err(Refusal::NothingToArbitrate);
        }
        match self.keep {
            Keep::SecondLook if !matches!(self.value, Contested::Piece(_)) => {
                return Err(Refusal::WrongSubject);
            }
            Keep::SecondLook => check_length(&self.reason, COMMENT_LIMIT)?,
            Keep::Refused | Keep::Held => check_words(&self.reason, COMMENT_LIMIT)?,
        }
        Contested::in_force(dossier, subject).map(|_| ()).ok_or(Refusal::NothingToArbitrate)
    }

    /// Performs one that was checked.
    pub(crate) fn perform(&self, dossier: &mut Dossier, stamped: &Stamped) {
        match &self.value {
            Contested::Piece(verdict) => {
                let second_look = Verdict {
                    outcome: VerdictOutcome::SecondLook,
                    reasons: Vec::new(),
                    comment: None,
                    citations: Vec::new(),
                };
                self.settle(dossier, stamped, verdict, Some(second_look));
            }
            Contested::Slot(settlement) => self.settle(dossier, stamped, settlement, None),
            Contested::Job(judgement) => self.settle(dossier, stamped, judgement, None),
            Contested::Assessment(signed) => self.settle(dossier, stamped, signed, None),
        }
    }

    fn settle<T: Decided>(
        &self,
        dossier: &mut Dossier,
        stamped: &Stamped,
        refused: &T,
        second_look: Option<T>,
    ) {
        let Some(history) = T::history_mut(dossier, stamped.decision.subject()) else { return };
        let aside = SetAside {
            by: stamped.decision.id(),
            author: stamped.author,
            role: stamped.role,
            at: stamped.made_at,
            reason: self.reason.clone(),
        };
        if self.keep != Keep::Held {
            history.set_aside_current(&aside);
        }
        if self.keep != Keep::Refused {
            history.record(Recorded {
                decision: self.refused,
                made_at: self.made_at,
                set_aside: Some(aside),
                ..Recorded::of(stamped, refused.clone())
            });
        }
        match self.keep {
            Keep::Refused => history.record(Recorded::of(stamped, refused.clone())),
            Keep::SecondLook => {
                history.extend(second_look.map(|value| Recorded::of(stamped, value)))
            }
            Keep::Held => {}
        }
    }
}

fn current<T: Decided>(
    dossier: &Dossier,
    subject: &Subject,
    contested: impl FnOnce(T) -> Contested,
) -> Option<Recorded<Contested>> {
    let current = T::history(dossier, subject)?.current()?;
    Some(current.clone().map(contested))
}
