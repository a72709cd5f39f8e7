//! The real service in this process, that may stop and come back.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use lutrin_central::data::Data;
use lutrin_central::deposit::deposit_bytes;
use lutrin_central::import::{ImportRequest, import_folder};
use lutrin_central::journal::Entry;
use lutrin_central::reviewers::{NewAccount, add_reviewer};
use lutrin_central::service::{Running, Service, Settings};
use lutrin_central::sign_in::{Pace, SignInLimits};
use lutrin_central::sources::Clock;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{CenterCode, DeviceId, DiplomaCode, DossierId, JurySessionId, SlotKey};
use lutrin_domain::jury::JurySession;
use lutrin_domain::reviewer::{Role, Scope};
use lutrin_protocol::session::Secret;
use tempfile::TempDir;
use uuid::Uuid;

/// The password of every reviewer.
pub const PASSWORD: &str = "un mot de passe d'essai";
/// A reviewer of the DNF who may settle and sign.
pub const NADIA: &str = "nadia.ferrand";
/// Her colleague, with the same rights.
pub const KARINE: &str = "karine.soulier";
/// A reviewer of the centre of Besançon.
pub const PAUL: &str = "paul.meunier";

/// A service with a sitting of the jury and three reviewers.
pub struct TestService {
    folder: TempDir,
    running: Option<Running>,
    address: SocketAddr,
    settings: Settings,
    /// The sitting.
    pub jury: JurySessionId,
}

