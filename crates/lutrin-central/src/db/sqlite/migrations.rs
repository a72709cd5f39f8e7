//! The versions of the schema, in order; append only.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::SqliteConnection;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

/// Number, name and text of each migration. A text that was released never
/// changes: sqlx keeps its checksum in the database.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "create service", include_str!("../../../migrations/sqlite/0001_create_service.sql")),
    (2, "journal", include_str!("../../../migrations/sqlite/0002_journal.sql")),
    (3, "refresh grace", include_str!("../../../migrations/sqlite/0003_refresh_grace.sql")),
    (4, "departures", include_str!("../../../migrations/sqlite/0004_departures.sql")),
    (5, "journals", include_str!("../../../migrations/sqlite/0005_journals.sql")),
    (7, "lease", include_str!("../../../migrations/sqlite/0007_lease.sql")),
];

/// Brings a database to this version.
pub async fn run(connection: &mut SqliteConnection) -> Result<(), MigrateError> {
    run_first(connection, MIGRATIONS.len()).await
}

/// Brings a database to an older version, that of so many migrations.
pub(super) async fn run_first(
    connection: &mut SqliteConnection,
    migrations: usize,
) -> Result<(), MigrateError> {
    let migrations = MIGRATIONS.iter().take(migrations).map(|(version, name, sql)| {
        let name = Cow::Borrowed(*name);
        Migration::new(*version, name, MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect()).run(connection).await
}
