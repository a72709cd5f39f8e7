//! The brake on removals: what is asked, and what a person answered.

use std::collections::BTreeSet;

use lutrin_domain::id::DossierId;

use super::Exchange;
use super::round::Hands;
use super::signals::Signals;
use crate::core::removal::Removal;
use crate::error::ExchangeError;
use crate::ports::LocalStore;

impl<L: LocalStore, R> Hands<'_, L, R> {
    /// Compares what would leave with what is carried and here.
    pub(super) async fn weigh(&self, removed: Vec<DossierId>) -> Result<Removal, ExchangeError> {
        let here: BTreeSet<_> = self.local.carried_here().await?.into_iter().collect();
        let leaving = removed.into_iter().filter(|id| here.contains(id)).collect();
        let confirmed = self.signals.confirmed.borrow().clone();
        Ok(Removal { leaving, carried: here.len(), confirmed })
    }
}

/// Shows what would leave; the mirror keeps it all until a person answers.
pub(super) fn ask(signals: &Signals, leaving: BTreeSet<DossierId>) {
    tracing::warn!(count = leaving.len(), "pull.mass_removal");
    signals.progress.send_modify(|progress| progress.removal = leaving);
}

/// A round went by in which nothing had to be asked: what was asked or confirmed
/// before is done, or has no object any more.
pub(super) fn forget(signals: &Signals) {
    signals.confirmed.send_replace(BTreeSet::new());
    signals.progress.send_if_modified(|progress| {
        let was_asked = !progress.removal.is_empty();
        progress.removal.clear();
        was_asked
    });
}

impl Exchange {
    /// Lets the dossiers leave that [`crate::progress::Progress::removal`] names, and
    /// no others. Asked again after a restart if they have not left by then.
    pub fn confirm_removal(&self) {
        self.shared.signals.confirm_removal();
        self.nudge();
    }
}
