//! Futures that are driven step by step, by whoever decides what happens next.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// Gives way once: something else may happen here, or the machine may stop.
pub async fn step() {
    let mut gave_way = false;
    poll_fn(|context| {
        if gave_way {
            return Poll::Ready(());
        }
        gave_way = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Goes on to the next step.
pub fn go_on<T>(future: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Poll<T> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Goes on to the end.
///
/// # Panics
///
/// After a million steps.
pub fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    for _ in 0..1_000_000 {
        if let Poll::Ready(output) = go_on(future.as_mut()) {
            return output;
        }
    }
    panic!("it goes on for ever");
}
