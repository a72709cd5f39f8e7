//! The text of each page, searched without accents or case (`documents.db`).

use sqlx::SqliteConnection;

use super::{Result, from_sql};
use crate::error::StoreError;

/// The rows that a document may have.
const LIMIT: i64 = 1 << 24;
/// How many words around a place are told.
const SNIPPET_WORDS: u8 = 18;

/// How many parts of the index are merged before others get their turn.
const MERGED_AT_ONCE: i64 = 200;

/// Signs around a place in a snippet: no text has them.
pub(crate) const OPEN: char = '\u{1}';
pub(crate) const CLOSE: char = '\u{2}';

/// A page on which all words are.
pub(crate) struct PageRow {
    pub(crate) page: u32,
    /// Some words of the page, those searched between [`OPEN`] and [`CLOSE`].
    pub(crate) snippet: String,
}

fn first_of(document: i64) -> Result<i64> {
    document.checked_mul(LIMIT).ok_or(StoreError::Unreadable { what: "document number" })
}

/// Adds the text of a page.
pub(crate) async fn insert(
    conn: &mut SqliteConnection,
    document: i64,
    page: u32,
    text: String,
) -> Result<()> {
    sqlx::query("INSERT INTO page_texts (rowid, text) VALUES (?, ?)")
        .bind(first_of(document)? + i64::from(page))
        .bind(text)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes the text of a document.
pub(crate) async fn delete(conn: &mut SqliteConnection, document: i64) -> Result<()> {
    let first = first_of(document)?;
    sqlx::query("DELETE FROM page_texts WHERE rowid >= ? AND rowid < ?")
        .bind(first)
        .bind(first.saturating_add(LIMIT))
        .execute(conn)
        .await?;
    Ok(())
}

/// The pages of a document that match, at most so many.
///
/// `matching` is in the language of FTS5.
pub(crate) async fn search(
    conn: &mut SqliteConnection,
    document: i64,
    matching: &str,
    most: u32,
) -> Result<Vec<PageRow>> {
    let first = first_of(document)?;
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT rowid, snippet(page_texts, 0, ?, ?, '…', ?) FROM page_texts
         WHERE page_texts MATCH ? AND rowid >= ? AND rowid < ?
         ORDER BY rowid LIMIT ?",
    )
    .bind(OPEN.to_string())
    .bind(CLOSE.to_string())
    .bind(SNIPPET_WORDS)
    .bind(matching.to_owned())
    .bind(first)
    .bind(first.saturating_add(LIMIT))
    .bind(most)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(row, snippet)| Ok(PageRow { page: from_sql(row % LIMIT, "page number")?, snippet }))
        .collect()
}

/// Goes on merging the index into one, which leaves the words of deleted pages behind;
/// `anew` begins with all its parts. Gives whether there is more to do.
pub(crate) async fn merge(conn: &mut SqliteConnection, anew: bool) -> Result<bool> {
    let changes = "SELECT total_changes()";
    let before: i64 = sqlx::query_scalar(changes).fetch_one(&mut *conn).await?;
    sqlx::query("INSERT INTO page_texts (page_texts, rank) VALUES ('merge', ?)")
        .bind(if anew { -MERGED_AT_ONCE } else { MERGED_AT_ONCE })
        .execute(&mut *conn)
        .await?;
    let after: i64 = sqlx::query_scalar(changes).fetch_one(&mut *conn).await?;
    // The command itself counts as one change.
    Ok(after - before >= 2)
}
