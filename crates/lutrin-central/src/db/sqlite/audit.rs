//! Who did what to what, written in the transaction of the change itself.

use lutrin_domain::id::{DecisionId, DossierId};
use sqlx::SqliteConnection;

use crate::db::{DbError, Trace};

/// One entry.
pub struct Entry<'a> {
    /// What was done.
    pub action: &'static str,
    /// To which dossier.
    pub dossier: Option<DossierId>,
    /// By which decision.
    pub decision: Option<DecisionId>,
    /// Code of the outcome.
    pub outcome: &'a str,
}

impl<'a> Entry<'a> {
    /// Something done to a dossier.
    pub fn about(dossier: DossierId, action: &'static str, outcome: &'a str) -> Self {
        Self { action, dossier: Some(dossier), decision: None, outcome }
    }

    /// Something done to the service as a whole.
    pub fn done(action: &'static str, outcome: &'a str) -> Self {
        Self { action, dossier: None, decision: None, outcome }
    }
}

/// Writes an entry.
pub async fn note(
    connection: &mut SqliteConnection,
    trace: &Trace,
    entry: &Entry<'_>,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO audit (at, action, reviewer, device, request_id, dossier, decision, outcome)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(trace.at.to_string())
    .bind(entry.action)
    .bind(trace.reviewer.map(|id| id.to_string()))
    .bind(trace.device.map(|id| id.to_string()))
    .bind(trace.request_id.as_deref())
    .bind(entry.dossier.map(|id| id.to_string()))
    .bind(entry.decision.map(|id| id.to_string()))
    .bind(entry.outcome)
    .execute(connection)
    .await?;
    Ok(())
}
