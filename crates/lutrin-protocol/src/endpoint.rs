//! The addresses, once for both sides.

use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DeviceId, DossierId};

/// `GET` [`crate::about::About`], without signing in.
pub const ABOUT: &str = "/v1/about";
/// `POST` [`crate::session::SignInRequest`] → [`crate::session::SessionResponse`].
pub const SESSIONS: &str = "/v1/sessions";
/// `POST` [`crate::session::RefreshRequest`] → [`crate::session::SessionResponse`].
pub const REFRESH: &str = "/v1/sessions/refresh";
/// `DELETE` ends the session of the access token.
pub const CURRENT_SESSION: &str = "/v1/sessions/current";
/// `GET ?cursor=` → [`crate::changes::ChangesResponse`].
pub const CHANGES: &str = "/v1/changes";
/// `POST` [`crate::changes::CompareRequest`] → [`crate::changes::ChangesResponse`].
pub const COMPARE: &str = "/v1/changes/compare";
/// `GET` the dossiers this device carries, `PUT` [`crate::juries::CarryRequest`] to change them.
pub const CARRIED: &str = "/v1/carried";
/// `GET` → [`crate::juries::JuriesResponse`].
pub const JURIES: &str = "/v1/juries";
/// `POST` [`crate::push::PushRequest`] → [`crate::push::PushResponse`].
pub const DECISIONS: &str = "/v1/decisions";
/// `POST` [`lutrin_domain::intake::Intake`] → [`crate::documents::IntakeResponse`].
pub const INTAKE: &str = "/v1/intake";
/// `POST` [`crate::receipts::ReceiptsRequest`], in a session or under a
/// [`crate::proof::Proof`].
pub const RECEIPTS: &str = "/v1/receipts";
/// `GET` server-sent events: [`crate::events`].
pub const EVENTS: &str = "/v1/events";
/// Template of [`dossier`].
pub const DOSSIER: &str = "/v1/dossiers/{id}";
/// Template of [`document`].
pub const DOCUMENT: &str = "/v1/documents/{sha256}";
/// Template of [`catalogue`].
pub const CATALOGUE: &str = "/v1/catalogue/{hash}";

/// Template of [`journal`].
pub const JOURNAL: &str = "/v1/journal/{device}";

/// `PUT` the sealed journal of a machine → [`crate::journal::JournalResponse`], in a
/// session of its owner or under a [`crate::proof::Proof`].
pub fn journal(device: DeviceId) -> String {
    format!("/v1/journal/{device}")
}

/// `GET` the full snapshot of one dossier: [`crate::changes::Snapshot`].
pub fn dossier(id: DossierId) -> String {
    format!("/v1/dossiers/{id}")
}

/// `GET` (with `Range`) the bytes of a file; `PUT` by the depositing application.
pub fn document(sha256: Digest) -> String {
    format!("/v1/documents/{sha256}")
}

/// `GET` the exact text of a version of the catalogue.
pub fn catalogue(hash: Digest) -> String {
    format!("/v1/catalogue/{hash}")
}
