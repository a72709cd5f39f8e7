//! What a service says of itself before anybody signs in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The protocol of this code. 1: November 2026, first version.
pub const PROTOCOL: u32 = 1;

/// The header in which a client names its protocol.
pub const PROTOCOL_HEADER: &str = "lutrin-protocol";

/// The name by which a service of ours is recognised.
pub const SERVICE_NAME: &str = "lutrin-central";

/// What a service says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct About {
    /// [`SERVICE_NAME`].
    pub service: String,
    /// The newest protocol it speaks.
    pub protocol: u32,
    /// The oldest protocol it still takes pushes from.
    pub oldest_protocol: u32,
    /// What it can do; a name that a client does not know means nothing to it.
    pub capabilities: Vec<String>,
    /// Changes when the service may have lost something, as after a restore.
    pub epoch: Uuid,
    /// Its clock.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub server_time: Timestamp,
}
