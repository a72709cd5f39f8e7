//! An open profile: the store, the exchange and the reading room together.
//!
//! One file per thing a reviewer does; each is functions of [`Desk`].

mod arbitrate;
mod at_exchange;
mod carry;
mod citation;
mod contest;
mod decide;
mod departure;
mod dossier;
mod draft;
mod exchange;
mod history;
mod lease;
mod people;
mod read;
mod said;
mod search;
mod station;
mod titles;
mod together;
mod undo;
mod values;
mod work_list;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ed25519_dalek::SigningKey;
use lutrin_domain::id::{DeviceId, DossierId};
use lutrin_preview::Pool;
use lutrin_store::{Profile, Store};
use lutrin_sync::client::Client;
use lutrin_sync::departure::Erasure;
use lutrin_sync::driver::{self, Exchange, Notice};
use lutrin_sync::error::{CallError, ExchangeError};
use lutrin_sync::session::{Session, SignIn};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

pub use self::at_exchange::AtExchange;
use self::lease::{Watched, watch_lease};
use self::titles::Titles;
use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::given::Given;
use crate::indexer::Indexer;
use crate::passwords::Passwords;
use crate::quiet::Quiet;
use crate::reading::ReadingRoom;
use crate::signing::public_key;

/// How often a moving exchange is shown anew, at most.
const SHOWN_EVERY: std::time::Duration = std::time::Duration::from_millis(150);

/// An open profile.
pub struct Desk {
    store: Store,
    client: Client,
    exchange: Exchange,
    reading: Arc<ReadingRoom>,
    indexer: Indexer,
    titles: Titles,
    given: Given,
    signing_key: SigningKey,
    /// Held while a decision is made, so that each is based on the one before.
    deciding: Mutex<()>,
    /// Drafts that will be sealed shortly.
    sealing: Arc<Mutex<BTreeSet<(DossierId, String)>>>,
    /// Whether the clock was set back since the service was heard.
    set_back: Arc<AtomicBool>,
    listeners: [JoinHandle<()>; 3],
}

/// The service shuts this installation out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShutOut {
    /// Which: another one may be open when this is heard.
    pub(crate) device: DeviceId,
    /// Why.
    pub(crate) cause: Erasure,
}

/// Why signing in again was refused.
pub(crate) struct SignInRefused {
    pub(crate) error: AppError,
    /// Why this installation is shut out, if that is what the service says.
    pub(crate) shut_out: Option<Erasure>,
}

impl From<AppError> for SignInRefused {
    fn from(error: AppError) -> Self {
        Self { error, shut_out: None }
    }
}

impl From<CallError> for SignInRefused {
    fn from(error: CallError) -> Self {
        Self { shut_out: error.shuts_out(), error: error.into() }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.listeners.iter().for_each(JoinHandle::abort);
    }
}

impl Desk {
    pub(crate) async fn open(
        store: Store,
        client: Client,
        session: Option<&Session>,
        pool: Pool,
        given: Given,
        shut_out: mpsc::UnboundedSender<ShutOut>,
    ) -> Result<Self, AppError> {
        let (notices, received) = mpsc::unbounded_channel();
        let for_exchange =
            driver::Given { now: Arc::clone(&given.now), jitter: Arc::clone(&given.jitter) };
        let exchange =
            Exchange::start(store.clone(), client.clone(), session, for_exchange, notices).await?;
        let signing_key = SigningKey::from_bytes(store.device_key().await?.expose());
        let (quiet, passwords) = (Quiet::new(), Arc::<Passwords>::default());
        let reading = ReadingRoom::new(
            pool.clone(),
            store.clone(),
            given.clone(),
            Arc::clone(&quiet),
            Arc::clone(&passwords),
        );
        let (reading, set_back) = (Arc::new(reading), Arc::<AtomicBool>::default());
        let watched = Watched {
            store: store.clone(),
            reading: Arc::clone(&reading),
            given: given.clone(),
            set_back: Arc::clone(&set_back),
        };
        let device = store.profile().await?.device;
        let shut = move |cause| {
            // Nobody listens any more once the application has ended.
            let _ = shut_out.send(ShutOut { device, cause });
        };
        let listeners = [
            tokio::spawn(pass_on_notices(received, given.clone(), Arc::clone(&reading))),
            tokio::spawn(pass_on_progress(exchange.progress(), given.clone(), shut)),
            tokio::spawn(watch_lease(watched, exchange.progress())),
        ];
        let indexer = Indexer::start(store.clone(), pool, quiet, passwords, exchange.progress());
        Ok(Self {
            reading,
            set_back,
            indexer,
            titles: Titles::new(store.clone()),
            store,
            client,
            exchange,
            given,
            signing_key,
            deciding: Mutex::new(()),
            sealing: Arc::default(),
            listeners,
        })
    }

