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
        Migration {
            number: 3,
            name: "together",
            sql: include_str!("../../../migrations/0003_together.sql"),
        },
        Migration {
            number: 4,
            name: "receipts",
            sql: include_str!("../../../migrations/0004_receipts.sql"),
        },
        Migration {
            number: 5,
            name: "settled",
            sql: include_str!("../../../migrations/0005_settled.sql"),
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
    /// Its number: that of the schema once it is applied.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// The digest of its text, whatever the ends of lines a checkout made.
    fn digest(&self) -> Digest {
        Digest::of(self.sql.replace("\r\n", "\n").as_bytes())
    }
}

/// The migrations that a file lacks, in order.
///
/// Says first whether the file is of a schema this version knows; nothing is
/// written to one that is not.
pub(crate) async fn missing(
    conn: &mut SqliteConnection,
    schema: &Schema,
) -> Result<Vec<&'static Migration>, OpenError> {
    let applied = migrations::applied(conn).await?;
    let known = schema.migrations.last().map_or(0, |m| m.number);
    if let Some((found, _)) = applied.last().filter(|(found, _)| *found > known) {
        return Err(OpenError::NewerSchema { file: schema.file, found: *found, known });
    }
    let mut missing = Vec::new();
    for migration in schema.migrations {
        match applied.iter().find(|(number, _)| *number == migration.number) {
            None => missing.push(migration),
            Some((_, digest)) if *digest == migration.digest() => {}
            Some((number, _)) => {
                return Err(OpenError::OtherSchema { file: schema.file, number: *number });
            }
        }
    }
    Ok(missing)
}

/// Applies migrations, in the transaction of the caller.
pub(crate) async fn apply(
    conn: &mut SqliteConnection,
    migrations: &[&'static Migration],
) -> Result<(), OpenError> {
    for migration in migrations {
        sqlx::raw_sql(AssertSqlSafe(migration.sql)).execute(&mut *conn).await?;
        let (number, name) = (migration.number, migration.name);
        migrations::insert(conn, number, name, migration.digest()).await?;
    }
    Ok(())
}

/// Applies the migrations that a file lacks, all or none.
pub(crate) async fn bring_up_to_date(
    conn: &mut SqliteConnection,
    schema: &Schema,
) -> Result<(), OpenError> {
    let missing = missing(conn, schema).await?;
    let mut transaction = conn.begin().await?;
    apply(&mut transaction, &missing).await?;
    Ok(transaction.commit().await?)
}
