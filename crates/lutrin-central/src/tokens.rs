//! Tokens: 32 bytes nobody can guess, kept only as their digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use lutrin_domain::digest::Digest;
use lutrin_protocol::session::Secret;

use crate::db::{TokenHash, TokenPair};
use crate::sources::Sources;

/// How long an access token works: long enough for a sync, short enough that a
/// stolen one is soon worth nothing.
pub const ACCESS_LIFETIME: SignedDuration = SignedDuration::from_mins(5);
/// How long a refresh token works: a month of leave without signing in again.
pub const REFRESH_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The tokens of a session, as they are given once.
pub struct Tokens {
    /// Shown with each request.
    pub access: Secret,
    /// Until when.
    pub access_until: Timestamp,
    /// Gets the next ones.
    pub refresh: Secret,
    /// Until when.
    pub refresh_until: Timestamp,
}

impl Tokens {
    /// New tokens.
    pub fn make(sources: &Sources) -> Self {
        let now = sources.now();
        Self {
            access: token(sources),
            access_until: now.saturating_add(ACCESS_LIFETIME).unwrap_or(Timestamp::MAX),
            refresh: token(sources),
            refresh_until: now.saturating_add(REFRESH_LIFETIME).unwrap_or(Timestamp::MAX),
        }
    }

    /// What is kept of them.
    pub fn hashed(&self) -> TokenPair {
        TokenPair {
            access: hash(self.access.expose()),
            access_until: self.access_until,
            refresh: hash(self.refresh.expose()),
            refresh_until: self.refresh_until,
        }
    }
}

/// What is kept of a token. A plain digest is enough: a token has 256 bits.
pub fn hash(token: &str) -> TokenHash {
    TokenHash(Digest::of(token.as_bytes()))
}

fn token(sources: &Sources) -> Secret {
    Secret(URL_SAFE_NO_PAD.encode(sources.random::<32>()))
}
