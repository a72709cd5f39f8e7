//! What a round leaves for the rest of the program: progress, notices, rings.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use lutrin_domain::id::DossierId;
use tokio::sync::{Notify, mpsc, watch};

use super::{Given, Notice};
use crate::progress::Progress;

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
