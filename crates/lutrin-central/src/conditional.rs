//! Answers that the client may have already.

use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use lutrin_domain::digest::Digest;

/// The tag of what has this digest.
pub fn tag(digest: Digest) -> String {
    format!("\"{digest}\"")
}

/// The answer that what has this tag is at hand already, if the request says so.
pub fn at_hand(headers: &HeaderMap, tag: &str) -> Option<Response> {
    let known = headers.get(IF_NONE_MATCH)?.to_str().ok()?;
    let named = known == "*" || known.split(',').any(|known| same(known.trim(), tag));
    named.then(|| (StatusCode::NOT_MODIFIED, [(ETAG, tag.to_owned())]).into_response())
}

/// A proxy that compresses may have made the tag a weak one, which names the same
/// content (RFC 9110, 13.1.2).
fn same(known: &str, tag: &str) -> bool {
    known.strip_prefix("W/").unwrap_or(known) == tag
}
