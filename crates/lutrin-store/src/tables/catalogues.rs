//! Versions of the catalogue, byte for byte.

use lutrin_domain::digest::Digest;
use sqlx::SqliteConnection;

use super::Result;

/// Keeps a version under the digest of its text.
pub(crate) async fn put(conn: &mut SqliteConnection, text: &str) -> Result<Digest> {
    let hash = Digest::of(text.as_bytes());
    sqlx::query("INSERT OR IGNORE INTO catalogues (hash, text) VALUES (?, ?)")
        .bind(hash.to_string())
        .bind(text.to_owned())
        .execute(conn)
        .await?;
    Ok(hash)
}

/// The text of a version.
pub(crate) async fn text(conn: &mut SqliteConnection, hash: Digest) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT text FROM catalogues WHERE hash = ?")
        .bind(hash.to_string())
        .fetch_optional(conn)
        .await?)
}
