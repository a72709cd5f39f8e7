//! Who is at the desk: signing in, opening the profile, what prevents it.

use std::path::PathBuf;
use std::sync::Arc;

use lutrin_domain::id::DeviceId;
use lutrin_preview::{Pool, SandboxState};
use lutrin_store::{
    DeviceKey, JournalRecipient, NewProfile, Profile, RefreshToken, RootKey, Store,
};
use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_sync::session::{Session, SignIn};
use tokio::sync::RwLock;
use zeroize::Zeroizing;

use crate::desk::Desk;
use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::given::{Given, KeyringError};
use crate::profiles::{KnownProfile, Profiles};
use crate::signing::public_key;
use crate::view::{
    BlockView, PhaseView, ProfileView, SafetyView, SandboxStateView, SandboxView, SessionView,
};

/// The application without its window.
pub struct App {
    given: Given,
    pool: Pool,
    state: RwLock<State>,
}

/// What is open.
enum State {
    SignedOut,
    Ready { desk: Arc<Desk>, known: KnownProfile },
    Blocked { error: AppError, known: KnownProfile },
}

/// What is made for a device that is new to a service.
struct NewDevice {
    folder: String,
    root_key: RootKey,
    device: DeviceId,
    device_key: DeviceKey,
}

impl App {
    /// Starts the application and opens the profile in use, if there is one.
    pub async fn start(given: Given) -> Self {
        let pool = Pool::new(given.reader.clone());
        let app = Self { given, pool, state: RwLock::new(State::SignedOut) };
        let _ = app.retry_open().await;
        app
    }

    /// Where the application stands.
    pub async fn session(&self) -> SessionView {
        let profiles = Profiles::load(&self.given.folder).unwrap_or_default();
        let known = profiles.current();
        let state = self.state.read().await;
        let (phase, profile, block) = match &*state {
            State::SignedOut => (PhaseView::SignedOut, None, None),
            State::Ready { desk, known } => match desk.profile().await {
                Ok(profile) => (PhaseView::Ready, Some(profile_view(&profile, known)), None),
                Err(error) => (PhaseView::Blocked, None, Some(block_view(&error))),
            },
            State::Blocked { error, .. } => (PhaseView::Blocked, None, Some(block_view(error))),
        };
        SessionView {
            phase,
            profile,
            last_service: known.map(|known| known.service.clone()),
            last_login: known.map(|known| known.login.clone()),
            block,
        }
    }

    /// Opens the profile in use, again if it could not be opened before.
    ///
    /// # Errors
    ///
    /// Only when the list of profiles cannot be read; what prevents opening the
    /// profile is part of the view.
    pub async fn retry_open(&self) -> Result<SessionView, AppError> {
        {
            let mut state = self.state.write().await;
            if !matches!(*state, State::Ready { .. }) {
                let profiles = Profiles::load(&self.given.folder)?;
                *state = match profiles.current() {
                    None => State::SignedOut,
                    Some(known) => self.open_known(known.clone()).await,
                };
            }
        }
        self.given.tell(AppEvent::SessionChanged);
        Ok(self.session().await)
    }

    async fn open_known(&self, known: KnownProfile) -> State {
        match self.open_store(&known).await {
            Ok(store) => match self.desk(store, &known.service, None).await {
                Ok(desk) => State::Ready { desk: Arc::new(desk), known },
                Err(error) => State::Blocked { error, known },
            },
            Err(error) => State::Blocked { error, known },
        }
    }

    async fn open_store(&self, known: &KnownProfile) -> Result<Store, AppError> {
        let key = self.root_key(&known.folder).await?;
        Ok(Store::open(&self.folder_of(&known.folder), &key, None).await?)
    }

    async fn root_key(&self, name: &str) -> Result<RootKey, AppError> {
        let owned = name.to_owned();
        let secret = self.given.with_keyring(move |keyring| keyring.read(&owned)).await?;
        let secret = secret.map(Zeroizing::new);
        let bytes = secret.and_then(|secret| <[u8; 32]>::try_from(secret.as_slice()).ok());
        bytes.map(RootKey::new).ok_or_else(|| AppError::new(ErrorCode::KeyringKeyMissing).retry())
    }

