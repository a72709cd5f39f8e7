//! The feed.

use axum::Json;
use axum::extract::{Query, State};
use lutrin_protocol::changes::{Change, ChangesResponse};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::endpoint;
use lutrin_protocol::limits::{CHANGES_PAGE, SNAPSHOTS_PAGE};
use lutrin_protocol::problem::{Problem, ProblemCode};
use serde::Deserialize;

use crate::access::Reviewer;
use crate::central::Central;
use crate::db::{Changes, ChangesAsk, ChangesPage, DossierChange};
use crate::failure::Failure;

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
    match central.data.db.changes(&ask).await? {
        Changes::Gone => Err(ProblemCode::CursorGone.into()),
        Changes::Page(page) => Ok(Json(response(&central, page))),
    }
}

fn read_cursor(text: &str) -> Result<Cursor, Failure> {
    text.parse().map_err(|_| {
        Failure::new(ProblemCode::Malformed).detailed("a cursor is epoch.scope_rev.position")
    })
}

fn response(central: &Central, page: ChangesPage) -> ChangesResponse {
    ChangesResponse {
        changes: page.changes.into_iter().map(change).collect(),
        cursor: Cursor {
            epoch: page.state.epoch,
            scope_rev: page.scope_rev,
            position: page.position,
        },
        more: page.more,
        juries_rev: page.state.juries_rev,
        backup_watermark: page.state.backup_watermark,
        server_time: central.data.sources.now(),
    }
}

fn change(change: DossierChange) -> Change {
    match change {
        DossierChange::Put { position, summary, snapshot } => {
            Change::Put { position, summary, snapshot }
        }
        DossierChange::Left { position, dossier } => Change::Remove { position, dossier },
    }
}
