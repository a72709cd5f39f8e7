//! A reviewer's machine: the real application without its window.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::Timestamp;
use lutrin_app::desk::Desk;
use lutrin_app::error::AppError;
use lutrin_app::event::AppEvent;
use lutrin_app::given::{Given, Keyring, KeyringError, PoolSettings};
use lutrin_app::view::{
    ChosenVerdictView, CopyView, DossierView, OutcomeView, PieceView, SessionView,
};
use lutrin_app::{App, Credentials};
use lutrin_domain::id::{DossierId, SlotKey};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::laptop::LaptopClock;
use crate::service::{PASSWORD, TestService};
use crate::wait::until;

/// A machine with its disk and its keyring.
pub struct Machine {
    folder: TempDir,
    keyring: Arc<MemoryKeyring>,
    app: Option<Arc<App>>,
    watching: Option<JoinHandle<()>>,
    clock: LaptopClock,
    events: Option<mpsc::UnboundedReceiver<AppEvent>>,
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(watching) = &self.watching {
            watching.abort();
        }
    }
}

impl Machine {
    /// A new machine, with the application started.
    pub async fn new() -> Self {
        let mut machine = Self {
            folder: TempDir::new().unwrap(),
            keyring: Arc::default(),
            app: None,
            watching: None,
            clock: LaptopClock::default(),
            events: None,
        };
        machine.start().await;
        machine
    }

    /// A new machine, on which somebody signed in and took the sitting along.
    pub async fn at_work(service: &TestService, login: &str) -> Self {
        let machine = Self::new().await;
        machine.sign_in(service, login).await.unwrap();
        machine.carry(service).await;
        machine
    }

    /// Starts the application again on the same disk, and opens its profile.
    pub async fn start(&mut self) {
        self.begin();
        self.app().open().await;
    }

    /// Starts the application; nothing is open yet.
    pub fn begin(&mut self) {
        let keyring = Arc::clone(&self.keyring) as Arc<dyn Keyring>;
        let (given, events) = given(self.folder.path(), keyring);
        let clock = self.clock.clone();
        let given = Given { now: Arc::new(move || clock.now()), ..given };
        let app = Arc::new(App::new(given));
        let watched = Arc::clone(&app);
        self.watching = Some(tokio::spawn(async move { watched.watch().await }));
        self.app = Some(app);
        self.events = Some(events);
    }

    /// Ends the application; its files are closed.
    pub async fn quit(&mut self) {
        if let Some(watching) = self.watching.take() {
            watching.abort();
            // It ends where it waits.
            let _ = watching.await;
        }
        self.app.take().unwrap().quit().await;
    }

    /// The application.
    pub fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    /// Its clock.
    pub fn clock(&self) -> &LaptopClock {
        &self.clock
    }

    /// The disk.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The keyring.
    pub fn keyring(&self) -> &MemoryKeyring {
        &self.keyring
    }

    /// Signs in on a service.
    ///
    /// # Errors
    ///
    /// As the application says.
    pub async fn sign_in(
        &self,
        service: &TestService,
        login: &str,
    ) -> Result<SessionView, AppError> {
        self.app().sign_in(credentials(&service.url(), login, PASSWORD)).await
    }

    /// The desk of the open profile.
    pub async fn desk(&self) -> Arc<Desk> {
        self.app().at_desk().await.unwrap()
    }

    /// Takes the sitting along and waits until every file is here.
    pub async fn carry(&self, service: &TestService) {
        let desk = self.desk().await;
        until("the sittings are known", async || {
            (!desk.work_list().await.unwrap().juries.is_empty()).then_some(())
        })
        .await;
        desk.carry_jury(service.jury).await.unwrap();
        until("every file is here", async || {
            let list = desk.work_list().await.unwrap();
            let planned = list.dossiers.iter().filter(|row| row.jury.is_some());
            let mut planned = planned.peekable();
            planned.peek()?;
            planned.all(|row| matches!(row.copy, CopyView::Complete { .. })).then_some(())
        })
        .await;
    }

    /// Opens a dossier.
    pub async fn open(&self, dossier: DossierId) -> DossierView {
        self.desk().await.open_dossier(dossier).await.unwrap()
    }

