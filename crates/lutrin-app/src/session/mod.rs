//! Who is at the desk: where the application stands, and what prevents opening it.
//!
//! [`opening`] opens a profile, [`signing_in`] makes one or comes back to it, [`leaving`]
//! leaves it; [`shut_out`] erases it when the service says so; [`guard`] has what guards its
//! key.

mod guard;
mod leaving;
mod opening;
mod shut_out;
mod signing_in;

use std::sync::Arc;

use lutrin_domain::lease::Lease;
use lutrin_preview::{Pool, SandboxState};
use lutrin_store::{Profile, Store};
use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_sync::session::Session;
use tokio::sync::{Mutex, Notify, RwLock, mpsc};
use uuid::Uuid;

pub use self::leaving::Copy;
pub use self::signing_in::Credentials;
use crate::departures::Departed;
use crate::desk::{AtExchange, Desk, ShutOut};
use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::given::Given;
use crate::profiles::{KnownProfile, Profiles};

use crate::view::{
    BlockView, ExpiredView, PhaseView, ProfileView, SafetyView, SandboxStateView, SandboxView,
    SessionView, ShutOutView, StationView,
};

/// The application without its window.
pub struct App {
    given: Given,
    pool: Pool,
    state: RwLock<State>,
    /// Held while somebody comes or goes. The state itself is never held then: the keyring
    /// may be asking a person, and the window must be able to say so.
    passing: Mutex<()>,
    /// Says that the service shuts this machine out, and hears it.
    shut_out: mpsc::UnboundedSender<ShutOut>,
    told: Mutex<mpsc::UnboundedReceiver<ShutOut>>,
    /// There is something to hand in.
    departed: Notify,
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
    /// The service shut this machine out: its copy was erased.
    ShutOut {
        /// Which departure is shown.
        id: Uuid,
        view: ShutOutView,
    },
}

impl App {
    /// The application, with nothing open yet: [`App::open`] opens the profile in use.
    pub fn new(given: Given) -> Self {
        let pool = Pool::new(given.reader.clone());
        let (shut_out, told) = mpsc::unbounded_channel();
        let (state, passing) = (RwLock::new(State::Opening), Mutex::default());
        let (told, departed) = (Mutex::new(told), Notify::new());
        Self { given, pool, state, passing, shut_out, told, departed }
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
            expired: None,
            shut_out: None,
        };
        match &*state {
            State::Opening => view.phase = PhaseView::Opening,
            State::SignedOut => {}
            State::Locked(_) => view.phase = PhaseView::Locked,
            State::ShutOut { view: shown, .. } => {
                view.phase = PhaseView::ShutOut;
                view.shut_out = Some(shown.clone());
            }
            State::Ready { desk, known } => match ready(desk).await {
                Ok((profile, expired)) => {
                    let is_open = expired.is_none();
                    view.phase = if is_open { PhaseView::Ready } else { PhaseView::Expired };
                    view.profile = Some(profile_view(&profile, known));
                    view.expired = expired;
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
        if let Ok(desk) = self.open_desk().await {
            desk.close().await;
        }
    }

    /// What protects the reviewer and the files.
    pub async fn safety(&self) -> SafetyView {
        SafetyView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sandbox: sandbox_view(self.pool.learn_sandbox().await),
            cipher: self.open_desk().await.ok().map(|desk| desk.cipher_version()),
        }
    }

    /// The desk, once a profile is open that may be read.
    ///
    /// # Errors
    ///
    /// When none is, or the lease has ended.
    pub async fn at_desk(&self) -> Result<Arc<Desk>, AppError> {
        let desk = self.open_desk().await?;
        match desk.lease() {
            Lease::Open { .. } => Ok(desk),
            Lease::Expired { since } => {
                Err(AppError::new(ErrorCode::LeaseExpired).with("since", since.to_string()))
            }
        }
    }

    /// What this machine holds, until when, and what was erased of it.
    ///
    /// # Errors
    ///
    /// When no profile is open, or its files cannot be read.
    pub async fn station(&self) -> Result<StationView, AppError> {
        let (desk, folder) = match &*self.state.read().await {
            State::Ready { desk, known } => (Arc::clone(desk), known.path(&self.given.folder)),
            _ => return Err(AppError::new(ErrorCode::InvalidRequest)),
        };
        let size = tokio::task::spawn_blocking(move || lutrin_store::size_on_disk(&folder));
        let size = size.await.map_err(|_| AppError::new(ErrorCode::Internal))??;
        let mut station = desk.station(size).await?;
        let departed = Departed::all(&self.given.folder)?;
        station.receipts.extend(departed.iter().map(Departed::receipt_view));
        station.receipts.sort_by(|one, other| other.at.cmp(&one.at));
        Ok(station)
    }

    /// The desk for what goes on while nothing may be read: the exchange.
    ///
    /// # Errors
    ///
    /// When no profile is open.
    pub async fn at_exchange(&self) -> Result<AtExchange, AppError> {
        Ok(AtExchange::new(self.open_desk().await?))
    }

    /// The desk, whether it may be read or not.
    async fn open_desk(&self) -> Result<Arc<Desk>, AppError> {
        match &*self.state.read().await {
            State::Ready { desk, .. } => Ok(Arc::clone(desk)),
            State::Opening | State::SignedOut | State::Locked(_) | State::ShutOut { .. } => {
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
        Desk::open(
            store,
            client,
            session,
            self.pool.clone(),
            self.given.clone(),
            self.shut_out.clone(),
        )
        .await
    }
}

/// Whose desk it is, and why it may not be read, if it may not.
async fn ready(desk: &Desk) -> Result<(Profile, Option<ExpiredView>), AppError> {
    let profile = desk.profile().await?;
    let Lease::Expired { since } = desk.lease() else { return Ok((profile, None)) };
    let (unsent, drafts) = (desk.unsent().await?, desk.drafts().await?);
    Ok((profile, Some(ExpiredView { since: since.to_string(), unsent, drafts })))
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
