//! What this device carries.

use lutrin_domain::id::DossierId;
use sqlx::SqliteConnection;

use super::{Result, parse_all};
use crate::pull::{Carried, CarryChoice};

const JURY: &str = "jury";
const DOSSIER: &str = "dossier";
const FOLLOWING: &str = "following";

/// Replaces what is asked for.
pub(crate) async fn choose(conn: &mut SqliteConnection, choice: &CarryChoice) -> Result<()> {
    replace(conn, JURY, &choice.juries).await?;
    replace(conn, DOSSIER, &choice.dossiers).await
}

/// Replaces what follows from it.
pub(crate) async fn set_following(
    conn: &mut SqliteConnection,
    following: &[DossierId],
) -> Result<()> {
    replace(conn, FOLLOWING, following).await
}

async fn replace<T: ToString>(conn: &mut SqliteConnection, kind: &str, ids: &[T]) -> Result<()> {
    sqlx::query("DELETE FROM carried WHERE kind = ?")
        .bind(kind.to_owned())
        .execute(&mut *conn)
        .await?;
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
    let choice = CarryChoice {
        juries: parse_all(&ids(conn, JURY).await?, "carried jury")?,
        dossiers: parse_all(&ids(conn, DOSSIER).await?, "carried dossier")?,
    };
    Ok(Carried { choice, following: parse_all(&ids(conn, FOLLOWING).await?, "carried dossier")? })
}

async fn ids(conn: &mut SqliteConnection, kind: &'static str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT id FROM carried WHERE kind = ? ORDER BY ordinal")
        .bind(kind)
        .fetch_all(conn)
        .await?)
}
