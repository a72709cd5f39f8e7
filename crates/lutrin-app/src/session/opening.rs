//! Opening the profile in use, and setting aside one that does not open.

use std::sync::Arc;

use lutrin_domain::seeded::{self, Bug};
use lutrin_store::{RootKey, Store};
use zeroize::Zeroizing;

use super::{App, State, may_start_over};
use crate::departures::Departed;
use crate::error::{AppError, ErrorCode};
use crate::profiles::{Guard, KnownProfile, Profiles};
use crate::view::SessionView;

impl App {
    /// Opens the profile in use, again if it could not be opened before. What prevents it is
    /// part of the view. It may take as long as a person takes to answer the keyring.
    pub async fn open(&self) -> SessionView {
        let _passing = self.passing.lock().await;
        if !matches!(*self.state.read().await, State::Ready { .. }) {
            let next = match self.profiles().await {
                Ok(profiles) => match profiles.current() {
                    None => match self.unseen_departure() {
                        Some(departed) => State::shut_out(&departed),
                        None => State::SignedOut,
                    },
                    Some(known) => self.open_known(known.clone()).await,
                },
                Err(error) => {
                    // What was sealed in it may be copied out all the same.
                    let profiles = Profiles::load(&self.given.folder).unwrap_or_default();
                    State::Blocked { error, known: profiles.current().cloned() }
                }
            };
            self.become_state(next).await;
        }
        self.session().await
    }

    /// The last copy that was erased here, if nobody was told yet.
    fn unseen_departure(&self) -> Option<Departed> {
        let departed = Departed::all(&self.given.folder).unwrap_or_default();
        departed.into_iter().next_back().filter(|departed| !departed.seen)
    }

    /// Opens a profile with its passphrase.
    ///
    /// # Errors
    ///
    /// When it is not the passphrase, or the profile is not waiting for one.
    pub async fn unlock(&self, phrase: String) -> Result<SessionView, AppError> {
        let _passing = self.passing.lock().await;
        let phrase = Zeroizing::new(phrase);
        let known = match &*self.state.read().await {
            State::Locked(known) => known.clone(),
            _ => return Err(AppError::new(ErrorCode::InvalidRequest)),
        };
        let next = match self.key_with_passphrase(&known, phrase).await {
            Ok(key) => self.open_with(known, &key).await,
            Err(error) if error.code == ErrorCode::PassphraseWrong => return Err(error),
            Err(error) => State::Blocked { error, known: Some(known) },
        };
        self.become_state(next).await;
        Ok(self.session().await)
    }

    async fn open_known(&self, known: KnownProfile) -> State {
        match known.guard {
            Guard::Passphrase => State::Locked(known),
            Guard::Keyring => match self.key_in_keyring(&known).await {
                Ok(key) => self.open_with(known, &key).await,
                Err(_) if seeded::is(Bug::LockedCopyForgotten) => State::SignedOut,
                Err(error) => State::Blocked { error, known: Some(known) },
            },
        }
    }

    async fn open_with(&self, known: KnownProfile, key: &RootKey) -> State {
        let opened = async {
            let store = Store::open(&known.path(&self.given.folder), key, None).await?;
            self.desk(store, &known.service, None).await
        };
        match opened.await {
            Ok(desk) => State::Ready { desk: Arc::new(desk), known },
            Err(error) => State::Blocked { error, known: Some(known) },
        }
    }

    /// Sets a profile that cannot be opened aside, under another name and whole,
    /// so that a new copy may be fetched ("Repartir d'une copie neuve").
    ///
    /// # Errors
    ///
    /// When there is no such profile, or the disk refuses.
    pub async fn start_over(&self) -> Result<SessionView, AppError> {
        let _passing = self.passing.lock().await;
        let known = match &*self.state.read().await {
            State::Blocked { error, known: Some(known) } if may_start_over(error.code) => {
                known.clone()
            }
            State::Blocked { error, .. } => return Err(error.clone()),
            _ => return Err(AppError::new(ErrorCode::InvalidRequest)),
        };
        lutrin_store::set_aside(&known.path(&self.given.folder), (self.given.now)())
            .map_err(|_| AppError::new(ErrorCode::StoreInUse).retry())?;
        self.become_state(State::SignedOut).await;
        Ok(self.session().await)
    }
}
