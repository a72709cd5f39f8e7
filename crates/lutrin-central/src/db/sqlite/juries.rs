//! Sittings of the jury.

use lutrin_domain::id::{DossierId, JurySessionId};
use lutrin_domain::jury::JurySession;
use lutrin_domain::reviewer::Scope;
use lutrin_protocol::juries::JuryEntry;
use sqlx::SqliteConnection;

use super::convert::{json, read, read_json, scope as scope_values};
use crate::db::DbError;

/// Adds or replaces a sitting; says whether that changed anything.
pub async fn put(
    connection: &mut SqliteConnection,
    session: &JurySession,
) -> Result<bool, DbError> {
    let done = sqlx::query(
        "INSERT INTO jury (id, date, session) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET date = excluded.date, session = excluded.session
         WHERE session <> excluded.session",
    )
    .bind(session.id.to_string())
    .bind(session.date.to_string())
    .bind(json(session, "session")?)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The sittings by date, with their dossiers of the scope in order of passage.
///
/// Whoever sees every centre sees sittings without dossiers too.
pub async fn with_dossiers(
    connection: &mut SqliteConnection,
    scope: &Scope,
) -> Result<Vec<JuryEntry>, DbError> {
    let rows = sqlx::query("SELECT session FROM jury ORDER BY date, id")
        .fetch_all(&mut *connection)
        .await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let session: JurySession = read_json(&row, "session")?;
        let dossiers = dossiers_of(connection, session.id, scope).await?;
        if !dossiers.is_empty() || *scope == Scope::Everywhere {
            entries.push(JuryEntry { session, dossiers });
        }
    }
    Ok(entries)
}

/// The order of passage is that of the references: no other one is known.
async fn dossiers_of(
    connection: &mut SqliteConnection,
    jury: JurySessionId,
    scope: &Scope,
) -> Result<Vec<DossierId>, DbError> {
    let (everywhere, centers) = scope_values(scope)?;
    let rows = sqlx::query(
        "SELECT id FROM dossier
         WHERE jury = ?1 AND (?2 OR center IN (SELECT value FROM json_each(?3)))
         ORDER BY reference",
    )
    .bind(jury.to_string())
    .bind(everywhere)
    .bind(centers)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| read(row, "id")).collect()
}
