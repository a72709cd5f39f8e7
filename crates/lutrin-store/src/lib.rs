//! The encrypted store of one reviewer on one service, on this machine.
//!
//! A profile is a folder with four files:
//!
//! - `dossiers.db`: the *mirror* (what the service last said), the *outbox* (the
//!   reviewer's decisions and what became of them), drafts and settings;
//! - `documents.db`: the files of carried dossiers, in chunks, and their text for
//!   searching;
//! - `journal.sealed`: every decision again, sealed to the service's key, so that
//!   losing the key of this machine does not lose the work;
//! - `key.id`: which root key the profile was made with, so that a wrong key and
//!   a damaged file are told apart.
//!
//! Both databases are SQLCipher; nothing else is ever written. There is one door
//! for decisions, [`Store::record_decision`]: once it has returned, the decision
//! survives a kill at any instant and a power cut. What the reviewer sees is
//! [`Store::view`]: the mirror with the outbox folded over it by the reducer of
//! the domain.
//!
//! The store knows no keyring, network, screen or clock: keys, time and
//! identifiers are given. It deletes nothing on its own when it cannot read: it
//! says so ([`OpenError`]) and a person chooses ([`set_aside`]).
//!
//! Start with [`Store`] and `opening.rs`; then `decide.rs` (writing), `push.rs`
//! and `pull.rs` (the exchange), `erase.rs` (what must leave), `lease.rs` (until when what
//! is here may be read), `view.rs` (reading), `shelf.rs` (documents), `texts.rs`
//! (their text), `upgrade.rs` (work of an earlier version).
//! SQL stands in `tables/` only, one module per table.

mod actor;
mod connection;
mod decide;
mod desk;
mod drafts;
mod erase;
mod error;
mod folder;
pub mod journal;
mod key;
mod lease;
mod local;
mod notes;
mod opening;
mod profile;
mod pull;
mod push;
mod schema;
mod shelf;
mod tables;
mod texts;
mod upgrade;
mod view;

use std::sync::Arc;

pub use self::decide::{Recorded, Withdrawal};
pub use self::drafts::Draft;
pub use self::erase::{Erased, Holdings, KeptReceipt};
pub use self::error::{
    CreateError, DocumentError, JournalError, OpenError, RecordError, SetAsideError, SettleError,
    StoreError, UpgradeStep, ViewError, WithdrawError,
};
pub use self::folder::{exists, export_journal, sealed_work, set_aside, size_on_disk, write_whole};
pub use self::journal::JournalRecipient;
pub use self::key::{DeviceKey, RefreshToken, RootKey};
pub use self::local::PageTrace;
pub use self::notes::{EXCHANGES_KEPT, ExchangeNote};
pub use self::opening::OpeningReport;
pub use self::profile::{Contact, NewProfile, Profile};
pub use self::pull::{
    Carried, CarryChoice, ChangesBatch, CursorText, DossierFile, Epoch, FeedPlace, Jury,
    PutDossier, following,
};
pub use self::push::{
    Delivery, OutboxCounts, OutboxEntry, OutboxState, PendingDecision, PushAnswers, PushOutcome,
    Settled, Trouble,
};
pub use self::shelf::{DocumentStatus, DocumentTotals, FinishedDocument};
pub use self::texts::{
    DocumentText, PAGES, PAGES_EACH, PageFound, TextState, TextTotals, TextsFound,
};
pub use self::view::{DossierOnDesk, Listed, SummaryFilter, fold_outbox};

/// The size of a stored chunk: what [`Store::append_chunk`] is best called with.
pub const CHUNK_BYTES: usize = 1024 * 1024;

/// The open store of a profile.
///
/// A handle: cloning it is cheap, all clones speak to the same two connections.
/// Dropping a future does not stop what it asked for, so a caller that goes away
/// leaves no half-made change. [`Store::close`] before opening the same folder
/// again.
#[derive(Clone)]
pub struct Store {
    desk: actor::Actor<desk::Desk>,
    shelf: actor::Actor<shelf::Shelf>,
    lent: lease::Lent,
    report: Arc<OpeningReport>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}
