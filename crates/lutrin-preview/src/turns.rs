//! Who is served next: what a person is looking at, before what is read ahead.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Which requests go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Priority {
    /// Somebody looks at the place where the answer will appear.
    Foreground,
    /// Somebody may need it later.
    Background,
}

/// A queue in two parts: one holder at a time, then the foreground in order of arrival,
/// then the background in order of arrival. A request being served is never interrupted.
#[derive(Default)]
pub(crate) struct Turns {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    taken: bool,
    foreground: VecDeque<oneshot::Sender<Turn>>,
    background: VecDeque<oneshot::Sender<Turn>>,
}

impl Turns {
    /// Waits for one's turn. Dropping the future leaves the queue.
    pub(crate) async fn wait(self: &Arc<Self>, priority: Priority) -> Turn {
        loop {
            let called = {
                let mut queue = self.queue();
                if !queue.taken {
                    queue.taken = true;
                    return Turn { turns: self.clone() };
                }
                let (caller, called) = oneshot::channel();
                match priority {
                    Priority::Foreground => queue.foreground.push_back(caller),
                    Priority::Background => queue.background.push_back(caller),
                }
                called
            };
            if let Ok(turn) = called.await {
                return turn;
            }
        }
    }

    /// A thread that panicked while holding it left nothing half done.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to be served; dropping it calls the next one.
pub(crate) struct Turn {
    turns: Arc<Turns>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut queue = self.turns.queue();
        queue.foreground.retain(|caller| !caller.is_closed());
        queue.background.retain(|caller| !caller.is_closed());
        let next = queue.foreground.pop_front();
        let next = next.or_else(|| queue.background.pop_front());
        queue.taken = next.is_some();
        drop(queue);
        if let Some(caller) = next {
            // One who left meanwhile gives the turn back, dropped here, to the next one.
            let _ = caller.send(Turn { turns: self.turns.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    type Waiting = Pin<Box<dyn Future<Output = Turn>>>;

    fn waits(turns: &Arc<Turns>, priority: Priority) -> Waiting {
        let turns = turns.clone();
        let mut waiting: Waiting = Box::pin(async move { turns.wait(priority).await });
        assert!(poll(&mut waiting).is_none(), "another one holds the turn");
        waiting
    }

    fn poll(waiting: &mut Waiting) -> Option<Turn> {
        match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        }
    }

    fn first(turns: &Arc<Turns>) -> Turn {
        let turns = turns.clone();
        let mut waiting: Waiting = Box::pin(async move { turns.wait(Priority::Background).await });
        poll(&mut waiting).expect("nobody holds the turn")
    }

    #[test]
    fn the_foreground_goes_first_and_each_in_its_order() {
        let turns = Arc::new(Turns::default());
        let mut holder = first(&turns);
        let mut queue = [
            (3, waits(&turns, Priority::Background)),
            (1, waits(&turns, Priority::Foreground)),
            (4, waits(&turns, Priority::Background)),
            (2, waits(&turns, Priority::Foreground)),
        ];
        for expected in 1..=4 {
            drop(holder);
            let mut served = Vec::new();
            for (place, waiting) in &mut queue {
                if *place >= expected
                    && let Some(turn) = poll(waiting)
                {
                    served.push((*place, turn));
                }
            }
            assert_eq!(served.len(), 1, "one at a time");
            let (place, turn) = served.remove(0);
            assert_eq!(place, expected);
            holder = turn;
        }
        drop(holder);
        first(&turns);
    }

    #[test]
    fn one_who_leaves_the_queue_does_not_keep_the_turn() {
        let turns = Arc::new(Turns::default());
        let holder = first(&turns);
        let gone_before = waits(&turns, Priority::Foreground);
        let gone_after = waits(&turns, Priority::Foreground);
        let mut stays = waits(&turns, Priority::Background);
        drop(gone_before);
        drop(holder);
        assert!(poll(&mut stays).is_none(), "the second one was called");
        drop(gone_after);
        assert!(poll(&mut stays).is_some(), "called, it left without being served");
        first(&turns);
    }
}
