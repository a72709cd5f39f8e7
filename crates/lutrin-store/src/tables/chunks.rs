//! The bytes of documents, in chunks of at most 1 MiB (`documents.db`).

use sqlx::SqliteConnection;

use super::Result;
use crate::error::StoreError;

/// The most chunks of one document.
const LIMIT: i64 = 1 << 24;

/// The identifiers that the chunks of a document may have, the last one excluded.
fn ids_of(document: i64) -> Result<(i64, i64)> {
    let unreadable = StoreError::Unreadable { what: "document number" };
    let first = document.checked_mul(LIMIT).ok_or(unreadable.clone())?;
    Ok((first, first.checked_add(LIMIT).ok_or(unreadable)?))
}

/// Adds bytes after those of the document.
pub(crate) async fn append(conn: &mut SqliteConnection, document: i64, bytes: &[u8]) -> Result<()> {
    let (first, end) = ids_of(document)?;
    let last: Option<i64> =
        sqlx::query_scalar("SELECT max(id) FROM chunks WHERE id >= ? AND id < ?")
            .bind(first)
            .bind(end)
            .fetch_one(&mut *conn)
            .await?;
    let next = last.map_or(first, |last| last + 1);
    for (id, chunk) in (next..end).zip(bytes.chunks(crate::CHUNK_BYTES)) {
        sqlx::query("INSERT INTO chunks (id, bytes) VALUES (?, ?)")
            .bind(id)
            .bind(chunk.to_vec())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The chunk of a document after this one, with its number.
pub(crate) async fn next(
    conn: &mut SqliteConnection,
    document: i64,
    after: Option<i64>,
) -> Result<Option<(i64, Vec<u8>)>> {
    let (first, end) = ids_of(document)?;
    Ok(sqlx::query_as("SELECT id, bytes FROM chunks WHERE id >= ? AND id < ? ORDER BY id LIMIT 1")
        .bind(after.map_or(first, |after| after + 1))
        .bind(end)
        .fetch_optional(conn)
        .await?)
}

/// Deletes the chunks of a document.
pub(crate) async fn delete(conn: &mut SqliteConnection, document: i64) -> Result<()> {
    let (first, end) = ids_of(document)?;
    sqlx::query("DELETE FROM chunks WHERE id >= ? AND id < ?")
        .bind(first)
        .bind(end)
        .execute(conn)
        .await?;
    Ok(())
}
