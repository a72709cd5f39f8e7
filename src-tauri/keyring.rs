//! The system's keyring: Secret Service, Keychain or Credential Manager.

use keyring_core::{Entry, Error};
use lutrin_app::given::{Keyring, KeyringError};

/// Under what name the system shows our keys.
const SERVICE: &str = "fr.lutrin.desk";

/// The keyring of this system.
pub(crate) struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, KeyringError> {
        match entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    fn write(&self, name: &str, secret: &[u8]) -> Result<(), KeyringError> {
        entry(name)?.set_secret(secret).map_err(|error| told(&error))
    }

    fn forget(&self, name: &str) -> Result<(), KeyringError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(told(&error)),
        }
    }
}

/// Connects anew each time: a keyring that was missing or locked at the first
/// try may be there at the next, and the crate remembers its first failure.
fn entry(name: &str) -> Result<Entry, KeyringError> {
    connect().map_err(|error| told(&error))?;
    Entry::new(SERVICE, name).map_err(|error| told(&error))
}

#[cfg(all(unix, not(target_os = "macos")))]
fn connect() -> Result<(), Error> {
    keyring_core::set_default_store(zbus_secret_service_keyring_store::Store::new()?);
    Ok(())
}

#[cfg(target_os = "macos")]
fn connect() -> Result<(), Error> {
    keyring_core::set_default_store(apple_native_keyring_store::keychain::Store::new()?);
    Ok(())
}

#[cfg(windows)]
fn connect() -> Result<(), Error> {
    keyring_core::set_default_store(windows_native_keyring_store::Store::new()?);
    Ok(())
}

fn told(error: &Error) -> KeyringError {
    tracing::warn!(cause = %error, "keyring.failed");
    match error {
        Error::NoStorageAccess(_) => KeyringError::Locked,
        // On Linux a session without a Secret Service fails as a platform.
        Error::NoDefaultStore | Error::PlatformFailure(_) => KeyringError::Missing,
        _ => KeyringError::Failed,
    }
}
