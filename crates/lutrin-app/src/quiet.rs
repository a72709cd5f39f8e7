//! Whether a person waits for a document: what runs in the background then does not.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

/// For how long nothing must have been asked.
const SETTLED: Duration = Duration::from_millis(400);
/// For how long a person is taken to read on what was asked last.
const READING: Duration = Duration::from_secs(30);

/// What people wait for now, and when the last of it was given.
pub(crate) struct Quiet {
    state: watch::Sender<State>,
}

#[derive(Clone, Copy)]
struct State {
    waiting: u32,
    last: Option<Instant>,
}

/// When nothing will have been asked for a while.
#[derive(Debug, PartialEq, Eq)]
enum Calm {
    Now,
    /// If nothing is asked until then.
    At(Instant),
    /// Not before somebody has an answer.
    AfterAnswer,
}

impl State {
    /// When nothing will have been asked for so long.
    fn calm_for(self, long: Duration, now: Instant) -> Calm {
        match (self.waiting, self.last.map(|last| last + long)) {
            (0, Some(at)) if at > now => Calm::At(at),
            (0, _) => Calm::Now,
            _ => Calm::AfterAnswer,
        }
    }
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

    /// Whether a person reads: waits for something, or did a moment ago.
    pub(crate) fn somebody_reads(&self) -> bool {
        self.state.borrow().calm_for(READING, Instant::now()) != Calm::Now
    }

    /// Waits until nobody waits and nothing was asked for a moment, but not longer than
    /// `patience`: somebody who reads on and on must not keep the rest from being done.
    pub(crate) async fn wait(&self, patience: Duration) {
        let _ = timeout(patience, self.settled()).await;
    }

    async fn settled(&self) {
        let mut states = self.state.subscribe();
        loop {
            let state = *states.borrow_and_update();
            match state.calm_for(SETTLED, Instant::now()) {
                Calm::Now => return,
                Calm::At(at) => sleep_until(at).await,
                // The sender lives as long as `self`.
                Calm::AfterAnswer => drop(states.changed().await),
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

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn it_is_calm_a_moment_after_the_last_answer() {
        let now = Instant::now();
        let later = now + SETTLED;
        let just_before = later - Duration::from_millis(1);
        for (waiting, last, at, expected) in [
            (0, None, now, Calm::Now),
            (0, Some(now), now, Calm::At(later)),
            (0, Some(now), just_before, Calm::At(later)),
            (0, Some(now), later, Calm::Now),
            (1, None, now, Calm::AfterAnswer),
            (2, Some(now), now + LONG, Calm::AfterAnswer),
        ] {
            let state = State { waiting, last };
            assert_eq!(state.calm_for(SETTLED, at), expected, "{waiting} wait, last {last:?}");
        }
    }

    #[tokio::test]
    async fn each_who_waits_disturbs_until_the_answer() {
        let quiet = Quiet::new();
        quiet.wait(LONG).await;
        assert!(!quiet.somebody_reads(), "nothing was ever asked");
        let (first, second) = (quiet.disturb(), quiet.disturb());
        drop(first);
        assert_eq!(quiet.state.borrow().waiting, 1);
        tokio::select! {
            biased;
            () = quiet.wait(LONG) => panic!("somebody still waits"),
            () = tokio::task::yield_now() => {}
        }
        drop(second);
        assert_eq!(quiet.state.borrow().waiting, 0);
        assert!(quiet.state.borrow().last.is_some() && quiet.somebody_reads());
    }

    #[tokio::test]
    async fn patience_ends() {
        let quiet = Quiet::new();
        let _waits = quiet.disturb();
        quiet.wait(Duration::ZERO).await;
    }
}
