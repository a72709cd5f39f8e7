//! The key of a profile: in the system's keyring, or sealed with a passphrase; and erasing it.

use std::io;

use lutrin_store::RootKey;
use zeroize::Zeroizing;

use super::App;
use crate::error::{AppError, ErrorCode};
use crate::given::KeyringError;
use crate::passphrase;
use crate::profiles::{Guard, KnownProfile};

impl App {
    /// The key of a profile, from the keyring.
    pub(super) async fn key_in_keyring(&self, known: &KnownProfile) -> Result<RootKey, AppError> {
        let name = known.folder.clone();
        let secret = self.given.with_keyring(move |keyring| keyring.read(&name)).await?;
        let missing = || AppError::new(ErrorCode::KeyringKeyMissing).retry();
        let secret = Zeroizing::new(secret.ok_or_else(missing)?);
        // A secret of another shape is not the one we put there.
        let key = <[u8; 32]>::try_from(secret.as_slice());
        key.map(RootKey::new).map_err(|_| AppError::new(ErrorCode::StoreWrongKey).retry())
    }

    /// The key of a profile, with its passphrase.
    pub(super) async fn key_with_passphrase(
        &self,
        known: &KnownProfile,
        phrase: Zeroizing<String>,
    ) -> Result<RootKey, AppError> {
        let folder = known.path(&self.given.folder);
        let key = blocking(move || passphrase::unseal(&folder, &phrase)).await?;
        Ok(RootKey::new(*key))
    }

    /// Has the key of a new profile guarded, by a passphrase if one is given. A keyring must
    /// prove that it really keeps it: without a guard no dossier is stored.
    pub(super) async fn guard(
        &self,
        folder: &str,
        key: &Zeroizing<[u8; 32]>,
        phrase: Option<Zeroizing<String>>,
    ) -> Result<(), AppError> {
        let (name, key) = (folder.to_owned(), key.clone());
        if let Some(phrase) = phrase {
            let folder = self.given.folder.join(name);
            let (salt, nonce) = ((self.given.random)(), (self.given.random)());
            let sealed = blocking(move || {
                std::fs::create_dir_all(&folder)?;
                passphrase::seal(&folder, &phrase, &key, salt, nonce)
            });
            return sealed.await;
        }
        let kept = self.given.with_keyring(move |keyring| {
            keyring.write(&name, key.as_slice())?;
            match keyring.read(&name)?.map(Zeroizing::new) {
                Some(read) if read.as_slice() == key.as_slice() => Ok(()),
                _ => Err(KeyringError::Failed),
            }
        });
        Ok(kept.await?)
    }

    /// Forgets the key of a profile, then removes its files, if they are there. The key
    /// first: without it the files are noise.
    ///
    /// # Errors
    ///
    /// When the key or the files stay; what could go has gone.
    pub(super) async fn erase_profile(&self, folder: &str, guard: Guard) -> Result<(), AppError> {
        let key = match guard {
            Guard::Keyring => {
                let name = folder.to_owned();
                self.given.with_keyring(move |keyring| keyring.forget(&name)).await
            }
            Guard::Passphrase => Ok(()),
        };
        let path = self.given.folder.join(folder);
        let files = blocking(move || match std::fs::remove_dir_all(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        });
        let files = files.await;
        key?;
        files
    }
}

/// Runs what takes a while away from what must answer.
pub(super) async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, AppError>
where
    T: Send + 'static,
    E: Into<AppError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(Into::into),
        Err(_) => Err(AppError::new(ErrorCode::Internal)),
    }
}
