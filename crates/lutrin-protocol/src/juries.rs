//! Sittings of the jury, and what a device takes along.

use lutrin_domain::id::{DossierId, JurySessionId};
use lutrin_domain::jury::JurySession;
use serde::{Deserialize, Serialize};

/// The sittings of the reviewer's scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JuriesResponse {
    /// As [`crate::changes::ChangesResponse::juries_rev`].
    pub juries_rev: u32,
    /// The sittings, next first.
    pub juries: Vec<JuryEntry>,
}

/// A sitting with its dossiers of the reviewer's scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JuryEntry {
    /// The sitting.
    pub session: JurySession,
    /// Its dossiers, in order of passage.
    pub dossiers: Vec<DossierId>,
}

/// What this device carries from now on; it replaces what it carried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CarryRequest {
    /// Whole sittings, whatever joins them later.
    pub juries: Vec<JurySessionId>,
    /// Single dossiers.
    pub dossiers: Vec<DossierId>,
}

/// What this device carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CarriedResponse {
    /// As asked for.
    pub carry: CarryRequest,
    /// The dossiers that follow, those of sittings included, in order of need.
    pub dossiers: Vec<DossierId>,
}
