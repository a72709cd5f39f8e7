//! Versions of the catalogue.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse as _, Response};
use lutrin_domain::digest::Digest;
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::{Problem, ProblemCode};

use super::named;
use crate::access::SignedIn;
use crate::central::Central;
use crate::conditional;
use crate::failure::Failure;

/// `GET /v1/catalogue/{hash}`
///
/// The exact text, since its digest is its name; it never changes.
#[utoipa::path(
    get,
    path = endpoint::CATALOGUE,
    operation_id = "show_catalogue",
    tag = "signed in",
    params(
        ("hash" = String, Path),
    ),
    responses(
        (status = 200, description = "The exact text of the version.", body = lutrin_domain::catalogue::Catalogue),
        (status = 304, description = "The version of this `ETag` is at hand already."),
        (status = 404, description = "No such version.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn show(
    State(central): State<Central>,
    _: SignedIn,
    Path(hash): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let hash: Digest = named(&hash)?;
    let Some(text) = central.data.db.catalogue(hash).await? else {
        return Err(ProblemCode::NotFound.into());
    };
    let tag = conditional::tag(hash);
    if let Some(at_hand) = conditional::at_hand(&headers, &tag) {
        return Ok(at_hand);
    }
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
        (ETAG, tag),
    ];
    Ok((headers, text).into_response())
}
