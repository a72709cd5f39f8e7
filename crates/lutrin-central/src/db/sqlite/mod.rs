//! The SQLite engine: one connection, one file.
//!
//! **Rollback journal, not WAL.** Commands such as `import` and `deposit` open
//! the file while the service runs, so two connections of two processes exist.
//! Built alone, this crate has SQLite 3.51.3; built with the workspace, features
//! unify and it gets SQLCipher's 3.50.4, whose WAL can be reset under a second
//! connection's feet and lose a commit. A rollback journal does not have that
//! flaw in either. What it costs (a reader of the other process makes a commit
//! wait) is nothing here: commands are short, and `busy_timeout` covers them.
//!
//! Every write begins `IMMEDIATE`: a transaction that starts by reading and then
//! writes would be told *busy* at once, without waiting, when another process
//! got there first.
//!
//! Each file of this folder has the queries of one subject; this one puts them
//! together into transactions.

mod carried;
mod catalogues;
mod compare;
mod convert;
pub mod copies;
mod decisions;
mod departures;
mod documents;
mod dossiers;
mod exchange;
mod feed;
mod journal;
mod juries;
mod migrations;
mod receipts;
mod reviewers;
mod seeds;
mod service;
mod sessions;
#[cfg(test)]
mod tests;
mod withdrawn;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DeviceId, ReviewerId};
use lutrin_domain::reviewer::{Person, Scope};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite as Engine, SqliteConnection, Transaction};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};
use uuid::Uuid;

use super::*;
use crate::journal::{Chain, KeptEntry};
use crate::reads::ReadNote;

/// How long to wait for another process; `import` of a large folder holds the
/// file for some milliseconds per dossier only.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The SQLite engine.
pub struct Sqlite {
    /// Nothing once it is closed.
    connection: Mutex<Option<SqliteConnection>>,
}

/// Why the file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be opened or is not a database.
    #[error("the database cannot be opened")]
    Open(#[source] sqlx::Error),
    /// It cannot be brought to this version, or is of a newer one.
    #[error("the database cannot be brought to this version of the service")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// What an older version wrote cannot be taken over.
    #[error("the journal of an older version cannot be taken over")]
    Adopt(#[source] DbError),
}

impl Sqlite {
    /// Opens the file, makes it if there is none, and brings it to this version.
    ///
    /// `epoch` names the life of a service that is made here.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, or is of a newer version.
    pub async fn open(file: &Path, epoch: Uuid) -> Result<Self, OpenError> {
        let mut connection = options(file).connect().await.map_err(OpenError::Open)?;
        migrations::run(&mut connection).await.map_err(OpenError::Migrate)?;
        service::ensure(&mut connection, epoch).await.map_err(OpenError::Open)?;
        journal::adopt_audit(&mut connection).await.map_err(OpenError::Adopt)?;
        Ok(Self { connection: Mutex::new(Some(connection)) })
    }

    async fn connection(&self) -> Result<MappedMutexGuard<'_, SqliteConnection>, sqlx::Error> {
        MutexGuard::try_map(self.connection.lock().await, Option::as_mut)
            .map_err(|_| sqlx::Error::PoolClosed)
    }
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Truncate)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        // Statements carry names of people as values.
        .disable_statement_logging()
}

async fn begin_write(
    connection: &mut SqliteConnection,
) -> Result<Transaction<'_, Engine>, sqlx::Error> {
    connection.begin_with("BEGIN IMMEDIATE").await
}

#[async_trait]
impl Database for Sqlite {
    async fn copy_to(&self, file: &Path) -> Result<(), DbError> {
        copies::copy_to(&mut *self.connection().await?, file).await
    }

