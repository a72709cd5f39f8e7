//! Documents and how far they were received (`documents.db`).

use std::collections::BTreeMap;

use lutrin_domain::digest::Digest;
use sqlx::SqliteConnection;

use super::{Result, from_sql, parse, to_json, to_sql};
use crate::shelf::DocumentStatus;

/// A document that was begun.
#[derive(Clone, Copy)]
pub(crate) struct DocumentRow {
    pub(crate) id: i64,
    pub(crate) status: DocumentStatus,
}

/// A document, if it was begun.
pub(crate) async fn get(
    conn: &mut SqliteConnection,
    sha256: Digest,
) -> Result<Option<DocumentRow>> {
    let row: Option<(i64, i64, i64, bool)> =
        sqlx::query_as("SELECT id, size, received, complete FROM documents WHERE sha256 = ?")
            .bind(sha256.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(|(id, size, received, complete)| {
        let (size, received) =
            (from_sql(size, "document size")?, from_sql(received, "bytes received")?);
        Ok(DocumentRow { id, status: DocumentStatus { size, received, complete } })
    })
    .transpose()
}

/// How far those of a list were received that were begun. One statement however long the
/// list: it is asked for each time something of it changes, with a thousand files in it.
pub(crate) async fn statuses(
    conn: &mut SqliteConnection,
    of: impl Iterator<Item = Digest>,
) -> Result<BTreeMap<Digest, DocumentStatus>> {
    let names: Vec<String> = of.map(|sha256| sha256.to_string()).collect();
    let rows: Vec<(String, i64, i64, bool)> = sqlx::query_as(
        "SELECT sha256, size, received, complete FROM documents
         WHERE sha256 IN (SELECT value FROM json_each(?))",
    )
    .bind(to_json(&names, "documents")?)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(sha256, size, received, complete)| {
            let (size, received) =
                (from_sql(size, "document size")?, from_sql(received, "bytes received")?);
            let status = DocumentStatus { size, received, complete };
            Ok((parse(&sha256, "document digest")?, status))
        })
        .collect()
}

/// Begins a document.
pub(crate) async fn insert(conn: &mut SqliteConnection, sha256: Digest, size: u64) -> Result<()> {
    sqlx::query("INSERT INTO documents (sha256, size) VALUES (?, ?)")
        .bind(sha256.to_string())
        .bind(to_sql(size))
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps how far a document was received.
pub(crate) async fn set_received(
    conn: &mut SqliteConnection,
    id: i64,
    received: u64,
) -> Result<()> {
    sqlx::query("UPDATE documents SET received = ? WHERE id = ?")
        .bind(to_sql(received))
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes a document visible.
pub(crate) async fn set_complete(conn: &mut SqliteConnection, id: i64) -> Result<()> {
    sqlx::query("UPDATE documents SET complete = 1 WHERE id = ?").bind(id).execute(conn).await?;
    Ok(())
}

/// Forgets a document; its chunks are the caller's to delete.
pub(crate) async fn delete(conn: &mut SqliteConnection, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM documents WHERE id = ?").bind(id).execute(conn).await?;
    Ok(())
}

/// Every document begun.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<(Digest, i64)>> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT sha256, id FROM documents ORDER BY id").fetch_all(conn).await?;
    rows.into_iter().map(|(sha256, id)| Ok((parse(&sha256, "document digest")?, id))).collect()
}
