//! Sittings of the jury.

use sqlx::SqliteConnection;

use super::{Result, from_json, to_json};
use crate::pull::Jury;

/// Replaces the sittings.
pub(crate) async fn replace(conn: &mut SqliteConnection, juries: &[Jury]) -> Result<()> {
    sqlx::query("DELETE FROM juries").execute(&mut *conn).await?;
    for (ordinal, jury) in (0_u32..).zip(juries) {
        sqlx::query("INSERT INTO juries (jury, ordinal, json, dossiers) VALUES (?, ?, ?, ?)")
            .bind(jury.session.id.to_string())
            .bind(ordinal)
            .bind(to_json(&jury.session, "jury")?)
            .bind(to_json(&jury.dossiers, "dossiers of a jury")?)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The sittings, in the service's order.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<Jury>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT json, dossiers FROM juries ORDER BY ordinal")
            .fetch_all(conn)
            .await?;
    rows.into_iter()
        .map(|(session, dossiers)| {
            Ok(Jury {
                session: from_json(&session, "jury")?,
                dossiers: from_json(&dossiers, "dossiers of a jury")?,
            })
        })
        .collect()
}