    async fn add_reviewer(&self, new: &NewReviewer, trace: &Trace) -> Result<Added, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let added = reviewers::add(&mut tx, new).await?;
        if added == Added::New {
            let outcome = new.reviewer.id.to_string();
            journal::note(&mut tx, trace, &journal::Note::done("reviewer_add", &outcome)).await?;
            tx.commit().await?;
        }
        Ok(added)
    }

    async fn set_scope(
        &self,
        login: &str,
        scope: &Scope,
        trace: &Trace,
    ) -> Result<Option<ReviewerId>, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let Some(id) = reviewers::set_scope(&mut tx, login, scope).await? else { return Ok(None) };
        // What follows of the sittings they carry changes too.
        service::raise_juries(&mut tx).await?;
        let outcome = id.to_string();
        journal::note(&mut tx, trace, &journal::Note::done("reviewer_scope", &outcome)).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    async fn set_standing(
        &self,
        login: &str,
        standing: Standing,
        trace: &Trace,
    ) -> Result<Option<ReviewerId>, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let set = reviewers::set_standing(&mut tx, login, standing, trace.at).await?;
        let Some(id) = set else { return Ok(None) };
        let action = match standing {
            Standing::Enabled => "reviewer_enable",
            Standing::Disabled => "reviewer_disable",
        };
        journal::note(&mut tx, trace, &journal::Note::done(action, &id.to_string())).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    async fn people(&self, ids: &BTreeSet<ReviewerId>) -> Result<Vec<Person>, DbError> {
        let mut connection = self.connection().await?;
        reviewers::people(&mut connection, ids).await
    }

    async fn credentials(&self, login: &str) -> Result<Option<Credentials>, DbError> {
        reviewers::credentials(&mut *self.connection().await?, login).await
    }

    async fn open_session(&self, new: &NewSession, trace: &Trace) -> Result<Opening, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let opening = sessions::open(&mut tx, new).await?;
        if !matches!(opening, Opening::Open(_)) {
            tx.rollback().await?;
            tx = begin_write(&mut connection).await?;
        }
        let outcome = match opening {
            Opening::Open(_) => "opened",
            Opening::DeviceRevoked => "device_revoked",
            Opening::OtherDevice => "other_device",
        };
        journal::note(&mut tx, trace, &journal::Note::done("sign_in", outcome)).await?;
        tx.commit().await?;
        Ok(opening)
    }

    async fn renew_session(&self, renewal: &Renewal, trace: &Trace) -> Result<Renewed, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let renewed = sessions::renew(&mut tx, renewal).await?;
        // Plain renewals are no deed of anybody: one every five minutes.
        match &renewed {
            Renewed::Reused(session) => {
                let outcome = session.0.to_string();
                let note = journal::Note::done("refresh_reused", &outcome);
                journal::note(&mut tx, trace, &note).await?;
            }
            Renewed::Repeated(reviewer) => {
                let trace = Trace { reviewer: Some(reviewer.id), ..trace.clone() };
                let note = journal::Note::done("refresh", "repeated");
                journal::note(&mut tx, &trace, &note).await?;
            }
            Renewed::Renewed(_)
            | Renewed::Ended
            | Renewed::DeviceRevoked
            | Renewed::AccountDisabled => {}
        }
        tx.commit().await?;
        Ok(renewed)
    }

    async fn session(&self, access: TokenHash, now: Timestamp) -> Result<Access, DbError> {
        sessions::by_access_token(&mut *self.connection().await?, access, now).await
    }

    async fn end_session(&self, session: SessionId, trace: &Trace) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        sessions::end(&mut tx, session, trace.at).await?;
        journal::note(&mut tx, trace, &journal::Note::done("sign_out", "ended")).await?;
        Ok(tx.commit().await?)
    }

    async fn is_open(&self, session: SessionId) -> Result<bool, DbError> {
        sessions::is_open(&mut *self.connection().await?, session).await
    }

    async fn revoke_device(&self, device: DeviceId, trace: &Trace) -> Result<bool, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let known = sessions::revoke_device(&mut tx, device, trace.at).await?;
        if known {
            let outcome = device.to_string();
            journal::note(&mut tx, trace, &journal::Note::done("device_revoke", &outcome)).await?;
            tx.commit().await?;
        }
        Ok(known)
    }

    async fn keep_receipts(
        &self,
        device: DeviceId,
        receipts: &[Receipt],
        trace: &Trace,
    ) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        for receipt in receipts {
            if !receipts::keep(&mut tx, device, receipt, trace.at).await? {
                continue;
            }
            let Receipt { cause, dossiers, files, decisions, .. } = receipt;
            let outcome = format!("{} {dossiers} {files} {decisions}", cause.code());
            let note = journal::Note {
                document: Some(receipt.digest),
                ..journal::Note::done("erased", &outcome)
            };
            journal::note(&mut tx, trace, &note).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn set_lending(&self, lending: Lending, trace: &Trace) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        service::set_lending(&mut tx, lending).await?;
        let outcome = format!("{} {}", lending.lease_days, lending.retention_days);
        journal::note(&mut tx, trace, &journal::Note::done("lending", &outcome)).await?;
        Ok(tx.commit().await?)
    }

    async fn device(&self, device: DeviceId) -> Result<Option<RegisteredDevice>, DbError> {
        sessions::device(&mut *self.connection().await?, device).await
    }

    async fn note_journals(
        &self,
        files: &[Digest],
        withdrawn: &[DecisionId],
        trace: &Trace,
    ) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        withdrawn::keep(&mut tx, withdrawn, trace.at).await?;
        for file in files {
            let note = journal::Note {
                document: Some(*file),
                ..journal::Note::done("journal_import", "kept")
            };
            journal::note(&mut tx, trace, &note).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn was_withdrawn(&self, decision: DecisionId) -> Result<bool, DbError> {
        withdrawn::is(&mut *self.connection().await?, decision).await
    }

    async fn document(&self, sha256: Digest, scope: &Scope) -> Result<Option<u64>, DbError> {
        documents::size_in_scope(&mut *self.connection().await?, sha256, scope).await
    }

    async fn note_sign_in_refused(&self, trace: &Trace) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        journal::note(&mut tx, trace, &journal::Note::done("sign_in", "wrong")).await?;
        Ok(tx.commit().await?)
    }

    async fn note_reads(&self, reads: &[ReadNote]) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        for read in reads {
            journal::note_read(&mut tx, read).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn journal(&self, after: u64, limit: usize) -> Result<Vec<KeptEntry>, DbError> {
        journal::after(&mut *self.connection().await?, after, limit).await
    }

    async fn journal_head(&self) -> Result<Chain, DbError> {
        journal::head(&mut *self.connection().await?).await
    }

    async fn seeded(&self) -> Result<Option<Seeded>, DbError> {
        seeds::made(&mut *self.connection().await?).await
    }

    async fn note_seeded(&self, seeded: &Seeded) -> Result<(), DbError> {
        seeds::note(&mut *self.connection().await?, seeded).await
    }

    async fn close(&self) {
        let Some(connection) = self.connection.lock().await.take() else { return };
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "database.close_failed");
        }
    }
}
