//! Dossiers that left a centre, or the service.

use lutrin_domain::id::DossierId;
use sqlx::SqliteConnection;

use super::convert::count;
use super::service;
use crate::db::DbError;

/// What stands for the whole service instead of a centre.
const EVERYWHERE: &str = "";

/// Notes that a dossier left a centre: a place in the feed of its own. One note
/// for each centre is enough, the newest.
pub async fn from_center(
    connection: &mut SqliteConnection,
    dossier: DossierId,
    center: &str,
) -> Result<u64, DbError> {
    let position = service::advance(connection).await?;
    sqlx::query("INSERT OR REPLACE INTO departure (position, dossier, center) VALUES (?, ?, ?)")
        .bind(count(position))
        .bind(dossier.to_string())
        .bind(center)
        .execute(connection)
        .await?;
    Ok(position)
}

/// Notes that a dossier left the service.
pub async fn from_service(
    connection: &mut SqliteConnection,
    dossier: DossierId,
) -> Result<u64, DbError> {
    from_center(connection, dossier, EVERYWHERE).await
}
