//! The task that runs rounds, and when.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::SignedDuration;
use lutrin_store::ExchangeNote;
use tokio::sync::Notify;

use super::signals::Tally;
use super::{Shared, round};
use crate::core::schedule::{CALM, CALM_LISTENING, Schedule};
use crate::error::ExchangeError;
use crate::progress::{Contact, Progress};

/// How often what may no longer be kept is erased while there are no rounds.
const ERASE_EVERY: Duration = Duration::from_secs(60 * 60);

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
            Err(error) if error.waits_for_a_person() => None,
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
        rest(&shared.nudge, wait, ERASE_EVERY, || erase(&shared)).await;
    }
}

/// Waits for a ring, or so long; erases now and then what may no longer be kept. Nobody may
/// ring for days where a person is to sign in.
async fn rest<F: Future<Output = ()>>(
    ring: &Notify,
    wait: Option<Duration>,
    every: Duration,
    erase: impl Fn() -> F,
) {
    let mut over = pin!(tokio::time::sleep(wait.unwrap_or(Duration::MAX)));
    loop {
        tokio::select! {
            biased;
            () = ring.notified() => return,
            () = &mut over => return,
            () = tokio::time::sleep(every) => erase().await,
        }
    }
}

async fn erase(shared: &Shared) {
    if let Err(error) = round::erase_due(&shared.store, &shared.signals).await {
        tracing::warn!(%error, "exchange.not_erased");
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[tokio::test]
    async fn what_may_not_be_kept_is_erased_while_a_person_is_waited_for() {
        let (ring, erased) = (Notify::new(), AtomicU32::new(0));
        let erase = async || {
            if erased.fetch_add(1, Ordering::Relaxed) == 2 {
                ring.notify_one();
            }
        };
        rest(&ring, None, Duration::from_millis(1), erase).await;
        assert_eq!(erased.into_inner(), 3, "until somebody rings");
    }
}
