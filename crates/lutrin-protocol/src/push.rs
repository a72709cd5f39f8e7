//! Decisions on their way to the service.

use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::DecisionId;
use lutrin_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Decisions in the order they were made; repeating them is harmless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushRequest {
    /// The decisions, signed by the device.
    pub decisions: Vec<Stamped>,
}

/// One result per decision, in the same order. The status of the answer never
/// says what became of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushResponse {
    /// The results.
    pub results: Vec<PushResult>,
    /// The epoch in which they hold; services of the first version do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Uuid>,
    /// The clock of the service.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub server_time: Timestamp,
}

/// What became of one decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushResult {
    /// Which.
    #[serde(rename = "decision")]
    pub id: DecisionId,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: PushOutcome,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum PushOutcome {
    /// Applied now, at this position of the feed.
    Applied {
        /// The position.
        position: u64,
        /// When the service took it.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        received_at: Timestamp,
    },
    /// Applied before; the first answer again.
    Duplicate {
        /// The position.
        position: u64,
        /// When the service took it.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        received_at: Timestamp,
    },
    /// Without effect, with the reason and what the service holds now.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The dossier as the service holds it, unless it is out of scope.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<Box<Dossier>>,
    },
}
