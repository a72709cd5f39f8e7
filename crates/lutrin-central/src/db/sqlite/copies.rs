//! Copies of the database: making one, checking it, and making a service of it
//! again.
//!
//! A copy is opened on its own connection, never as the service's database.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};
use uuid::Uuid;

use super::convert::{count, read, read_count};
use super::{begin_write, journal, migrations, options, service};
use crate::db::{DbError, ServiceState, Trace};
use crate::journal::{Chain, PAGE, Verification, VerifyError};

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyFacts {
    /// The service when it was made.
    pub state: ServiceState,
    /// How many dossiers.
    pub dossiers: u64,
    /// How many decisions, refused ones included.
    pub decisions: u64,
    /// The files that dossiers name, with their sizes.
    pub documents: Vec<(lutrin_domain::digest::Digest, u64)>,
}

/// Why a copy cannot be relied on.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// It cannot be opened or read.
    #[error("the copy of the database cannot be read")]
    Read(#[from] DbError),
    /// It is damaged.
    #[error("the copy of the database is damaged: {0}")]
    Damaged(&'static str),
    /// It is of a later version of the service.
    #[error("the copy of the database is of a later version of the service")]
    OtherVersion,
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}

/// Writes the database as it is at one moment into a new file. A commit of
/// another process waits meanwhile.
pub async fn copy_to(connection: &mut SqliteConnection, file: &Path) -> Result<(), DbError> {
    let name = file.to_str().ok_or(DbError::Unreadable { what: "name of a file" })?;
    sqlx::query("VACUUM INTO ?").bind(name).execute(connection).await?;
    Ok(())
}

/// Checks a copy and says what it holds. Nothing of it is changed.
///
/// # Errors
///
/// When it is damaged or no database of the service.
pub async fn inspect(file: &Path) -> Result<CopyFacts, CopyError> {
    let mut copy = read_only(file).await?;
    let fine: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut copy).await?;
    if fine != "ok" {
        return Err(CopyError::Damaged("integrity"));
    }
    let broken = sqlx::query("PRAGMA foreign_key_check").fetch_optional(&mut copy).await?;
    if broken.is_some() {
        return Err(CopyError::Damaged("references"));
    }
    let documents = sqlx::query("SELECT DISTINCT sha256, size_bytes FROM document ORDER BY sha256")
        .fetch_all(&mut copy)
        .await?;
    let document = |row: &SqliteRow| Ok((read(row, "sha256")?, read_count(row, "size_bytes")?));
    let facts = CopyFacts {
        state: service::state(&mut copy).await?,
        dossiers: rows(&mut copy, "SELECT count(*) AS n FROM dossier").await?,
        decisions: rows(&mut copy, "SELECT count(*) AS n FROM decision").await?,
        documents: documents.iter().map(document).collect::<Result<_, DbError>>()?,
    };
    copy.close().await?;
    Ok(facts)
}

/// Verifies the journal of a copy.
///
/// # Errors
///
/// When it was changed.
pub async fn verify_journal(file: &Path, witnesses: Vec<Chain>) -> Result<Chain, VerifyError> {
    let mut copy = read_only(file).await.map_err(DbError::from)?;
    let mut verification = Verification::new(witnesses);
    loop {
        let page = journal::after(&mut copy, verification.reached(), PAGE).await?;
        for kept in &page {
            verification.follow(kept)?;
        }
        if page.is_empty() {
            let head = journal::head(&mut copy).await?;
            copy.close().await.map_err(DbError::from)?;
            return Ok(verification.finish(head)?);
        }
    }
}

/// Makes a service of a copy again: a new epoch, so that laptops send again what
/// they have; nobody signed in; what the copy holds is what a backup reaches to.
///
/// # Errors
///
/// When it cannot be written.
pub async fn revive(file: &Path, epoch: Uuid, trace: &Trace) -> Result<(), CopyError> {
    let mut copy = options(file).connect().await?;
    // The backup may be an older version's.
    migrations::run(&mut copy).await.map_err(|_| CopyError::OtherVersion)?;
    journal::adopt_audit(&mut copy).await?;
    let mut tx = begin_write(&mut copy).await?;
    service::begin_epoch(&mut tx, epoch).await?;
    sqlx::query("UPDATE service SET backup_watermark = position, juries_rev = juries_rev + 1")
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE session SET ended_at = ? WHERE ended_at IS NULL")
        .bind(trace.at.to_string())
        .execute(&mut *tx)
        .await?;
    for tokens in ["DELETE FROM access_token", "DELETE FROM refresh_token"] {
        sqlx::query(tokens).execute(&mut *tx).await?;
    }
    journal::note(&mut tx, trace, &journal::Note::done("restore", "restored")).await?;
    tx.commit().await?;
    Ok(copy.close().await?)
}

