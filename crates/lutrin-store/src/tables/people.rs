//! Colleagues, as the service names them.

use lutrin_domain::reviewer::Person;
use sqlx::SqliteConnection;

use super::{Result, from_json, to_json};

/// Keeps how somebody is called.
pub(crate) async fn put(conn: &mut SqliteConnection, person: &Person) -> Result<()> {
    sqlx::query(
        "INSERT INTO people (reviewer, json) VALUES (?, ?)
         ON CONFLICT (reviewer) DO UPDATE SET json = excluded.json",
    )
    .bind(person.id.to_string())
    .bind(to_json(person, "person")?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Everybody.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<Person>> {
    let texts: Vec<String> =
        sqlx::query_scalar("SELECT json FROM people ORDER BY reviewer").fetch_all(conn).await?;
    texts.iter().map(|text| from_json(text, "person")).collect()
}
