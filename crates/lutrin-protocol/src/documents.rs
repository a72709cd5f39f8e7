//! Files and dossiers on their way in.

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;
use serde::{Deserialize, Serialize};

/// A file that was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentResponse {
    /// The digest of its bytes.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// A dossier that was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntakeResponse {
    /// Its identifier.
    pub dossier: DossierId,
}
