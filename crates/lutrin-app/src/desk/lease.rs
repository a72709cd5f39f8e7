//! Until when this copy may be read, and the copies of a sitting kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::civil::Date;
use lutrin_domain::id::JurySessionId;
use lutrin_domain::lease::{Lease, erased_on};
use lutrin_store::Store;
use lutrin_sync::progress::Progress;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::Desk;
use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::given::Given;
use crate::reading::ReadingRoom;

/// How often it is looked whether the lease has ended.
const LOOK: Duration = Duration::from_secs(5);
/// How often the time is written down.
const NOTE: Duration = Duration::from_secs(300);

impl Desk {
    /// Whether this copy may be read now.
    pub(crate) fn lease(&self) -> Lease {
        self.store.lease((self.given.now)())
    }

    /// The day on which the copies of a sitting held on this one are erased.
    pub(super) fn erased_on(&self, date: Date) -> Option<Date> {
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
    // The last contact before the clock was set back.
    let mut before = None;
    loop {
        let local = (given.now)();
        if store.clock_was_set_back(local) {
            tracing::warn!("lease.clock_set_back");
            before = store.last_contact().await.ok().flatten();
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
                progress.mark_unchanged();
                // That it is online was true before, too: what counts is that it was heard.
                if set_back.load(Ordering::Relaxed)
                    && store.last_contact().await.is_ok_and(|heard| heard != before)
                {
                    set_back.store(false, Ordering::Relaxed);
                    given.tell(AppEvent::ExchangeChanged);
                }
            }
            () = sleep(LOOK) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use lutrin_store::Contact;
    use lutrin_sync::progress;

    use super::*;
    use crate::given::tests::{given, store};

    const NOON: &str = "2026-11-20T12:00:00Z";

    async fn heard(store: &Store, at: Timestamp) {
        let contact = Contact { at, clock_offset: SignedDuration::ZERO };
        store.set_last_contact(contact, None).await.unwrap();
    }

    /// A machine in contact whose clock is set back an hour; then something is told of the
    /// exchange. Gives whether the clock still counts as set back.
    async fn set_back_then(happens: impl AsyncFnOnce(&Store, Timestamp)) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let noon: Timestamp = NOON.parse().unwrap();
        let clock = noon - SignedDuration::from_hours(1);
        heard(&store, noon).await;
        let given = given(folder.path(), clock);
        let set_back = Arc::<AtomicBool>::default();
        let watched = Watched {
            store: store.clone(),
            reading: Arc::new(crate::reading::tests::room(store.clone(), given.clone())),
            given,
            set_back: Arc::clone(&set_back),
        };
        let online = Progress { contact: progress::Contact::Online, ..Progress::default() };
        let (told, progress) = watch::channel(online);
        let watching = tokio::spawn(watch_lease(watched, progress));
        while !set_back.load(Ordering::Relaxed) {
            tokio::task::yield_now().await;
        }
        happens(&store, clock).await;
        told.send_modify(|progress| progress.receiving.files_done += 1);
        // It hears what was told last, then ends.
        drop(told);
        watching.await.unwrap();
        set_back.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn a_file_that_arrives_does_not_set_the_clock_right() {
        assert!(set_back_then(async |_, _| {}).await);
    }

    #[tokio::test]
    async fn a_service_that_is_heard_sets_the_clock_right() {
        assert!(!set_back_then(async |store, now| heard(store, now).await).await);
    }
}
