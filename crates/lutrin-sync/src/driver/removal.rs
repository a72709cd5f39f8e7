//! The brake on removals: what is asked, and what a person answered.

use std::collections::BTreeSet;

use lutrin_domain::id::DossierId;

use super::{Exchange, Shared, store_failed};
use crate::core::removal::Removal;
use crate::error::ExchangeError;

/// Compares what would leave with what is carried and here.
pub(super) async fn weigh(
    shared: &Shared,
    removed: Vec<DossierId>,
) -> Result<Removal, ExchangeError> {
    let store = &shared.store;
    let carried = store.carried().await.map_err(store_failed)?.following;
    let missing = store.missing_snapshots().await.map_err(store_failed)?;
    let here: BTreeSet<_> = carried.into_iter().filter(|id| !missing.contains(id)).collect();
    let leaving = removed.into_iter().filter(|id| here.contains(id)).collect();
    let confirmed = shared.confirmed.borrow().clone();
    Ok(Removal { leaving, carried: here.len(), confirmed })
}

/// Shows what would leave; the mirror keeps it all until a person answers.
pub(super) fn ask(shared: &Shared, leaving: BTreeSet<DossierId>) {
    tracing::warn!(count = leaving.len(), "pull.mass_removal");
    shared.progress.send_modify(|progress| progress.removal = leaving);
}

/// A round went by in which nothing had to be asked: what was asked or confirmed
/// before is done, or has no object any more.
pub(super) fn forget(shared: &Shared) {
    shared.confirmed.send_replace(BTreeSet::new());
    shared.progress.send_if_modified(|progress| {
        let was_asked = !progress.removal.is_empty();
        progress.removal.clear();
        was_asked
    });
}

impl Exchange {
    /// Lets the dossiers leave that [`crate::progress::Progress::removal`] names, and
    /// no others. Asked again after a restart if they have not left by then.
    pub fn confirm_removal(&self) {
        let leaving = self.shared.progress.borrow().removal.clone();
        self.shared.confirmed.send_replace(leaving);
        self.nudge();
    }
}
