//! What this device carries.

use sqlx::SqliteConnection;

use super::{Result, parse_all};
use crate::pull::Carried;

const JURY: &str = "jury";
const DOSSIER: &str = "dossier";
const FOLLOWING: &str = "following";

/// Replaces what is carried.
pub(crate) async fn replace(conn: &mut SqliteConnection, carried: &Carried) -> Result<()> {
    sqlx::query("DELETE FROM carried").execute(&mut *conn).await?;
    put(conn, JURY, &carried.juries).await?;
    put(conn, DOSSIER, &carried.dossiers).await?;
    put(conn, FOLLOWING, &carried.following).await
}

async fn put<T: ToString>(conn: &mut SqliteConnection, kind: &str, ids: &[T]) -> Result<()> {
    for (ordinal, id) in (0_u32..).zip(ids) {
        sqlx::query("INSERT INTO carried (kind, ordinal, id) VALUES (?, ?, ?)")
            .bind(kind.to_owned())
            .bind(ordinal)
            .bind(id.to_string())
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// What is carried.
pub(crate) async fn get(conn: &mut SqliteConnection) -> Result<Carried> {
    Ok(Carried {
        juries: parse_all(&ids(conn, JURY).await?, "carried jury")?,
        dossiers: parse_all(&ids(conn, DOSSIER).await?, "carried dossier")?,
        following: parse_all(&ids(conn, FOLLOWING).await?, "carried dossier")?,
    })
}

async fn ids(conn: &mut SqliteConnection, kind: &'static str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT id FROM carried WHERE kind = ? ORDER BY ordinal")
        .bind(kind)
        .fetch_all(conn)
        .await?)
}
