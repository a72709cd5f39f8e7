//! What the service lends: how long a copy may be read without hearing it again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a machine may do with what it carries, said anew at each contact. A service
/// that says nothing sets no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeaseTerms {
    /// Until when the copy may be read, by the service's clock.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub until: Timestamp,
    /// How many days after a sitting its copies are erased.
    pub retention_days: u16,
}
