//! The service shuts this machine out: its sealed work is put aside, its key and its files
//! are erased, and what was sealed is handed in.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_sync::core::schedule::Schedule;
use lutrin_sync::departure::Erasure;
use uuid::Uuid;

use super::guard::blocking;
use super::{App, State};
use crate::departures::Departed;
use crate::desk::{Desk, ShutOut};
use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::profiles::{KnownProfile, Profiles};
use crate::view::{SessionView, ShutOutView};

impl App {
    /// Erases what is here when the service shuts this machine out, and says what is left
    /// to say of earlier ones; for as long as the program runs.
    pub async fn watch(&self) {
        let mut told = self.told.lock().await;
        let mut schedule = Schedule::default();
        loop {
            let wait = match self.deliver().await {
                Ok(true) => {
                    schedule = Schedule::default();
                    Duration::MAX
                }
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
                () = self.departed.notified() => {}
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
            tracing::error!(code = ?error.code, "shut_out.not_erased");
            // Opened again, it hears the same again.
            self.become_state(State::Blocked { error, known: Some(known) }).await;
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
        let (departed, work) = desk.prepare_departure(cause, known, &self.given.folder).await?;
        departed.begin(&self.given.folder, &work)?;
        let departed = self.finish_erasing(departed).await;
        self.become_state(State::shut_out(&departed)).await;
        self.departed.notify_one();
        Ok(())
    }

    /// The profiles of this machine. One whose erasing was begun is no longer among them,
    /// even where its files are still there. Whoever comes or goes waits.
    pub(super) async fn profiles(&self) -> Result<Profiles, AppError> {
        let departed = self.finish_all().await?;
        let gone: Vec<_> = departed.into_iter().filter_map(|departed| departed.folder).collect();
        Ok(Profiles::load(&self.given.folder)?.without(&gone))
    }

    /// Erases what an earlier start did not. Whoever comes or goes waits.
    async fn finish_all(&self) -> Result<Vec<Departed>, AppError> {
        let mut all = Vec::new();
        for departed in Departed::all(&self.given.folder)? {
            all.push(self.finish_erasing(departed).await);
        }
        Ok(all)
    }

    async fn finish_erasing(&self, departed: Departed) -> Departed {
        let Some(folder) = &departed.folder else { return departed };
        match self.erase_profile(folder, departed.guard).await {
            Ok(()) => self.update(departed, |kept| kept.folder = None),
            Err(error) => {
                tracing::warn!(code = ?error.code, "shut_out.erased_in_part");
                departed
            }
        }
    }

    /// Finishes what an earlier start did not: erasing, handing in, saying so. Gives whether
    /// nothing is left to do.
    async fn deliver(&self) -> Result<bool, AppError> {
        let mut all_done = true;
        let passing = self.passing.lock().await;
        let all = self.finish_all().await?;
        drop(passing);
        for mut departed in all {
            if departed.departure.is_due((self.given.now)()) {
                departed = self.say(departed).await;
            }
            all_done &= departed.departure.is_done() && departed.folder.is_none();
        }
        Ok(all_done)
    }

    async fn say(&self, departed: Departed) -> Departed {
        let mut departure = departed.departure.clone();
        let delivered = async {
            let work = || Ok(Departed::work(&self.given.folder, departed.id())?);
            let client = Client::new(ServiceAddress::parse(&departure.service)?)?;
            departure.deliver::<AppError>(&client, (self.given.now)(), work).await
        };
        if let Err(error) = delivered.await {
            tracing::info!(code = ?error.code, "departure.waits");
        }
        let _passing = self.passing.lock().await;
        let departed = self.update(departed, |kept| kept.departure = departure.clone());
        let mut state = self.state.write().await;
        if let State::ShutOut { id, view } = &mut *state
            && *id == departed.id()
        {
            *view = shut_out_view(&departed);
            drop(state);
            self.given.tell(AppEvent::SessionChanged);
        }
        departed
    }

    /// Writes down what changed of a departure; what the disk refuses is done again at the
    /// next start. Whoever comes or goes waits.
    fn update(&self, mut departed: Departed, change: impl Fn(&mut Departed)) -> Departed {
        match Departed::update(&self.given.folder, departed.id(), &change) {
            Ok(kept) => kept,
            Err(error) => {
                tracing::warn!(%error, "departure.not_written");
                change(&mut departed);
                departed
            }
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
            State::ShutOut { id, .. } => *id,
            _ => return Err(AppError::new(ErrorCode::InvalidRequest)),
        };
        Departed::update(&self.given.folder, shown, |kept| kept.seen = true)?;
        self.become_state(State::SignedOut).await;
        Ok(self.session().await)
    }

    /// Copies the sealed work of a machine that was shut out.
    pub(super) async fn export_departed(&self, id: Uuid, to: &Path) -> Result<u64, AppError> {
        let (root, to) = (self.given.folder.clone(), to.to_owned());
        let copied = blocking(move || {
            let work = Departed::work(&root, id)?;
            lutrin_store::write_whole(&to, &work)?;
            Ok::<_, std::io::Error>(work.len() as u64)
        });
        copied.await
    }
}

impl State {
    pub(super) fn shut_out(departed: &Departed) -> Self {
        Self::ShutOut { id: departed.id(), view: shut_out_view(departed) }
    }
}

fn shut_out_view(departed: &Departed) -> ShutOutView {
    let receipt = &departed.departure.receipt;
    ShutOutView {
        cause: receipt.cause.code().to_owned(),
        at: receipt.at.to_string(),
        unsent: departed.unsent,
        drafts: departed.drafts,
        handed_in: departed.departure.handed_in,
    }
}