impl TestService {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        Self::start_as(|settings| settings).await
    }

    /// The same for a campaign: nobody signs in too often.
    pub async fn start_unhurried() -> Self {
        Self::start_as(unhurried).await
    }

    /// The same with other settings.
    pub async fn start_as(change: impl FnOnce(Settings) -> Settings) -> Self {
        Self::start_in(TempDir::new().unwrap(), change).await
    }

    /// The same in a folder of one's choice.
    pub async fn start_in(folder: TempDir, change: impl FnOnce(Settings) -> Settings) -> Self {
        let settings = change(Settings::new(folder.path()));
        let running = Service::start(settings.clone()).await.unwrap();
        let jury = JurySessionId(Uuid::from_u128(0x5e55));
        let address = running.addr;
        let service = Self { folder, running: Some(running), address, settings, jury };
        let session = JurySession {
            id: jury,
            label: "Titres comptables".to_owned(),
            date: date(2026, 12, 11),
            file_closing_date: date(2026, 12, 4),
            diplomas: vec![DiplomaCode::new("CRN0400A")],
        };
        service.data().db.put_jury(&session, &service.data().command_trace()).await.unwrap();
        let dnf = [Role::NationalLead, Role::DnfReviewer];
        service.add_reviewer(NADIA, "Nadia Ferrand", &dnf, Scope::Everywhere).await;
        service.add_reviewer(KARINE, "Karine Soulier", &dnf, Scope::Everywhere).await;
        let besancon = Scope::Centers(vec![CenterCode::new("BES")]);
        let center = [Role::CenterReviewer, Role::LocalLead];
        service.add_reviewer(PAUL, "Paul Meunier", &center, besancon).await;
        service
    }

    /// Another service that holds the same, at another address.
    pub async fn twin(&mut self) -> Self {
        self.stop().await;
        let folder = TempDir::new().unwrap();
        copy_folder(self.folder.path(), folder.path());
        self.come_back().await;
        let settings = Settings { data: folder.path().to_owned(), ..self.settings.clone() };
        let running = Service::start(settings.clone()).await.unwrap();
        let (address, jury) = (running.addr, self.jury);
        Self { folder, running: Some(running), address, settings, jury }
    }

    async fn add_reviewer(&self, login: &str, name: &str, roles: &[Role], scope: Scope) {
        let account = NewAccount {
            login: login.to_owned(),
            name: name.to_owned(),
            roles: roles.to_vec(),
            scope,
            password: Secret(PASSWORD.to_owned()),
        };
        add_reviewer(self.data(), account).await.unwrap();
    }

    /// The service's own data.
    pub fn data(&self) -> &Data {
        &self.running.as_ref().unwrap().data
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a person types it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The folder of its data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The network goes.
    pub async fn stop(&mut self) {
        self.running.take().unwrap().stop().await.unwrap();
    }

    /// The network is back, at the same address.
    pub async fn come_back(&mut self) {
        let settings = Settings { listen: self.address, ..self.settings.clone() };
        self.running = Some(Service::start(settings).await.unwrap());
    }

    /// The service runs where no machine looks for it: what changes meanwhile is not seen yet.
    pub async fn run_unreachable(&mut self) {
        self.running = Some(Service::start(self.settings.clone()).await.unwrap());
    }

    /// The network is back after so long that every session has ended.
    pub async fn come_back_after_a_year(&mut self) {
        struct InAYear;
        impl Clock for InAYear {
            fn now(&self) -> Timestamp {
                Timestamp::now() + SignedDuration::from_hours(24 * 366)
            }
        }
        let settings = Settings { listen: self.address, ..self.settings.clone() };
        let sources = settings.sources.clone().with_clock(InAYear);
        self.running = Some(Service::start(Settings { sources, ..settings }).await.unwrap());
    }

    /// Takes a dossier in, of these files, for the sitting; it is with the DNF.
    pub async fn take_in(&self, reference: &str, files: &[(&str, Vec<u8>)]) -> DossierId {
        self.take_in_as(reference, "CRN0400A", "TRANSMIS_DNF", files).await
    }

    /// The same for a diploma and a status of D3.
    pub async fn take_in_as(
        &self,
        reference: &str,
        diploma: &str,
        status: &str,
        files: &[(&str, Vec<u8>)],
    ) -> DossierId {
        let folder = TempDir::new().unwrap();
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let request = ImportRequest {
            reference: Some(reference.to_owned()),
            diploma: DiplomaCode::new(diploma),
            status: status.to_owned(),
            jury: Some(self.jury),
            first_name: "Camille".to_owned(),
            birth_name: "Aubertin".to_owned(),
            ..ImportRequest::new(folder.path())
        };
        import_folder(self.data(), request).await.unwrap().dossier
    }

    /// The learner replaces a file.
    pub async fn replace(&self, dossier: DossierId, slot: &str, name: &str, bytes: Vec<u8>) {
        let slot = SlotKey::new(slot);
        deposit_bytes(self.data(), dossier, &slot, name, bytes.into()).await.unwrap();
    }

    /// The installation on which somebody signed in first, as the service's journal has it.
    pub async fn device_of(&self, login: &str) -> DeviceId {
        let reviewer = self.data().db.credentials(login).await.unwrap().unwrap().reviewer;
        let entries = self.journal().await;
        let signed_in = entries.iter().find(|entry| {
            entry.action == "sign_in" && entry.reviewer == Some(reviewer.to_string())
        });
        signed_in.unwrap().device.as_ref().unwrap().parse().unwrap()
    }

    /// All that the service wrote down, in order.
    pub async fn journal(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        loop {
            let page = self.data().db.journal(entries.len() as u64, 1_000).await.unwrap();
            if page.is_empty() {
                return entries;
            }
            entries.extend(page.into_iter().map(|kept| kept.entry));
        }
    }

    /// A dossier as the service holds it.
    pub async fn held(&self, dossier: DossierId) -> Dossier {
        let found = self.data().db.dossier(dossier, &Scope::Everywhere).await.unwrap();
        found.unwrap().1
    }
}

/// Settings under which nobody comes too often.
pub fn unhurried(settings: Settings) -> Settings {
    let pace = Pace { burst: NonZeroU32::MAX, period: Duration::from_millis(1) };
    let sign_in = SignInLimits { login: pace, address: pace, refresh: pace, session: pace };
    Settings { sign_in, ..settings }
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.as_ref().unwrap(), to.join(entry.as_ref().unwrap().file_name()));
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&to).unwrap();
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), &to).unwrap();
        }
    }
}
