//! Taking decisions back.

use lutrin_domain::assessment::Level;
use lutrin_domain::decision::{Act, Revocation};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DossierId, ReviewerId};
use lutrin_domain::subject::Subject;
use lutrin_store::{OutboxEntry, OutboxState, WithdrawError};

use super::Desk;
use super::decide::Turn;
use super::said::kind_code;
use crate::error::{AppError, ErrorCode};
use crate::view::UndoneView;

/// The reason written when an author undoes what has left already.
const UNDONE: &str = "annulé par son auteur";

impl Desk {
    /// Takes back this reviewer's last decision on a dossier: withdrawn if it has
    /// not left, revoked if it has.
    ///
    /// # Errors
    ///
    /// When there is nothing to take back, or the disk refuses.
    pub async fn undo(&self, dossier: DossierId) -> Result<UndoneView, AppError> {
        let turn = self.turn(dossier).await?;
        let outbox = self.store.outbox_of(dossier).await?;
        let last = undoable(&outbox, turn.dossier(), turn.author());
        let last = last.ok_or_else(|| AppError::new(ErrorCode::NothingToUndo))?;
        let withdrawn = self.take_back(&turn, last).await?;
        let decision = &last.stamped.decision;
        Ok(UndoneView {
            kind: kind_code(decision.act()),
            slot: match decision.subject() {
                Subject::Deposit { slot, .. } => Some(slot.to_string()),
                _ => None,
            },
            withdrawn,
            dossier: self.open_dossier(dossier).await?,
        })
    }

    /// Withdraws a decision that has not left.
    ///
    /// # Errors
    ///
    /// When it may have left, or the disk refuses.
    pub async fn withdraw(&self, decision: DecisionId) -> Result<(), AppError> {
        let _turn = self.deciding.lock().await;
        let entry = self.store.outbox_entry(decision).await?;
        let dossier = entry.and_then(|entry| entry.stamped.decision.subject().dossier());
        match self.store.withdraw(decision, (self.given.now)()).await {
            Ok(_) => {}
            Err(WithdrawError::Unknown) => return Err(AppError::new(ErrorCode::InvalidRequest)),
            Err(
                WithdrawError::MayHaveLeft
                | WithdrawError::Answered
                | WithdrawError::BuiltUpon { .. },
            ) => return Err(AppError::new(ErrorCode::NothingToUndo)),
            Err(error) => return Err(error.into()),
        }
        self.changed(dossier);
        Ok(())
    }

    /// Withdraws if it has not left, else revokes; says whether it was withdrawn.
    async fn take_back(&self, turn: &Turn<'_>, last: &OutboxEntry) -> Result<bool, AppError> {
        let decision = &last.stamped.decision;
        match self.store.withdraw(decision.id(), (self.given.now)()).await {
            Ok(_) => {
                self.changed(decision.subject().dossier());
                Ok(true)
            }
            Err(WithdrawError::MayHaveLeft | WithdrawError::Answered) => {
                let act =
                    Act::Revoke(Revocation { decision: decision.id(), reason: UNDONE.to_owned() });
                self.decide(turn, decision.subject().clone(), act).await?;
                Ok(false)
            }
            Err(WithdrawError::Unknown | WithdrawError::BuiltUpon { .. }) => {
                Err(AppError::new(ErrorCode::NothingToUndo))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The last decision of this author on a dossier that is still in force.
pub(super) fn undoable<'a>(
    outbox: &'a [OutboxEntry],
    dossier: &Dossier,
    author: ReviewerId,
) -> Option<&'a OutboxEntry> {
    outbox.iter().rev().find(|entry| {
        matches!(entry.state, OutboxState::Pending | OutboxState::Acknowledged { .. })
            && is_in_force(dossier, entry.stamped.decision.id(), author)
    })
}

/// Whether this author's decision is the one in force on its subject.
fn is_in_force(dossier: &Dossier, decision: DecisionId, author: ReviewerId) -> bool {
    let matches = |entry: Option<(DecisionId, ReviewerId)>| entry == Some((decision, author));
    let verdicts = dossier.slots.iter().flat_map(|slot| &slot.deposits).any(|deposit| {
        matches(deposit.verdicts.current().map(|entry| (entry.decision, entry.author)))
    });
    verdicts
        || [Level::Local, Level::National].into_iter().any(|level| {
            let entry = dossier.review.on(level).current();
            matches(entry.map(|entry| (entry.decision, entry.author)))
        })
}
