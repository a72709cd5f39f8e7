//! What a round leaves for the rest of the program: progress, notices, rings.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use lutrin_domain::id::DossierId;
use tokio::sync::{Notify, mpsc, watch};

use super::{Given, Notice};
use crate::progress::Progress;

/// What was exchanged, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Decisions that the service answered to.
    pub(crate) sent: u32,
    /// Those that it refused.
    pub(crate) refused: u32,
    /// The last place in the service's order that it gave one of them.
    pub(crate) receipt: Option<u64>,
    /// Dossiers that came or changed.
    pub(crate) dossiers: u32,
    /// Files that arrived whole.
    pub(crate) files: u32,
    /// Their bytes.
    pub(crate) bytes: u64,
}

impl Tally {
    /// Counts this as well.
    pub(crate) fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.refused += other.refused;
        self.receipt = self.receipt.max(other.receipt);
        self.dossiers += other.dossiers;
        self.files += other.files;
        self.bytes += other.bytes;
    }
}

/// What a round leaves for the rest of the program, and what it is told by it.
pub struct Signals {
    pub(crate) given: Given,
    pub(crate) progress: watch::Sender<Progress>,
    pub(crate) notices: mpsc::UnboundedSender<Notice>,
    /// Rings when documents may be wanted.
    pub(crate) wanted: Notify,
    /// Whether carried dossiers may lack a snapshot or catalogue.
    pub(crate) may_lack: AtomicBool,
    /// Whether files may be lacking that the reception has not heard of.
    pub(crate) files_may_lack: AtomicBool,
    /// What was exchanged since the last exchange was written down.
    pub(crate) tally: Mutex<Tally>,
    /// The dossiers that a person let go.
    pub(crate) confirmed: watch::Sender<BTreeSet<DossierId>>,
}

impl Signals {
    /// Those of an exchange that begins: what an earlier one left is not known.
    pub fn new(given: Given, progress: Progress, notices: mpsc::UnboundedSender<Notice>) -> Self {
        Self {
            given,
            progress: watch::Sender::new(progress),
            notices,
            wanted: Notify::new(),
            may_lack: AtomicBool::new(true),
            files_may_lack: AtomicBool::new(true),
            tally: Mutex::default(),
            confirmed: watch::Sender::default(),
        }
    }

    /// The state of the exchange now, and at each change.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Lets the dossiers leave that [`Progress::removal`] names, and no others.
    pub fn confirm_removal(&self) {
        let leaving = self.progress.borrow().removal.clone();
        self.confirmed.send_replace(leaving);
    }

    /// Counts what was exchanged.
    pub(crate) fn count(&self, counted: impl FnOnce(&mut Tally)) {
        counted(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What was counted, from nothing again.
    pub(crate) fn take_tally(&self) -> Tally {
        std::mem::take(&mut *self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.given.now)()
    }

    pub(crate) fn notify(&self, notice: Notice) {
        // Nobody listens any more once the window is gone.
        let _ = self.notices.send(notice);
    }

    /// Notes that something came of which carried dossiers may lack more.
    pub(crate) fn something_came(&self) {
        self.may_lack.store(true, Ordering::Relaxed);
        self.files_may_lack.store(true, Ordering::Relaxed);
    }
}