    /// Settles a piece.
    ///
    /// # Errors
    ///
    /// As the application says.
    pub async fn settle(
        &self,
        dossier: DossierId,
        piece: &PieceView,
        outcome: OutcomeView,
        reasons: &[&str],
    ) -> Result<DossierView, AppError> {
        let reasons = reasons.iter().map(ToString::to_string).collect();
        let verdict = ChosenVerdictView { outcome, reasons, comment: None, citations: Vec::new() };
        self.settle_with(dossier, piece, verdict).await
    }

    /// The same with all that a verdict says.
    ///
    /// # Errors
    ///
    /// As the application says.
    pub async fn settle_with(
        &self,
        dossier: DossierId,
        piece: &PieceView,
        verdict: ChosenVerdictView,
    ) -> Result<DossierView, AppError> {
        let deposit = piece.deposit.as_ref().unwrap().id.parse().unwrap();
        self.desk().await.settle_piece(dossier, &SlotKey::new(&piece.slot), deposit, verdict).await
    }

    /// Waits until nothing waits to leave.
    pub async fn sent(&self) {
        let desk = self.desk().await;
        desk.sync_now();
        until("everything has left", async || {
            (desk.exchange().await.unwrap().pending == 0).then_some(())
        })
        .await;
    }
}

/// What a machine gives the application that runs on it, and where its events arrive.
pub fn given(
    folder: &Path,
    keyring: Arc<dyn Keyring>,
) -> (Given, mpsc::UnboundedReceiver<AppEvent>) {
    let (sender, events) = mpsc::unbounded_channel();
    let mut reader = PoolSettings::beside_current_exe().unwrap();
    reader.spares = 1;
    let given = Given {
        folder: folder.to_owned(),
        keyring,
        reader,
        machine: "poste d'essai".to_owned(),
        now: Arc::new(Timestamp::now),
        next_id: Arc::new(Uuid::now_v7),
        random: Arc::new(|| {
            let halves = [Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes);
            let mut bytes = [0; 32];
            bytes[..16].copy_from_slice(&halves[0]);
            bytes[16..].copy_from_slice(&halves[1]);
            bytes
        }),
        jitter: Arc::new(|| 0.0),
        events: sender,
    };
    (given, events)
}

/// What a person types to sign in, where the keyring works.
pub fn credentials(service: &str, login: &str, password: &str) -> Credentials {
    Credentials {
        service: service.to_owned(),
        login: login.to_owned(),
        password: password.to_owned(),
        passphrase: None,
    }
}

/// Every piece of a dossier, in reading order.
pub fn pieces(dossier: &DossierView) -> Vec<&PieceView> {
    dossier.groups.iter().flat_map(|group| &group.pieces).collect()
}

/// A keyring in memory, that can fail.
#[derive(Default)]
pub struct MemoryKeyring {
    secrets: Mutex<HashMap<String, Vec<u8>>>,
    failure: Mutex<Option<KeyringError>>,
    silence: Mutex<()>,
}

impl MemoryKeyring {
    /// Fails from now on, or works again.
    pub fn fail(&self, failure: Option<KeyringError>) {
        *self.failure.lock().unwrap() = failure;
    }

    /// Asks the person, who does not answer as long as this is held.
    pub fn asks_a_person(&self) -> MutexGuard<'_, ()> {
        self.silence.lock().unwrap()
    }

    /// The secrets.
    pub fn secrets(&self) -> Vec<Vec<u8>> {
        self.secrets.lock().unwrap().values().cloned().collect()
    }

    /// Replaces every secret by another of the same length.
    pub fn change_secrets(&self) {
        self.secrets
            .lock()
            .unwrap()
            .values_mut()
            .for_each(|secret| secret.iter_mut().for_each(|byte| *byte ^= 0x55));
    }

    /// Loses every secret.
    pub fn lose_secrets(&self) {
        self.secrets.lock().unwrap().clear();
    }

    fn check(&self) -> Result<(), KeyringError> {
        drop(self.silence.lock().unwrap());
        self.failure.lock().unwrap().map_or(Ok(()), Err)
    }
}

impl Keyring for MemoryKeyring {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyringError> {
        self.check()?;
        Ok(self.secrets.lock().unwrap().get(name).cloned())
    }

    fn write(&self, name: &str, secret: &[u8]) -> Result<(), KeyringError> {
        self.check()?;
        self.secrets.lock().unwrap().insert(name.to_owned(), secret.to_vec());
        Ok(())
    }

    fn forget(&self, name: &str) -> Result<(), KeyringError> {
        self.check()?;
        self.secrets.lock().unwrap().remove(name);
        Ok(())
    }
}
