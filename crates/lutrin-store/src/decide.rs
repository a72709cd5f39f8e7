//! The one door for decisions, and the way back while they have not left.

use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::id::DecisionId;
use lutrin_domain::seeded::{self, Bug};

use crate::Store;
use crate::desk::Desk;
use crate::error::{RecordError, WithdrawError};
use crate::journal::Record;
use crate::push::OutboxState;
use crate::tables::outbox;

/// A decision that is safe on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The decision.
    pub decision: DecisionId,
    /// Its place in the outbox.
    pub seq: u64,
}

/// A decision that was taken back before it left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The decision.
    pub decision: DecisionId,
}

impl Store {
    /// Records a decision: sealed journal first, then one transaction.
    ///
    /// Once this has returned, "Enregistré sur ce poste" is true: the decision
    /// survives a kill at any instant and a power cut. Recording the same
    /// decision again changes nothing; one whose row could not be written is withdrawn,
    /// and is to be made anew. Nothing is judged here: what may be
    /// decided is the domain's to say before, and the service's after.
    pub async fn record_decision(
        &self,
        stamped: &Stamped,
        now: Timestamp,
    ) -> Result<Recorded, RecordError> {
        let stamped = stamped.clone();
        if seeded::is(Bug::ToldBeforeCommit) {
            return Ok(told_too_early(self.clone(), stamped, now));
        }
        self.desk.ask(move |desk| Box::pin(record(desk, stamped, now))).await
    }

    /// Takes back a decision that has not left.
    ///
    /// Refused once it may have reached the service, even if a crash hid the
    /// answer: from then on it can only be revoked. The decision stays in the
    /// outbox as withdrawn and in the journal with a record that says so.
    pub async fn withdraw(
        &self,
        decision: DecisionId,
        now: Timestamp,
    ) -> Result<Withdrawal, WithdrawError> {
        self.desk.ask(move |desk| Box::pin(withdraw(desk, decision, now))).await
    }
}

/// What [`Bug::ToldBeforeCommit`] does: decisions are written together, a little later.
fn told_too_early(store: Store, stamped: Stamped, now: Timestamp) -> Recorded {
    let decision = stamped.decision.id();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        store.desk.ask(move |desk| Box::pin(record(desk, stamped, now))).await
    });
    Recorded { decision, seq: 0 }
}

async fn record(
    desk: &mut Desk,
    stamped: Stamped,
    now: Timestamp,
) -> Result<Recorded, RecordError> {
    let decision = stamped.decision.id();
    if let Some(known) = outbox::get(&mut desk.conn, decision).await? {
        let same = known.stamped.decision == stamped.decision;
        return match known.state {
            _ if !same => Err(RecordError::SameIdOtherText),
            OutboxState::Withdrawn => Err(RecordError::Withdrawn),
            _ => Ok(Recorded { decision, seq: known.seq }),
        };
    }
    if desk.given_up.contains(&decision) {
        return Err(RecordError::Withdrawn);
    }
    let record = Record::Decision { stamped: Box::new(stamped.clone()), recorded_at: now };
    desk.seal(vec![record]).await?;
    desk.touch(stamped.decision.subject().dossier());
    // One statement is one transaction: the row with all its indexes, or nothing.
    match outbox::insert(&mut desk.conn, &stamped, now).await {
        Ok(seq) => Ok(Recorded { decision, seq }),
        Err(error) => {
            // The author is told that it failed: the journal must not revive it.
            // Where there is no room for that either, it is said before anything else is, or
            // when the store is opened.
            desk.given_up.insert(decision);
            desk.unsaid.push(Record::Withdrawn { decision, at: now });
            let _ = desk.seal(Vec::new()).await;
            Err(error.into())
        }
    }
}

/// Marks, seals, then marks as sealed: a crash in between ends at opening with
/// the journal told. The other order could leave in the journal the withdrawal
/// of a decision that still stands.
async fn withdraw(
    desk: &mut Desk,
    decision: DecisionId,
    now: Timestamp,
) -> Result<Withdrawal, WithdrawError> {
    let entry = outbox::get(&mut desk.conn, decision).await?.ok_or(WithdrawError::Unknown)?;
    match entry.state {
        OutboxState::Pending if entry.may_have_left => return Err(WithdrawError::MayHaveLeft),
        OutboxState::Pending => {}
        OutboxState::Withdrawn => return Ok(Withdrawal { decision }),
        OutboxState::Acknowledged { .. } | OutboxState::Refused { .. } => {
            return Err(WithdrawError::Answered);
        }
    }
    if let Some(by) = outbox::built_upon(&mut desk.conn, decision).await? {
        return Err(WithdrawError::BuiltUpon { by });
    }
    outbox::set_withdrawn(&mut desk.conn, decision).await?;
    desk.touch(entry.stamped.decision.subject().dossier());
    if let Err(error) = desk.seal(vec![Record::Withdrawn { decision, at: now }]).await {
        outbox::set_pending(&mut desk.conn, decision).await?;
        return Err(error.into());
    }
    outbox::set_withdrawal_sealed(&mut desk.conn, decision).await?;
    Ok(Withdrawal { decision })
}
