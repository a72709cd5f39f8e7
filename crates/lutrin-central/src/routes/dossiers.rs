//! One dossier.

use axum::Json;
use axum::extract::{Path, State};
use lutrin_domain::id::DossierId;
use lutrin_protocol::changes::Snapshot;
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::Problem;

use super::named;
use crate::access::Reviewer;
use crate::central::Central;
use crate::failure::Failure;
use crate::reads::{Answer, Thing};

/// `GET /v1/dossiers/{id}`
#[utoipa::path(
    get,
    path = endpoint::DOSSIER,
    operation_id = "show_dossier",
    tag = "reviewers",
    params(
        ("id" = String, Path),
    ),
    responses(
        (status = 200, description = "The whole dossier.", body = Snapshot),
        (status = 404, description = "Not there, or not in the scope.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn show(
    State(central): State<Central>,
    reviewer: Reviewer,
    Path(id): Path<String>,
) -> Result<Json<Snapshot>, Failure> {
    let id: DossierId = named(&id)?;
    let found = central.data.db.dossier(id, reviewer.session().scope()).await?;
    let answer = if found.is_some() { Answer::Given } else { Answer::OutOfScope };
    central.reads.note(reviewer.0.trace(&central), Thing::Dossier(id), answer);
    match found {
        Some((position, dossier)) => {
            let people = central.data.db.people(&dossier.people()).await?;
            Ok(Json(Snapshot { position, dossier, people }))
        }
        None => Err(reviewer.not_in_scope(id)),
    }
}
