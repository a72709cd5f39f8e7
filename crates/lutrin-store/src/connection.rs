//! Connecting to one encrypted file, with every setting said.

use std::path::Path;
use std::time::Duration;

use lutrin_domain::seeded::{self, Bug};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Executor, SqliteConnection};

use crate::error::{OpenError, StoreError};
use crate::key::DatabaseKey;

/// How one of the two files is laid out.
#[derive(Clone, Copy)]
pub(crate) enum Layout {
    /// Many small rows.
    Dossiers,
    /// Chunks of 1 MiB: large pages (fixed when the file is created), and room
    /// that is given back when documents are forgotten.
    Documents,
}

/// Whether connecting may make the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existence {
    /// The file must be there.
    Required,
    /// The file is made; only while a profile is created.
    Made,
}

/// Above this size the pages are not all verified at opening: 200 MiB take about
/// a second.
const VERIFIED_BYTES: u64 = 200 * 1024 * 1024;

/// Connects, reading the first page with the key.
///
/// # Errors
///
/// [`StoreError::Damaged`] when the first page does not decrypt, be it the key or
/// the page that is wrong.
pub(crate) async fn connect(
    path: &Path,
    key: &DatabaseKey,
    layout: Layout,
    existence: Existence,
) -> Result<SqliteConnection, StoreError> {
    let options = options(path, key, layout).create_if_missing(existence == Existence::Made);
    Ok(options.connect().await?)
}

fn options(path: &Path, key: &DatabaseKey, layout: Layout) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(path)
        // sqlx sends `key` first, whatever the order here.
        .pragma("key", key.pragma())
        // Exclusive before WAL: no shared memory, and no second connection, which
        // the WAL-reset flaw of SQLite 3.50.4 (SQLCipher 4.10) needs to corrupt.
        .locking_mode(SqliteLockingMode::Exclusive)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous())
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("trusted_schema", "OFF")
        .busy_timeout(Duration::from_secs(1))
        // Statements would put the key in a log.
        .disable_statement_logging();
    let options = match layout {
        Layout::Dossiers => options.pragma("journal_size_limit", "4194304"),
        Layout::Documents => options
            .pragma("cipher_page_size", "65536")
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .pragma("wal_autocheckpoint", "256")
            .pragma("journal_size_limit", "16777216"),
    };
    if cfg!(target_os = "macos") {
        // There a plain fsync leaves the data in the drive's cache.
        options.pragma("fullfsync", "ON").pragma("checkpoint_fullfsync", "ON")
    } else {
        options
    }
}

/// FULL: NORMAL loses acknowledged commits on a power cut.
fn synchronous() -> SqliteSynchronous {
    if seeded::is(Bug::SynchronousNormal) {
        return SqliteSynchronous::Normal;
    }
    if seeded::is(Bug::SynchronousOff) {
        return SqliteSynchronous::Off;
    }
    SqliteSynchronous::Full
}

/// The version of SQLCipher that is linked. With another SQLite `PRAGMA key` does
/// nothing and says nothing, so that one is refused.
pub(crate) async fn cipher_version() -> Result<String, OpenError> {
    let options = SqliteConnectOptions::new().in_memory(true).disable_statement_logging();
    let mut conn = options.connect().await?;
    // SQLCipher prints to the standard error otherwise; the level is the process's.
    conn.execute("PRAGMA cipher_log_level = NONE").await?;
    let version: Option<String> =
        sqlx::query_scalar("PRAGMA cipher_version").fetch_optional(&mut conn).await?;
    conn.close().await?;
    version.filter(|v| !v.is_empty()).ok_or(OpenError::CipherMissing)
}

/// Verifies that a file was written whole: the log of a crash is brought in
/// first, since until then a page half written is only right in the log.
pub(crate) async fn check_integrity(
    conn: &mut SqliteConnection,
    layout: Layout,
    size: u64,
) -> Result<(), StoreError> {
    checkpoint(conn).await?;
    sqlx::query("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *conn).await?;
    // Documents are verified by their hash, and may be gigabytes.
    if matches!(layout, Layout::Documents) || size > VERIFIED_BYTES {
        return Ok(());
    }
    let wrong = sqlx::query("PRAGMA cipher_integrity_check").fetch_all(&mut *conn).await?;
    if !wrong.is_empty() {
        return Err(StoreError::Damaged);
    }
    let answer: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(conn).await?;
    if answer == "ok" { Ok(()) } else { Err(StoreError::Damaged) }
}

/// Brings the log into the file and empties it.
pub(crate) async fn checkpoint(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    Ok(())
}

/// Copies a file as it is now, under the same key, to one that does not exist.
pub(crate) async fn copy_into(conn: &mut SqliteConnection, copy: &Path) -> Result<(), OpenError> {
    let unnamed = OpenError::Io { kind: std::io::ErrorKind::InvalidFilename };
    let name = copy.to_str().ok_or(unnamed)?.to_owned();
    sqlx::query("VACUUM INTO ?").bind(name).execute(conn).await?;
    Ok(())
}

/// Gives free pages back to the disk.
pub(crate) async fn give_room_back(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("PRAGMA incremental_vacuum").fetch_all(&mut *conn).await?;
    checkpoint(conn).await
}

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use super::*;
    use crate::key::RootKey;

    async fn settings(layout: Layout) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let key = RootKey::new([1; 32]).db_key();
        let path = folder.path().join("file.db");
        let mut conn = connect(&path, &key, layout, Existence::Made).await.unwrap();
        let mut told = Vec::new();
        for pragma in [
            "PRAGMA locking_mode",
            "PRAGMA journal_mode",
            "PRAGMA synchronous",
            "PRAGMA foreign_keys",
            "PRAGMA secure_delete",
            "PRAGMA temp_store",
            "PRAGMA trusted_schema",
            "PRAGMA cipher_page_size",
            "PRAGMA auto_vacuum",
        ] {
            let row = sqlx::query(pragma).fetch_one(&mut conn).await.unwrap();
            let text: Result<String, _> = row.try_get_unchecked(0);
            told.push(text.unwrap());
        }
        told
    }

    #[tokio::test]
    async fn settings_are_those_that_durability_needs() {
        // synchronous 2 is FULL, temp_store 2 is MEMORY, auto_vacuum 2 is INCREMENTAL.
        let common = ["exclusive", "wal", "2", "1", "1", "2", "0"];
        let dossiers = settings(Layout::Dossiers).await;
        assert_eq!(dossiers, [common.as_slice(), &["4096", "0"]].concat());
        let documents = settings(Layout::Documents).await;
        assert_eq!(documents, [common.as_slice(), &["65536", "2"]].concat());
    }

    #[tokio::test]
    async fn this_build_can_encrypt() {
        assert!(cipher_version().await.is_ok_and(|version| version.starts_with("4.")));
    }
}
