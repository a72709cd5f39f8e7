//! The files to have at hand of mirrored dossiers.

use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use sqlx::SqliteConnection;

use super::{Result, from_sql, parse, to_sql};
use crate::pull::DossierFile;

/// Keeps the files of a snapshot just kept.
pub(crate) async fn put(conn: &mut SqliteConnection, dossier: &Dossier) -> Result<()> {
    sqlx::query("DELETE FROM files WHERE dossier = ?")
        .bind(dossier.id.to_string())
        .execute(&mut *conn)
        .await?;
    for (ordinal, deposit) in (0_u32..).zip(dossier.files_to_carry()) {
        sqlx::query("INSERT INTO files (dossier, ordinal, sha256, size) VALUES (?, ?, ?, ?)")
            .bind(dossier.id.to_string())
            .bind(ordinal)
            .bind(deposit.sha256.to_string())
            .bind(to_sql(deposit.size_bytes))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Whether a mirrored dossier names a file.
pub(crate) async fn names(conn: &mut SqliteConnection, sha256: Digest) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM files WHERE sha256 = ?)")
        .bind(sha256.to_string())
        .fetch_one(conn)
        .await?)
}

/// The files of every mirrored dossier, in order of reading.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<DossierFile>> {
    let sql = "SELECT dossier, sha256, size FROM files ORDER BY dossier, ordinal";
    read(sqlx::query_as(sql).fetch_all(conn).await?)
}

/// The files of carried dossiers, in order of need, then of reading.
pub(crate) async fn of_carried(conn: &mut SqliteConnection) -> Result<Vec<DossierFile>> {
    let sql = "SELECT f.dossier, f.sha256, f.size
         FROM files f JOIN carried c ON c.kind = 'following' AND c.id = f.dossier
         ORDER BY c.ordinal, f.ordinal";
    read(sqlx::query_as(sql).fetch_all(conn).await?)
}

fn read(rows: Vec<(String, String, i64)>) -> Result<Vec<DossierFile>> {
    rows.into_iter()
        .map(|(dossier, sha256, size)| {
            Ok(DossierFile {
                dossier: parse(&dossier, "dossier")?,
                sha256: parse(&sha256, "file digest")?,
                size: from_sql(size, "file size")?,
            })
        })
        .collect()
}
