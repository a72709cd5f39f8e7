//! Performs the effects of one round.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::refusal::Refusal;
use lutrin_protocol::changes::{Change, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarryRequest, JuriesResponse};
use lutrin_protocol::push::{self, PushRequest, PushResponse};
use lutrin_store::{
    Carried, ChangesBatch, Contact, CursorText, Delivery, Epoch, FeedPlace, Jury, PendingDecision,
    PushAnswers, PushOutcome, PutDossier, Trouble,
};

use super::{Notice, Shared, removal, store_failed};
use crate::core::outbox::Waiting;
use crate::core::round::{Effect, Event, Place, Round, Wants};
use crate::error::{Blame, CallError, ExchangeError, Unreached};
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

/// Runs one round to its end.
pub(super) async fn run(shared: &Shared) -> Result<(), ExchangeError> {
    let mut round = Round::new();
    let mut effect = round.step(Event::Start);
    while effect != Effect::Finish {
        let is_push = matches!(effect, Effect::Push(_));
        let event = match perform(shared, effect).await {
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
        removal::forget(shared);
    }
    match round.error() {
        Some(error) => Err(error.clone().into()),
        None => shared.store.note_full_exchange().await.map_err(store_failed),
    }
}

async fn perform(shared: &Shared, effect: Effect) -> Result<Event, ExchangeError> {
    let store = &shared.store;
    Ok(match effect {
        Effect::LoadOutbox => {
            let now = shared.now();
            let pending = store.pending().await.map_err(store_failed)?;
            Event::Outbox(pending.into_iter().map(|one| waiting(one, now)).collect())
        }
        Effect::Push(decisions) => push(shared, decisions).await?,
        Effect::Settle { sent, response } => settle(shared, sent, response).await?,
        Effect::NoteTrouble { decision, error } => note_trouble(shared, decision, &error).await?,
        Effect::LoadPlace => Event::Place(load_place(shared).await?),
        Effect::PutCarried(carry) => {
            let carry = &carry;
            shared
                .call(|client, token| async move { client.put_carried(&token, carry).await })
                .await?;
            Event::Sent
        }
        Effect::CarriedIsKnown(carry) => carried_is_known(shared, &carry).await?,
        Effect::FetchChanges(cursor) => fetch_changes(shared, cursor).await?,
        Effect::BeginRebuild => {
            store.rebuild_begin().await.map_err(store_failed)?;
            Event::Done
        }
        Effect::WeighRemoval(removes) => Event::Removal(removal::weigh(shared, removes).await?),
        Effect::WeighRebuild => {
            let unseen = store.rebuild_unseen().await.map_err(store_failed)?;
            Event::Removal(removal::weigh(shared, unseen).await?)
        }
        Effect::AskRemoval(leaving) => {
            removal::ask(shared, leaving);
            Event::Done
        }
        Effect::StoreChanges(changes) => store_changes(shared, *changes).await?,
        Effect::EndRebuild => {
            store.rebuild_sweep().await.map_err(store_failed)?;
            notify(shared, Notice::Dossiers(Vec::new()));
            Event::Done
        }
        Effect::FetchJuries => Event::Juries(
            shared.call(|client, token| async move { client.juries(&token).await }).await?,
        ),
        Effect::StoreJuries(response) => store_juries(shared, response).await?,
        Effect::LoadWants => Event::Wants(load_wants(shared).await?),
        Effect::FetchSnapshot(id) => {
            let snapshot = shared
                .call(|client, token| async move { client.dossier(&token, id).await })
                .await?;
            Event::Snapshot(snapshot.map(Box::new))
        }
        Effect::StoreSnapshot(snapshot) => store_snapshot(shared, *snapshot).await?,
        Effect::FetchCatalogue(hash) => fetch_catalogue(shared, hash).await?,
        Effect::StoreCatalogue { text, .. } => {
            store.put_catalogue(&text).await.map_err(store_failed)?;
            notify(shared, Notice::Dossiers(Vec::new()));
            Event::Done
        }
        Effect::Finish => Event::Done,
    })
}

fn waiting(pending: PendingDecision, now: Timestamp) -> Waiting {
    let troubled = pending.trouble.is_some_and(|trouble| trouble.next_try > now);
    Waiting {
        decision: pending.decision,
        subject: pending.subject,
        based_on: pending.based_on,
        bytes: pending.bytes,
        held: troubled || pending.in_flight,
    }
}

async fn push(shared: &Shared, chosen: Vec<DecisionId>) -> Result<Event, ExchangeError> {
    // The session first: what is marked as sent can no longer be withdrawn.
    shared.tokens.access(&shared.store, &shared.client, shared.now()).await?;
    let decisions = shared.store.mark_in_flight(&chosen, shared.now()).await;
    let decisions = decisions.map_err(store_failed)?;
    if decisions.is_empty() {
        // All were withdrawn meanwhile.
        let nothing = PushResponse { results: Vec::new(), epoch: None, server_time: shared.now() };
        return Ok(Event::Pushed(Ok(nothing)));
    }
    let ids: Vec<DecisionId> = decisions.iter().map(|stamped| stamped.decision.id()).collect();
    let request = &PushRequest { decisions };
    let answer =
        shared.call(|client, token| async move { client.push(&token, request).await }).await;
    let error = match answer {
        Ok(response) => return Ok(Event::Pushed(Ok(response))),
        Err(error) => error,
    };
    shared.store.return_to_pending(&ids, delivery(&error)).await.map_err(store_failed)?;
    match error {
        ExchangeError::Call(error) if !error.ends_round() => Ok(Event::Pushed(Err(error))),
        error => Err(error),
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

async fn settle(
    shared: &Shared,
    sent: Vec<DecisionId>,
    response: PushResponse,
) -> Result<Event, ExchangeError> {
    let now = shared.now();
    let results = response
        .results
        .into_iter()
        .filter_map(|result| Some((result.id, outcome(result.outcome, now)?)));
    let answers =
        PushAnswers { epoch: response.epoch.map(Epoch), results: results.collect(), sent };
    let touched = shared.store.settle_all(answers).await.map_err(store_failed)?;
    if !touched.is_empty() {
        notify(shared, Notice::Dossiers(touched));
    }
    Ok(Event::Done)
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

async fn note_trouble(
    shared: &Shared,
    decision: DecisionId,
    error: &CallError,
) -> Result<Event, ExchangeError> {
    let pause = if error.blame() == Blame::Request { UNREADABLE_PAUSE } else { FAILING_PAUSE };
    let now = shared.now();
    let trouble = Trouble {
        code: error.code().to_owned(),
        request: error.request_id().map(str::to_owned),
        next_try: now.checked_add(pause).unwrap_or(now),
    };
    tracing::warn!(decision.id = %decision, error = %error, "push.decision_unreadable");
    shared.store.note_trouble(decision, &trouble).await.map_err(store_failed)?;
    Ok(Event::Done)
}

async fn load_place(shared: &Shared) -> Result<Place, ExchangeError> {
    let store = &shared.store;
    let cursor = store.cursor().await.map_err(store_failed)?;
    let to_tell = store.carry_to_tell().await.map_err(store_failed)?;
    let carry_to_tell =
        to_tell.map(|carried| CarryRequest { juries: carried.juries, dossiers: carried.dossiers });
    Ok(Place {
        // A cursor that cannot be read is as good as none: all comes again.
        cursor: cursor.and_then(|cursor| cursor.0.parse::<Cursor>().ok()),
        rebuilding: store.is_rebuilding().await.map_err(store_failed)?,
        juries_rev: store.juries_rev().await.map_err(store_failed)?,
        carry_to_tell,
        may_lack: shared.may_lack.load(Ordering::Relaxed),
    })
}

async fn carried_is_known(shared: &Shared, told: &CarryRequest) -> Result<Event, ExchangeError> {
    let (juries, dossiers) = (told.juries.clone(), told.dossiers.clone());
    let told = Carried { juries, dossiers, following: Vec::new() };
    shared.store.carry_is_known(&told).await.map_err(store_failed)?;
    shared.something_came();
    Ok(Event::Done)
}

async fn fetch_changes(shared: &Shared, cursor: Option<Cursor>) -> Result<Event, ExchangeError> {
    let changes =
        shared.call(|client, token| async move { client.changes(&token, cursor).await }).await?;
    let Some(changes) = changes else { return Ok(Event::CursorGone) };
    let at = shared.now();
    let clock_offset = changes.response.server_time.duration_since(at);
    let contact = Contact { at, clock_offset };
    shared.store.set_last_contact(contact).await.map_err(store_failed)?;
    shared.progress.send_modify(|progress| {
        progress.clock_offset_seconds = Some(-clock_offset.as_secs());
    });
    Ok(Event::Changes(Box::new(changes)))
}

async fn store_changes(shared: &Shared, read: ReadChanges) -> Result<Event, ExchangeError> {
    let ReadChanges { response, unreadable } = read;
    let epoch = Epoch(response.cursor.epoch);
    let place = FeedPlace { cursor: CursorText(response.cursor.to_string()), epoch };
    if !response.changes.is_empty() {
        shared.something_came();
    }
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
        shared.store.apply_changes(batch).await.map_err(store_failed)?;
        if last {
            break;
        }
    }
    if !unreadable.is_empty() {
        tracing::warn!(count = unreadable.len(), "pull.changes_unreadable");
    }
    let watermark = response.backup_watermark;
    if watermark > 0 {
        shared.store.prune_acknowledged(epoch, watermark).await.map_err(store_failed)?;
    }
    if !touched.is_empty() {
        notify(shared, Notice::Dossiers(touched));
    }
    Ok(Event::Done)
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

async fn store_juries(shared: &Shared, response: JuriesResponse) -> Result<Event, ExchangeError> {
    let juries: Vec<Jury> = response
        .juries
        .into_iter()
        .map(|entry| Jury { session: entry.session, dossiers: entry.dossiers })
        .collect();
    let store = &shared.store;
    let mut carried = store.carried().await.map_err(store_failed)?;
    carried.following = following(&carried, &juries);
    store.put_juries(response.juries_rev, &juries).await.map_err(store_failed)?;
    store.set_carried(&carried).await.map_err(store_failed)?;
    shared.something_came();
    notify(shared, Notice::Juries);
    Ok(Event::Done)
}

/// The dossiers that follow what is carried: those of sittings, the next sitting
/// first, then single ones.
pub fn following(carried: &Carried, juries: &[Jury]) -> Vec<DossierId> {
    let mut seen = BTreeSet::new();
    juries
        .iter()
        .filter(|jury| carried.juries.contains(&jury.session.id))
        .flat_map(|jury| jury.dossiers.iter().copied())
        .chain(carried.dossiers.iter().copied())
        .filter(|dossier| seen.insert(*dossier))
        .collect()
}

async fn load_wants(shared: &Shared) -> Result<Wants, ExchangeError> {
    let store = &shared.store;
    let snapshots = store.missing_snapshots().await.map_err(store_failed)?;
    let catalogues = store.missing_catalogues().await.map_err(store_failed)?;
    let lacks = !snapshots.is_empty() || !catalogues.is_empty();
    shared.may_lack.store(lacks, Ordering::Relaxed);
    Ok(Wants { snapshots, catalogues })
}

async fn store_snapshot(shared: &Shared, snapshot: Snapshot) -> Result<Event, ExchangeError> {
    let id = snapshot.dossier.id;
    let stored = shared.store.put_snapshot(snapshot.position, &snapshot.dossier).await;
    stored.map_err(store_failed)?;
    notify(shared, Notice::Dossiers(vec![id]));
    shared.wanted.notify_one();
    Ok(Event::Done)
}

async fn fetch_catalogue(shared: &Shared, hash: Digest) -> Result<Event, ExchangeError> {
    let text =
        shared.call(|client, token| async move { client.catalogue(&token, hash).await }).await?;
    // A text that is not the one named is as good as none.
    let text = text.filter(|text| Digest::of(text.as_bytes()) == hash);
    Ok(Event::Catalogue { hash, text })
}

fn notify(shared: &Shared, notice: Notice) {
    // Nobody listens any more once the window is gone.
    let _ = shared.notices.send(notice);
}
