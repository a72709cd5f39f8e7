//! Dossiers: one JSON aggregate each, and the few columns that are looked up.

use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{CenterCode, DossierId};
use sqlx::{Row as _, SqliteConnection};

use super::convert::{count, json, read, read_count, read_json};
use super::{departures, service};
use crate::db::{DbError, NewDossier};

/// A dossier with its place in the feed.
pub async fn find(
    connection: &mut SqliteConnection,
    id: DossierId,
) -> Result<Option<(u64, Dossier)>, DbError> {
    let row = sqlx::query("SELECT position, aggregate FROM dossier WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((read_count(&row, "position")?, read_json(&row, "aggregate")?))).transpose()
}

/// The dossier of a reference, with the digest of what was handed over.
pub async fn by_reference(
    connection: &mut SqliteConnection,
    reference: &str,
) -> Result<Option<(DossierId, Digest)>, DbError> {
    let row = sqlx::query("SELECT id, intake FROM dossier WHERE reference = ?")
        .bind(reference)
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((read(&row, "id")?, read(&row, "intake")?))).transpose()
}

/// The catalogue under which a dossier is judged.
pub async fn catalogue_of(
    connection: &mut SqliteConnection,
    id: DossierId,
) -> Result<Option<Digest>, DbError> {
    let row = sqlx::query("SELECT catalogue FROM dossier WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.map(|row| read(&row, "catalogue")).transpose()
}

/// Adds a dossier.
pub async fn insert(
    connection: &mut SqliteConnection,
    position: u64,
    new: &NewDossier,
) -> Result<(), DbError> {
    let dossier = &new.dossier;
    sqlx::query(
        "INSERT INTO dossier
         (id, reference, center, jury, catalogue, position, intake, summary, aggregate)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(dossier.id.to_string())
    .bind(&dossier.reference)
    .bind(dossier.center.as_str())
    .bind(dossier.jury.map(|jury| jury.to_string()))
    .bind(dossier.catalogue.to_string())
    .bind(count(position))
    .bind(new.intake.to_string())
    .bind(json(&dossier.summary(), "summary")?)
    .bind(json(dossier, "aggregate")?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces a dossier that changed; says so to a centre that it left.
pub async fn update(
    connection: &mut SqliteConnection,
    position: u64,
    dossier: &Dossier,
) -> Result<(), DbError> {
    let row = sqlx::query("SELECT center, jury FROM dossier WHERE id = ?")
        .bind(dossier.id.to_string())
        .fetch_one(&mut *connection)
        .await?;
    let center: String = row.try_get("center")?;
    let jury: Option<String> = row.try_get("jury")?;
    replace(connection, position, dossier).await?;
    let leaves = center != dossier.center.as_str();
    if leaves {
        departures::from_center(connection, dossier.id, &center).await?;
    }
    let new_jury = dossier.jury.map(|jury| jury.to_string());
    // Sittings are shown with the dossiers of one's scope.
    if jury != new_jury || (leaves && jury.is_some()) {
        service::raise_juries(connection).await?;
    }
    Ok(())
}

/// Takes a dossier out, and gives the place in the feed where that is told; the
/// decisions on it stay.
pub async fn remove(
    connection: &mut SqliteConnection,
    id: DossierId,
) -> Result<Option<u64>, DbError> {
    sqlx::query("DELETE FROM document WHERE dossier = ?")
        .bind(id.to_string())
        .execute(&mut *connection)
        .await?;
    let row = sqlx::query("DELETE FROM dossier WHERE id = ? RETURNING jury")
        .bind(id.to_string())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<Option<String>, _>("jury")?.is_some() {
        service::raise_juries(connection).await?;
    }
    Ok(Some(departures::from_service(connection, id).await?))
}

async fn replace(
    connection: &mut SqliteConnection,
    position: u64,
    dossier: &Dossier,
) -> Result<(), DbError> {
    sqlx::query(
        "UPDATE dossier SET center = ?, jury = ?, position = ?, summary = ?, aggregate = ?
         WHERE id = ?",
    )
    .bind(CenterCode::as_str(&dossier.center))
    .bind(dossier.jury.map(|jury| jury.to_string()))
    .bind(count(position))
    .bind(json(&dossier.summary(), "summary")?)
    .bind(json(dossier, "aggregate")?)
    .bind(dossier.id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}
