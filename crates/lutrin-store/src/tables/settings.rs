//! Settings, in the application's own words.

use sqlx::SqliteConnection;

use super::Result;

/// The value of a setting.
pub(crate) async fn get(conn: &mut SqliteConnection, key: String) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT value FROM settings WHERE key = ?")
        .bind(key)
        .fetch_optional(conn)
        .await?)
}

/// Keeps a setting, or forgets it.
pub(crate) async fn set(
    conn: &mut SqliteConnection,
    key: String,
    value: Option<String>,
) -> Result<()> {
    let query = match value {
        Some(value) => sqlx::query("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)")
            .bind(key)
            .bind(value),
        None => sqlx::query("DELETE FROM settings WHERE key = ?").bind(key),
    };
    query.execute(conn).await?;
    Ok(())
}
