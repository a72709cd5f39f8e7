//! The outbox on its way to the service, and what the service answers.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::refusal::Refusal;
use sqlx::Connection;

use crate::Store;
use crate::desk::Desk;
use crate::error::{RecordError, SettleError, StoreError};
use crate::journal::Record;
use crate::tables::{drafts, outbox};

/// One decision of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its place in the outbox, the order of the fold.
    pub seq: u64,
    /// The decision as it was made.
    pub stamped: Stamped,
    /// When it was recorded, by this machine's clock.
    pub recorded_at: Timestamp,
    /// What became of it.
    pub state: OutboxState,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was last sent.
    pub last_attempt: Option<Timestamp>,
    /// Whether the service may have it although it has not answered.
    pub may_have_left: bool,
}

impl OutboxEntry {
    /// The decision's identifier.
    pub fn decision(&self) -> DecisionId {
        self.stamped.decision.id()
    }

    /// Whether it waits: to be sent, answered or arbitrated.
    pub fn is_waiting(&self) -> bool {
        match &self.state {
            OutboxState::Pending => true,
            OutboxState::Refused { arbitrated_at, .. } => arbitrated_at.is_none(),
            OutboxState::Acknowledged { .. } | OutboxState::Withdrawn => false,
        }
    }
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboxState {
    /// It waits to leave, or for an answer.
    Pending,
    /// The service has applied it; kept until a backup of the service has it.
    Acknowledged {
        /// Where in the feed.
        position: u64,
        /// When the service took it.
        received_at: Timestamp,
    },
    /// The service keeps it without effect.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The dossier as the service held it, unless it was out of scope.
        held: Option<Box<Dossier>>,
        /// When a person settled what to do about it.
        arbitrated_at: Option<Timestamp>,
    },
    /// It was withdrawn before it left.
    Withdrawn,
}

/// What the service answered about one decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushOutcome {
    /// Applied, now or before.
    Acknowledged {
        /// Where in the feed.
        position: u64,
        /// When the service took it.
        received_at: Timestamp,
    },
    /// Without effect.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The dossier as the service holds it, unless it is out of scope.
        held: Option<Box<Dossier>>,
    },
}

/// How far decisions got that were not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// No byte left: the connection was never made.
    NotSent,
    /// They may have arrived: the answer is what is lacking.
    Unknown,
}

/// How many decisions wait, by what they wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// To be sent or answered.
    pub pending: u32,
    /// Refused and not arbitrated.
    pub refused: u32,
}

