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

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use lutrin_domain::id::{DeviceId, ReviewerId};
    use lutrin_domain::reviewer::{Reviewer, Role, Scope};
    use lutrin_store::journal::JournalIdentity;
    use lutrin_store::{DeviceKey, NewProfile, Profile, RootKey, Store};

    use super::*;

    const IDENTITY: &str =
        "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";

    /// A machine that keeps no secrets.
    struct NoKeyring;

    impl Keyring for NoKeyring {
        fn read(&self, _name: &str) -> Result<Option<Vec<u8>>, KeyringError> {
            Err(KeyringError::Missing)
        }

        fn write(&self, _name: &str, _secret: &[u8]) -> Result<(), KeyringError> {
            Err(KeyringError::Missing)
        }

        fn forget(&self, _name: &str) -> Result<(), KeyringError> {
            Err(KeyringError::Missing)
        }
    }

    /// A machine whose clock stands, that nobody listens to.
    pub(crate) fn given(folder: &Path, now: Timestamp) -> Given {
        Given {
            folder: folder.to_owned(),
            keyring: Arc::new(NoKeyring),
            reader: PoolSettings::new(folder.join("no-reader")),
            machine: "poste d'essai".to_owned(),
            now: Arc::new(move || now),
            next_id: Arc::new(Uuid::nil),
            random: Arc::new(|| [0; 32]),
            jitter: Arc::new(|| 0.0),
            events: mpsc::unbounded_channel().0,
        }
    }

    /// The store of a new profile.
    pub(crate) async fn store(folder: &Path) -> Store {
        let reviewer = Reviewer {
            id: ReviewerId(Uuid::from_u128(2)),
            name: "Nadia Ferrand".to_owned(),
            roles: vec![Role::DnfReviewer],
            scope: Scope::Everywhere,
        };
        let service = "https://lutrin.example.fr".to_owned();
        let profile = Profile { service, reviewer, device: DeviceId(Uuid::from_u128(3)) };
        let new = NewProfile {
            profile,
            device_key: DeviceKey::new([9; 32]),
            journal_recipient: IDENTITY.parse::<JournalIdentity>().unwrap().recipient(),
        };
        Store::create(folder, &RootKey::new([7; 32]), &new).await.unwrap()
    }
}
