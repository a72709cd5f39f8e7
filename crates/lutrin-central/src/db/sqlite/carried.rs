//! What each device carries.

use lutrin_domain::id::{DeviceId, DossierId, JurySessionId};
use lutrin_domain::reviewer::Scope;
use lutrin_protocol::juries::{CarriedResponse, CarryRequest};
use sqlx::SqliteConnection;

use super::convert::{read, scope as scope_values};
use crate::db::DbError;

/// Replaces what a device carries.
pub async fn replace(
    connection: &mut SqliteConnection,
    device: DeviceId,
    carry: &CarryRequest,
) -> Result<(), DbError> {
    let device = device.to_string();
    for clear in [
        "DELETE FROM carried_jury WHERE device = ?",
        "DELETE FROM carried_dossier WHERE device = ?",
    ] {
        sqlx::query(clear).bind(&device).execute(&mut *connection).await?;
    }
    for jury in &carry.juries {
        sqlx::query("INSERT OR IGNORE INTO carried_jury (device, jury) VALUES (?, ?)")
            .bind(&device)
            .bind(jury.to_string())
            .execute(&mut *connection)
            .await?;
    }
    for dossier in &carry.dossiers {
        sqlx::query("INSERT OR IGNORE INTO carried_dossier (device, dossier) VALUES (?, ?)")
            .bind(&device)
            .bind(dossier.to_string())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// What a device carries, as it asked, and the dossiers of the scope that follow.
pub async fn of_device(
    connection: &mut SqliteConnection,
    device: DeviceId,
    scope: &Scope,
) -> Result<CarriedResponse, DbError> {
    let carry = CarryRequest {
        juries: asked_juries(connection, device).await?,
        dossiers: asked_dossiers(connection, device).await?,
    };
    Ok(CarriedResponse { carry, dossiers: in_order_of_need(connection, device, scope).await? })
}

async fn asked_juries(
    connection: &mut SqliteConnection,
    device: DeviceId,
) -> Result<Vec<JurySessionId>, DbError> {
    let rows = sqlx::query("SELECT jury FROM carried_jury WHERE device = ? ORDER BY jury")
        .bind(device.to_string())
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| read(row, "jury")).collect()
}

async fn asked_dossiers(
    connection: &mut SqliteConnection,
    device: DeviceId,
) -> Result<Vec<DossierId>, DbError> {
    let rows = sqlx::query("SELECT dossier FROM carried_dossier WHERE device = ? ORDER BY dossier")
        .bind(device.to_string())
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| read(row, "dossier")).collect()
}

/// The next jury first; dossiers of no jury last.
async fn in_order_of_need(
    connection: &mut SqliteConnection,
    device: DeviceId,
    scope: &Scope,
) -> Result<Vec<DossierId>, DbError> {
    let (everywhere, centers) = scope_values(scope)?;
    let rows = sqlx::query(
        "SELECT d.id FROM dossier d LEFT JOIN jury j ON j.id = d.jury
         WHERE d.id IN (SELECT dossier FROM carried_dossier WHERE device = ?1
                        UNION
                        SELECT m.id FROM dossier m JOIN carried_jury c ON c.jury = m.jury
                        WHERE c.device = ?1)
           AND (?2 OR d.center IN (SELECT value FROM json_each(?3)))
         ORDER BY j.date IS NULL, j.date, d.reference",
    )
    .bind(device.to_string())
    .bind(everywhere)
    .bind(centers)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| read(row, "id")).collect()
}