    async fn desk(
        &self,
        store: Store,
        service: &str,
        session: Option<&Session>,
    ) -> Result<Desk, AppError> {
        let client = Client::new(ServiceAddress::parse(service)?)?;
        Desk::open(store, client, session, self.pool.clone(), self.given.clone()).await
    }

    /// Signs in. On a machine that is new to this service and login a profile is
    /// made: its key goes to the keyring, everything else is encrypted with it.
    ///
    /// # Errors
    ///
    /// When the address, the service, the credentials or the keyring refuse;
    /// nothing is stored then.
    pub async fn sign_in(
        &self,
        service: &str,
        login: &str,
        password: String,
    ) -> Result<SessionView, AppError> {
        let mut state = self.state.write().await;
        if !matches!(*state, State::SignedOut) {
            return Err(AppError::new(ErrorCode::InvalidRequest));
        }
        let address = ServiceAddress::parse(service)?;
        let client = Client::new(address.clone())?;
        let made = self.make_device().await?;
        let outcome = self.sign_in_new(&client, login, password, &made).await;
        let (store, session) = match outcome {
            Ok(opened) => opened,
            Err(error) => {
                self.forget_key(&made.folder).await;
                return Err(error);
            }
        };
        let known = KnownProfile {
            service: address.as_str().to_owned(),
            login: login.to_owned(),
            folder: made.folder,
        };
        let mut profiles = Profiles::load(&self.given.folder)?;
        profiles.use_profile(known.clone(), &self.given.folder)?;
        let desk = self.desk(store, &known.service, Some(&session)).await?;
        *state = State::Ready { desk: Arc::new(desk), known };
        drop(state);
        self.given.tell(AppEvent::SessionChanged);
        Ok(self.session().await)
    }

    /// Makes a key and sees that the keyring really keeps it: without a keyring
    /// no dossier is stored.
    async fn make_device(&self) -> Result<NewDevice, AppError> {
        let folder = (self.given.next_id)().to_string();
        let secret = Zeroizing::new((self.given.random)());
        let (name, written) = (folder.clone(), secret.clone());
        let kept = self.given.with_keyring(move |keyring| {
            keyring.write(&name, written.as_slice())?;
            match keyring.read(&name)?.map(Zeroizing::new) {
                Some(read) if read.as_slice() == written.as_slice() => Ok(()),
                _ => Err(KeyringError::Failed),
            }
        });
        kept.await?;
        Ok(NewDevice {
            folder,
            root_key: RootKey::new(*secret),
            device: DeviceId((self.given.next_id)()),
            device_key: DeviceKey::new((self.given.random)()),
        })
    }

    async fn sign_in_new(
        &self,
        client: &Client,
        login: &str,
        password: String,
        made: &NewDevice,
    ) -> Result<(Store, Session), AppError> {
        let sign_in = SignIn {
            login: login.to_owned(),
            password,
            device: made.device,
            device_name: self.given.machine.clone(),
            device_public_key: public_key(&made.device_key),
        };
        let session = Session::open(client, sign_in).await?;
        let recipient: JournalRecipient = session
            .journal_recipient()
            .parse()
            .map_err(|_| AppError::new(ErrorCode::ServiceFailed))?;
        let profile = NewProfile {
            profile: Profile {
                service: client.address().as_str().to_owned(),
                reviewer: session.reviewer().clone(),
                device: made.device,
            },
            device_key: made.device_key.clone(),
            journal_recipient: recipient,
        };
        let folder = self.folder_of(&made.folder);
        let store = Store::create(&folder, &made.root_key, &profile).await.map_err(created)?;
        store.set_refresh_token(Some(RefreshToken::new(session.refresh_token()))).await?;
        Ok((store, session))
    }

    async fn forget_key(&self, name: &str) {
        let name = name.to_owned();
        // A key that opens nothing may stay behind; it is tidied, not needed.
        let _ = self.given.with_keyring(move |keyring| keyring.forget(&name)).await;
    }

