//! What an exchange shows of itself: values, never sentences.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;

use crate::error::ExchangeError;

/// The state of the exchange, published at each change.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// How the last contact went.
    pub contact: Contact,
    /// When the service was last tried.
    pub last_attempt: Option<Timestamp>,
    /// When it will be tried next.
    pub next_attempt: Option<Timestamp>,
    /// Why the last attempt failed.
    pub error: Option<ExchangeError>,
    /// Files being received.
    pub receiving: Receiving,
    /// Whether the service tells of changes by itself; else it is polled.
    pub listening: bool,
    /// Carried dossiers that the service says are gone, so many that a person is
    /// asked before they leave.
    pub removal: BTreeSet<DossierId>,
    /// This machine's clock minus the service's, in seconds.
    pub clock_offset_seconds: Option<i64>,
}

/// How the last contact went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contact {
    /// Not tried since start.
    #[default]
    Unknown,
    /// An exchange is going on.
    Exchanging,
    /// The service answered.
    Online,
    /// The service cannot be reached.
    Offline,
    /// A person must sign in again.
    SignInNeeded,
}

/// Files being received.
#[derive(Clone, Debug, Default)]
pub struct Receiving {
    /// Files of carried dossiers that are here, whole.
    pub files_done: u32,
    /// Files of carried dossiers.
    pub files_total: u32,
    /// Their bytes that are here, those of unfinished files included.
    pub bytes_done: u64,
    /// Their bytes.
    pub bytes_total: u64,
    /// The dossier whose file is being fetched.
    pub fetching: Option<DossierId>,
    /// Stopped by a person.
    pub stopped: bool,
    /// Files that could not be received in this exchange.
    pub failed: Vec<(Digest, FileFailure)>,
}

/// Why a file could not be received; it will be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFailure {
    /// Its bytes are not those of its digest.
    Mismatch,
    /// The service does not have it.
    Missing,
    /// The service's answer did not fit.
    Unfit,
}
