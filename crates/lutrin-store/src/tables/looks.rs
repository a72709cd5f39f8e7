//! What the reviewer had seen of dossiers.

use lutrin_domain::id::DossierId;
use lutrin_domain::news::Look;
use sqlx::SqliteConnection;

use super::{Result, from_json, to_json};

/// Keeps what was seen of a dossier.
pub(crate) async fn put(
    conn: &mut SqliteConnection,
    dossier: DossierId,
    look: &Look,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO looks (dossier, json) VALUES (?, ?)
         ON CONFLICT (dossier) DO UPDATE SET json = excluded.json",
    )
    .bind(dossier.to_string())
    .bind(to_json(look, "look")?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what was seen of a dossier.
pub(crate) async fn delete(conn: &mut SqliteConnection, dossier: DossierId) -> Result<()> {
    sqlx::query("DELETE FROM looks WHERE dossier = ?")
        .bind(dossier.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// What was seen of a dossier, if it was ever looked at.
pub(crate) async fn get(conn: &mut SqliteConnection, dossier: DossierId) -> Result<Option<Look>> {
    let text: Option<String> = sqlx::query_scalar("SELECT json FROM looks WHERE dossier = ?")
        .bind(dossier.to_string())
        .fetch_optional(conn)
        .await?;
    text.map(|text| from_json(&text, "look")).transpose()
}
