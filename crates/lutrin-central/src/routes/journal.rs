//! Sealed journals of laptops.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use lutrin_domain::id::DeviceId;
use lutrin_protocol::endpoint;
use lutrin_protocol::journal::JournalResponse;
use lutrin_protocol::limits::JOURNAL_BYTES;
use lutrin_protocol::problem::{Problem, ProblemCode};

use super::named;
use crate::access::Reviewer;
use crate::central::Central;
use crate::failure::Failure;
use crate::journal_import::{ImportJournalError, Machines, import_journals};
use crate::json::read;

/// `PUT /v1/journal/{device}`
///
/// Of a machine of one's own; sending it again is harmless. Journals that were set
/// aside are sent first, oldest first.
#[utoipa::path(
    put,
    path = endpoint::JOURNAL,
    operation_id = "put_journal",
    tag = "reviewers",
    params(
        ("device" = String, Path, description = "The machine that wrote it."),
    ),
    request_body(content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "What became of it.", body = JournalResponse),
        (status = 403, description = "The machine was revoked.", body = Problem),
        (status = 404, description = "No machine of this reviewer.", body = Problem),
        (status = 413, description = "More than 64 MiB.", body = Problem),
        (status = 503, description = "Others are being taken in; see `Retry-After`.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn put(
    State(central): State<Central>,
    reviewer: Reviewer,
    Path(device): Path<String>,
    body: Body,
) -> Result<Json<JournalResponse>, Failure> {
    let id: DeviceId = named(&device)?;
    let device = central.data.db.device(id).await?;
    let Some(device) = device.filter(|device| device.owner.id == reviewer.session().reviewer.id)
    else {
        return Err(ProblemCode::NotFound.into());
    };
    if device.revoked_at.is_some() {
        return Err(ProblemCode::DeviceRevoked.into());
    }
    // One at a time: each may be 64 MiB in memory.
    let Ok(_turn) = central.importing.try_lock() else {
        return Err(Failure { retry_after: Some(30), ..ProblemCode::Unavailable.into() });
    };
    let journal = read(body, JOURNAL_BYTES).await?;
    let trace = reviewer.0.trace(&central);
    let machines = Machines::Only(id);
    let taken = import_journals(&central.data, vec![journal.into()], machines, &trace).await?;
    central.news.look();
    Ok(Json(taken))
}

impl From<ImportJournalError> for Failure {
    fn from(error: ImportJournalError) -> Self {
        match error {
            ImportJournalError::Database(error) => error.into(),
            ImportJournalError::Keep(_) => Self::internal(error),
        }
    }
}
