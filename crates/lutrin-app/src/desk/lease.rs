//! Until when this copy may be read, and what leaves when it may not be kept.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ed25519_dalek::Signer as _;
use jiff::civil::Date;
use lutrin_domain::id::JurySessionId;
use lutrin_domain::lease::{Lease, erased_on};
use lutrin_store::Store;
use lutrin_sync::departure::{Departure, Erasure, Leaving};
use lutrin_sync::progress::{Contact, Progress};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::Desk;
use crate::departures::Departed;
use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::given::Given;
use crate::profiles::Guard;
use crate::reading::ReadingRoom;
use crate::view::{ErasureView, ReceiptView, StationView};

/// How often it is looked whether the lease has ended.
const LOOK: Duration = Duration::from_secs(5);
/// How often the time is written down.
const NOTE: Duration = Duration::from_secs(300);
/// How many days before its end a lease is spoken of as ending soon.
const SOON_DAYS: i64 = 3;

/// What is put aside of a profile before it is erased.
pub(crate) struct Left {
    pub(crate) departed: Departed,
    pub(crate) work: Vec<u8>,
}

impl Desk {
    /// Whether this copy may be read now.
    pub(crate) fn lease(&self) -> Lease {
        self.store.lease((self.given.now)())
    }

    /// What this machine holds, until when, and what was erased of it. `size` is what it
    /// takes on the disk, in bytes.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn station(&self, size: u64) -> Result<StationView, AppError> {
        let now = self.store.trusted_time((self.given.now)());
        let until = match self.lease() {
            Lease::Open { until } => until,
            Lease::Expired { since } => Some(since),
        };
        let soon = until.is_some_and(|until| until.duration_since(now).as_hours() < 24 * SOON_DAYS);
        let receipts = self.store.receipts().await?.into_iter().map(|kept| {
            let receipt = kept.receipt;
            ReceiptView {
                cause: receipt.cause.code().to_owned(),
                dossiers: receipt.dossiers,
                files: receipt.files,
                at: receipt.at.to_string(),
                told: kept.told,
            }
        });
        Ok(StationView {
            machine: self.given.machine.clone(),
            size: size as f64,
            dossiers: super::work_list::count(self.store.carried_here().await?.len()),
            lease_until: until.map(|until| until.to_string()),
            lease_ends_soon: soon,
            erasure: self.next_erasure().await?,
            retention_days: self.store.retention_days().map(u32::from),
            clock_set_back: self.set_back.load(Ordering::Relaxed),
            receipts: receipts.collect(),
        })
    }

    /// The first of the sittings taken along whose copies will be erased.
    async fn next_erasure(&self) -> Result<Option<ErasureView>, AppError> {
        let carried = self.store.carried().await?.choice.juries;
        let mut days = Vec::new();
        for jury in self.store.juries().await? {
            if carried.contains(&jury.session.id)
                && let Some(day) = self.erased_on(jury.session.date)
            {
                days.push((day, jury.session.label));
            }
        }
        Ok(days.into_iter().min().map(|(day, jury)| ErasureView { day: day.to_string(), jury }))
    }

    /// The day on which the copies of a sitting held on this one are erased.
    fn erased_on(&self, date: Date) -> Option<Date> {
        erased_on(date, self.store.retention_days()?)
    }

    /// Refuses a sitting whose copies would be erased at once.
    pub(super) async fn only_if_kept(&self, jury: JurySessionId) -> Result<(), AppError> {
        let today = lutrin_domain::day::paris_day(self.store.trusted_time((self.given.now)()));
        let juries = self.store.juries().await?;
        let date = juries.into_iter().find(|known| known.session.id == jury);
        let last = date.and_then(|jury| self.erased_on(jury.session.date));
        match last {
            Some(day) if day <= today => Err(AppError::new(ErrorCode::SittingOver)),
            _ => Ok(()),
        }
    }

    /// Stops everything, closes the files, and gives what is kept of the profile: what it
    /// sealed, and what is signed for the service while the key is there.
    pub(crate) async fn prepare_departure(
        &self,
        cause: Erasure,
        folder: &Path,
    ) -> Result<Left, AppError> {
        self.exchange.stop();
        self.indexer.stop();
        self.seal_now().await;
        self.reading.forget_all().await;
        let profile = self.store.profile().await?;
        let holdings = self.store.holdings().await?;
        let (unsent, drafts) = (self.unsent().await?, self.drafts().await?);
        let at = self.store.trusted_time((self.given.now)());
        self.store.close().await;
        let folder = folder.to_owned();
        let work = tokio::task::spawn_blocking(move || lutrin_store::sealed_work(&folder));
        let work = work.await.map_err(|_| AppError::new(ErrorCode::Internal))??;
        let leaving = Leaving {
            service: profile.service,
            id: (self.given.next_id)(),
            device: profile.device,
            cause,
            holdings,
            at,
            work: &work,
        };
        let departure = Departure::new(leaving, |bytes| self.signing_key.sign(bytes).to_bytes());
        let guard = Guard::Keyring;
        let departed = Departed { departure, unsent, drafts, folder: None, guard, seen: false };
        Ok(Left { departed, work })
    }
}

/// What is watched for as long as a profile is open.
pub(super) struct Watched {
    pub(super) store: Store,
    pub(super) reading: Arc<ReadingRoom>,
    pub(super) given: Given,
    pub(super) set_back: Arc<AtomicBool>,
}

/// Tells when the lease ends, and when the service lends again; writes down the time that
/// goes by.
pub(super) async fn watch_lease(watched: Watched, mut progress: watch::Receiver<Progress>) {
    let Watched { store, reading, given, set_back } = watched;
    let is_open = || matches!(store.lease((given.now)()), Lease::Open { .. });
    let mut was_open = is_open();
    let mut noted: Option<Instant> = None;
    loop {
        let local = (given.now)();
        if store.clock_was_set_back(local) {
            tracing::warn!("lease.clock_set_back");
            set_back.store(true, Ordering::Relaxed);
            given.tell(AppEvent::ExchangeChanged);
            noted = None;
        }
        if noted.is_none_or(|at| at.elapsed() >= NOTE) {
            noted = Some(Instant::now());
            if let Err(error) = store.note_time(local).await {
                tracing::warn!(%error, "lease.time_not_noted");
            }
        }
        let open = is_open();
        if open != was_open {
            was_open = open;
            tracing::info!(open, "lease.changed");
            if !open {
                reading.forget_all().await;
            }
            given.tell(AppEvent::SessionChanged);
        }
        tokio::select! {
            changed = progress.changed() => {
                if changed.is_err() {
                    return;
                }
                if progress.borrow_and_update().contact == Contact::Online {
                    set_back.store(false, Ordering::Relaxed);
                }
            }
            () = sleep(LOOK) => {}
        }
    }
}
