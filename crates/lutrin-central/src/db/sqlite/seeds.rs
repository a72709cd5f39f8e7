//! What `seed` has already made.

use jiff::civil::Date;
use sqlx::SqliteConnection;

use super::convert::{count, read, read_count};
use crate::db::{DbError, Seeded};

/// How many dossiers were made from a seed on a day.
pub async fn made(
    connection: &mut SqliteConnection,
    seed: &Seeded,
) -> Result<Option<u64>, DbError> {
    let row = sqlx::query("SELECT dossiers FROM seeded WHERE seed = ? AND day = ?")
        .bind(count(seed.seed))
        .bind(seed.day.to_string())
        .fetch_optional(connection)
        .await?;
    row.map(|row| read_count(&row, "dossiers")).transpose()
}

/// The day of the first run of a seed.
pub async fn first_day(
    connection: &mut SqliteConnection,
    seed: u64,
) -> Result<Option<Date>, DbError> {
    let row = sqlx::query("SELECT day FROM seeded WHERE seed = ? ORDER BY rank LIMIT 1")
        .bind(count(seed))
        .fetch_optional(connection)
        .await?;
    row.map(|row| read(&row, "day")).transpose()
}

/// Notes how many there are now.
pub async fn note(
    connection: &mut SqliteConnection,
    seed: &Seeded,
    dossiers: u64,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO seeded (seed, day, dossiers) VALUES (?, ?, ?)
         ON CONFLICT (seed, day) DO UPDATE SET dossiers = max(dossiers, excluded.dossiers)",
    )
    .bind(count(seed.seed))
    .bind(seed.day.to_string())
    .bind(count(dossiers))
    .execute(connection)
    .await?;
    Ok(())
}
