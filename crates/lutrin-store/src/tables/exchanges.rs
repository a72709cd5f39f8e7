//! The last exchanges in which something happened.

use sqlx::SqliteConnection;

use super::{Result, from_json, to_json};
use crate::notes::ExchangeNote;

/// Adds one, the newest.
pub(crate) async fn add(conn: &mut SqliteConnection, note: &ExchangeNote) -> Result<()> {
    sqlx::query("INSERT INTO exchanges (json) VALUES (?)")
        .bind(to_json(note, "exchange")?)
        .execute(conn)
        .await?;
    Ok(())
}

/// The newest, with its place.
pub(crate) async fn last(conn: &mut SqliteConnection) -> Result<Option<(i64, ExchangeNote)>> {
    let row: Option<(i64, String)> =
        sqlx::query_as("SELECT seq, json FROM exchanges ORDER BY seq DESC LIMIT 1")
            .fetch_optional(conn)
            .await?;
    row.map(|(seq, json)| Ok((seq, from_json(&json, "exchange")?))).transpose()
}

/// Writes one anew.
pub(crate) async fn replace(
    conn: &mut SqliteConnection,
    seq: i64,
    note: &ExchangeNote,
) -> Result<()> {
    sqlx::query("UPDATE exchanges SET json = ? WHERE seq = ?")
        .bind(to_json(note, "exchange")?)
        .bind(seq)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets all but the newest.
pub(crate) async fn keep(conn: &mut SqliteConnection, newest: u32) -> Result<()> {
    sqlx::query("DELETE FROM exchanges WHERE seq <= (SELECT max(seq) FROM exchanges) - ?")
        .bind(newest)
        .execute(conn)
        .await?;
    Ok(())
}

/// The newest first.
pub(crate) async fn newest(conn: &mut SqliteConnection, count: u32) -> Result<Vec<ExchangeNote>> {
    let texts: Vec<String> =
        sqlx::query_scalar("SELECT json FROM exchanges ORDER BY seq DESC LIMIT ?")
            .bind(count)
            .fetch_all(conn)
            .await?;
    texts.iter().map(|text| from_json(text, "exchange")).collect()
}
