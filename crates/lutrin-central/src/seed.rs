//! Fills the service with fictitious dossiers and the accounts of demonstrations.
//!
//! It goes through the same doors as real dossiers: documents first, then
//! [`take_in`]. The same seed and day give the same dossiers with the same
//! identifiers; what is there already is kept, so that a run cut short goes on
//! where it was and a second run does nothing.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use jiff::civil::Date;
use lutrin_domain::day::paris_day;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::CenterCode;
use lutrin_domain::reviewer::{Role, Scope};
use lutrin_protocol::session::Secret;
use lutrin_specimens::{Papers, Specimen, SpecimenError, Specimens, ten_dossiers, volume};
use serde::Serialize;
use uuid::{Builder, Uuid};

use crate::data::Data;
use crate::db::{DbError, Seeded, TakenIn};
use crate::documents::KeepError;
use crate::intake::{TakeInError, take_in};
use crate::reviewers::{AddReviewerError, NewAccount, add_reviewer};
use crate::sources::Ids;

/// The password of the demonstration accounts, unless another one is given.
pub const DEMO_PASSWORD: &str = "lutrin-demo-2026";

/// How many dossiers there are when nobody says: the examples of the domain notes.
const EXAMPLES: u64 = 10;

/// What to make.
#[derive(Clone)]
pub struct SeedRequest {
    /// The seed.
    pub seed: u64,
    /// The day the dossiers are made for; that of the first run, or the day it
    /// is, when nobody says.
    pub today: Option<Date>,
    /// How many dossiers; the ten examples when nobody says.
    pub dossiers: Option<u64>,
    /// The password of the demonstration accounts.
    pub password: Secret,
}

impl SeedRequest {
    /// The ten examples of this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, today: None, dossiers: None, password: Secret(DEMO_PASSWORD.to_owned()) }
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeedReport {
    /// The day the dossiers are made for.
    pub today: Date,
    /// How many dossiers of this seed there are.
    pub dossiers: u64,
    /// How many of them are new.
    pub new: u64,
    /// The logins of the demonstration accounts.
    pub logins: Vec<&'static str>,
}

/// Why nothing, or not everything, was made.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The folder holds dossiers with the same references.
    #[error(
        "the folder already holds dossiers of this seed for another day: \
         give that day, another seed or another folder"
    )]
    OtherDay,
    /// The dossiers cannot be made.
    #[error(transparent)]
    Specimens(#[from] SpecimenError),
    /// Making them was interrupted.
    #[error("making the dossiers was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
    /// A document cannot be kept.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// A dossier cannot be taken in.
    #[error(transparent)]
    TakeIn(#[from] TakeInError),
    /// An account cannot be made.
    #[error(transparent)]
    Reviewer(#[from] AddReviewerError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Fills the service. Works while it runs.
///
/// # Errors
///
/// When something cannot be made or kept. What was taken in stays.
pub async fn seed(data: &Data, request: SeedRequest) -> Result<SeedReport, SeedError> {
    let logins = add_accounts(data, &request).await?;
    let day_before = data.db.seeded_day(request.seed).await?;
    let today = request.today.or(day_before).unwrap_or_else(|| paris_day(data.sources.now()));
    let key = Seeded { seed: request.seed, day: today };
    let made = data.db.seeded(&key).await?.unwrap_or_default();
    let wanted = request.dossiers.unwrap_or(EXAMPLES);
    if made >= wanted {
        return Ok(SeedReport { today, dossiers: made, new: 0, logins });
    }
    let specimens = make(request.seed, today, wanted).await?;
    let new = hand_over(data, &key, specimens).await?;
    data.db.note_seeded(&key, wanted).await?;
    Ok(SeedReport { today, dossiers: wanted, new, logins })
}

async fn make(seed: u64, day: Date, wanted: u64) -> Result<Specimens, SeedError> {
    let made = tokio::task::spawn_blocking(move || {
        let papers = Papers::new();
        match usize::try_from(wanted).unwrap_or(usize::MAX) {
            10 => ten_dossiers(seed, day, &papers),
            count => volume(seed, day, count, &papers),
        }
    });
    Ok(made.await??)
}

/// Hands the dossiers over, and says how many were new.
async fn hand_over(data: &Data, key: &Seeded, specimens: Specimens) -> Result<u64, SeedError> {
    for session in &specimens.juries {
        data.db.put_jury(session).await?;
    }
    let ids = SeededIds::new(format!("dossiers/{}/{}", key.seed, key.day));
    let data = Data { sources: data.sources.clone().with_ids(ids), ..data.clone() };
    let mut new = 0;
    for Specimen { intake, files } in specimens.dossiers {
        for file in files {
            if data.documents.size(file.sha256).await.map_err(KeepError::from)?.is_none() {
                data.documents.keep(Bytes::from_owner(file.bytes)).await?;
            }
        }
        match take_in(&data, intake, &data.command_trace()).await? {
            TakenIn::New(_) => new += 1,
            TakenIn::Known(_) => {}
            TakenIn::ReferenceTaken => return Err(SeedError::OtherDay),
        }
    }
    Ok(new)
}

struct DemoAccount {
    login: &'static str,
    name: &'static str,
    roles: &'static [Role],
    /// Everywhere when there is none.
    centers: &'static [&'static str],
}

const DEMO_ACCOUNTS: [DemoAccount; 4] = [
    DemoAccount {
        login: "nadia.ferrand",
        name: "Nadia Ferrand",
        roles: &[Role::NationalLead, Role::DnfReviewer],
        centers: &[],
    },
    DemoAccount {
        login: "karine.soulier",
        name: "Karine Soulier",
        roles: &[Role::DnfReviewer, Role::NationalLead],
        centers: &[],
    },
    DemoAccount {
        login: "paul.meunier",
        name: "Paul Meunier",
        roles: &[Role::CenterReviewer, Role::LocalLead],
        // Besançon, by its own code and by that of its region, which the
        // specimens use.
        centers: &["BES", "BFC"],
    },
    DemoAccount {
        login: "admin",
        name: "Administration du service",
        roles: &[Role::Administrator],
        centers: &[],
    },
];

/// Adds the demonstration accounts that are not there.
async fn add_accounts(data: &Data, request: &SeedRequest) -> Result<Vec<&'static str>, SeedError> {
    for account in &DEMO_ACCOUNTS {
        if data.db.credentials(account.login).await?.is_some() {
            continue;
        }
        let ids = SeededIds::new(format!("reviewer/{}", account.login));
        let data = Data { sources: data.sources.clone().with_ids(ids), ..data.clone() };
        let centers = account.centers.iter().map(|code| CenterCode::new(*code)).collect::<Vec<_>>();
        let new = NewAccount {
            login: account.login.to_owned(),
            name: account.name.to_owned(),
            roles: account.roles.to_vec(),
            scope: if centers.is_empty() { Scope::Everywhere } else { Scope::Centers(centers) },
            password: request.password.clone(),
        };
        add_reviewer(&data, new).await?;
    }
    Ok(DEMO_ACCOUNTS.iter().map(|account| account.login).collect())
}

/// Identifiers drawn from a name, always the same in the same order.
struct SeededIds {
    name: String,
    given: AtomicU64,
}

impl SeededIds {
    fn new(name: String) -> Self {
        Self { name, given: AtomicU64::new(0) }
    }
}

impl Ids for SeededIds {
    fn next(&self) -> Uuid {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        let digest = Digest::of(format!("lutrin-seed/{}/{number}", self.name).as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.0[..16]);
        // Version 8: made by a rule of our own.
        Builder::from_custom_bytes(bytes).into_uuid()
    }
}
