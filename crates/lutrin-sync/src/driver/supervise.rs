//! Keeps a task running: a fault of ours must not end the exchange in silence.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::Shared;
use crate::core::schedule::Schedule;

/// Runs a task until this future is dropped; one that ends by a fault is told of
/// and started again after a while.
pub(super) async fn supervise<F>(name: &'static str, jitter: impl Fn() -> f64, task: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut schedule = Schedule::default();
    loop {
        // The set ends the task when this future is dropped.
        let mut running = JoinSet::new();
        running.spawn(task());
        if let Some(Err(error)) = running.join_next().await {
            tracing::error!(task = name, panicked = error.is_panic(), "exchange.task_ended");
        }
        let wait: Duration = schedule.failed(jitter(), None);
        tokio::time::sleep(wait).await;
    }
}

/// The same for a task that works on what all of them share.
pub(super) fn kept_running<F>(
    name: &'static str,
    shared: &Arc<Shared>,
    task: impl Fn(Arc<Shared>) -> F + Send + 'static,
) -> impl Future<Output = ()> + Send + 'static
where
    F: Future<Output = ()> + Send + 'static,
{
    let (shared, jitter) = (Arc::clone(shared), Arc::clone(&shared.signals.given.jitter));
    supervise(name, move || jitter(), move || task(Arc::clone(&shared)))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_task_that_ends_by_a_fault_is_started_again() {
        let (started, ended) = (Arc::new(AtomicU32::new(0)), tokio::sync::Notify::new());
        let ended = Arc::new(ended);
        let task = {
            let (started, ended) = (Arc::clone(&started), Arc::clone(&ended));
            move || {
                let (started, ended) = (Arc::clone(&started), Arc::clone(&ended));
                async move {
                    if started.fetch_add(1, Ordering::Relaxed) == 0 {
                        panic!("a fault, on purpose");
                    }
                    ended.notify_one();
                    std::future::pending().await
                }
            }
        };
        tokio::select! {
            () = supervise("test", || 0.0, task) => unreachable!("it runs until it is dropped"),
            () = ended.notified() => {}
        }
        assert_eq!(started.load(Ordering::Relaxed), 2);
    }
}
