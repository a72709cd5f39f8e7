//! What this device takes along.

use axum::Json as Answer;
use axum::extract::State;
use lutrin_protocol::endpoint;
use lutrin_protocol::juries::{CarriedResponse, CarryRequest};
use lutrin_protocol::problem::Problem;

use crate::access::Reviewer;
use crate::central::Central;
use crate::failure::Failure;
use crate::json::Json;

/// `GET /v1/carried`
#[utoipa::path(
    get,
    path = endpoint::CARRIED,
    operation_id = "show_carried",
    tag = "reviewers",
    responses(
        (status = 200, description = "What this device carries.", body = CarriedResponse),
    ),
    security(("access_token" = [])),
)]
pub async fn show(
    State(central): State<Central>,
    reviewer: Reviewer,
) -> Result<Answer<CarriedResponse>, Failure> {
    let session = reviewer.session();
    Ok(Answer(central.data.db.carried(session.device, session.scope()).await?))
}

/// `PUT /v1/carried`
///
/// What is out of scope is kept as asked for and followed by nothing, so that a
/// dossier that leaves the scope does not make the whole request fail.
#[utoipa::path(
    put,
    path = endpoint::CARRIED,
    operation_id = "replace_carried",
    tag = "reviewers",
    request_body = CarryRequest,
    responses(
        (status = 200, description = "What this device carries from now on.", body = CarriedResponse),
        (status = 413, description = "More than 1 MiB.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn replace(
    State(central): State<Central>,
    reviewer: Reviewer,
    Json(carry): Json<CarryRequest>,
) -> Result<Answer<CarriedResponse>, Failure> {
    let session = reviewer.session();
    central.data.db.carry(session.device, &carry, &reviewer.0.trace(&central)).await?;
    Ok(Answer(central.data.db.carried(session.device, session.scope()).await?))
}
