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
use crate::access::Presented;
use crate::central::Central;
use crate::failure::Failure;
use crate::journal_import::{ImportJournalError, Machines, import_journals};

/// `PUT /v1/journal/{device}`
///
/// Of a machine of one's own; sending it again is harmless. Journals that were set
/// aside are sent first, oldest first. A machine that was shut out hands its own in under a
/// proof: what it decided before counts, what it decided later is kept without effect.
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
    security(("access_token" = []), ("proof" = [])),
)]
pub async fn put(
    State(central): State<Central>,
    from: Presented,
    Path(device): Path<String>,
    body: Body,
) -> Result<Json<JournalResponse>, Failure> {
    let id: DeviceId = named(&device)?;
    may_hand_in(&central, &from, id).await?;
    // One at a time: each may be 64 MiB in memory.
    let Ok(_turn) = central.importing.try_lock() else {
        return Err(Failure { retry_after: Some(30), ..ProblemCode::Unavailable.into() });
    };
    let sent = from.read(body, JOURNAL_BYTES).await?;
    let trace = sent.trace(&central);
    let (journals, machines) = (vec![sent.body.into()], Machines::Only(id));
    let taken = import_journals(&central.data, journals, machines, &trace).await?;
    central.news.look();
    Ok(Json(taken))
}

/// The owner, in a session, of a machine in use; or the machine itself, in use or not.
async fn may_hand_in(central: &Central, from: &Presented, id: DeviceId) -> Result<(), Failure> {
    let reviewer = match from {
        Presented::Proven { device, .. } if device.id == id => return Ok(()),
        Presented::Proven { .. } => return Err(ProblemCode::NotFound.into()),
        Presented::SignedIn(reviewer) => reviewer.session().reviewer.id,
    };
    match central.data.db.device(id).await?.filter(|device| device.owner.id == reviewer) {
        None => Err(ProblemCode::NotFound.into()),
        Some(device) if device.revoked_at.is_some() => Err(ProblemCode::DeviceRevoked.into()),
        Some(_) => Ok(()),
    }
}

impl From<ImportJournalError> for Failure {
    fn from(error: ImportJournalError) -> Self {
        match error {
            ImportJournalError::Database(error) => error.into(),
            ImportJournalError::Keep(_) => Self::internal(error),
        }
    }
}
