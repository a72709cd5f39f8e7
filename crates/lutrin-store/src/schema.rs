//! Migrations: applied once, in order, never changed afterwards.

use lutrin_domain::digest::Digest;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::error::OpenError;
use crate::tables::migrations;

/// One step of a schema.
pub(crate) struct Migration {
    number: u32,
    name: &'static str,
    sql: &'static str,
}

/// The schema of one file.
pub(crate) struct Schema {
    /// The name of the file, for errors.
    pub(crate) file: &'static str,
    migrations: &'static [Migration],
}

/// The schema of `dossiers.db`.
pub(crate) const DOSSIERS: Schema = Schema {
    file: crate::folder::DOSSIERS,
    migrations: &[
        Migration {
            number: 1,
            name: "desk",
            sql: include_str!("../../../migrations/0001_desk.sql"),
        },
        Migration {
            number: 2,
            name: "exchange",
            sql: include_str!("../../../migrations/0002_exchange.sql"),
        },
    ],
};

/// The schema of `documents.db`.
pub(crate) const DOCUMENTS: Schema = Schema {
    file: crate::folder::DOCUMENTS,
    migrations: &[
        Migration {
            number: 1,
            name: "documents",
            sql: include_str!("../../../migrations/documents/0001_documents.sql"),
        },
        Migration {
            number: 2,
            name: "texts",
            sql: include_str!("../../../migrations/documents/0002_texts.sql"),
        },
    ],
};

impl Migration {
    /// The digest of its text, whatever the ends of lines a checkout made.
    fn digest(&self) -> Digest {
        Digest::of(self.sql.replace("\r\n", "\n").as_bytes())
    }
}

/// Applies the migrations that a file lacks.
///
/// Says first whether the file is of a schema this version knows; nothing is
/// written to one that is not.
pub(crate) async fn bring_up_to_date(
    conn: &mut SqliteConnection,
    schema: &Schema,
) -> Result<(), OpenError> {
    let applied = migrations::applied(conn).await?;
    let known = schema.migrations.last().map_or(0, |m| m.number);
    if let Some((found, _)) = applied.last().filter(|(found, _)| *found > known) {
        return Err(OpenError::NewerSchema { file: schema.file, found: *found, known });
    }
    for migration in schema.migrations {
        match applied.iter().find(|(number, _)| *number == migration.number) {
            None => apply(conn, migration).await?,
            Some((_, digest)) if *digest == migration.digest() => {}
            Some((number, _)) => {
                return Err(OpenError::OtherSchema { file: schema.file, number: *number });
            }
        }
    }
    Ok(())
}

async fn apply(conn: &mut SqliteConnection, migration: &Migration) -> Result<(), OpenError> {
    let mut transaction = conn.begin().await?;
    sqlx::raw_sql(AssertSqlSafe(migration.sql)).execute(&mut *transaction).await?;
    let (number, name) = (migration.number, migration.name);
    migrations::insert(&mut transaction, number, name, migration.digest()).await?;
    Ok(transaction.commit().await?)
}
