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
        Error::NoDefaultStore => KeyringError::Missing,
        Error::NoStorageAccess(cause) => access(cause.as_ref()).unwrap_or(KeyringError::Locked),
        Error::PlatformFailure(cause) => access(cause.as_ref()).unwrap_or(KeyringError::Failed),
        _ => KeyringError::Failed,
    }
}

/// What a bus answers when nobody has the name that is called.
#[cfg(all(unix, not(target_os = "macos")))]
const NOBODY: [&str; 2] =
    ["org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner"];

/// What the Secret Service says more exactly than the crate above it.
#[cfg(all(unix, not(target_os = "macos")))]
fn access(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<KeyringError> {
    use secret_service::Error as Cause;
    match cause.downcast_ref()? {
        Cause::Unavailable => Some(KeyringError::Missing),
        Cause::Locked => Some(KeyringError::Locked),
        Cause::Prompt => Some(KeyringError::Denied),
        // The bus works and nobody on it keeps secrets.
        other if NOBODY.iter().any(|name| other.to_string().contains(name)) => {
            Some(KeyringError::Missing)
        }
        _ => None,
    }
}

/// The other systems say no more.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn access(_cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<KeyringError> {
    None
}
