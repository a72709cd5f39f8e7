//! Between the words of the trade and what SQLite holds.

use std::str::FromStr;

use lutrin_domain::reviewer::Scope;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::db::DbError;

/// A column that holds the written form of a value.
pub fn read<T: FromStr>(row: &SqliteRow, column: &'static str) -> Result<T, DbError> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|_| DbError::Unreadable { what: column })
}

/// A column that holds the written form of a value, or nothing.
pub fn read_optional<T: FromStr>(
    row: &SqliteRow,
    column: &'static str,
) -> Result<Option<T>, DbError> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|_| DbError::Unreadable { what: column })).transpose()
}

/// A column that holds JSON.
pub fn read_json<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T, DbError> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text).map_err(|_| DbError::Unreadable { what: column })
}

/// A column that holds a count; SQLite's integers are signed.
pub fn read_count(row: &SqliteRow, column: &'static str) -> Result<u64, DbError> {
    let number: i64 = row.try_get(column)?;
    u64::try_from(number).map_err(|_| DbError::Unreadable { what: column })
}

/// A column that holds a small count.
pub fn read_revision(row: &SqliteRow, column: &'static str) -> Result<u32, DbError> {
    let number: i64 = row.try_get(column)?;
    u32::try_from(number).map_err(|_| DbError::Unreadable { what: column })
}

/// A count as SQLite holds it; one beyond 2^63 is not reached.
pub fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A value as JSON.
pub fn json<T: Serialize>(value: &T, what: &'static str) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|_| DbError::Unreadable { what })
}

/// A scope as two parameters: everywhere, and the centres as a JSON list.
pub fn scope(scope: &Scope) -> Result<(bool, String), DbError> {
    match scope {
        Scope::Everywhere => Ok((true, "[]".to_owned())),
        Scope::Centers(centers) => Ok((false, json(centers, "scope")?)),
    }
}
