//! Sittings of the jury.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use lutrin_domain::day::paris_day;
use lutrin_protocol::endpoint;
use lutrin_protocol::juries::{JuriesResponse, JuryEntry};

use crate::access::Reviewer;
use crate::central::Central;
use crate::failure::Failure;

/// `GET /v1/juries`
#[utoipa::path(
    get,
    path = endpoint::JURIES,
    operation_id = "list_juries",
    tag = "reviewers",
    responses(
        (status = 200, description = "The sittings of the scope, next first.", body = JuriesResponse),
    ),
    security(("access_token" = [])),
)]
pub async fn list(
    State(central): State<Central>,
    reviewer: Reviewer,
) -> Result<Json<JuriesResponse>, Failure> {
    let (juries_rev, mut juries) = central.data.db.juries(reviewer.session().scope()).await?;
    next_first(&mut juries, paris_day(central.data.sources.now()));
    Ok(Json(JuriesResponse { juries_rev, juries }))
}

/// Those to come by date, then those past, the newest first.
fn next_first(juries: &mut Vec<JuryEntry>, today: Date) {
    let (mut past, to_come): (Vec<_>, Vec<_>) =
        juries.drain(..).partition(|entry| entry.session.date < today);
    past.reverse();
    juries.extend(to_come.into_iter().chain(past));
}