    /// Whose desk it is, as the service last said.
    pub(crate) async fn profile(&self) -> Result<Profile, AppError> {
        Ok(self.store.profile().await?)
    }

    /// Opens the session again, with the service's own words where it refuses.
    pub(crate) async fn sign_in_again(
        &self,
        login: &str,
        password: String,
    ) -> Result<(), SignInRefused> {
        let profile = self.profile().await?;
        let device_key = self.store.device_key().await.map_err(AppError::from)?;
        let sign_in = SignIn {
            login: login.to_owned(),
            password,
            device: profile.device,
            device_name: self.given.machine.clone(),
            device_public_key: public_key(&device_key),
        };
        let session = Session::open(&self.client, sign_in).await?;
        if session.reviewer().id != profile.reviewer.id {
            return Err(AppError::new(ErrorCode::NotAllowed).into());
        }
        self.exchange.resume_session(&session).await.map_err(AppError::from)?;
        Ok(())
    }

    /// The version of SQLCipher that encrypts this profile.
    pub(crate) fn cipher_version(&self) -> String {
        self.store.opening_report().cipher_version.clone()
    }

    /// Decisions that the service has not acknowledged.
    pub(crate) async fn unsent(&self) -> Result<u32, AppError> {
        Ok(self.store.outbox_counts().await?.pending)
    }

    /// Texts that were begun and not signed.
    pub(crate) async fn drafts(&self) -> Result<u32, AppError> {
        let drafts = self.store.drafts().await?;
        Ok(u32::try_from(drafts.len()).unwrap_or(u32::MAX))
    }

    /// Ends the session with the service, if it can be reached, and closes the files.
    pub(crate) async fn leave(&self) {
        self.indexer.stop();
        self.seal_now().await;
        self.exchange.leave().await;
        self.note_time().await;
        self.store.close().await;
    }

    /// Seals what is being written, stops exchanging and closes the files.
    pub(crate) async fn close(&self) {
        self.indexer.stop();
        self.seal_now().await;
        self.note_time().await;
        self.store.close().await;
    }

    /// Writes down the time that went by, for a clock that is set back meanwhile.
    async fn note_time(&self) {
        if let Err(error) = self.store.note_time((self.given.now)()).await {
            tracing::warn!(%error, "lease.time_not_noted");
        }
    }
}

async fn pass_on_notices(
    mut notices: mpsc::UnboundedReceiver<Notice>,
    given: Given,
    reading: Arc<ReadingRoom>,
) {
    while let Some(notice) = notices.recv().await {
        match notice {
            Notice::Dossiers(dossiers) => given.tell(AppEvent::DossiersChanged(dossiers)),
            Notice::Juries => given.tell(AppEvent::DossiersChanged(Vec::new())),
            Notice::Erased(documents) => reading.forget(&documents).await,
        }
        given.tell(AppEvent::ExchangeChanged);
    }
}

/// Tells of progress at a pace that a screen can follow, and at once when the service shuts
/// this machine out.
async fn pass_on_progress(
    mut progress: tokio::sync::watch::Receiver<lutrin_sync::progress::Progress>,
    given: Given,
    shut_out: impl Fn(Erasure) + Send,
) {
    while progress.changed().await.is_ok() {
        let cause = match &progress.borrow_and_update().error {
            Some(ExchangeError::Call(error)) => error.shuts_out(),
            _ => None,
        };
        if let Some(cause) = cause {
            shut_out(cause);
        }
        given.tell(AppEvent::ExchangeChanged);
        tokio::time::sleep(SHOWN_EVERY).await;
    }
}
