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
use crate::ids::IdKey;
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
        "the folder already holds the dossiers of another seed or day: \
         give those, or another folder"
    )]
    OtherSeed,
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
    let before = data.db.seeded().await?;
    let today = day_of(&request, before.as_ref(), paris_day(data.sources.now()))?;
    let made = before.map_or(0, |before| before.dossiers);
    let wanted = request.dossiers.unwrap_or(EXAMPLES);
    if made >= wanted {
        return Ok(SeedReport { today, dossiers: made, new: 0, logins });
    }
    let seeded = Seeded { seed: request.seed, day: today, dossiers: wanted };
    let specimens = make(&seeded).await?;
    let new = hand_over(data, &seeded, specimens).await?;
    data.db.note_seeded(&seeded).await?;
    Ok(SeedReport { today, dossiers: wanted, new, logins })
}

/// The day to make dossiers for; a folder holds those of one seed and day.
fn day_of(request: &SeedRequest, before: Option<&Seeded>, today: Date) -> Result<Date, SeedError> {
    match before {
        None => Ok(request.today.unwrap_or(today)),
        Some(before) => {
            let same = before.seed == request.seed
                && request.today.is_none_or(|today| today == before.day);
            same.then_some(before.day).ok_or(SeedError::OtherSeed)
        }
    }
}

async fn make(wanted: &Seeded) -> Result<Specimens, SeedError> {
    let Seeded { seed, day, dossiers } = *wanted;
    let made = tokio::task::spawn_blocking(move || {
        let papers = Papers::new();
        match usize::try_from(dossiers).unwrap_or(usize::MAX) {
            10 => ten_dossiers(seed, day, &papers),
            count => volume(seed, day, count, &papers),
        }
    });
    Ok(made.await??)
}

/// Hands the dossiers over, and says how many were new.
async fn hand_over(data: &Data, seeded: &Seeded, specimens: Specimens) -> Result<u64, SeedError> {
    for session in &specimens.juries {
        data.db.put_jury(session, &data.command_trace()).await?;
    }
    // Of the seed, not of this folder: everything is the same wherever it is made.
    let ids = IdKey::of(format!("lutrin-seed/{}/{}", seeded.seed, seeded.day).as_bytes());
    let data = data.with_ids(ids);
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
            TakenIn::ReferenceTaken => return Err(SeedError::OtherSeed),
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
        // Besançon, and the region that the specimens name instead.
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
        let data = data.with_sources(data.sources.clone().with_ids(ids));
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

#[cfg(test)]
mod tests {
    use lutrin_domain::dossier::{Learner, Request};
    use lutrin_domain::id::DiplomaCode;
    use lutrin_domain::intake::Intake;

    use super::*;
    use crate::sources::Sources;

    fn seeded() -> Seeded {
        Seeded { seed: 7, day: "2026-11-21".parse().unwrap(), dossiers: 3 }
    }

    fn specimens() -> Specimens {
        let specimen = |number: u32| Specimen {
            intake: Intake {
                reference: format!("D3-{number}"),
                status: "DEPOSE".into(),
                request: Request::DiplomaRequest,
                learner: Learner {
                    first_name: "Camille".into(),
                    birth_name: "Aubertin".into(),
                    used_name: None,
                    civility: None,
                    birth_year: None,
                },
                diploma: DiplomaCode::new("CRN0400A"),
                route: None,
                center: CenterCode::new("BES"),
                jury: None,
                signed_at: "2026-10-12T08:00:00Z".parse().unwrap(),
                slots: vec![],
                jobs: vec![],
                cited: vec![],
            },
            files: vec![],
        };
        Specimens { juries: vec![], dossiers: (1..=3).map(specimen).collect() }
    }

    async fn ids(data: &Data) -> Vec<TakenIn> {
        let mut ids = Vec::new();
        for specimen in specimens().dossiers {
            ids.push(take_in(data, specimen.intake, &data.command_trace()).await.unwrap());
        }
        ids
    }

    #[tokio::test]
    async fn identifiers_come_from_the_seed_also_after_a_run_cut_short() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let one = Data::open(folders[0].path(), Sources::system()).await.unwrap();
        let two = Data::open(folders[1].path(), Sources::system()).await.unwrap();
        assert_eq!(hand_over(&one, &seeded(), specimens()).await.unwrap(), 3);
        let mut cut_short = specimens();
        cut_short.dossiers.truncate(1);
        assert_eq!(hand_over(&two, &seeded(), cut_short).await.unwrap(), 1);
        assert_eq!(hand_over(&two, &seeded(), specimens()).await.unwrap(), 2);
        let known = ids(&one).await;
        assert!(known.iter().all(|taken| matches!(taken, TakenIn::Known(_))));
        assert_eq!(known, ids(&two).await);
    }

    #[tokio::test]
    async fn dossiers_of_another_seed_are_told_apart_by_their_references() {
        let folder = tempfile::tempdir().unwrap();
        let data = Data::open(folder.path(), Sources::system()).await.unwrap();
        hand_over(&data, &seeded(), specimens()).await.unwrap();
        let mut others = specimens();
        others.dossiers[0].intake.learner.first_name = "Dominique".into();
        let refused = hand_over(&data, &seeded(), others).await;
        assert!(matches!(refused, Err(SeedError::OtherSeed)), "{refused:?}");
    }

    #[test]
    fn the_day_is_that_of_the_first_run() {
        let today: Date = "2026-12-01".parse().unwrap();
        let mut request = SeedRequest::new(7);
        assert_eq!(day_of(&request, None, today).unwrap(), today);
        assert_eq!(day_of(&request, Some(&seeded()), today).unwrap(), seeded().day);
        request.today = Some(today);
        assert!(day_of(&request, Some(&seeded()), today).is_err());
        let other = SeedRequest::new(8);
        assert!(day_of(&other, Some(&seeded()), today).is_err());
    }
}
