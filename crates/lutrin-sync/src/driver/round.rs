//! Performs the effects of one round.

use std::collections::BTreeSet;

use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_protocol::changes::{Change, ChangesResponse, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarryRequest, JuriesResponse};
use lutrin_protocol::limits;
use lutrin_protocol::push::{self, PushRequest, PushResponse};
use lutrin_store::{
    Carried, ChangesBatch, Contact, CursorText, Delivery, Jury, PushOutcome, PutDossier,
    SettleError,
};

use super::{CARRY_TO_TELL_SETTING, Notice, Shared, store_failed};
use crate::core::round::{Effect, Event, Place, Round, Wants};
use crate::error::{CallError, ExchangeError};

/// The most dossiers written in one transaction.
const BATCH: usize = 50;

/// Runs one round to its end.
pub(super) async fn run(shared: &Shared) -> Result<(), ExchangeError> {
    let mut round = Round::new();
    let mut effect = round.step(Event::Start);
    while effect != Effect::Finish {
        let event = perform(shared, effect).await?;
        effect = round.step(event);
    }
    match round.push_error() {
        Some(error) => Err(error.clone().into()),
        None => Ok(()),
    }
}

async fn perform(shared: &Shared, effect: Effect) -> Result<Event, ExchangeError> {
    let store = &shared.store;
    Ok(match effect {
        Effect::LoadOutbox => {
            let limit = limits::PUSH_DECISIONS as u32;
            let batch = store.pending_batch(limit).await.map_err(store_failed)?;
            Event::Outbox(within_limit(batch.into_iter().map(|entry| entry.stamped)))
        }
        Effect::Push(decisions) => push(shared, decisions).await?,
        Effect::Settle(response) => settle(shared, response).await?,
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
            // A service that was restored may lack what it had acknowledged.
            store.replay_acknowledged().await.map_err(store_failed)?;
            Event::Done
        }
        Effect::StoreChanges(response) => store_changes(shared, *response).await?,
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

/// As many of these decisions as one request may hold.
fn within_limit(
    decisions: impl Iterator<Item = lutrin_domain::decision::Stamped>,
) -> Vec<lutrin_domain::decision::Stamped> {
    // Room for the stamp around each text and for the request around them all.
    const STAMP_BYTES: usize = 1024;
    let mut bytes = STAMP_BYTES;
    decisions
        .take_while(|stamped| {
            bytes += stamped.decision.text().len() + STAMP_BYTES;
            bytes <= limits::BODY_BYTES
        })
        .collect()
}

async fn push(
    shared: &Shared,
    decisions: Vec<lutrin_domain::decision::Stamped>,
) -> Result<Event, ExchangeError> {
    let ids: Vec<DecisionId> = decisions.iter().map(|stamped| stamped.decision.id()).collect();
    // The session first: what is marked as sent can no longer be withdrawn.
    shared.tokens.access(&shared.store, &shared.client, shared.now()).await?;
    shared.store.mark_in_flight(&ids, shared.now()).await.map_err(store_failed)?;
    let request = &PushRequest { decisions };
    let answer =
        shared.call(|client, token| async move { client.push(&token, request).await }).await;
    match answer {
        Ok(response) => Ok(Event::Pushed(Ok(response))),
        Err(error) => {
            shared.store.return_to_pending(&ids, delivery(&error)).await.map_err(store_failed)?;
            match error {
                ExchangeError::Call(error) if is_unreadable_push(&error) => {
                    Ok(Event::Pushed(Err(error)))
                }
                error => Err(error),
            }
        }
    }
}

/// Whether decisions that were not answered may be with the service.
fn delivery(error: &ExchangeError) -> Delivery {
    match error {
        ExchangeError::Call(CallError::Unreachable(kind)) if kind == "no connection" => {
            Delivery::NotSent
        }
        ExchangeError::Call(CallError::SessionEnded) => Delivery::NotSent,
        _ => Delivery::Unknown,
    }
}

/// Whether only the push failed, so that the pull is worth trying.
fn is_unreadable_push(error: &CallError) -> bool {
    !error.is_offline() && !error.needs_sign_in()
}

async fn settle(shared: &Shared, response: PushResponse) -> Result<Event, ExchangeError> {
    let mut touched = BTreeSet::new();
    for result in response.results {
        let outcome = match result.outcome {
            push::PushOutcome::Applied { position, received_at }
            | push::PushOutcome::Duplicate { position, received_at } => {
                PushOutcome::Acknowledged { position, received_at }
            }
            push::PushOutcome::Refused { refusal, held } => PushOutcome::Refused { refusal, held },
        };
        let entry = shared.store.outbox_entry(result.id).await.map_err(store_failed)?;
        touched.extend(entry.and_then(|entry| entry.stamped.decision.subject().dossier()));
        match shared.store.settle(result.id, outcome).await {
            // An answer about a decision we do not have, or withdrew, changes nothing.
            Ok(()) | Err(SettleError::Unknown | SettleError::NotWaiting) => {}
            Err(error) => return Err(store_failed(error)),
        }
    }
    if !touched.is_empty() {
        notify(shared, Notice::Dossiers(touched.into_iter().collect()));
    }
    Ok(Event::Done)
}

async fn load_place(shared: &Shared) -> Result<Place, ExchangeError> {
    let store = &shared.store;
    let cursor = store.cursor().await.map_err(store_failed)?;
    let to_tell = store.setting(CARRY_TO_TELL_SETTING).await.map_err(store_failed)?;
    let carry_to_tell = match to_tell {
        Some(_) => {
            let carried = store.carried().await.map_err(store_failed)?;
            Some(CarryRequest { juries: carried.juries, dossiers: carried.dossiers })
        }
        None => None,
    };
    Ok(Place {
        // A cursor that cannot be read is as good as none: all comes again.
        cursor: cursor.and_then(|cursor| cursor.0.parse::<Cursor>().ok()),
        rebuilding: store.is_rebuilding().await.map_err(store_failed)?,
        juries_rev: store.juries_rev().await.map_err(store_failed)?,
        carry_to_tell,
    })
}

/// The service knows what was told; something chosen meanwhile is told next time.
async fn carried_is_known(shared: &Shared, told: &CarryRequest) -> Result<Event, ExchangeError> {
    let carried = shared.store.carried().await.map_err(store_failed)?;
    if carried.juries == told.juries && carried.dossiers == told.dossiers {
        shared.store.set_setting(CARRY_TO_TELL_SETTING, None).await.map_err(store_failed)?;
    }
    Ok(Event::Done)
}

async fn fetch_changes(shared: &Shared, cursor: Option<Cursor>) -> Result<Event, ExchangeError> {
    let changes =
        shared.call(|client, token| async move { client.changes(&token, cursor).await }).await?;
    let Some(changes) = changes else { return Ok(Event::CursorGone) };
    let at = shared.now();
    let clock_offset = changes.server_time.duration_since(at);
    let contact = Contact { at, clock_offset };
    shared.store.set_last_contact(contact).await.map_err(store_failed)?;
    shared.progress.send_modify(|progress| {
        progress.clock_offset_seconds = Some(-clock_offset.as_secs());
    });
    Ok(Event::Changes(Box::new(changes)))
}

async fn store_changes(shared: &Shared, response: ChangesResponse) -> Result<Event, ExchangeError> {
    let cursor = CursorText(response.cursor.to_string());
    let mut touched = Vec::new();
    let mut changes = response.changes.into_iter().peekable();
    loop {
        let mut batch = ChangesBatch { puts: Vec::new(), removes: Vec::new(), cursor: None };
        for change in changes.by_ref().take(BATCH) {
            touched.push(add_change(&mut batch, change));
        }
        let last = changes.peek().is_none();
        batch.cursor = last.then(|| cursor.clone());
        shared.store.apply_changes(batch).await.map_err(store_failed)?;
        if last {
            break;
        }
    }
    let watermark = response.backup_watermark;
    if watermark > 0 {
        shared.store.prune_acknowledged(watermark).await.map_err(store_failed)?;
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
        Change::Remove { dossier, .. } => {
            batch.removes.push(dossier);
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
