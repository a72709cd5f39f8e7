//! The outbox on its way to the service, and what the service answers.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use sqlx::{Connection, SqliteConnection};

use crate::Store;
use crate::desk::Desk;
use crate::error::{RecordError, SettleError, StoreError};
use crate::journal::Record;
use crate::pull::{Epoch, set_carry_to_tell};
use crate::tables::meta::{self, Key};
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
    /// Why the service could not read it, if so; it is tried again.
    pub trouble: Option<Trouble>,
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
            OutboxState::Refused { settled, .. } => settled.is_none(),
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
        /// How it was settled what to do about it, if it was.
        settled: Option<Settled>,
    },
    /// It was withdrawn before it left.
    Withdrawn,
}

/// How a refused decision ceased to ask for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// A person filed it away then, and may have it ask again.
    FiledAway(Timestamp),
    /// By a later decision on its subject that may count, made then.
    Decided(Timestamp),
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
    /// Not judged: the service does not have what it builds on, or not yet.
    Early {
        /// The decision that the service does not have.
        base: DecisionId,
        /// When it is sent again, if its dossier has not changed before.
        next_try: Timestamp,
    },
}

/// What is to be known of a decision that waits to leave, to choose what goes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingDecision {
    /// Which.
    pub decision: DecisionId,
    /// Its dossier and the key of its subject there: order is kept per subject.
    pub subject: String,
    /// The decision it builds on.
    pub based_on: Option<DecisionId>,
    /// The length of its text with the stamp, in bytes.
    pub bytes: u64,
    /// Why the service could not read it, if so.
    pub trouble: Option<Trouble>,
    /// Whether it is being sent now.
    pub in_flight: bool,
}

/// The service could not read a push that held this decision alone, or lacks what it
/// builds on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What it said, as a code.
    pub code: String,
    /// The request, as the service's logs name it.
    pub request: Option<String>,
    /// When it is sent again, by this machine's clock.
    pub next_try: Timestamp,
}

impl Trouble {
    /// The code of a decision that waits for the one it builds on, of another machine.
    pub const BASE_UNKNOWN: &str = "base_unknown";

    /// Whether the decision waits for one that the service does not have yet.
    pub fn is_early(&self) -> bool {
        self.code == Self::BASE_UNKNOWN
    }
}

