//! Performs the effects of one round.

use std::sync::atomic::Ordering;

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Person;
use lutrin_domain::seeded::{self, Bug};
use lutrin_protocol::changes::{Change, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarryRequest, JuriesResponse};
use lutrin_protocol::push::{self, PushRequest, PushResponse};
use lutrin_protocol::receipts::{RECEIPTS, ReceiptsRequest};
use lutrin_store::{
    CarryChoice, ChangesBatch, Contact, CursorText, Delivery, Epoch, FeedPlace, Jury,
    PendingDecision, PushAnswers, PushOutcome, PutDossier, Trouble,
};
use uuid::Uuid;

use super::signals::{Signals, Tally};
use super::{Notice, removal};
use crate::core::outbox::Waiting;
use crate::core::round::{Effect, Event, Place, Round, Wants};
use crate::error::{Blame, CallError, ExchangeError, Unreached};
use crate::ports::{LocalStore, Remote};
use crate::reading::ReadChanges;

/// The most dossiers written in one transaction.
const BATCH: usize = 50;
/// When a decision is sent again that the service says it cannot read.
const UNREADABLE_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// When one is sent again at which the service fails without saying why.
const FAILING_PAUSE: SignedDuration = SignedDuration::from_mins(5);
/// When one is sent again that builds on what the service does not have, if nothing is
/// heard of its dossier: what it builds on may have been refused meanwhile.
const EARLY_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// What the effects of a round are performed on.
pub(super) struct Hands<'a, L, R> {
    pub(super) local: &'a L,
    remote: &'a R,
    pub(super) signals: &'a Signals,
}

/// Runs one round to its end. Dropped on the way, as by a crash, it leaves a machine
/// on which the next one goes on.
///
/// What may no longer be kept is erased whatever became of the round: a day goes by
/// without a network too.
///
/// # Errors
///
/// When a part of it could not be done; what could be was done and is kept.
pub async fn run(
    local: &impl LocalStore,
    remote: &impl Remote,
    signals: &Signals,
) -> Result<(), ExchangeError> {
    let hands = Hands { local, remote, signals };
    let exchanged = hands.exchange().await;
    let erased = erase_due(local, signals).await;
    // Why the round failed first: what the service says of this machine outweighs a full disk.
    exchanged?;
    erased?;
    // The service is told once everything else was done; if it is not, at the next round.
    if let Err(error) = hands.tell_receipts().await {
        tracing::info!(%error, "receipts.not_told");
    }
    Ok(())
}

/// Erases what may no longer be kept, and says so to whoever shows it.
pub(super) async fn erase_due(
    local: &impl LocalStore,
    signals: &Signals,
) -> Result<(), ExchangeError> {
    for erased in local.erase_due(signals.now()).await? {
        let receipt = &erased.receipt;
        tracing::info!(
            cause = receipt.cause.code(),
            dossiers = receipt.dossiers,
            files = receipt.files,
            "erased"
        );
        signals.something_came();
        signals.notify(Notice::Erased(erased.documents));
        signals.notify(Notice::Dossiers(erased.dossiers));
    }
    Ok(())
}

