//! The task that runs rounds, and when.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::SignedDuration;
use lutrin_store::ExchangeNote;

use super::signals::Tally;
use super::{Shared, round};
use crate::core::schedule::{CALM, CALM_LISTENING, Schedule};
use crate::error::ExchangeError;
use crate::progress::{Contact, Progress};

/// Runs rounds until the task is dropped.
pub(super) async fn run(shared: Arc<Shared>) {
    // Whoever was sending before is not any more.
    if let Err(error) = shared.store.forget_in_flight().await {
        tracing::warn!(%error, "exchange.in_flight");
    }
    let mut schedule = Schedule::default();
    let mut was_well = false;
    loop {
        shared.signals.progress.send_modify(|progress| progress.contact = Contact::Exchanging);
        let outcome = round::run(&shared.store, &*shared, &shared.signals).await;
        let jitter = (shared.signals.given.jitter)();
        let wait = match &outcome {
            Ok(()) => {
                let listening = shared.signals.progress.borrow().listening;
                Some(schedule.succeeded(if listening { CALM_LISTENING } else { CALM }, jitter))
            }
            // Only a person can open the session again, and rings then.
            Err(ExchangeError::Call(error)) if error.needs_sign_in() => None,
            // There is nothing to try again: whoever runs this erases it.
            Err(ExchangeError::Call(error)) if error.shuts_out().is_some() => None,
            Err(error) => Some(schedule.failed(jitter, error.retry_after())),
        };
        let is_well = outcome.is_ok();
        note_exchange(&shared, outcome.as_ref().err().map(ExchangeError::code)).await;
        publish(&shared, outcome, wait);
        // After trouble the reception may be waiting too.
        if shared.signals.files_may_lack.swap(false, Ordering::Relaxed) || is_well && !was_well {
            shared.signals.wanted.notify_one();
        }
        was_well = is_well;
        tokio::select! {
            () = shared.nudge.notified() => {}
            () = tokio::time::sleep(wait.unwrap_or(Duration::MAX)) => {}
        }
    }
}

/// Keeps how it went, for whoever wants to know later.
pub(super) async fn note_exchange(shared: &Shared, failure: Option<&str>) {
    let Tally { sent, refused, receipt, dossiers, files, bytes } = shared.signals.take_tally();
    let failure = failure.map(str::to_owned);
    let at = shared.signals.now();
    let note =
        ExchangeNote { at, times: 1, sent, refused, receipt, dossiers, files, bytes, failure };
    if let Err(error) = shared.store.note_exchange(note).await {
        tracing::warn!(%error, "exchange.not_written_down");
    }
}

fn publish(shared: &Shared, outcome: Result<(), ExchangeError>, wait: Option<Duration>) {
    let now = shared.signals.now();
    let next = wait.and_then(|wait| now.checked_add(SignedDuration::try_from(wait).ok()?).ok());
    if let Err(error) = &outcome {
        tracing::info!(error = %error, "exchange.stopped");
    }
    shared.signals.progress.send_modify(|progress: &mut Progress| {
        progress.last_attempt = Some(now);
        progress.next_attempt = next;
        progress.contact = match &outcome {
            Ok(()) => Contact::Online,
            Err(ExchangeError::Call(error)) if error.needs_sign_in() => Contact::SignInNeeded,
            Err(ExchangeError::Call(error)) if error.is_offline() => Contact::Offline,
            Err(_) => Contact::Unknown,
        };
        progress.error = outcome.err();
    });
}
