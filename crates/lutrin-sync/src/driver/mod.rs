//! Performs what the core decides: on the store, on the network, in time.
//!
//! Four tasks run while a profile is open. The *exchange* runs rounds: at once
//! when asked, by itself after a while, with growing waits after failures. The
//! *reception* fetches documents of carried dossiers, four at a time, and goes on
//! where it was. Neither ever waits for the other. Two more ring: one listens to
//! the service, one notices that the machine has slept.

mod exchange;
mod local;
mod nudges;
mod reception;
mod remote;
mod removal;
mod round;
mod signals;
mod supervise;
mod tokens;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;
use lutrin_protocol::session::Secret;
use lutrin_store::Store;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

pub use self::round::run as run_round;
pub use self::signals::Signals;

use self::tokens::Tokens;
use crate::client::Client;
use crate::core::pace::Pace;
use crate::error::{CallError, ExchangeError};
use crate::progress::Progress;
use crate::session::Session;

/// Where the choice to stop receiving is remembered.
const STOPPED_SETTING: &str = "receiving_stopped";
/// Where the limit of rate is remembered, in bytes a second.
const LIMIT_SETTING: &str = "receive_limit";

/// How long a person who leaves waits for the service.
const LONGEST_GOODBYE: Duration = Duration::from_secs(3);

/// What is given to the exchange so that tests can decide it.
#[derive(Clone)]
pub struct Given {
    /// The time.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// A number from 0 to 1, drawn anew each time.
    pub jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
}

/// What the screens may have to show anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// These dossiers changed; all of them if the list is empty.
    Dossiers(Vec<DossierId>),
    /// The sittings changed.
    Juries,
    /// These files were erased: nothing that was drawn of them may stay either.
    Erased(Vec<Digest>),
}

/// The exchange of one open profile. Dropping it stops its tasks; what they
/// were doing goes on the next time.
pub struct Exchange {
    shared: Arc<Shared>,
    tasks: [JoinHandle<()>; 4],
}

/// What the tasks and the handle hold.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) tokens: Tokens,
    pub(crate) signals: Signals,
    /// Rings when a round is wanted now.
    pub(crate) nudge: Notify,
    /// Rings when the machine has slept.
    pub(crate) awoken: Notify,
    /// The dossier being read, whose documents come before all others.
    first: watch::Sender<Option<DossierId>>,
    pace: Mutex<Pace>,
}

impl Shared {
    pub(crate) fn read_first(&self) -> Option<DossierId> {
        *self.first.borrow()
    }

    /// How long to wait after these bytes of documents.
    pub(crate) fn pace(&self, bytes: u64) -> Duration {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.take(bytes, Instant::now())
    }

    /// Calls the service with an access token; one that is refused is refreshed
    /// and the call made once more.
    pub(crate) async fn call<A, F>(
        &self,
        call: impl Fn(Client, Secret) -> F,
    ) -> Result<A, ExchangeError>
    where
        F: Future<Output = Result<A, CallError>>,
    {
        let (token, answer) = self.call_once(&call).await?;
        match answer {
            Err(error) if tokens::is_unauthenticated(&error) => {}
            answer => return Ok(answer?),
        }
        self.tokens.forget(&token).await;
        Ok(self.call_once(&call).await?.1?)
    }

    /// The same without the second try; gives the token that was used.
    async fn call_once<A, F>(
        &self,
        call: &impl Fn(Client, Secret) -> F,
    ) -> Result<(Secret, Result<A, CallError>), ExchangeError>
    where
        F: Future<Output = Result<A, CallError>>,
    {
        let token = self.tokens.access(&self.store, &self.client, self.signals.now()).await?;
        let answer = call(self.client.clone(), token.clone()).await;
        if answer.is_ok() {
            self.tokens.worked(&token).await;
        }
        Ok((token, answer))
    }
}

