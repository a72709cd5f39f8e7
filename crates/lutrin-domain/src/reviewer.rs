//! Who works on dossiers.

use serde::{Deserialize, Serialize};

use crate::id::{CenterCode, ReviewerId};

/// What a person may act as (domain notes, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// *Scolarité du centre*: first check of the pieces.
    CenterReviewer,
    /// *Responsable pédagogique local*: gives the local opinion or mark.
    LocalLead,
    /// Reviewer of the *Direction nationale des formations*.
    DnfReviewer,
    /// *Responsable national de la formation*: gives the national opinion.
    NationalLead,
    /// Prepares and records the jury.
    JurySecretary,
    /// Runs the service; decides nothing on a dossier.
    Administrator,
}

impl Role {
    /// Every role, in the order of the process.
    pub const ALL: [Self; 6] = [
        Self::CenterReviewer,
        Self::LocalLead,
        Self::DnfReviewer,
        Self::NationalLead,
        Self::JurySecretary,
        Self::Administrator,
    ];

    /// The code of the role on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::CenterReviewer => "center_reviewer",
            Self::LocalLead => "local_lead",
            Self::DnfReviewer => "dnf_reviewer",
            Self::NationalLead => "national_lead",
            Self::JurySecretary => "jury_secretary",
            Self::Administrator => "administrator",
        }
    }
}

/// The dossiers a reviewer may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "over", content = "centers")]
pub enum Scope {
    /// Those of these centres only.
    Centers(Vec<CenterCode>),
    /// Those of every centre (DNF).
    Everywhere,
}

impl Scope {
    /// Whether dossiers of this centre are in the scope (case W12).
    pub fn includes(&self, center: &CenterCode) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Centers(centers) => centers.contains(center),
        }
    }
}

/// A reviewer as colleagues know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Identifier, the author of decisions.
    pub id: ReviewerId,
    /// First name and name.
    pub name: String,
}

/// A reviewer as the service knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reviewer {
    /// Identifier, the author of decisions.
    pub id: ReviewerId,
    /// First name and name, shown on messages (CRPA L111-2).
    pub name: String,
    /// What they may act as, the usual one first.
    pub roles: Vec<Role>,
    /// What they may see.
    pub scope: Scope,
}
