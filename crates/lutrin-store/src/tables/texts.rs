//! Which documents were read for searching, and what came of it (`documents.db`).

use lutrin_domain::digest::Digest;
use sqlx::SqliteConnection;

use super::{Result, from_sql, parse};
use crate::error::StoreError;
use crate::texts::TextState;

/// What came of reading a document.
pub(crate) struct TextRow {
    pub(crate) state: TextState,
    pub(crate) blank: u32,
}

const STATES: [(TextState, &str); 4] = [
    (TextState::Whole, "whole"),
    (TextState::Partial, "partial"),
    (TextState::Locked, "locked"),
    (TextState::Unreadable, "unreadable"),
];

/// Keeps what came of reading a document.
pub(crate) async fn put(
    conn: &mut SqliteConnection,
    document: i64,
    version: u32,
    row: &TextRow,
) -> Result<()> {
    let code = STATES.iter().find(|(state, _)| *state == row.state).map(|(_, code)| *code);
    sqlx::query(
        "INSERT OR REPLACE INTO texts (document, version, state, blank) VALUES (?, ?, ?, ?)",
    )
    .bind(document)
    .bind(version)
    .bind(code)
    .bind(row.blank)
    .execute(conn)
    .await?;
    Ok(())
}

/// What came of reading a document, if it was read in this way or a later one.
pub(crate) async fn get(
    conn: &mut SqliteConnection,
    document: i64,
    version: u32,
) -> Result<Option<TextRow>> {
    let row: Option<(String, i64)> =
        sqlx::query_as("SELECT state, blank FROM texts WHERE document = ? AND version >= ?")
            .bind(document)
            .bind(version)
            .fetch_optional(conn)
            .await?;
    row.map(|(code, blank)| {
        let state = STATES.iter().find(|(_, known)| *known == code).map(|(state, _)| *state);
        let state = state.ok_or(StoreError::Unreadable { what: "text state" })?;
        Ok(TextRow { state, blank: from_sql(blank, "pages without text")? })
    })
    .transpose()
}

/// Whole documents not yet read in this way, in the order they were begun.
pub(crate) async fn unread(conn: &mut SqliteConnection, version: u32) -> Result<Vec<Digest>> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT d.sha256 FROM documents d LEFT JOIN texts t ON t.document = d.id
         WHERE d.complete AND (t.version IS NULL OR t.version < ?) ORDER BY d.id",
    )
    .bind(version)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|sha256| parse(sha256, "document digest")).collect()
}
