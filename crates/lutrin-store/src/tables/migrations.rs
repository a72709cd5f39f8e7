//! Which migrations were applied to a file, with the digest of their text.

use lutrin_domain::digest::Digest;
use sqlx::{Executor, SqliteConnection};

use super::{Result, from_sql, parse};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (
    -- What was applied to this file, in order.
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- SHA-256 of its text: an applied migration never changes.
    digest TEXT NOT NULL
) STRICT";

/// The migrations applied, in order; none on a file without the table.
pub(crate) async fn applied(conn: &mut SqliteConnection) -> Result<Vec<(u32, Digest)>> {
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'migrations'")
            .fetch_one(&mut *conn)
            .await?;
    if tables == 0 {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT number, digest FROM migrations ORDER BY number")
            .fetch_all(conn)
            .await?;
    rows.into_iter()
        .map(|(number, digest)| {
            Ok((from_sql(number, "migration number")?, parse(&digest, "migration digest")?))
        })
        .collect()
}

/// Notes that a migration was applied.
pub(crate) async fn insert(
    conn: &mut SqliteConnection,
    number: u32,
    name: &str,
    digest: Digest,
) -> Result<()> {
    conn.execute(TABLE).await?;
    sqlx::query("INSERT INTO migrations (number, name, digest) VALUES (?, ?, ?)")
        .bind(number)
        .bind(name)
        .bind(digest.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
