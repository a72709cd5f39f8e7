//! The one row about the service: epoch, head of the feed, revisions.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use uuid::Uuid;

use super::convert::{read, read_count, read_revision};
use crate::db::{DbError, Lending, ServiceState};

/// Makes the row of a new database.
pub async fn ensure(connection: &mut SqliteConnection, epoch: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT OR IGNORE INTO service (one, epoch, position, juries_rev, backup_watermark)
         VALUES (1, ?, 0, 1, 0)",
    )
    .bind(epoch.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// The row.
pub async fn state(connection: &mut SqliteConnection) -> Result<ServiceState, DbError> {
    let row = sqlx::query("SELECT * FROM service").fetch_one(connection).await?;
    Ok(ServiceState {
        epoch: read(&row, "epoch")?,
        position: read_count(&row, "position")?,
        juries_rev: read_revision(&row, "juries_rev")?,
        backup_watermark: read_count(&row, "backup_watermark")?,
        lending: lending(&row)?,
    })
}

/// How long the service of a row with these columns lends what it holds.
pub fn lending(row: &SqliteRow) -> Result<Lending, DbError> {
    let days = |column| -> Result<u16, DbError> {
        let days: i64 = row.try_get(column)?;
        u16::try_from(days).map_err(|_| DbError::Unreadable { what: "days" })
    };
    Ok(Lending { lease_days: days("lease_days")?, retention_days: days("retention_days")? })
}

/// Sets how long the service lends what it holds.
pub async fn set_lending(
    connection: &mut SqliteConnection,
    lending: Lending,
) -> Result<(), DbError> {
    sqlx::query("UPDATE service SET lease_days = ?, retention_days = ?")
        .bind(lending.lease_days)
        .bind(lending.retention_days)
        .execute(connection)
        .await?;
    Ok(())
}

/// Moves the head of the feed on by one, and gives it.
pub async fn advance(connection: &mut SqliteConnection) -> Result<u64, DbError> {
    let row = sqlx::query("UPDATE service SET position = position + 1 RETURNING position")
        .fetch_one(connection)
        .await?;
    let position: i64 = row.try_get("position")?;
    u64::try_from(position).map_err(|_| DbError::Unreadable { what: "position" })
}

/// Says that sittings, or the dossiers of one, changed.
pub async fn raise_juries(connection: &mut SqliteConnection) -> Result<(), DbError> {
    sqlx::query("UPDATE service SET juries_rev = juries_rev + 1").execute(connection).await?;
    Ok(())
}

/// Begins another life of the service: cursors of the old one are gone.
pub async fn begin_epoch(connection: &mut SqliteConnection, epoch: Uuid) -> Result<(), DbError> {
    sqlx::query("UPDATE service SET epoch = ?").bind(epoch.to_string()).execute(connection).await?;
    Ok(())
}
