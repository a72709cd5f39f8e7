//! What laptops say they have erased.

use jiff::Timestamp;
use lutrin_domain::id::DeviceId;
use lutrin_protocol::receipts::Receipt;
use sqlx::SqliteConnection;

use crate::db::DbError;

/// Keeps a receipt; says whether it is new.
pub async fn keep(
    connection: &mut SqliteConnection,
    device: DeviceId,
    receipt: &Receipt,
    received_at: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query(
        "INSERT INTO receipt
           (id, device, cause, dossiers, files, decisions, digest, at, received_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
    )
    .bind(receipt.id.to_string())
    .bind(device.to_string())
    .bind(receipt.cause.code())
    .bind(receipt.dossiers)
    .bind(receipt.files)
    .bind(receipt.decisions)
    .bind(receipt.digest.to_string())
    .bind(receipt.at.to_string())
    .bind(received_at.to_string())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