impl<L: LocalStore, R: Remote> Hands<'_, L, R> {
    async fn exchange(&self) -> Result<(), ExchangeError> {
        let (local, signals) = (self.local, self.signals);
        let mut round = Round::new();
        let mut effect = round.step(Event::Start);
        while effect != Effect::Finish {
            let is_push = matches!(effect, Effect::Push(_));
            let event = match self.perform(effect).await {
                Ok(event) => event,
                Err(ExchangeError::Call(error))
                    if !is_push && !error.is_offline() && !error.ends_round() =>
                {
                    Event::PullFailed(error)
                }
                Err(error) => return Err(error),
            };
            effect = round.step(event);
        }
        if !round.asked() && round.error().is_none() {
            removal::forget(signals);
        }
        match round.error() {
            Some(error) => Err(error.clone().into()),
            None => local.note_full_exchange().await,
        }
    }

    async fn tell_receipts(&self) -> Result<(), ExchangeError> {
        let receipts = self.local.receipts_to_tell().await?;
        for receipts in receipts.chunks(RECEIPTS) {
            let ids: Vec<Uuid> = receipts.iter().map(|receipt| receipt.id).collect();
            self.remote.tell_receipts(&ReceiptsRequest { receipts: receipts.to_vec() }).await?;
            self.local.receipts_are_known(&ids).await?;
        }
        Ok(())
    }

    async fn perform(&self, effect: Effect) -> Result<Event, ExchangeError> {
        let local = self.local;
        Ok(match effect {
            Effect::LoadOutbox => {
                let now = self.signals.now();
                let pending = local.pending().await?;
                Event::Outbox(pending.into_iter().map(|one| waiting(one, now)).collect())
            }
            Effect::Push(decisions) => self.push(decisions).await?,
            Effect::Settle { sent, response } => self.settle(sent, response).await?,
            Effect::NoteTrouble { decision, error } => self.note_trouble(decision, &error).await?,
            Effect::LoadPlace => Event::Place(self.load_place().await?),
            Effect::PutCarried(carry) => {
                self.remote.put_carried(&carry).await?;
                Event::Sent
            }
            Effect::CarriedIsKnown(carry) => self.carried_is_known(&carry).await?,
            Effect::FetchChanges(cursor) => self.heard(self.remote.changes(cursor).await?).await?,
            Effect::BeginComparison => Event::Held(local.begin_comparison().await?),
            Effect::Compare(request) => self.heard(self.remote.compare(&request).await?).await?,
            Effect::BeginRebuild => {
                local.rebuild_begin().await?;
                Event::Done
            }
            Effect::WeighRemoval(removes) => Event::Removal(self.weigh(removes).await?),
            Effect::WeighRebuild => {
                let unseen = local.rebuild_unseen().await?;
                Event::Removal(self.weigh(unseen).await?)
            }
            Effect::AskRemoval(leaving) => {
                removal::ask(self.signals, leaving);
                Event::Done
            }
            Effect::StoreChanges(changes) => self.store_changes(*changes).await?,
            Effect::EndRebuild => {
                local.rebuild_sweep().await?;
                erase_due(self.local, self.signals).await?;
                self.signals.notify(Notice::Dossiers(Vec::new()));
                Event::Done
            }
            Effect::FetchJuries => Event::Juries(self.remote.juries().await?),
            Effect::StoreJuries(response) => self.store_juries(response).await?,
            Effect::LoadWants => Event::Wants(self.load_wants().await?),
            Effect::FetchSnapshot(id) => {
                Event::Snapshot(self.remote.dossier(id).await?.map(Box::new))
            }
            Effect::StoreSnapshot(snapshot) => self.store_snapshot(*snapshot).await?,
            Effect::FetchCatalogue(hash) => self.fetch_catalogue(hash).await?,
            Effect::StoreCatalogue { text, .. } => {
                local.put_catalogue(&text).await?;
                self.signals.notify(Notice::Dossiers(Vec::new()));
                Event::Done
            }
            Effect::Finish => Event::Done,
        })
    }

    async fn push(&self, chosen: Vec<DecisionId>) -> Result<Event, ExchangeError> {
        // The session first: what is marked as sent can no longer be withdrawn.
        if let Err(error) = self.remote.ready().await {
            if seeded::is(Bug::EndedSessionForgetsWork) {
                self.forget(chosen, &error).await?;
            }
            return Err(error);
        }
        let decisions = self.local.mark_in_flight(&chosen, self.signals.now()).await?;
        if decisions.is_empty() {
            // All were withdrawn meanwhile.
            let nothing =
                PushResponse { results: Vec::new(), epoch: None, server_time: self.signals.now() };
            return Ok(Event::Pushed(Ok(nothing)));
        }
        let ids: Vec<DecisionId> = decisions.iter().map(|stamped| stamped.decision.id()).collect();
        let request = &PushRequest { decisions };
        let error = match self.remote.push(request).await {
            Ok(response) => return Ok(Event::Pushed(Ok(response))),
            Err(error) => error,
        };
        self.local.return_to_pending(&ids, delivery(&error)).await?;
        match error {
            ExchangeError::Call(error) if !error.ends_round() => Ok(Event::Pushed(Err(error))),
            error => Err(error),
        }
    }

    /// What [`Bug::EndedSessionForgetsWork`] does.
    async fn forget(
        &self,
        chosen: Vec<DecisionId>,
        error: &ExchangeError,
    ) -> Result<(), ExchangeError> {
        if matches!(error, ExchangeError::Call(CallError::SessionEnded)) {
            let received_at = self.signals.now();
            let done = PushOutcome::Acknowledged { position: 0, received_at };
            let results = chosen.iter().map(|id| (*id, done.clone())).collect();
            let answers = PushAnswers { epoch: None, results, sent: chosen };
            self.local.settle_all(answers).await?;
        }
        Ok(())
    }

    async fn settle(
        &self,
        sent: Vec<DecisionId>,
        response: PushResponse,
    ) -> Result<Event, ExchangeError> {
        let now = self.signals.now();
        let results = response
            .results
            .into_iter()
            .filter_map(|result| Some((result.id, outcome(result.outcome, now)?)));
        let answers =
            PushAnswers { epoch: response.epoch.map(Epoch), results: results.collect(), sent };
        let mut counted = Tally::default();
        answers.results.iter().for_each(|(_, outcome)| note(&mut counted, outcome));
        let touched = self.local.settle_all(answers).await?;
        self.signals.count(|tally| tally.add(counted));
        if !touched.is_empty() {
            self.signals.notify(Notice::Dossiers(touched));
        }
        // What left the scope may have waited for this.
        erase_due(self.local, self.signals).await?;
        Ok(Event::Done)
    }

    async fn note_trouble(
        &self,
        decision: DecisionId,
        error: &CallError,
    ) -> Result<Event, ExchangeError> {
        let pause = if error.blame() == Blame::Request { UNREADABLE_PAUSE } else { FAILING_PAUSE };
        let now = self.signals.now();
        let trouble = Trouble {
            code: error.code().to_owned(),
            request: error.request_id().map(str::to_owned),
            next_try: now.checked_add(pause).unwrap_or(now),
        };
        tracing::warn!(decision.id = %decision, error = %error, "push.decision_unreadable");
        self.local.note_trouble(decision, &trouble).await?;
        Ok(Event::Done)
    }

    async fn load_place(&self) -> Result<Place, ExchangeError> {
        let local = self.local;
        let cursor = local.cursor().await?;
        let to_tell = local.carry_to_tell().await?;
        let carry_to_tell =
            to_tell.map(|choice| CarryRequest { juries: choice.juries, dossiers: choice.dossiers });
        Ok(Place {
            // A cursor that cannot be read is as good as none: all comes again.
            cursor: cursor.and_then(|cursor| cursor.0.parse::<Cursor>().ok()),
            rebuilding: local.is_rebuilding().await?,
            juries_rev: local.juries_rev().await?,
            carry_to_tell,
            may_lack: self.signals.may_lack.load(Ordering::Relaxed),
        })
    }

    async fn carried_is_known(&self, told: &CarryRequest) -> Result<Event, ExchangeError> {
        let told = CarryChoice { juries: told.juries.clone(), dossiers: told.dossiers.clone() };
        self.local.carry_is_known(&told).await?;
        self.signals.something_came();
        Ok(Event::Done)
    }

    /// Notes when the service was heard, and by how much the clocks differ.
    async fn heard(&self, changes: Option<ReadChanges>) -> Result<Event, ExchangeError> {
        let Some(changes) = changes else { return Ok(Event::CursorGone) };
        let contact = Contact::heard(changes.response.server_time, self.signals.now());
        self.local.set_last_contact(contact, changes.response.lease).await?;
        self.signals.progress.send_modify(|progress| {
            progress.clock_offset_seconds = Some(-contact.clock_offset.as_secs());
        });
        Ok(Event::Changes(Box::new(changes)))
    }

    async fn store_changes(&self, read: ReadChanges) -> Result<Event, ExchangeError> {
        let ReadChanges { response, unreadable } = read;
        let epoch = Epoch(response.cursor.epoch);
        let place = FeedPlace { cursor: CursorText(response.cursor.to_string()), epoch };
        if !response.changes.is_empty() {
            self.signals.something_came();
        }
        self.put_people(&response.people).await?;
        let mut touched = Vec::new();
        let mut changes = response.changes.into_iter().peekable();
        loop {
            let mut batch = ChangesBatch::default();
            for change in changes.by_ref().take(BATCH) {
                touched.push(add_change(&mut batch, change));
            }
            let last = changes.peek().is_none();
            if last {
                batch.still_there.clone_from(&unreadable);
                batch.place = Some(place.clone());
            }
            self.local.apply_changes(batch).await?;
            if last {
                break;
            }
        }
        erase_due(self.local, self.signals).await?;
        if !unreadable.is_empty() {
            tracing::warn!(count = unreadable.len(), "pull.changes_unreadable");
        }
        let watermark = response.backup_watermark;
        if watermark > 0 {
            self.local.prune_acknowledged(epoch, watermark).await?;
        }
        if !touched.is_empty() {
            self.signals.count(|tally| tally.dossiers += length(touched.len()));
            self.signals.notify(Notice::Dossiers(touched));
        }
        Ok(Event::Done)
    }

    async fn put_people(&self, people: &[Person]) -> Result<(), ExchangeError> {
        if people.is_empty() { Ok(()) } else { self.local.put_people(people).await }
    }

    async fn store_juries(&self, response: JuriesResponse) -> Result<Event, ExchangeError> {
        let juries: Vec<Jury> = response
            .juries
            .into_iter()
            .map(|entry| Jury { session: entry.session, dossiers: entry.dossiers })
            .collect();
        self.local.put_juries(response.juries_rev, &juries).await?;
        self.signals.something_came();
        self.signals.notify(Notice::Juries);
        Ok(Event::Done)
    }

    async fn load_wants(&self) -> Result<Wants, ExchangeError> {
        let local = self.local;
        let snapshots = local.missing_snapshots().await?;
        let catalogues = local.missing_catalogues().await?;
        let lacks = !snapshots.is_empty() || !catalogues.is_empty();
        self.signals.may_lack.store(lacks, Ordering::Relaxed);
        Ok(Wants { snapshots, catalogues })
    }

    async fn store_snapshot(&self, snapshot: Snapshot) -> Result<Event, ExchangeError> {
        let id = snapshot.dossier.id;
        self.put_people(&snapshot.people).await?;
        self.local.put_snapshot(snapshot.position, &snapshot.dossier).await?;
        self.signals.notify(Notice::Dossiers(vec![id]));
        self.signals.wanted.notify_one();
        Ok(Event::Done)
    }

    async fn fetch_catalogue(&self, hash: Digest) -> Result<Event, ExchangeError> {
        let text = self.remote.catalogue(hash).await?;
        // A text that is not the one named is as good as none.
        let text = text.filter(|text| Digest::of(text.as_bytes()) == hash);
        Ok(Event::Catalogue { hash, text })
    }
}

