//! Reviewers and their passwords.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lutrin_domain::id::ReviewerId;
use lutrin_domain::reviewer::{Person, Reviewer, Scope};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::convert::{json, read, read_json};
use crate::db::{Added, Credentials, DbError, NewReviewer, Standing};

/// Adds a reviewer unless the login or the identifier is taken.
pub async fn add(connection: &mut SqliteConnection, new: &NewReviewer) -> Result<Added, DbError> {
    let done = sqlx::query(
        "INSERT INTO reviewer (id, login, name, password_hash, roles, scope, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(new.reviewer.id.to_string())
    .bind(&new.login)
    .bind(&new.reviewer.name)
    .bind(&new.password_hash)
    .bind(json(&new.reviewer.roles, "roles")?)
    .bind(json(&new.reviewer.scope, "scope")?)
    .bind(new.created_at.to_string())
    .execute(connection)
    .await?;
    Ok(if done.rows_affected() == 1 { Added::New } else { Added::LoginTaken })
}

/// How reviewers are called, in the order of their identifiers.
pub async fn people(
    connection: &mut SqliteConnection,
    ids: &BTreeSet<ReviewerId>,
) -> Result<Vec<Person>, DbError> {
    let rows = sqlx::query(
        "SELECT id, name FROM reviewer WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
    )
    .bind(json(ids, "reviewers")?)
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok(Person { id: read(row, "id")?, name: row.try_get("name")? })).collect()
}

/// The password hash of a login.
pub async fn credentials(
    connection: &mut SqliteConnection,
    login: &str,
) -> Result<Option<Credentials>, DbError> {
    let row = sqlx::query("SELECT id, password_hash, disabled_at FROM reviewer WHERE login = ?")
        .bind(login)
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        Ok(Credentials {
            reviewer: read(&row, "id")?,
            password_hash: row.try_get("password_hash")?,
            standing: match row.try_get::<Option<String>, _>("disabled_at")? {
                Some(_) => Standing::Disabled,
                None => Standing::Enabled,
            },
        })
    })
    .transpose()
}

/// Changes what the reviewer of a login may see.
pub async fn set_scope(
    connection: &mut SqliteConnection,
    login: &str,
    scope: &Scope,
) -> Result<Option<ReviewerId>, DbError> {
    let row = sqlx::query(
        "UPDATE reviewer SET scope = ?, scope_rev = scope_rev + 1 WHERE login = ? RETURNING id",
    )
    .bind(json(scope, "scope")?)
    .bind(login)
    .fetch_optional(connection)
    .await?;
    row.map(|row| read(&row, "id")).transpose()
}

/// Says whether an account may be used, and ends its sessions if it may not.
pub async fn set_standing(
    connection: &mut SqliteConnection,
    login: &str,
    standing: Standing,
    at: Timestamp,
) -> Result<Option<ReviewerId>, DbError> {
    let since = (standing == Standing::Disabled).then(|| at.to_string());
    let row = sqlx::query(
        "UPDATE reviewer SET disabled_at = ?, scope_rev = scope_rev + 1 WHERE login = ?
         RETURNING id",
    )
    .bind(&since)
    .bind(login)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let id: ReviewerId = read(&row, "id")?;
    if since.is_some() {
        for end in [
            "UPDATE session SET ended_at = ?2 WHERE ended_at IS NULL
             AND device IN (SELECT id FROM device WHERE reviewer = ?1)",
            "DELETE FROM access_token WHERE session IN (
                 SELECT s.id FROM session s JOIN device d ON d.id = s.device
                 WHERE d.reviewer = ?1 AND ?2 IS NOT NULL)",
        ] {
            sqlx::query(end).bind(id.to_string()).bind(&since).execute(&mut *connection).await?;
        }
    }
    Ok(Some(id))
}

/// The reviewer of this identifier.
pub async fn find(connection: &mut SqliteConnection, id: ReviewerId) -> Result<Reviewer, DbError> {
    let row = sqlx::query("SELECT id AS reviewer, name, roles, scope FROM reviewer WHERE id = ?")
        .bind(id.to_string())
        .fetch_one(connection)
        .await?;
    from_row(&row)
}

/// The reviewer of a row with the columns `reviewer`, `name`, `roles`, `scope`.
pub fn from_row(row: &SqliteRow) -> Result<Reviewer, DbError> {
    Ok(Reviewer {
        id: read(row, "reviewer")?,
        name: row.try_get("name")?,
        roles: read_json(row, "roles")?,
        scope: read_json(row, "scope")?,
    })
}
