//! What happened, for whoever shows it: identifiers only, the window asks again.

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;

/// Something to show anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppEvent {
    /// These dossiers changed; all of them if the list is empty.
    DossiersChanged(Vec<DossierId>),
    /// The state of the exchange or the outbox changed.
    ExchangeChanged,
    /// Who is at the desk changed.
    SessionChanged,
    /// A page, counted from 1, takes long to draw; it goes on.
    PageSlow {
        /// The document.
        sha256: Digest,
        /// The page.
        page: u32,
    },
}
