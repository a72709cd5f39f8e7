//! Texts being written.

use jiff::Timestamp;
use lutrin_domain::id::DossierId;
use sqlx::SqliteConnection;

use super::{Result, parse};
use crate::drafts::Draft;

/// Keeps a text; it is to be sealed again only if it changed.
pub(crate) async fn put(conn: &mut SqliteConnection, draft: &Draft) -> Result<()> {
    sqlx::query(
        "INSERT INTO drafts (dossier, key, text, saved_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (dossier, key) DO UPDATE SET
           sealed = sealed AND text = excluded.text,
           text = excluded.text, saved_at = excluded.saved_at",
    )
    .bind(draft.dossier.to_string())
    .bind(draft.key.clone())
    .bind(draft.text.clone())
    .bind(draft.saved_at.to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the journal holds this draft as it is.
pub(crate) async fn set_sealed(conn: &mut SqliteConnection, draft: &Draft) -> Result<()> {
    sqlx::query("UPDATE drafts SET sealed = 1 WHERE dossier = ? AND key = ? AND text = ?")
        .bind(draft.dossier.to_string())
        .bind(draft.key.clone())
        .bind(draft.text.clone())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets a draft.
pub(crate) async fn delete(
    conn: &mut SqliteConnection,
    dossier: DossierId,
    key: String,
) -> Result<()> {
    sqlx::query("DELETE FROM drafts WHERE dossier = ? AND key = ?")
        .bind(dossier.to_string())
        .bind(key)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the drafts of a dossier.
pub(crate) async fn delete_all(conn: &mut SqliteConnection, dossier: DossierId) -> Result<()> {
    sqlx::query("DELETE FROM drafts WHERE dossier = ?")
        .bind(dossier.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// A draft, and whether the journal holds it as it is.
pub(crate) async fn get(
    conn: &mut SqliteConnection,
    dossier: DossierId,
    key: String,
) -> Result<Option<(Draft, bool)>> {
    let row: Option<(String, String, String, String, bool)> = sqlx::query_as(
        "SELECT dossier, key, text, saved_at, sealed FROM drafts WHERE dossier = ? AND key = ?",
    )
    .bind(dossier.to_string())
    .bind(key)
    .fetch_optional(conn)
    .await?;
    row.map(|(dossier, key, text, saved_at, sealed)| {
        Ok((read((dossier, key, text, saved_at))?, sealed))
    })
    .transpose()
}

/// The drafts of one dossier, or of all.
pub(crate) async fn all(
    conn: &mut SqliteConnection,
    dossier: Option<DossierId>,
) -> Result<Vec<Draft>> {
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT dossier, key, text, saved_at FROM drafts
         WHERE ?1 IS NULL OR dossier = ?1 ORDER BY dossier, key",
    )
    .bind(dossier.map(|dossier| dossier.to_string()))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(read).collect()
}

fn read((dossier, key, text, saved_at): (String, String, String, String)) -> Result<Draft> {
    let saved_at: Timestamp = parse(&saved_at, "time of a draft")?;
    Ok(Draft { dossier: parse(&dossier, "dossier of a draft")?, key, text, saved_at })
}
