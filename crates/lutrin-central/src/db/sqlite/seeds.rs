//! What `seed` has already made.

use sqlx::SqliteConnection;

use super::convert::{count, read, read_count};
use crate::db::{DbError, Seeded};

/// What was made.
pub async fn made(connection: &mut SqliteConnection) -> Result<Option<Seeded>, DbError> {
    let row =
        sqlx::query("SELECT seed, day, dossiers FROM seeded").fetch_optional(connection).await?;
    row.map(|row| {
        Ok(Seeded {
            seed: read_count(&row, "seed")?,
            day: read(&row, "day")?,
            dossiers: read_count(&row, "dossiers")?,
        })
    })
    .transpose()
}

/// Notes what there is now.
pub async fn note(connection: &mut SqliteConnection, seeded: &Seeded) -> Result<(), DbError> {
    sqlx::query("INSERT OR REPLACE INTO seeded (one, seed, day, dossiers) VALUES (1, ?, ?, ?)")
        .bind(count(seeded.seed))
        .bind(seeded.day.to_string())
        .bind(count(seeded.dossiers))
        .execute(connection)
        .await?;
    Ok(())
}