fn note(tally: &mut Tally, outcome: &PushOutcome) {
    match outcome {
        PushOutcome::Acknowledged { position, .. } => {
            tally.sent += 1;
            tally.receipt = tally.receipt.max(Some(*position));
        }
        PushOutcome::Refused { .. } => {
            tally.sent += 1;
            tally.refused += 1;
        }
        PushOutcome::Early { .. } => {}
    }
}

fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn waiting(pending: PendingDecision, now: Timestamp) -> Waiting {
    // Further away than any pause is a clock that was set back since.
    let is_a_pause = |at: Timestamp| {
        at.duration_since(now) <= UNREADABLE_PAUSE || seeded::is(Bug::WaitsForAnOldClock)
    };
    let paused = |at: Timestamp| at > now && is_a_pause(at);
    let troubled = pending.trouble.is_some_and(|trouble| paused(trouble.next_try));
    Waiting {
        decision: pending.decision,
        subject: pending.subject,
        based_on: pending.based_on,
        bytes: pending.bytes,
        held: troubled || pending.in_flight,
    }
}

/// Whether decisions that were not answered may be with the service.
fn delivery(error: &ExchangeError) -> Delivery {
    match error {
        ExchangeError::Call(
            CallError::Unreachable(Unreached::NoConnection) | CallError::SessionEnded,
        ) => Delivery::NotSent,
        _ => Delivery::Unknown,
    }
}

