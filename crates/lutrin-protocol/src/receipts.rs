//! What a machine says of what it has erased: how much and why, never whose.

use jiff::Timestamp;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The capability of a service that takes receipts, and sealed journals under a proof.
pub const CAPABILITY: &str = "receipts";

/// The most receipts in one request.
pub const RECEIPTS: usize = 100;

/// Receipts; one that was told before changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptsRequest {
    /// Of this machine.
    pub receipts: Vec<Receipt>,
}

/// What was erased at one time for one cause. No name, no reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// Which receipt.
    pub id: Uuid,
    /// Why.
    pub cause: Erasure,
    /// How many dossiers, those of which only the line in the list was here included.
    pub dossiers: u32,
    /// How many files.
    pub files: u32,
    /// How many decisions were kept, sealed for the service, that it had not acknowledged.
    pub decisions: u32,
    /// [`digest_of`] the dossiers.
    pub digest: Digest,
    /// When, by the time the machine trusts.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}

/// Why something is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Erasure {
    /// The dossiers left the reviewer's scope.
    ScopeLost,
    /// Their sitting is over, and the days after it.
    SessionOver,
    /// The machine was revoked.
    DeviceRevoked,
    /// The account was disabled.
    AccountDisabled,
}

impl Erasure {
    /// The code, as it is written.
    pub fn code(self) -> &'static str {
        match self {
            Self::ScopeLost => "scope_lost",
            Self::SessionOver => "session_over",
            Self::DeviceRevoked => "device_revoked",
            Self::AccountDisabled => "account_disabled",
        }
    }
}

/// The digest of a list of dossiers: SHA-256 of their identifiers in order, a line each.
/// Whoever has the list can tell that it is the one; nobody else learns it from this.
pub fn digest_of(dossiers: impl IntoIterator<Item = DossierId>) -> Digest {
    let mut ids: Vec<DossierId> = dossiers.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let lines: String = ids.iter().map(|id| format!("{id}\n")).collect();
    Digest::of(lines.as_bytes())
}
