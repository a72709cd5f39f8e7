//! What machines say they have erased.

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use lutrin_protocol::endpoint;
use lutrin_protocol::limits::BODY_BYTES;
use lutrin_protocol::problem::{Problem, ProblemCode};
use lutrin_protocol::receipts::{RECEIPTS, ReceiptsRequest};

use crate::access::Presented;
use crate::central::Central;
use crate::failure::Failure;

/// `POST /v1/receipts`
///
/// Each is entered once in the chained journal, however often it is told.
#[utoipa::path(
    post,
    path = endpoint::RECEIPTS,
    operation_id = "tell_receipts",
    tag = "reviewers",
    request_body = ReceiptsRequest,
    responses(
        (status = 204, description = "They are entered."),
        (status = 400, description = "The request could not be read.", body = Problem),
        (status = 413, description = "More than 100 receipts or 1 MiB.", body = Problem),
        (status = 422, description = "The body is not that of the proof.", body = Problem),
    ),
    security(("access_token" = []), ("proof" = [])),
)]
pub async fn tell(
    State(central): State<Central>,
    from: Presented,
    body: Body,
) -> Result<StatusCode, Failure> {
    let sent = from.read(body, BODY_BYTES).await?;
    let told: ReceiptsRequest =
        serde_json::from_slice(&sent.body).map_err(|_| Failure::new(ProblemCode::Malformed))?;
    if told.receipts.len() > RECEIPTS {
        return Err(ProblemCode::TooLarge.into());
    }
    let trace = sent.trace(&central);
    central.data.db.keep_receipts(sent.device(), &told.receipts, &trace).await?;
    Ok(StatusCode::NO_CONTENT)
}
