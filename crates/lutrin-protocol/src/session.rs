//! Signing in: a short access token, a refresh token that changes at each use.

use jiff::Timestamp;
use lutrin_domain::id::DeviceId;
use lutrin_domain::reviewer::Reviewer;
use serde::{Deserialize, Serialize};

use crate::lease::LeaseTerms;

/// Login, password, and the key with which this device will sign decisions.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInRequest {
    /// Login.
    pub login: String,
    /// Password.
    pub password: Secret,
    /// The installation.
    pub device: DeviceId,
    /// What people call the machine.
    pub device_name: String,
    /// Ed25519 public key of the device, 64 hexadecimal digits.
    pub device_key: String,
}

/// Exchanges a refresh token for a new session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefreshRequest {
    /// The token; it is used up.
    pub refresh_token: Secret,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionResponse {
    /// Shown with each request as `Authorization: Bearer`.
    pub access_token: Secret,
    /// Until when the access token works.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// Gets the next session; works once.
    pub refresh_token: Secret,
    /// Who signed in.
    pub reviewer: Reviewer,
    /// The `age` recipient to which the sealed journal is written.
    pub journal_recipient: String,
    /// The clock of the service.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub server_time: Timestamp,
    /// How long what is carried may be read; services of the first version do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<LeaseTerms>,
}

/// A text that must not be seen: not in logs, not in `{:?}`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Secret(pub String);

impl Secret {
    /// The text, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
