//! Versions of the catalogue by the digest of their text.

use jiff::Timestamp;
use lutrin_domain::digest::Digest;
use sqlx::SqliteConnection;

use crate::db::DbError;

/// Keeps a version; one already there stays.
pub async fn add(
    connection: &mut SqliteConnection,
    hash: Digest,
    text: &str,
    at: Timestamp,
) -> Result<(), DbError> {
    sqlx::query("INSERT OR IGNORE INTO catalogue (hash, text, registered_at) VALUES (?, ?, ?)")
        .bind(hash.to_string())
        .bind(text)
        .bind(at.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// The exact text of a version.
pub async fn text(
    connection: &mut SqliteConnection,
    hash: Digest,
) -> Result<Option<String>, DbError> {
    let text = sqlx::query_scalar("SELECT text FROM catalogue WHERE hash = ?")
        .bind(hash.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(text)
}
