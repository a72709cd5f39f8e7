//! Signing in: on a machine that is new to a reviewer, or back to the copy that is there.

use std::sync::Arc;

use lutrin_domain::id::DeviceId;
use lutrin_store::{
    DeviceKey, JournalRecipient, NewProfile, Profile, RefreshToken, RootKey, Store,
};
use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_sync::session::{Session, SignIn};
use zeroize::Zeroizing;

use super::{App, State};
use crate::desk::{Desk, ShutOut, SignInRefused};
use crate::error::{AppError, ErrorCode};
use crate::profiles::{Guard, KnownProfile};
use crate::signing::public_key;
use crate::view::SessionView;

/// What a person gives to sign in.
#[derive(Clone)]
pub struct Credentials {
    /// The address of the service.
    pub service: String,
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
    /// Opens the copy on this machine where the system has no keyring.
    pub passphrase: Option<String>,
}

impl App {
    /// Signs in. On a machine that is new to this service and login a profile is made: its
    /// key is guarded, everything else is encrypted with it. A copy that the person left on
    /// this machine is opened again, with all that has not been sent.
    ///
    /// # Errors
    ///
    /// When the address, the service, the credentials, the keyring or the passphrase refuse;
    /// nothing is stored then, and a copy that was there is as it was.
    pub async fn sign_in(&self, given: Credentials) -> Result<SessionView, AppError> {
        let _passing = self.passing.lock().await;
        if !matches!(*self.state.read().await, State::SignedOut) {
            return Err(AppError::new(ErrorCode::InvalidRequest));
        }
        let service = ServiceAddress::parse(&given.service)?;
        let phrase = given.passphrase.map(Zeroizing::new);
        let profiles = self.profiles().await?;
        let entered = match profiles.find(service.as_str(), &given.login) {
            Some(known) => self.come_back(known.clone(), given.password, phrase).await,
            None => self.begin(service, given.login, given.password, phrase).await,
        };
        let (desk, mut known) = entered?;
        known.used_at = (self.given.now)();
        known.left = false;
        known.write(&self.given.folder)?;
        self.become_state(State::Ready { desk: Arc::new(desk), known }).await;
        Ok(self.session().await)
    }

    async fn come_back(
        &self,
        known: KnownProfile,
        password: String,
        phrase: Option<Zeroizing<String>>,
    ) -> Result<(Desk, KnownProfile), AppError> {
        let key = match (known.guard, phrase) {
            (Guard::Keyring, _) => self.key_in_keyring(&known).await?,
            (Guard::Passphrase, Some(phrase)) => self.key_with_passphrase(&known, phrase).await?,
            (Guard::Passphrase, None) => return Err(AppError::new(ErrorCode::PassphraseNeeded)),
        };
        let store = Store::open(&known.path(&self.given.folder), &key, None).await?;
        let desk = self.desk(store, &known.service, None).await?;
        match desk.sign_in_again(&known.login, password).await {
            Ok(()) => Ok((desk, known)),
            Err(SignInRefused { error, shut_out }) => {
                match shut_out {
                    Some(cause) => self.erase_shut_out(&desk, &known, cause).await?,
                    None => desk.close().await,
                }
                Err(error)
            }
        }
    }

    async fn begin(
        &self,
        service: ServiceAddress,
        login: String,
        password: String,
        phrase: Option<Zeroizing<String>>,
    ) -> Result<(Desk, KnownProfile), AppError> {
        let client = Client::new(service.clone())?;
        let folder = (self.given.next_id)().to_string();
        let key = Zeroizing::new((self.given.random)());
        let guard = if phrase.is_some() { Guard::Passphrase } else { Guard::Keyring };
        let guarded = self.guard(&folder, &key, phrase).await;
        let made = async {
            guarded?;
            let (store, session) = self.make(&client, &login, password, &folder, &key).await?;
            let (service, used_at) = (service.as_str().to_owned(), (self.given.now)());
            let known = KnownProfile {
                service,
                login,
                guard,
                used_at,
                left: false,
                folder: folder.clone(),
            };
            known.write(&self.given.folder)?;
            Ok((self.desk(store, &known.service, Some(&session)).await?, known))
        };
        let made = made.await;
        if made.is_err() {
            // Nobody worked in it. What stays behind is a key that opens nothing, or noise.
            let _ = self.erase_profile(&folder, guard).await;
        }
        made
    }

    async fn make(
        &self,
        client: &Client,
        login: &str,
        password: String,
        folder: &str,
        key: &Zeroizing<[u8; 32]>,
    ) -> Result<(Store, Session), AppError> {
        let device = DeviceId((self.given.next_id)());
        let device_key = DeviceKey::new((self.given.random)());
        let sign_in = SignIn {
            login: login.to_owned(),
            password,
            device,
            device_name: self.given.machine.clone(),
            device_public_key: public_key(&device_key),
        };
        let session = Session::open(client, sign_in).await?;
        let recipient: JournalRecipient = session
            .journal_recipient()
            .parse()
            .map_err(|_| AppError::new(ErrorCode::ServiceFailed))?;
        let profile = NewProfile {
            profile: Profile {
                service: client.address().as_str().to_owned(),
                reviewer: session.reviewer().clone(),
                device,
            },
            device_key,
            journal_recipient: recipient,
        };
        let folder = self.given.folder.join(folder);
        let store =
            Store::create(&folder, &RootKey::new(**key), &profile).await.map_err(created)?;
        store.set_refresh_token(Some(RefreshToken::new(session.refresh_token()))).await?;
        let (contact, terms) = session.lent((self.given.now)());
        store.set_last_contact(contact, terms).await?;
        Ok((store, session))
    }

    /// Opens the session of the profile again; everything local stays as it is.
    ///
    /// # Errors
    ///
    /// When the service or the credentials refuse.
    pub async fn sign_in_again(&self, password: String) -> Result<SessionView, AppError> {
        let (desk, login) = match &*self.state.read().await {
            State::Ready { desk, known } => (Arc::clone(desk), known.login.clone()),
            _ => return Err(AppError::new(ErrorCode::InvalidRequest)),
        };
        let again = desk.sign_in_again(&login, password).await;
        if let Err(SignInRefused { error, shut_out }) = again {
            if let Some(cause) = shut_out {
                let device = desk.profile().await?.device;
                // Nobody listens any more once the application has ended.
                let _ = self.shut_out.send(ShutOut { device, cause });
            }
            return Err(error);
        }
        Ok(self.session().await)
    }
}

fn created(error: lutrin_store::CreateError) -> AppError {
    match error {
        lutrin_store::CreateError::Exists => AppError::new(ErrorCode::StoreInUse),
        lutrin_store::CreateError::Open(error) => error.into(),
    }
}
