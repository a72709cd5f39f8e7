//! What this machine holds, until when, and what was erased of it.

use lutrin_sync::departure::Receipt;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What this machine holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct StationView {
    /// What people call it.
    pub machine: String,
    /// Bytes that the copy takes on the disk.
    pub size: f64,
    /// Dossiers carried and here.
    pub dossiers: u32,
    /// Until when the copy may be read without the service, if it set an end.
    pub lease_until: Option<String>,
    /// Whether that is within three days.
    pub lease_ends_soon: bool,
    /// The next copies to be erased, if any are planned.
    pub erasure: Option<ErasureView>,
    /// How many days after a sitting its copies are erased, if they are.
    pub retention_days: Option<u32>,
    /// Whether this machine's clock was set back since the service was heard.
    pub clock_set_back: bool,
    /// What was erased, newest first.
    pub receipts: Vec<ReceiptView>,
}

/// Copies that will be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ErasureView {
    /// The day.
    pub day: String,
    /// The sitting they are of.
    pub jury: String,
}

/// What was erased at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReceiptView {
    /// Code of the cause, such as `scope_lost`.
    pub cause: String,
    /// How many dossiers.
    pub dossiers: u32,
    /// How many files.
    pub files: u32,
    /// When.
    pub at: String,
    /// Whether the service knows it.
    pub told: bool,
}

impl ReceiptView {
    /// What is shown of a receipt.
    pub(crate) fn of(receipt: &Receipt, told: bool) -> Self {
        Self {
            cause: receipt.cause.code().to_owned(),
            dossiers: receipt.dossiers,
            files: receipt.files,
            at: receipt.at.to_string(),
            told,
        }
    }
}
