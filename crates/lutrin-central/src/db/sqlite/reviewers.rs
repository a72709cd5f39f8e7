//! Reviewers and their passwords.

use lutrin_domain::id::ReviewerId;
use lutrin_domain::reviewer::Reviewer;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::convert::{json, read, read_json};
use crate::db::{Added, Credentials, DbError, NewReviewer};

/// Adds a reviewer unless the login is taken.
pub async fn add(connection: &mut SqliteConnection, new: &NewReviewer) -> Result<Added, DbError> {
    let done = sqlx::query(
        "INSERT INTO reviewer (id, login, name, password_hash, roles, scope, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (login) DO NOTHING",
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

/// The password hash of a login.
pub async fn credentials(
    connection: &mut SqliteConnection,
    login: &str,
) -> Result<Option<Credentials>, DbError> {
    let row = sqlx::query("SELECT id, password_hash FROM reviewer WHERE login = ?")
        .bind(login)
        .fetch_optional(connection)
        .await?;
    row.map(|row| {
        Ok(Credentials {
            reviewer: read(&row, "id")?,
            password_hash: row.try_get("password_hash")?,
        })
    })
    .transpose()
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
