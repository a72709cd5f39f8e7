//! The tasks that ring: the service has something new, or the machine woke up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::events::{CAPABILITY, Changed};

use super::{Shared, store_failed};
use crate::core::awake::{Awake, EVERY};
use crate::core::events::EventLines;
use crate::core::schedule::Schedule;
use crate::error::ExchangeError;
use crate::progress::Contact;

/// When a service that tells of nothing is asked again whether it does.
const WITHOUT: Duration = Duration::from_secs(60 * 60);
/// Within how long the machines that hear of a change ask for it.
const SPREAD: Duration = Duration::from_secs(1);

/// How listening ended.
enum Ended {
    /// The service does not tell of changes.
    Without,
    /// The stream ended; whether it told anything, a sign of life included.
    Stream { lived: bool },
}

/// Listens while the service answers, until the task is dropped. What is not heard
/// is found by polling.
pub(super) async fn listen(shared: Arc<Shared>) {
    let mut schedule = Schedule::default();
    let mut progress = shared.signals.progress.subscribe();
    loop {
        let online = progress.wait_for(|progress| progress.contact == Contact::Online).await;
        if online.map(drop).is_err() {
            return;
        }
        let ended = tokio::select! {
            ended = listen_once(&shared) => ended,
            // The connection is dead, and nobody would say so for half a minute.
            () = shared.awoken.notified() => Ok(Ended::Stream { lived: true }),
        };
        let was_listening = shared
            .signals
            .progress
            .send_if_modified(|progress| std::mem::take(&mut progress.listening));
        if was_listening {
            // The next poll was far away, in the belief that it would be rung for.
            shared.nudge.notify_one();
        }
        let jitter = (shared.signals.given.jitter)();
        let wait = match &ended {
            Ok(Ended::Without) => WITHOUT,
            Ok(Ended::Stream { lived: true }) => {
                schedule = Schedule::default();
                schedule.failed(jitter, None)
            }
            Ok(Ended::Stream { lived: false }) => schedule.failed(jitter, None),
            Err(error) => {
                tracing::debug!(%error, "events.stopped");
                schedule.failed(jitter, error.retry_after())
            }
        };
        tokio::time::sleep(wait).await;
    }
}

async fn listen_once(shared: &Shared) -> Result<Ended, ExchangeError> {
    let about = shared.client.about().await?;
    if !about.capabilities.iter().any(|capability| capability == CAPABILITY) {
        return Ok(Ended::Without);
    }
    let known = position(shared).await?;
    let call =
        |client: crate::client::Client, token| async move { client.events(&token, known).await };
    let mut stream = shared.call(call).await?;
    shared.signals.progress.send_modify(|progress| progress.listening = true);
    let mut lines = EventLines::default();
    let mut lived = false;
    // A stream that breaks has ended.
    while let Ok(Some(bytes)) = stream.chunk().await {
        lived = true;
        if let Some(changed) = lines.feed(&bytes).pop() {
            heard(shared, changed).await?;
        }
    }
    Ok(Ended::Stream { lived })
}

/// Rings unless an exchange has brought it meanwhile, as it does what left from here.
async fn heard(shared: &Shared, changed: Changed) -> Result<(), ExchangeError> {
    tokio::time::sleep(SPREAD.mul_f64((shared.signals.given.jitter)().clamp(0.0, 1.0))).await;
    if position(shared).await?.is_none_or(|position| position < changed.position) {
        shared.nudge.notify_one();
    }
    Ok(())
}

async fn position(shared: &Shared) -> Result<Option<u64>, ExchangeError> {
    let cursor = shared.store.cursor().await.map_err(store_failed)?;
    Ok(cursor.and_then(|cursor| Some(cursor.0.parse::<Cursor>().ok()?.position)))
}

/// Watches the clocks until the task is dropped: after a sleep, connections are made
/// anew and everything is tried at once.
pub(super) async fn watch_sleep(shared: Arc<Shared>) {
    let mut awake = Awake::new(shared.signals.now(), Instant::now());
    loop {
        tokio::time::sleep(EVERY).await;
        if awake.has_slept(shared.signals.now(), Instant::now()) {
            tracing::info!("exchange.awoke");
            if let Err(error) = shared.client.reconnect() {
                tracing::warn!(%error, "exchange.reconnect");
            }
            shared.awoken.notify_waiters();
            shared.nudge.notify_one();
            shared.signals.wanted.notify_one();
        }
    }
}
