//! An actor: one task that owns a connection and does what it is asked, in turn.
//!
//! A pool would close and reopen connections; these are exclusive and must live
//! as long as the store. What was asked is done even if the asker has gone away.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::{mpsc, oneshot};

use crate::error::StoreError;

/// What a job gives back while it works on the owned state.
pub(crate) type Work<'s, T> = Pin<Box<dyn Future<Output = T> + Send + 's>>;

type Job<S> = Box<dyn for<'s> FnOnce(&'s mut S) -> Work<'s, ()> + Send>;

/// How many jobs may wait before askers do.
const QUEUE: usize = 64;

enum Message<S> {
    Job(Job<S>),
    Close(oneshot::Sender<()>),
}

/// What an actor owns, and how it lets go of it.
pub(crate) trait Owned: Send + 'static {
    /// Closes what is owned; nothing is asked afterwards.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// A handle to the task that owns an `S`.
pub(crate) struct Actor<S> {
    messages: mpsc::Sender<Message<S>>,
}

impl<S> Clone for Actor<S> {
    fn clone(&self) -> Self {
        Self { messages: self.messages.clone() }
    }
}

impl<S: Owned> Actor<S> {
    /// Starts the task; it ends when asked to close or when every handle is gone.
    pub(crate) fn start(owned: S) -> Self {
        let (messages, inbox) = mpsc::channel(QUEUE);
        tokio::spawn(run(owned, inbox));
        Self { messages }
    }

    /// Has the owner do a job and gives what the job gives.
    pub(crate) async fn ask<T, E>(
        &self,
        job: impl for<'s> FnOnce(&'s mut S) -> Work<'s, Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job<S> = Box::new(move |owned| {
            Box::pin(async move {
                // The asker may have gone away; the work is done all the same.
                let _ = answer.send(job(owned).await);
            })
        });
        if self.messages.send(Message::Job(job)).await.is_err() {
            return Err(StoreError::Closed.into());
        }
        answered.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// Has the owner finish what was asked before, close and end.
    pub(crate) async fn close(&self) {
        let (answer, answered) = oneshot::channel();
        if self.messages.send(Message::Close(answer)).await.is_ok() {
            let _ = answered.await;
        }
    }
}

async fn run<S: Owned>(mut owned: S, mut inbox: mpsc::Receiver<Message<S>>) {
    let mut closer = None;
    while let Some(message) = inbox.recv().await {
        match message {
            Message::Job(job) => job(&mut owned).await,
            Message::Close(answer) => {
                closer = Some(answer);
                break;
            }
        }
    }
    drop(inbox);
    owned.close().await;
    if let Some(answer) = closer {
        let _ = answer.send(());
    }
}
