//! Sittings of the jury.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;
use lutrin_domain::day::paris_day;
use lutrin_domain::digest::Digest;
use lutrin_protocol::endpoint;
use lutrin_protocol::juries::{JuriesResponse, JuryEntry};

use crate::access::Reviewer;
use crate::central::Central;
use crate::conditional;
use crate::failure::Failure;

/// `GET /v1/juries`
#[utoipa::path(
    get,
    path = endpoint::JURIES,
    operation_id = "list_juries",
    tag = "reviewers",
    responses(
        (status = 200, description = "The sittings of the scope, next first.", body = JuriesResponse),
        (status = 304, description = "The sittings of this `ETag` are at hand already."),
    ),
    security(("access_token" = [])),
)]
pub async fn list(
    State(central): State<Central>,
    reviewer: Reviewer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (juries_rev, mut juries) = central.data.db.juries(reviewer.session().scope()).await?;
    next_first(&mut juries, paris_day(central.data.sources.now()));
    let answer = serde_json::to_vec(&JuriesResponse { juries_rev, juries });
    let answer = answer.map_err(Failure::internal)?;
    // By what it says: the order of the sittings changes with the day.
    let tag = conditional::tag(Digest::of(&answer));
    if let Some(at_hand) = conditional::at_hand(&headers, &tag) {
        return Ok(at_hand);
    }
    Ok(([(CONTENT_TYPE, "application/json".to_owned()), (ETAG, tag)], answer).into_response())
}

/// Those to come by date, then those past, the newest first.
fn next_first(juries: &mut Vec<JuryEntry>, today: Date) {
    let (mut past, to_come): (Vec<_>, Vec<_>) =
        juries.drain(..).partition(|entry| entry.session.date < today);
    past.reverse();
    juries.extend(to_come.into_iter().chain(past));
}
