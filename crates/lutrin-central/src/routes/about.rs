//! What the service says of itself.

use axum::Json;
use axum::extract::State;
use lutrin_protocol::about::{About, PROTOCOL, SERVICE_NAME};
use lutrin_protocol::{endpoint, events, journal, receipts};

use crate::central::Central;
use crate::failure::Failure;
use crate::layers::OLDEST_PROTOCOL;

/// What it can do beyond the first protocol.
const CAPABILITIES: [&str; 3] = [events::CAPABILITY, journal::CAPABILITY, receipts::CAPABILITY];

/// `GET /v1/about`
#[utoipa::path(
    get,
    path = endpoint::ABOUT,
    operation_id = "show_about",
    tag = "anyone",
    responses(
        (status = 200, description = "What the service says of itself.", body = About),
    ),
)]
pub async fn show(State(central): State<Central>) -> Result<Json<About>, Failure> {
    let state = central.data.db.state().await?;
    Ok(Json(About {
        service: SERVICE_NAME.to_owned(),
        protocol: PROTOCOL,
        oldest_protocol: OLDEST_PROTOCOL,
        capabilities: CAPABILITIES.map(str::to_owned).to_vec(),
        epoch: state.epoch,
        server_time: central.data.sources.now(),
    }))
}