/// The accounts and machines that a database knows.
pub struct Known {
    reviewers: Vec<[String; 8]>,
    disabled: Vec<Option<String>>,
    devices: Vec<[String; 5]>,
    revoked: Vec<Option<String>>,
}

impl Known {
    /// How many accounts.
    pub fn accounts(&self) -> usize {
        self.reviewers.len()
    }

    /// How many machines.
    pub fn machines(&self) -> usize {
        self.devices.len()
    }
}

/// The accounts and machines that a database knows. Nothing of it is changed.
///
/// # Errors
///
/// When it cannot be read.
pub async fn known(file: &Path) -> Result<Known, DbError> {
    let mut old = read_only(file).await?;
    let reviewers = sqlx::query(
        "SELECT id, login, name, password_hash, roles, scope, CAST(scope_rev AS TEXT), created_at,
                disabled_at FROM reviewer",
    )
    .fetch_all(&mut old)
    .await?;
    let devices =
        sqlx::query("SELECT id, reviewer, name, public_key, registered_at, revoked_at FROM device")
            .fetch_all(&mut old)
            .await?;
    old.close().await?;
    Ok(Known {
        reviewers: reviewers.iter().map(first).collect::<Result<_, _>>()?,
        disabled: reviewers.iter().map(|row| row.try_get(8)).collect::<Result<_, _>>()?,
        devices: devices.iter().map(first).collect::<Result<_, _>>()?,
        revoked: devices.iter().map(|row| row.try_get(5)).collect::<Result<_, _>>()?,
    })
}

/// The first columns of a row.
fn first<const N: usize>(row: &SqliteRow) -> Result<[String; N], sqlx::Error> {
    let mut columns = std::array::from_fn(|_| String::new());
    for (at, column) in columns.iter_mut().enumerate() {
        *column = row.try_get(at)?;
    }
    Ok(columns)
}

/// Makes a copy know these accounts and machines: a scope made narrower, an
/// account disabled or a machine revoked since the backup stays so, and the key of
/// a machine registered since still verifies what it signed.
///
/// # Errors
///
/// When it cannot be written.
pub async fn make_known(file: &Path, known: &Known) -> Result<(), DbError> {
    let mut copy = options(file).connect().await?;
    let mut tx = begin_write(&mut copy).await?;
    for (columns, disabled) in known.reviewers.iter().zip(&known.disabled) {
        let mut reviewer = sqlx::query(
            "INSERT INTO reviewer
             (id, login, name, password_hash, roles, scope, scope_rev, created_at, disabled_at)
             VALUES (?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?, ?)
             ON CONFLICT (id) DO UPDATE SET
                 password_hash = excluded.password_hash, roles = excluded.roles,
                 scope = excluded.scope, scope_rev = excluded.scope_rev,
                 disabled_at = excluded.disabled_at
             ON CONFLICT (login) DO NOTHING",
        );
        for column in columns {
            reviewer = reviewer.bind(column);
        }
        reviewer.bind(disabled).execute(&mut *tx).await?;
    }
    for ([id, reviewer, name, key, registered], revoked) in known.devices.iter().zip(&known.revoked)
    {
        sqlx::query(
            "INSERT INTO device (id, reviewer, name, public_key, registered_at, revoked_at)
             SELECT ?1, r.id, ?3, ?4, ?5, ?6 FROM reviewer r WHERE r.id = ?2
             ON CONFLICT (id) DO UPDATE SET revoked_at = coalesce(revoked_at, excluded.revoked_at)",
        )
        .bind(id)
        .bind(reviewer)
        .bind(name)
        .bind(key)
        .bind(registered)
        .bind(revoked)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(copy.close().await?)
}

/// Says up to where a verified backup reaches; not if the epoch is another one by now.
pub async fn mark(
    connection: &mut SqliteConnection,
    epoch: Uuid,
    position: u64,
) -> Result<bool, DbError> {
    let done = sqlx::query(
        "UPDATE service SET backup_watermark = max(backup_watermark, ?) WHERE epoch = ?",
    )
    .bind(count(position))
    .bind(epoch.to_string())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn rows(copy: &mut SqliteConnection, sql: &'static str) -> Result<u64, DbError> {
    read_count(&sqlx::query(sql).fetch_one(copy).await?, "n")
}

/// Without pragmas that write, so that a copy stays byte for byte what it was.
async fn read_only(file: &Path) -> Result<SqliteConnection, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    options.disable_statement_logging().connect().await
}