impl Store {
    /// The next decisions to send, in outbox order; those in flight are left out.
    pub async fn pending_batch(&self, limit: u32) -> Result<Vec<OutboxEntry>, StoreError> {
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                    let asked = limit.saturating_add(desk.in_flight.len());
                    let mut entries = outbox::pending(&mut desk.conn, asked).await?;
                    entries.retain(|entry| !desk.in_flight.contains(&entry.decision()));
                    entries.truncate(limit);
                    Ok(entries)
                })
            })
            .await
    }

    /// Notes that these are being sent, before the first byte leaves.
    ///
    /// "In flight" is forgotten by a crash, so that they are simply pending
    /// again; that they may have left is not.
    pub async fn mark_in_flight(
        &self,
        decisions: &[DecisionId],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let decisions = decisions.to_vec();
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let mut transaction = desk.conn.begin().await?;
                    for decision in &decisions {
                        outbox::set_attempted(&mut transaction, *decision, now).await?;
                    }
                    transaction.commit().await?;
                    desk.in_flight.extend(decisions);
                    Ok(())
                })
            })
            .await
    }

    /// Makes decisions that were not answered pending again.
    pub async fn return_to_pending(
        &self,
        decisions: &[DecisionId],
        delivery: Delivery,
    ) -> Result<(), StoreError> {
        let decisions = decisions.to_vec();
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let mut transaction = desk.conn.begin().await?;
                    for decision in &decisions {
                        // Only what was in flight was counted as possibly delivered.
                        let counted = desk.in_flight.remove(decision);
                        if counted && delivery == Delivery::NotSent {
                            outbox::set_not_delivered(&mut transaction, *decision).await?;
                        }
                    }
                    Ok(transaction.commit().await?)
                })
            })
            .await
    }

    /// Keeps what the service answered about one decision.
    ///
    /// An answer may come again: the newest is kept, but nothing takes an
    /// acknowledgement back.
    pub async fn settle(
        &self,
        decision: DecisionId,
        outcome: PushOutcome,
    ) -> Result<(), SettleError> {
        self.desk.ask(move |desk| Box::pin(settle(desk, decision, outcome))).await
    }

    /// Notes that a person settled what to do about a refused decision: it stays
    /// readable and no longer asks for attention.
    pub async fn arbitrate(&self, decision: DecisionId, now: Timestamp) -> Result<(), SettleError> {
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let entry = outbox::get(&mut desk.conn, decision).await?;
                    let entry = entry.ok_or(SettleError::Unknown)?;
                    if !matches!(entry.state, OutboxState::Refused { .. }) {
                        return Err(SettleError::NotWaiting);
                    }
                    desk.touch(entry.stamped.decision.subject().dossier());
                    Ok(outbox::set_arbitrated(&mut desk.conn, decision, now).await?)
                })
            })
            .await
    }

    /// Forgets acknowledged decisions that a backup of the service holds, and
    /// withdrawn ones, in the outbox and in the journal. Gives how many.
    pub async fn prune_acknowledged(&self, watermark: u64) -> Result<usize, RecordError> {
        self.desk.ask(move |desk| Box::pin(prune(desk, watermark))).await
    }

    /// Makes every acknowledged decision pending again, for a service restored
    /// from a backup; it answers those it has as known. Gives how many.
    pub async fn replay_acknowledged(&self) -> Result<usize, StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    desk.overlays.clear();
                    let count = outbox::replay(&mut desk.conn).await?;
                    Ok(usize::try_from(count).unwrap_or(usize::MAX))
                })
            })
            .await
    }

    /// One decision of the outbox.
    pub async fn outbox_entry(
        &self,
        decision: DecisionId,
    ) -> Result<Option<OutboxEntry>, StoreError> {
        self.desk.ask(move |desk| Box::pin(outbox::get(&mut desk.conn, decision))).await
    }

    /// The decisions of one dossier, in outbox order.
    pub async fn outbox_of(&self, dossier: DossierId) -> Result<Vec<OutboxEntry>, StoreError> {
        self.desk.ask(move |desk| Box::pin(outbox::of_dossier(&mut desk.conn, dossier))).await
    }

    /// Every decision kept, in outbox order.
    pub async fn outbox(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        self.desk.ask(|desk| Box::pin(outbox::all(&mut desk.conn))).await
    }

    /// How many decisions wait.
    pub async fn outbox_counts(&self) -> Result<OutboxCounts, StoreError> {
        self.desk.ask(|desk| Box::pin(outbox::counts(&mut desk.conn))).await
    }
}

async fn settle(
    desk: &mut Desk,
    decision: DecisionId,
    outcome: PushOutcome,
) -> Result<(), SettleError> {
    let entry = outbox::get(&mut desk.conn, decision).await?.ok_or(SettleError::Unknown)?;
    match (&entry.state, &outcome) {
        (OutboxState::Withdrawn, _) => return Err(SettleError::NotWaiting),
        // An older answer that was late: what was applied stays applied.
        (OutboxState::Acknowledged { .. }, PushOutcome::Refused { .. }) => {}
        _ => outbox::set_outcome(&mut desk.conn, decision, &outcome).await?,
    }
    desk.in_flight.remove(&decision);
    desk.touch(entry.stamped.decision.subject().dossier());
    Ok(())
}

/// The journal first: a crash in between leaves decisions that the journal lacks,
/// and opening seals them again. The other order would leave records in the
/// journal for ever.
async fn prune(desk: &mut Desk, watermark: u64) -> Result<usize, RecordError> {
    let forgotten = outbox::not_needed(&mut desk.conn, watermark).await?;
    if forgotten.is_empty() {
        return Ok(0);
    }
    rewrite_journal(desk, forgotten.clone()).await?;
    let mut transaction = desk.conn.begin().await?;
    for decision in &forgotten {
        outbox::delete(&mut transaction, *decision).await?;
    }
    transaction.commit().await?;
    desk.overlays.clear();
    Ok(forgotten.len())
}

/// Writes the journal anew without these decisions, and with each draft once.
pub(crate) async fn rewrite_journal(
    desk: &mut Desk,
    forgotten: BTreeSet<DecisionId>,
) -> Result<(), RecordError> {
    let kept = drafts::all(&mut desk.conn, None).await?;
    let records: Vec<Record> = kept.into_iter().map(Record::from).collect();
    desk.with_journal(move |journal| journal.rewrite(&forgotten, &records)).await?;
    Ok(())
}