impl Exchange {
    /// Starts exchanging. `session` is the one just signed in with, if any.
    pub async fn start(
        store: Store,
        client: Client,
        session: Option<&Session>,
        given: Given,
        notices: mpsc::UnboundedSender<Notice>,
    ) -> Result<Self, ExchangeError> {
        let mut progress = Progress::default();
        let stopped = store.setting(STOPPED_SETTING).await.map_err(store_failed)?;
        progress.receiving.stopped = stopped.is_some();
        let limit = store.setting(LIMIT_SETTING).await.map_err(store_failed)?;
        // A setting that cannot be read is none.
        let limit = limit.and_then(|limit| limit.parse().ok());
        let shared = Arc::new(Shared {
            tokens: Tokens::new(session.map(|session| &session.0), (given.now)()),
            store,
            client,
            signals: Signals::new(given, progress, notices),
            nudge: Notify::new(),
            awoken: Notify::new(),
            first: watch::Sender::new(None),
            pace: Mutex::new(Pace::new(limit)),
        });
        let tasks = [
            tokio::spawn(supervise::kept_running("exchange", &shared, exchange::run)),
            tokio::spawn(supervise::kept_running("reception", &shared, reception::run)),
            tokio::spawn(supervise::kept_running("events", &shared, nudges::listen)),
            tokio::spawn(supervise::kept_running("sleep", &shared, nudges::watch_sleep)),
        ];
        Ok(Self { shared, tasks })
    }

    /// The state of the exchange now, and at each change.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.shared.signals.progress.subscribe()
    }

    /// Asks for a round now.
    pub fn nudge(&self) {
        self.shared.nudge.notify_one();
    }

    /// Stops receiving documents, or goes on; the choice outlives the program.
    pub async fn set_receiving(&self, receiving: Receiving) -> Result<(), ExchangeError> {
        let stopped = receiving == Receiving::Stopped;
        let value = stopped.then_some("1");
        self.shared.store.set_setting(STOPPED_SETTING, value).await.map_err(store_failed)?;
        self.shared.signals.progress.send_modify(|progress| progress.receiving.stopped = stopped);
        self.shared.signals.wanted.notify_one();
        Ok(())
    }

    /// Stops exchanging, at once.
    pub fn stop(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }

    /// Ends the session: on the service if it answers soon, on this machine in any case.
    pub async fn leave(&self) {
        self.stop();
        let end = self.shared.call(|client, token| async move { client.end_session(&token).await });
        if !matches!(tokio::time::timeout(LONGEST_GOODBYE, end).await, Ok(Ok(()))) {
            tracing::info!("session.ended_here_only");
        }
        if let Err(error) = self.shared.store.set_refresh_token(None).await {
            tracing::warn!(%error, "session.token_kept");
        }
    }

    /// The dossier being read, if any: its documents come before all others.
    pub fn read_first(&self, dossier: Option<DossierId>) {
        let is_new = self.shared.first.send_if_modified(|first| {
            let is_new = *first != dossier;
            *first = dossier;
            is_new
        });
        if is_new && dossier.is_some() {
            self.shared.signals.wanted.notify_one();
        }
    }

    /// The most bytes of documents a second, if there is a limit.
    pub fn receive_limit(&self) -> Option<u64> {
        self.shared.pace.lock().unwrap_or_else(PoisonError::into_inner).limit()
    }

    /// Limits how many bytes of documents come a second; the choice outlives the
    /// program.
    pub async fn set_receive_limit(&self, limit: Option<u64>) -> Result<(), ExchangeError> {
        let text = limit.map(|limit| limit.to_string());
        let store = &self.shared.store;
        store.set_setting(LIMIT_SETTING, text.as_deref()).await.map_err(store_failed)?;
        let mut pace = self.shared.pace.lock().unwrap_or_else(PoisonError::into_inner);
        *pace = Pace::new(limit);
        Ok(())
    }

    /// Goes on with a session that a person just opened again.
    pub async fn resume_session(&self, session: &Session) -> Result<(), ExchangeError> {
        let now = self.shared.signals.now();
        self.shared.tokens.replace(&self.shared.store, &session.0, now).await?;
        let (contact, terms) = session.lent(now);
        self.shared.store.set_last_contact(contact, terms).await.map_err(store_failed)?;
        self.nudge();
        Ok(())
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Whether documents are received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiving {
    /// They are, as soon as the service answers.
    Going,
    /// Not until a person says so.
    Stopped,
}

pub(crate) fn store_failed(error: impl std::fmt::Display) -> ExchangeError {
    ExchangeError::Store(error.to_string())
}
