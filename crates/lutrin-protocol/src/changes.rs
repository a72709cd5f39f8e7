//! The feed: what changed since a cursor, in the service's order.

use jiff::Timestamp;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::DossierId;
use lutrin_domain::reviewer::Person;
use lutrin_domain::summary::DossierSummary;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::cursor::Cursor;
use crate::lease::LeaseTerms;

/// What changed, oldest first, each dossier once with its newest state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangesResponse {
    /// The changes.
    pub changes: Vec<Change>,
    /// Who is named in the snapshots among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// Where to go on from.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub cursor: Cursor,
    /// Whether there is more to ask for at once.
    pub more: bool,
    /// Raised when sittings of the jury or carried dossiers changed; a client
    /// that knows another value asks for them again.
    pub juries_rev: u32,
    /// Up to where the service's last verified backup reaches, in positions.
    pub backup_watermark: u64,
    /// The clock of the service.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub server_time: Timestamp,
    /// How long what is carried may be read; services of the first version do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseTerms>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// A dossier is new or changed.
    Put {
        /// Where in the feed.
        position: u64,
        /// What a list shows.
        summary: Box<DossierSummary>,
        /// The whole, if this device carries it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        snapshot: Option<Box<Dossier>>,
    },
    /// A dossier left the scope.
    Remove {
        /// Where in the feed.
        position: u64,
        /// Which.
        dossier: DossierId,
    },
}

/// What a machine holds, when its cursor is of another scope than the reviewer's now.
///
/// The answer is a [`ChangesResponse`] of what differs: dossiers that are lacking or
/// older, and those that are no longer in the scope. While there is `more`, what is held
/// then is compared again; the cursor counts once there is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompareRequest {
    /// The life of the service in which the positions count.
    pub epoch: Uuid,
    /// The dossiers held, in any order.
    pub held: Vec<HeldDossier>,
}

/// A dossier that a machine holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldDossier {
    /// Which.
    pub dossier: DossierId,
    /// The position it is from.
    pub position: u64,
}

/// The whole of one dossier, and the position of the feed it is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snapshot {
    /// The position it is from.
    pub position: u64,
    /// The dossier.
    pub dossier: Dossier,
    /// Who is named in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
}
