//! What the reader left on the pages of files.

use jiff::Timestamp;
use lutrin_domain::digest::Digest;
use sqlx::SqliteConnection;

use super::{Result, from_sql, parse};
use crate::local::PageTrace;

/// Keeps how a page is turned.
pub(crate) async fn set_rotation(
    conn: &mut SqliteConnection,
    sha256: Digest,
    page: u32,
    quarter_turns: u8,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO reading (sha256, page, quarter_turns) VALUES (?, ?, ?)
         ON CONFLICT (sha256, page) DO UPDATE SET quarter_turns = excluded.quarter_turns",
    )
    .bind(sha256.to_string())
    .bind(page)
    .bind(quarter_turns)
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps when a page was looked at.
pub(crate) async fn set_seen(
    conn: &mut SqliteConnection,
    sha256: Digest,
    page: u32,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO reading (sha256, page, seen_at) VALUES (?, ?, ?)
         ON CONFLICT (sha256, page) DO UPDATE SET seen_at = excluded.seen_at",
    )
    .bind(sha256.to_string())
    .bind(page)
    .bind(at.to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what was left on the pages of a file.
pub(crate) async fn delete(conn: &mut SqliteConnection, sha256: Digest) -> Result<()> {
    sqlx::query("DELETE FROM reading WHERE sha256 = ?")
        .bind(sha256.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// The pages of a file on which something was left.
pub(crate) async fn of(conn: &mut SqliteConnection, sha256: Digest) -> Result<Vec<PageTrace>> {
    let rows: Vec<(i64, i64, Option<String>)> = sqlx::query_as(
        "SELECT page, quarter_turns, seen_at FROM reading WHERE sha256 = ? ORDER BY page",
    )
    .bind(sha256.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(page, quarter_turns, seen_at)| {
            Ok(PageTrace {
                page: from_sql(page, "page")?,
                quarter_turns: from_sql(quarter_turns, "quarter turns")?,
                seen_at: seen_at.map(|at| parse(&at, "time of a page")).transpose()?,
            })
        })
        .collect()
}