/// What the service answered to a push.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushAnswers {
    /// The epoch it lives in, if it said so.
    pub epoch: Option<Epoch>,
    /// Its answers.
    pub results: Vec<(DecisionId, PushOutcome)>,
    /// What was sent.
    pub sent: Vec<DecisionId>,
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
    /// What waits to leave, in outbox order.
    pub async fn pending(&self) -> Result<Vec<PendingDecision>, StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let mut pending = outbox::pending(&mut desk.conn).await?;
                    for waiting in &mut pending {
                        waiting.in_flight = desk.in_flight.contains(&waiting.decision);
                    }
                    Ok(pending)
                })
            })
            .await
    }

    /// Notes that these are being sent, before the first byte leaves, and gives
    /// their texts; one that was withdrawn meanwhile is left out.
    ///
    /// "In flight" is forgotten by a crash, so that they are simply pending
    /// again; that they may have left is not.
    pub async fn mark_in_flight(
        &self,
        decisions: &[DecisionId],
        now: Timestamp,
    ) -> Result<Vec<Stamped>, StoreError> {
        let decisions = decisions.to_vec();
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let mut transaction = desk.conn.begin().await?;
                    let mut sent = Vec::with_capacity(decisions.len());
                    for decision in decisions {
                        sent.extend(outbox::set_attempted(&mut transaction, decision, now).await?);
                    }
                    transaction.commit().await?;
                    desk.in_flight.extend(sent.iter().map(|stamped| stamped.decision.id()));
                    Ok(sent)
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

    /// Notes that nothing is being sent: whoever was sending has ended. What may
    /// have left still may have.
    pub async fn forget_in_flight(&self) -> Result<(), StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    desk.in_flight.clear();
                    Ok(())
                })
            })
            .await
    }

    /// Keeps what the service answered to a push, in one transaction. Gives the
    /// dossiers concerned.
    ///
    /// What was sent and not answered is pending again, whatever goes wrong here:
    /// nothing stays in flight and nothing later overtakes it. An answer may come
    /// again: the newest is kept, but within an epoch nothing takes an
    /// acknowledgement back. An answer about a decision that is not here, or was
    /// withdrawn, changes nothing.
    pub async fn settle_all(&self, answers: PushAnswers) -> Result<Vec<DossierId>, StoreError> {
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    for decision in &answers.sent {
                        desk.in_flight.remove(decision);
                    }
                    settle(desk, answers).await
                })
            })
            .await
    }

    /// Notes why the service could not read a decision; it stays pending.
    pub async fn note_trouble(
        &self,
        decision: DecisionId,
        trouble: &Trouble,
    ) -> Result<(), StoreError> {
        let trouble = trouble.clone();
        self.desk
            .ask(move |desk| {
                Box::pin(
                    async move { outbox::set_trouble(&mut desk.conn, decision, &trouble).await },
                )
            })
            .await
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

    /// Has a refused decision ask for attention again that a person had filed away. One that a
    /// later decision settled stays so.
    pub async fn reopen(&self, decision: DecisionId) -> Result<(), StoreError> {
        self.desk
            .ask(move |desk| {
                Box::pin(async move { outbox::set_open(&mut desk.conn, decision).await })
            })
            .await
    }

    /// Forgets acknowledged decisions that a backup of the service holds, and
    /// withdrawn ones, in the outbox and in the journal. Gives how many.
    ///
    /// The watermark counts in its own epoch: it says nothing of decisions that
    /// were acknowledged in another.
    pub async fn prune_acknowledged(
        &self,
        epoch: Epoch,
        watermark: u64,
    ) -> Result<usize, RecordError> {
        self.desk.ask(move |desk| Box::pin(prune(desk, epoch, watermark))).await
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

async fn settle(desk: &mut Desk, answers: PushAnswers) -> Result<Vec<DossierId>, StoreError> {
    let mut transaction = desk.conn.begin().await?;
    let epoch_is_new = match answers.epoch {
        Some(epoch) => learn_epoch(&mut transaction, epoch).await?,
        None => false,
    };
    let mut touched = BTreeSet::new();
    for (decision, outcome) in &answers.results {
        let Some(entry) = outbox::get(&mut transaction, *decision).await? else { continue };
        match (&entry.state, outcome) {
            // An older answer that was late: what was applied stays applied.
            (OutboxState::Withdrawn, _)
            | (
                OutboxState::Acknowledged { .. },
                PushOutcome::Refused { .. } | PushOutcome::Early { .. },
            ) => {}
            (_, PushOutcome::Early { base, next_try }) => {
                settle_early(&mut transaction, *decision, *base, *next_try).await?;
            }
            _ => outbox::set_outcome(&mut transaction, *decision, outcome).await?,
        }
        touched.extend(entry.stamped.decision.subject().dossier());
    }
    transaction.commit().await?;
    if epoch_is_new {
        desk.overlays.clear();
    }
    for dossier in &touched {
        desk.touch(Some(*dossier));
    }
    Ok(touched.into_iter().collect())
}

/// A decision whose base the service does not have waits for it; not if the base was
/// refused here, since then it does not come.
async fn settle_early(
    conn: &mut SqliteConnection,
    decision: DecisionId,
    base: DecisionId,
    next_try: Timestamp,
) -> Result<(), StoreError> {
    let mine = outbox::get(conn, base).await?;
    if mine.is_some_and(|mine| matches!(mine.state, OutboxState::Refused { .. })) {
        let refusal = Refusal::DependsOnRefused { refused: base };
        let outcome = PushOutcome::Refused { refusal, held: None };
        return outbox::set_outcome(conn, decision, &outcome).await;
    }
    let code = Trouble::BASE_UNKNOWN.to_owned();
    let trouble = Trouble { code, request: None, next_try };
    outbox::set_trouble(conn, decision, &trouble).await
}

/// Keeps in which epoch the service lives. In another one than before it may have
/// lost what it acknowledged and what it was told of what is carried: all of it is to be
/// sent again. Gives whether it is another one.
pub(crate) async fn learn_epoch(
    conn: &mut SqliteConnection,
    epoch: Epoch,
) -> Result<bool, StoreError> {
    let text = epoch.0.to_string();
    let known = meta::get(conn, Key::Epoch).await?;
    if known.as_ref() == Some(&text) {
        return Ok(false);
    }
    meta::set(conn, Key::Epoch, Some(&text)).await?;
    if known.is_some() {
        set_carry_to_tell(conn, true).await?;
    }
    outbox::replay(conn).await?;
    Ok(true)
}

/// The journal first: a crash in between leaves decisions that the journal lacks,
/// and opening seals them again. The other order would leave records in the
/// journal for ever.
async fn prune(desk: &mut Desk, epoch: Epoch, watermark: u64) -> Result<usize, RecordError> {
    let known = meta::get(&mut desk.conn, Key::Epoch).await?;
    let comparable = known == Some(epoch.0.to_string());
    let forgotten = outbox::not_needed(&mut desk.conn, comparable.then_some(watermark)).await?;
    if forgotten.is_empty() {
        return Ok(0);
    }
    rewrite_journal(desk, forgotten.clone()).await?;
    let mut transaction = desk.conn.begin().await?;
    outbox::keep_settled(&mut transaction, &forgotten).await?;
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