/// What an answer means here; nothing if it is none.
fn outcome(outcome: push::PushOutcome, now: Timestamp) -> Option<PushOutcome> {
    match outcome {
        push::PushOutcome::Applied { position, received_at }
        | push::PushOutcome::Duplicate { position, received_at } => {
            Some(PushOutcome::Acknowledged { position, received_at })
        }
        // The service lacks what it judges by: it has not judged, and keeps nothing.
        push::PushOutcome::Refused { refusal: Refusal::CatalogueMissing, .. } => None,
        push::PushOutcome::Refused { refusal: Refusal::BaseUnknown { base }, .. } => {
            let next_try = now.checked_add(EARLY_PAUSE).unwrap_or(now);
            Some(PushOutcome::Early { base, next_try })
        }
        push::PushOutcome::Refused { refusal, held } => {
            Some(PushOutcome::Refused { refusal, held })
        }
    }
}

fn add_change(batch: &mut ChangesBatch, change: Change) -> DossierId {
    match change {
        Change::Put { position, summary, snapshot } => {
            let id = summary.id;
            batch.puts.push(PutDossier { position, summary: *summary, snapshot });
            id
        }
        Change::Remove { position, dossier } => {
            batch.removes.push((position, dossier));
            dossier
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_clock_set_back_makes_no_decision_wait_for_years() {
        let now: Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
        let held = |next_try: Timestamp| {
            let pending = PendingDecision {
                decision: DecisionId(Uuid::from_u128(1)),
                subject: "dossier".into(),
                based_on: None,
                bytes: 500,
                trouble: Some(Trouble { code: "internal".into(), request: None, next_try }),
                in_flight: false,
            };
            waiting(pending, now).held
        };
        assert!(held(now + UNREADABLE_PAUSE));
        assert!(!held(now));
        assert!(!held(now + SignedDuration::from_hours(24 * 3_650)));
    }
}
