//! What the application is given by its host.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
pub use lutrin_preview::PoolSettings;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::event::AppEvent;

/// The system's keyring. Calls may block, even for long: the system may ask the
/// person. They are never made on an asynchronous thread.
pub trait Keyring: Send + Sync {
    /// The secret of this name, if there is one.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyringError>;
    /// Keeps a secret under this name.
    fn write(&self, name: &str, secret: &[u8]) -> Result<(), KeyringError>;
    /// Forgets the secret of this name.
    fn forget(&self, name: &str) -> Result<(), KeyringError>;
}

/// Why the keyring gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// This system has none, or it does not run.
    #[error("there is no keyring")]
    Missing,
    /// It is locked.
    #[error("the keyring is locked")]
    Locked,
    /// The person was asked and did not agree.
    #[error("the person did not agree")]
    Denied,
    /// It failed otherwise.
    #[error("the keyring failed")]
    Failed,
}

/// Everything that comes from outside.
#[derive(Clone)]
pub struct Given {
    /// Where profiles are kept; local to the machine, not roaming.
    pub folder: PathBuf,
    /// The keyring.
    pub keyring: Arc<dyn Keyring>,
    /// The reading room.
    pub reader: PoolSettings,
    /// What people call this machine.
    pub machine: String,
    /// The time.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// A new identifier: a UUIDv7, so that decisions sort by time.
    pub next_id: Arc<dyn Fn() -> Uuid + Send + Sync>,
    /// 32 random bytes.
    pub random: Arc<dyn Fn() -> [u8; 32] + Send + Sync>,
    /// A number from 0 to 1.
    pub jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
    /// Where events go.
    pub events: mpsc::UnboundedSender<AppEvent>,
}

impl Given {
    /// Tells whoever shows it; nobody listens any more once the window is gone.
    pub(crate) fn tell(&self, event: AppEvent) {
        let _ = self.events.send(event);
    }

    /// Calls the keyring on a thread that may block.
    pub(crate) async fn with_keyring<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Keyring) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let keyring = Arc::clone(&self.keyring);
        tokio::task::spawn_blocking(move || call(keyring.as_ref()))
            .await
            .unwrap_or(Err(KeyringError::Failed))
    }
}
