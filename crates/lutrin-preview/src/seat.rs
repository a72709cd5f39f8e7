//! A worker and the document it was given: how it takes it, and when it is given up.

use crate::error::PreviewError;
use crate::format::DocumentFacts;
use crate::frame::{Reply, Request};
use crate::password::Password;
use crate::pool::Pool;
use crate::process::WorkerProcess;

/// Has a worker that has seen no document open this one.
pub(crate) async fn open_in_fresh_worker(
    pool: &Pool,
    bytes: &[u8],
    password: Option<&Password>,
) -> Result<(WorkerProcess, DocumentFacts), PreviewError> {
    if pool.ledger().refuses(bytes) {
        return Err(PreviewError::Unreadable);
    }
    let mut worker = pool.take().await?;
    let request = Request::Open { password: password.cloned() };
    let outcome = match worker.ask(&request, bytes, pool.patience()).await {
        Ok((Reply::Opened(facts), _)) if facts.are_plausible() => Ok(facts),
        Ok((Reply::Refused(refusal), _)) => Err(refusal.into()),
        Ok(_) => Err(not_honest()),
        Err(error) => Err(error),
    };
    if outcome.as_ref().is_err_and(is_death) {
        pool.ledger().note_death(bytes);
    }
    Ok((worker, outcome?))
}

/// Says whether the error is the end of a worker that had the document.
pub(crate) fn is_death(error: &PreviewError) -> bool {
    matches!(error, PreviewError::Crashed | PreviewError::TimedOut)
}

/// What is thought of a worker that answers something else than it was asked.
pub(crate) fn not_honest() -> PreviewError {
    tracing::warn!("a worker sent what no honest worker sends");
    PreviewError::Crashed
}
