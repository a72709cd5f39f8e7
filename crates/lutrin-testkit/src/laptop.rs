//! A machine without its application: the encrypted store and the exchange, as the
//! application runs them. Cheap enough for thousands.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ed25519_dalek::{Signer as _, SigningKey};
use jiff::{SignedDuration, Timestamp};
use lutrin_domain::decision::{Act, Decision, Signature, Stamped};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DeviceId, DossierId};
use lutrin_domain::permission::acting_role;
use lutrin_domain::reviewer::Role;
use lutrin_domain::subject::Subject;
use lutrin_store::{DeviceKey, NewProfile, OutboxState, Profile, RefreshToken, RootKey, Store};
use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_sync::driver::{Exchange, Given, Notice};
use lutrin_sync::progress::{Contact, Progress};
use lutrin_sync::session::{Session, SignIn};
use tempfile::TempDir;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::service::PASSWORD;
use crate::wait::until;

/// How long a round may take before it counts as stalled.
const ROUND: Duration = Duration::from_secs(60);

/// A clock that may be wrong.
#[derive(Clone, Default)]
pub struct LaptopClock(Arc<Mutex<SignedDuration>>);

impl LaptopClock {
    /// What it shows.
    pub fn now(&self) -> Timestamp {
        let off = *self.0.lock().unwrap();
        let end = if off.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::now().checked_add(off).unwrap_or(end)
    }

    /// Sets it, so much off from the true time.
    pub fn set_off(&self, off: SignedDuration) {
        *self.0.lock().unwrap() = off;
    }

    /// Sets it to this time; it goes on from there.
    pub fn set(&self, to: Timestamp) {
        self.set_off(to.duration_since(Timestamp::now()));
    }
}

/// A machine of one reviewer.
pub struct Laptop {
    /// What it holds.
    pub store: Store,
    /// Its clock.
    pub clock: LaptopClock,
    login: String,
    client: Client,
    key: SigningKey,
    running: Option<Running>,
    _folder: TempDir,
}

struct Running {
    exchange: Exchange,
    /// Held, as the window holds it.
    _notices: mpsc::UnboundedReceiver<Notice>,
}

impl Laptop {
    /// A new machine on which somebody signs in; it does not exchange yet.
    pub async fn sign_in(url: &str, login: &str) -> Self {
        let client = Client::new(ServiceAddress::parse(url).unwrap()).unwrap();
        let key =
            SigningKey::from_bytes(&[Uuid::new_v4().into_bytes(); 2].concat().try_into().unwrap());
        let device = DeviceId(Uuid::now_v7());
        let session = open(&client, login, device, &key).await;
        let profile = Profile {
            service: client.address().as_str().to_owned(),
            reviewer: session.reviewer().clone(),
            device,
        };
        let profile = NewProfile {
            profile,
            device_key: DeviceKey::new(key.to_bytes()),
            journal_recipient: session.journal_recipient().parse().unwrap(),
        };
        let folder = TempDir::new().unwrap();
        let store = Store::create(folder.path(), &RootKey::new([7; 32]), &profile).await.unwrap();
        let token = RefreshToken::new(session.refresh_token());
        store.set_refresh_token(Some(token)).await.unwrap();
        let (clock, login) = (LaptopClock::default(), login.to_owned());
        Self { store, clock, login, client, key, running: None, _folder: folder }
    }

    /// The person signs in again, as after a restore.
    pub async fn sign_in_again(&self) {
        let device = self.store.profile().await.unwrap().device;
        let session = open(&self.client, &self.login, device, &self.key).await;
        let token = RefreshToken::new(session.refresh_token());
        self.store.set_refresh_token(Some(token)).await.unwrap();
    }

    /// Begins to exchange, as when the program starts.
    pub async fn start(&mut self) {
        let clock = self.clock.clone();
        let given = Given { now: Arc::new(move || clock.now()), jitter: Arc::new(|| 0.0) };
        let (sender, notices) = mpsc::unbounded_channel();
        let started = Exchange::start(self.store.clone(), self.client.clone(), None, given, sender);
        let exchange = started.await.unwrap();
        self.running = Some(Running { exchange, _notices: notices });
    }

    /// Ends the exchange where it is, as when the program ends.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// The exchange, which was started.
    pub fn exchange(&self) -> &Exchange {
        &self.running.as_ref().unwrap().exchange
    }

