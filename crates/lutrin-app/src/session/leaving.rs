//! Leaving the desk: with what has not been sent, and with what stays on the machine.

use std::path::Path;
use std::sync::Arc;

use super::guard::blocking;
use super::{App, State};
use crate::desk::Desk;
use crate::error::{AppError, ErrorCode};
use crate::profiles::KnownProfile;
use crate::view::{LeavingView, SessionView};

/// What becomes of the copy on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// It stays, encrypted, with all that has not been sent; signing in opens it again.
    Kept,
    /// Its key is forgotten and its files are removed; only once all has been sent.
    Erased,
}

impl App {
    /// What leaving would leave behind.
    ///
    /// # Errors
    ///
    /// When no profile is open, or its store cannot be read.
    pub async fn leaving(&self) -> Result<LeavingView, AppError> {
        let desk = self.open_desk().await?;
        Ok(LeavingView { unsent: desk.unsent().await?, drafts: desk.drafts().await? })
    }

    /// Signs out. A profile that waits for its passphrase, or does not open, is left as it is.
    ///
    /// # Errors
    ///
    /// When the copy shall be erased and something was not sent, or the disk refuses.
    pub async fn sign_out(&self, copy: Copy) -> Result<SessionView, AppError> {
        let _passing = self.passing.lock().await;
        let (desk, mut known) = self.who_leaves().await?;
        if copy == Copy::Erased {
            self.only_if_all_was_sent(desk.as_deref()).await?;
        }
        known.left = true;
        known.write(&self.given.folder)?;
        if let Some(desk) = desk {
            desk.leave().await;
        }
        let erased = match copy {
            Copy::Kept => Ok(()),
            Copy::Erased => self.erase_profile(&known.folder, known.guard).await,
        };
        self.become_state(State::SignedOut).await;
        erased?;
        Ok(self.session().await)
    }

    async fn who_leaves(&self) -> Result<(Option<Arc<Desk>>, KnownProfile), AppError> {
        match &*self.state.read().await {
            State::Ready { desk, known } => Ok((Some(Arc::clone(desk)), known.clone())),
            State::Locked(known) | State::Blocked { known: Some(known), .. } => {
                Ok((None, known.clone()))
            }
            _ => Err(AppError::new(ErrorCode::InvalidRequest)),
        }
    }

    async fn only_if_all_was_sent(&self, desk: Option<&Desk>) -> Result<(), AppError> {
        // What is in a copy that is not open cannot be told: it is not erased.
        let desk = desk.ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?;
        match desk.unsent().await? {
            0 => Ok(()),
            unsent => {
                Err(AppError::new(ErrorCode::UnsentWork).with("count", unsent.to_string()).retry())
            }
        }
    }

    /// Copies the sealed journal of the open profile, or of one that does not open: what is
    /// in it opens for the service alone, which takes it in. Gives its size in bytes.
    ///
    /// # Errors
    ///
    /// When no profile is there, or the disk refuses.
    pub async fn export_work(&self, to: &Path) -> Result<u64, AppError> {
        let departed = match &*self.state.read().await {
            State::ShutOut { id, .. } => Some(*id),
            _ => None,
        };
        if let Some(id) = departed {
            return self.export_departed(id, to).await;
        }
        let (desk, known) = self.who_leaves().await?;
        if let Some(desk) = desk {
            desk.seal_now().await;
        }
        let (folder, to) = (known.path(&self.given.folder), to.to_owned());
        blocking(move || lutrin_store::export_journal(&folder, &to)).await
    }
}
