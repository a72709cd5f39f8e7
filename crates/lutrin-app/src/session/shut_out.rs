//! The service shuts this machine out: its sealed work is put aside, its key and its files
//! are erased, and what was sealed is handed in.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_sync::core::schedule::Schedule;
use lutrin_sync::departure::Erasure;

use super::{App, State};
use crate::departures::Departed;
use crate::desk::{Desk, ShutOut};
use crate::error::{AppError, ErrorCode};
use crate::profiles::{Guard, KnownProfile};
use crate::view::{SessionView, ShutOutView};

impl App {
    /// Erases what is here when the service shuts this machine out, and says what is left
    /// to say of earlier ones; for as long as the program runs.
    pub async fn watch(&self) {
        let mut told = self.told.lock().await;
        let mut schedule = Schedule::default();
        loop {
            let wait = match self.deliver().await {
                Ok(true) => Duration::MAX,
                Ok(false) => schedule.failed((self.given.jitter)(), None),
                Err(error) => {
                    tracing::warn!(code = ?error.code, "departures.not_read");
                    schedule.failed((self.given.jitter)(), None)
                }
            };
            tokio::select! {
                heard = told.recv() => match heard {
                    Some(heard) => self.shut_out(heard).await,
                    None => return,
                },
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Erases the open profile, if one is.
    async fn shut_out(&self, ShutOut { device, cause }: ShutOut) {
        let _passing = self.passing.lock().await;
        let open = match &*self.state.read().await {
            State::Ready { desk, known } => Some((Arc::clone(desk), known.clone())),
            _ => None,
        };
        if let Some((desk, known)) = open
            && desk.profile().await.is_ok_and(|profile| profile.device == device)
            && let Err(error) = self.erase_shut_out(&desk, &known, cause).await
        {
            // Tried again when the service says so again.
            tracing::error!(code = ?error.code, "shut_out.not_erased");
        }
    }

    /// Puts the sealed work aside, then erases key and files. Whoever comes or goes waits.
    ///
    /// # Errors
    ///
    /// When the sealed work cannot be put aside; nothing is erased then.
    pub(super) async fn erase_shut_out(
        &self,
        desk: &Desk,
        known: &KnownProfile,
        cause: Erasure,
    ) -> Result<(), AppError> {
        let left = desk.prepare_departure(cause, &known.path(&self.given.folder)).await?;
        let (folder, guard) = (Some(known.folder.clone()), known.guard);
        let departed = Departed { folder, guard, ..left.departed };
        departed.begin(&self.given.folder, &left.work)?;
        let departed = self.finish_erasing(departed).await;
        self.become_state(State::ShutOut(Box::new(departed))).await;
        Ok(())
    }

    /// The key first: without it the files are noise.
    async fn finish_erasing(&self, mut departed: Departed) -> Departed {
        let Some(folder) = departed.folder.clone() else { return departed };
        let key = match departed.guard {
            Guard::Keyring => self.forget_key(&folder).await.map_err(AppError::from),
            Guard::Passphrase => Ok(()),
        };
        let files = match std::fs::remove_dir_all(self.given.folder.join(&folder)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        match (key, files) {
            (Ok(()), Ok(())) => {
                departed.folder = None;
                self.write(&departed);
            }
            (key, files) => {
                let (key, files) = (key.is_ok(), files.is_ok());
                tracing::warn!(key, files, "shut_out.erased_in_part");
            }
        }
        departed
    }

    /// Finishes what an earlier start did not: erasing, handing in, saying so. Gives whether
    /// nothing is left to do.
    async fn deliver(&self) -> Result<bool, AppError> {
        let mut all_done = true;
        for departed in Departed::all(&self.given.folder)? {
            let mut departed = self.finish_erasing(departed).await;
            if departed.departure.is_due((self.given.now)()) {
                self.say(&mut departed).await;
            }
            all_done &= departed.departure.is_done() && departed.folder.is_none();
        }
        Ok(all_done)
    }

    async fn say(&self, departed: &mut Departed) {
        let delivered = async {
            let kept = departed.clone();
            let work = || Ok(kept.work(&self.given.folder)?);
            let client = Client::new(ServiceAddress::parse(&departed.departure.service)?)?;
            departed.departure.deliver::<AppError>(&client, (self.given.now)(), work).await
        };
        if let Err(error) = delivered.await {
            tracing::info!(code = ?error.code, "departure.waits");
        }
        // A person may have read it meanwhile.
        let _passing = self.passing.lock().await;
        let kept = Departed::all(&self.given.folder).unwrap_or_default();
        departed.seen |= kept.iter().any(|kept| kept.is(departed) && kept.seen);
        self.write(departed);
        let mut state = self.state.write().await;
        if let State::ShutOut(shown) = &mut *state
            && shown.is(departed)
        {
            shown.departure = departed.departure.clone();
            drop(state);
            self.given.tell(crate::event::AppEvent::SessionChanged);
        }
    }

    fn write(&self, departed: &Departed) {
        if let Err(error) = departed.write(&self.given.folder) {
            tracing::warn!(%error, "departure.not_written");
        }
    }

    /// A person has read that the machine was shut out: the form is shown again.
    ///
    /// # Errors
    ///
    /// When there was nothing to read, or the disk refuses.
    pub async fn acknowledge_shut_out(&self) -> Result<SessionView, AppError> {
        let _passing = self.passing.lock().await;
        let shown = match &*self.state.read().await {
            State::ShutOut(shown) => shown.clone(),
            _ => return Err(AppError::new(ErrorCode::InvalidRequest)),
        };
        let shown = Departed { seen: true, ..*shown };
        shown.write(&self.given.folder)?;
        self.become_state(State::SignedOut).await;
        Ok(self.session().await)
    }

    /// Copies the sealed work of a machine that was shut out.
    pub(super) fn export_departed(&self, departed: &Departed, to: &Path) -> Result<u64, AppError> {
        let work = departed.work(&self.given.folder)?;
        lutrin_store::write_whole(to, &work)?;
        Ok(work.len() as u64)
    }
}

/// What the service said, if it is that this machine is shut out.
pub(super) fn cause_of(error: &AppError) -> Option<Erasure> {
    match error.code {
        ErrorCode::DeviceRevoked => Some(Erasure::DeviceRevoked),
        ErrorCode::AccountDisabled => Some(Erasure::AccountDisabled),
        _ => None,
    }
}

pub(super) fn shut_out_view(departed: &Departed) -> ShutOutView {
    let receipt = &departed.departure.receipt;
    ShutOutView {
        cause: receipt.cause.code().to_owned(),
        at: receipt.at.to_string(),
        unsent: departed.unsent,
        drafts: departed.drafts,
        handed_in: departed.departure.handed_in,
    }
}
