//! The feed.

use axum::Json;
use axum::extract::{Query, State};
use lutrin_protocol::changes::{ChangesResponse, CompareRequest};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::endpoint;
use lutrin_protocol::limits::{CHANGES_PAGE, COMPARED_DOSSIERS, SNAPSHOTS_PAGE};
use lutrin_protocol::problem::{Problem, ProblemCode};
use serde::Deserialize;

use crate::access::Reviewer;
use crate::central::Central;
use crate::db::{Changes, ChangesAsk, CompareAsk};
use crate::failure::Failure;
use crate::json::Json as Body;

/// The query of the feed.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// Where to go on from; from the beginning without it.
    cursor: Option<String>,
}

/// `GET /v1/changes`
#[utoipa::path(
    get,
    path = endpoint::CHANGES,
    operation_id = "list_changes",
    tag = "reviewers",
    params(ChangesQuery),
    responses(
        (status = 200, description = "What changed, oldest first.", body = ChangesResponse),
        (status = 410, description = "The cursor is from another epoch or scope.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn list(
    State(central): State<Central>,
    reviewer: Reviewer,
    query: Result<Query<ChangesQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<ChangesResponse>, Failure> {
    let Query(query) = query.map_err(|_| ProblemCode::Malformed)?;
    let ask = ChangesAsk {
        reviewer: reviewer.session().reviewer.id,
        device: reviewer.session().device,
        cursor: query.cursor.map(|text| read_cursor(&text)).transpose()?,
        changes: CHANGES_PAGE,
        snapshots: SNAPSHOTS_PAGE,
    };
    answer(&central, central.data.db.changes(&ask).await?).await
}

/// `POST /v1/changes/compare`
#[utoipa::path(
    post,
    path = endpoint::COMPARE,
    operation_id = "compare_changes",
    tag = "reviewers",
    request_body = CompareRequest,
    responses(
        (status = 200, description = "What differs from what is held.", body = ChangesResponse),
        (status = 410, description = "What is held is of another epoch.", body = Problem),
        (status = 413, description = "More than 12,000 dossiers or 1 MiB.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn compare(
    State(central): State<Central>,
    reviewer: Reviewer,
    Body(request): Body<CompareRequest>,
) -> Result<Json<ChangesResponse>, Failure> {
    if request.held.len() > COMPARED_DOSSIERS {
        return Err(ProblemCode::TooLarge.into());
    }
    let ask = CompareAsk {
        reviewer: reviewer.session().reviewer.id,
        device: reviewer.session().device,
        epoch: request.epoch,
        held: request.held.into_iter().map(|held| (held.dossier, held.position)).collect(),
        changes: CHANGES_PAGE,
        snapshots: SNAPSHOTS_PAGE,
    };
    answer(&central, central.data.db.compare(&ask).await?).await
}

async fn answer(central: &Central, changes: Changes) -> Result<Json<ChangesResponse>, Failure> {
    let Changes::Page(page) = changes else { return Err(ProblemCode::CursorGone.into()) };
    let people = central.data.db.people(&page.people()).await?;
    Ok(Json(page.answer(people, central.data.sources.now())))
}

fn read_cursor(text: &str) -> Result<Cursor, Failure> {
    text.parse().map_err(|_| {
        Failure::new(ProblemCode::Malformed).detailed("a cursor is epoch.scope_rev.position")
    })
}
