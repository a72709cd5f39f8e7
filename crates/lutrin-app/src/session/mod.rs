//! Who is at the desk: where the application stands, and what prevents opening it.
//!
//! [`opening`] opens a profile, [`signing_in`] makes one or comes back to it, [`leaving`]
//! leaves it; [`guard`] has what guards its key.

mod guard;
mod leaving;
mod opening;
mod signing_in;

use std::sync::Arc;

use lutrin_preview::{Pool, SandboxState};
use lutrin_store::{Profile, Store};
use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_sync::session::Session;
use tokio::sync::{Mutex, RwLock};

pub use self::leaving::Copy;
pub use self::signing_in::Credentials;
use crate::desk::Desk;
use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::given::Given;
use crate::profiles::{KnownProfile, Profiles};

use crate::view::{
    BlockView, PhaseView, ProfileView, SafetyView, SandboxStateView, SandboxView, SessionView,
};

/// The application without its window.
pub struct App {
    given: Given,
    pool: Pool,
    state: RwLock<State>,
    /// Held while somebody comes or goes. The state itself is never held then: the keyring
    /// may be asking a person, and the window must be able to say so.
    passing: Mutex<()>,
}

/// What is open.
enum State {
    /// Nothing yet; the keyring or the disk is being asked.
    Opening,
    SignedOut,
    /// A passphrase is needed.
    Locked(KnownProfile),
    Ready {
        desk: Arc<Desk>,
        known: KnownProfile,
    },
    Blocked {
        error: AppError,
        known: Option<KnownProfile>,
    },
}

impl App {
    /// The application, with nothing open yet: [`App::open`] opens the profile in use.
    pub fn new(given: Given) -> Self {
        let pool = Pool::new(given.reader.clone());
        Self { given, pool, state: RwLock::new(State::Opening), passing: Mutex::default() }
    }

    /// Where the application stands.
    pub async fn session(&self) -> SessionView {
        let profiles = Profiles::load(&self.given.folder).unwrap_or_default();
        let last = profiles.last();
        let state = self.state.read().await;
        let mut view = SessionView {
            phase: PhaseView::SignedOut,
            profile: None,
            last_service: last.map(|known| known.service.clone()),
            last_login: last.map(|known| known.login.clone()),
            block: None,
        };
        match &*state {
            State::Opening => view.phase = PhaseView::Opening,
            State::SignedOut => {}
            State::Locked(_) => view.phase = PhaseView::Locked,
            State::Ready { desk, known } => match desk.profile().await {
                Ok(profile) => {
                    view.phase = PhaseView::Ready;
                    view.profile = Some(profile_view(&profile, known));
                }
                Err(error) => {
                    view.phase = PhaseView::Blocked;
                    view.block = Some(block_view(&error, true));
                }
            },
            State::Blocked { error, known } => {
                view.phase = PhaseView::Blocked;
                view.block = Some(block_view(error, known.is_some()));
            }
        }
        view
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
            State::Opening | State::SignedOut | State::Locked(_) => {
                Err(AppError::new(ErrorCode::InvalidRequest))
            }
            State::Blocked { error, .. } => Err(error.clone()),
        }
    }

    async fn become_state(&self, next: State) {
        *self.state.write().await = next;
        self.given.tell(AppEvent::SessionChanged);
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
            | ErrorCode::PassphraseUnreadable
    )
}

fn block_view(error: &AppError, copy: bool) -> BlockView {
    let can_start_over = copy && may_start_over(error.code);
    BlockView { error: error.clone(), can_start_over, copy }
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
