//! Whether a person waits for a document: what runs in the background then does not.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

/// For how long nothing must have been asked.
const SETTLED: Duration = Duration::from_millis(400);

/// What people wait for now, and when the last of it was given.
pub(crate) struct Quiet {
    state: watch::Sender<State>,
}

#[derive(Clone, Copy)]
struct State {
    waiting: u32,
    last: Option<Instant>,
}

impl Quiet {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { state: watch::Sender::new(State { waiting: 0, last: None }) })
    }

    /// Somebody waits until the answer is dropped.
    pub(crate) fn disturb(self: &Arc<Self>) -> Disturbance {
        self.state.send_modify(|state| state.waiting += 1);
        Disturbance { quiet: Arc::clone(self) }
    }

    /// Waits until nobody waits and nothing was asked for a moment, but not longer than
    /// `patience`: somebody who reads on and on must not keep the rest from being done.
    pub(crate) async fn wait(&self, patience: Duration) {
        let _ = timeout(patience, self.settled()).await;
    }

    async fn settled(&self) {
        let mut states = self.state.subscribe();
        loop {
            let State { waiting, last } = *states.borrow_and_update();
            let settled = last.map(|last| last + SETTLED).filter(|at| *at > Instant::now());
            match (waiting, settled) {
                (0, None) => return,
                (0, Some(at)) => sleep_until(at).await,
                // The sender lives as long as `self`.
                _ => drop(states.changed().await),
            }
        }
    }
}

/// Somebody waits for a document.
pub(crate) struct Disturbance {
    quiet: Arc<Quiet>,
}

impl Drop for Disturbance {
    fn drop(&mut self) {
        self.quiet.state.send_modify(|state| {
            state.waiting = state.waiting.saturating_sub(1);
            state.last = Some(Instant::now());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_quiet_a_moment_after_the_last_answer() {
        let (quiet, long) = (Quiet::new(), Duration::from_secs(60));
        let begun = Instant::now();
        quiet.wait(long).await;
        assert!(begun.elapsed() < long, "nothing was ever asked");
        let (first, second) = (quiet.disturb(), quiet.disturb());
        drop(first);
        let waits = Arc::clone(&quiet);
        let waiting = tokio::spawn(async move { waits.wait(long).await });
        tokio::time::sleep(2 * SETTLED).await;
        assert!(!waiting.is_finished(), "somebody still waits");
        let begun = Instant::now();
        drop(second);
        waiting.await.unwrap();
        assert!(begun.elapsed() >= SETTLED);
    }

    #[tokio::test]
    async fn patience_ends() {
        let quiet = Quiet::new();
        let _waits = quiet.disturb();
        let begun = Instant::now();
        quiet.wait(SETTLED).await;
        assert!(begun.elapsed() >= SETTLED);
    }
}
