//! Decisions that were withdrawn before they left a laptop.

use jiff::Timestamp;
use lutrin_domain::id::DecisionId;
use sqlx::SqliteConnection;

use crate::db::DbError;

/// Keeps that decisions were withdrawn.
pub async fn keep(
    connection: &mut SqliteConnection,
    decisions: &[DecisionId],
    at: Timestamp,
) -> Result<(), DbError> {
    for decision in decisions {
        sqlx::query("INSERT OR IGNORE INTO withdrawn (decision, at) VALUES (?, ?)")
            .bind(decision.to_string())
            .bind(at.to_string())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Whether a decision was withdrawn.
pub async fn is(connection: &mut SqliteConnection, decision: DecisionId) -> Result<bool, DbError> {
    let row = sqlx::query("SELECT 1 FROM withdrawn WHERE decision = ?")
        .bind(decision.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}
