//! Which dossiers a file belongs to.

use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::reviewer::Scope;
use sqlx::SqliteConnection;

use super::convert::{count, read_count, scope as scope_values};
use crate::db::DbError;

/// Notes every file of a dossier.
pub async fn note(connection: &mut SqliteConnection, dossier: &Dossier) -> Result<(), DbError> {
    for deposit in dossier.slots.iter().flat_map(|slot| &slot.deposits) {
        sqlx::query(
            "INSERT OR IGNORE INTO document (sha256, dossier, size_bytes) VALUES (?, ?, ?)",
        )
        .bind(deposit.sha256.to_string())
        .bind(dossier.id.to_string())
        .bind(count(deposit.size_bytes))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The size of a file, if it belongs to a dossier of the scope.
pub async fn size_in_scope(
    connection: &mut SqliteConnection,
    sha256: Digest,
    scope: &Scope,
) -> Result<Option<u64>, DbError> {
    let (everywhere, centers) = scope_values(scope)?;
    let row = sqlx::query(
        "SELECT f.size_bytes FROM document f JOIN dossier d ON d.id = f.dossier
         WHERE f.sha256 = ?1 AND (?2 OR d.center IN (SELECT value FROM json_each(?3)))
         LIMIT 1",
    )
    .bind(sha256.to_string())
    .bind(everywhere)
    .bind(centers)
    .fetch_optional(connection)
    .await?;
    row.map(|row| read_count(&row, "size_bytes")).transpose()
}