    /// One exchange from beginning to end; gives how it went.
    pub async fn round(&mut self) -> Progress {
        self.start().await;
        let mut progress = self.exchange().progress();
        let over = progress.wait_for(|progress| {
            progress.last_attempt.is_some() && progress.contact != Contact::Exchanging
        });
        let progress = tokio::time::timeout(ROUND, over).await.unwrap().unwrap().clone();
        self.stop();
        progress
    }

    /// The same, which goes well.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn exchanged(&mut self) {
        let progress = self.round().await;
        assert!(progress.error.is_none(), "a round went wrong: {:?}", progress.error);
    }

    /// The person lets go the dossiers that the service takes away.
    pub async fn let_go(&mut self) {
        self.start().await;
        let mut progress = self.exchange().progress();
        let asked = progress.wait_for(|progress| !progress.removal.is_empty());
        drop(tokio::time::timeout(ROUND, asked).await.unwrap().unwrap());
        self.exchange().confirm_removal();
        let gone = progress.wait_for(|progress| progress.removal.is_empty());
        drop(tokio::time::timeout(ROUND, gone).await.unwrap().unwrap());
        self.stop();
    }

    /// Carries these dossiers, from the next round on.
    pub async fn carry(&self, dossiers: &[DossierId]) {
        let dossiers = dossiers.to_vec();
        self.store.carry(|choice| choice.dossiers = dossiers).await.unwrap();
    }

    /// Exchanges and receives until every file of what is carried is here.
    pub async fn receive_all(&mut self) {
        self.start().await;
        until("every file is here", async || {
            let all_known = self.store.missing_snapshots().await.unwrap().is_empty();
            let files = self.store.carried_files().await.unwrap();
            let files: Vec<_> = files.into_iter().map(|file| file.sha256).collect();
            let missing = self.store.missing(&files).await.unwrap();
            (all_known && !files.is_empty() && missing.is_empty()).then_some(())
        })
        .await;
        self.stop();
    }

    /// A dossier as the reviewer sees it.
    pub async fn seen(&self, dossier: DossierId) -> Dossier {
        self.store.view(dossier).await.unwrap().unwrap().fold.dossier
    }

    /// Makes a decision on what is seen, without recording it.
    pub async fn make(&self, subject: Subject, act: Act) -> Stamped {
        let dossier = self.seen(subject.dossier().unwrap()).await;
        let based_on = dossier.head(&subject);
        self.make_on(&dossier, subject, based_on, act).await
    }

    /// The same on a decision of one's choice.
    pub async fn make_on(
        &self,
        dossier: &Dossier,
        subject: Subject,
        based_on: Option<DecisionId>,
        act: Act,
    ) -> Stamped {
        let profile = self.store.profile().await.unwrap();
        let roles = &profile.reviewer.roles;
        let role = acting_role(roles, dossier, &subject, &act).unwrap_or(roles[0]);
        let for_center = matches!(role, Role::CenterReviewer | Role::LocalLead);
        let decision = Decision::make(DecisionId(Uuid::now_v7()), subject, based_on, act).unwrap();
        let mut stamped = Stamped {
            decision,
            author: profile.reviewer.id,
            role,
            center: for_center.then(|| dossier.center.clone()),
            device: profile.device,
            made_at: self.clock.now(),
            received_at: None,
            signature: Signature([0; 64]),
        };
        stamped.signature = Signature(self.key.sign(&stamped.signed_bytes()).to_bytes());
        stamped
    }

    /// Records a decision: once this returns it is safe here.
    pub async fn record(&self, stamped: &Stamped) -> DecisionId {
        let recorded = self.store.record_decision(stamped, self.clock.now()).await.unwrap();
        if let Some(running) = &self.running {
            running.exchange.nudge();
        }
        recorded.decision
    }

    /// Makes a decision on what is seen and records it.
    pub async fn decide(&self, subject: Subject, act: Act) -> DecisionId {
        let stamped = self.make(subject, act).await;
        self.record(&stamped).await
    }

    /// What became of a decision made here.
    pub async fn state(&self, decision: DecisionId) -> OutboxState {
        self.store.outbox_entry(decision).await.unwrap().unwrap().state
    }
}

async fn open(client: &Client, login: &str, device: DeviceId, key: &SigningKey) -> Session {
    let sign_in = SignIn {
        login: login.to_owned(),
        password: PASSWORD.to_owned(),
        device,
        device_name: "poste d'essai".to_owned(),
        device_public_key: key.verifying_key().to_bytes(),
    };
    Session::open(client, sign_in).await.unwrap()
}