    /// Opens the session of the profile again; everything local stays as it is.
    ///
    /// # Errors
    ///
    /// When the service or the credentials refuse.
    pub async fn sign_in_again(&self, password: String) -> Result<SessionView, AppError> {
        let (desk, login) = match &*self.state.read().await {
            State::Ready { desk, known } => (Arc::clone(desk), known.login.clone()),
            _ => return Err(AppError::new(ErrorCode::InvalidRequest)),
        };
        desk.sign_in_again(&login, password).await?;
        Ok(self.session().await)
    }

    /// Sets a profile that cannot be opened aside, under another name and whole,
    /// so that a new copy may be fetched ("Repartir d'une copie neuve").
    ///
    /// # Errors
    ///
    /// When there is no such profile, or the disk refuses.
    pub async fn start_over(&self) -> Result<SessionView, AppError> {
        {
            let mut state = self.state.write().await;
            let State::Blocked { error, known } = &*state else {
                return Err(AppError::new(ErrorCode::InvalidRequest));
            };
            if !may_start_over(error.code) {
                return Err(error.clone());
            }
            let folder = self.folder_of(&known.folder);
            lutrin_store::set_aside(&folder, (self.given.now)())
                .map_err(|_| AppError::new(ErrorCode::StoreInUse).retry())?;
            *state = State::SignedOut;
        }
        self.given.tell(AppEvent::SessionChanged);
        Ok(self.session().await)
    }

    /// Ends the application: what is being written is sealed and the files are
    /// closed. A program that is killed instead loses nothing; the next start is
    /// longer.
    pub async fn quit(&self) {
        if let Ok(desk) = self.at_desk().await {
            desk.close().await;
        }
    }

    /// What protects the reviewer and the files.
    pub async fn safety(&self) -> SafetyView {
        SafetyView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sandbox: sandbox_view(self.pool.learn_sandbox().await),
            cipher: self.at_desk().await.ok().map(|desk| desk.cipher_version()),
        }
    }

    /// The desk, once a profile is open.
    ///
    /// # Errors
    ///
    /// When none is.
    pub async fn at_desk(&self) -> Result<Arc<Desk>, AppError> {
        match &*self.state.read().await {
            State::Ready { desk, .. } => Ok(Arc::clone(desk)),
            State::SignedOut => Err(AppError::new(ErrorCode::InvalidRequest)),
            State::Blocked { error, .. } => Err(error.clone()),
        }
    }

    fn folder_of(&self, name: &str) -> PathBuf {
        self.given.folder.join(name)
    }
}

fn created(error: lutrin_store::CreateError) -> AppError {
    match error {
        lutrin_store::CreateError::Exists => AppError::new(ErrorCode::StoreInUse),
        lutrin_store::CreateError::Open(error) => error.into(),
    }
}

/// Starting over helps only where the old copy cannot be opened by waiting or by
/// unlocking the keyring.
fn may_start_over(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::StoreWrongKey
            | ErrorCode::StoreDamaged
            | ErrorCode::StoreNotEncrypted
            | ErrorCode::KeyringKeyMissing
    )
}

fn block_view(error: &AppError) -> BlockView {
    BlockView { error: error.clone(), can_start_over: may_start_over(error.code) }
}

fn profile_view(profile: &Profile, known: &KnownProfile) -> ProfileView {
    ProfileView {
        name: profile.reviewer.name.clone(),
        roles: profile.reviewer.roles.iter().map(|role| role.code().to_owned()).collect(),
        service: known.service.clone(),
        login: known.login.clone(),
    }
}

fn sandbox_view(sandbox: SandboxState) -> SandboxView {
    let closed = sandbox.closed();
    let state = match &sandbox {
        SandboxState::NotYetKnown => SandboxStateView::NoReader,
        SandboxState::Enforced => SandboxStateView::Enforced,
        SandboxState::NotEnforced(_) if sandbox.allows_reading() => SandboxStateView::Partial,
        SandboxState::NotEnforced(_) => SandboxStateView::Refused,
    };
    SandboxView {
        state,
        network: closed.is_some_and(|closed| closed.network),
        files: closed.is_some_and(|closed| closed.files),
        programs: closed.is_some_and(|closed| closed.programs),
        memory: closed.is_some_and(|closed| closed.memory),
        note: match sandbox {
            SandboxState::NotEnforced(what) => Some(what.why),
            _ => None,
        },
    }
}
