//! Who did what to what, written in the transaction of the change itself.

use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DossierId};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::convert::{count, read, read_count};
use crate::db::{DbError, Trace};
use crate::journal::{Chain, Entry, KeptEntry};
use crate::reads::{Answer, ReadNote, Thing};

/// What was done; who and when is in the [`Trace`].
#[derive(Clone, Copy, Default)]
pub struct Note<'a> {
    /// What was done.
    pub action: &'static str,
    /// To which dossier.
    pub dossier: Option<DossierId>,
    /// By which decision.
    pub decision: Option<DecisionId>,
    /// With which file.
    pub document: Option<Digest>,
    /// Code of the outcome.
    pub outcome: &'a str,
}

impl<'a> Note<'a> {
    /// Something done to a dossier.
    pub fn about(dossier: DossierId, action: &'static str, outcome: &'a str) -> Self {
        Self { dossier: Some(dossier), ..Self::done(action, outcome) }
    }

    /// Something done to no dossier.
    pub fn done(action: &'static str, outcome: &'a str) -> Self {
        Self { action, outcome, ..Self::default() }
    }
}

/// Writes an entry at the end of the chain.
pub async fn note(
    connection: &mut SqliteConnection,
    trace: &Trace,
    note: &Note<'_>,
) -> Result<(), DbError> {
    let entry = Entry {
        at: trace.at.to_string(),
        action: note.action.to_owned(),
        reviewer: trace.reviewer.map(|id| id.to_string()),
        device: trace.device.map(|id| id.to_string()),
        request_id: trace.request_id.clone(),
        dossier: note.dossier.map(|id| id.to_string()),
        decision: note.decision.map(|id| id.to_string()),
        document: note.document.map(|sha256| sha256.to_string()),
        outcome: note.outcome.to_owned(),
    };
    append(connection, &entry).await
}

/// Writes an entry about something that was read.
pub async fn note_read(connection: &mut SqliteConnection, read: &ReadNote) -> Result<(), DbError> {
    let outcome = match read.answer {
        Answer::Given => "given",
        Answer::OutOfScope => "out_of_scope",
    };
    let entry = match read.what {
        Thing::Document(sha256) => {
            Note { document: Some(sha256), ..Note::done("read_document", outcome) }
        }
        Thing::Dossier(dossier) => Note::about(dossier, "read_dossier", outcome),
    };
    note(connection, &read.trace, &entry).await
}

async fn append(connection: &mut SqliteConnection, entry: &Entry) -> Result<(), DbError> {
    let chain = head(connection).await?.followed_by(entry);
    sqlx::query(
        "INSERT INTO journal (entry, at, action, reviewer, device, request_id, dossier, decision,
                              document, outcome, hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(count(chain.entries))
    .bind(&entry.at)
    .bind(&entry.action)
    .bind(&entry.reviewer)
    .bind(&entry.device)
    .bind(&entry.request_id)
    .bind(&entry.dossier)
    .bind(&entry.decision)
    .bind(&entry.document)
    .bind(&entry.outcome)
    .bind(chain.hash.to_string())
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE service SET journal_entries = ?, journal_hash = ?")
        .bind(count(chain.entries))
        .bind(chain.hash.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Where the journal ends, as the service left it.
pub async fn head(connection: &mut SqliteConnection) -> Result<Chain, DbError> {
    let row = sqlx::query("SELECT journal_entries, journal_hash FROM service")
        .fetch_one(connection)
        .await?;
    Ok(Chain { entries: read_count(&row, "journal_entries")?, hash: read(&row, "journal_hash")? })
}

/// The entries after one, in order, as many as asked for.
pub async fn after(
    connection: &mut SqliteConnection,
    entry: u64,
    limit: usize,
) -> Result<Vec<KeptEntry>, DbError> {
    let rows = sqlx::query("SELECT * FROM journal WHERE entry > ? ORDER BY entry LIMIT ?")
        .bind(count(entry))
        .bind(count(limit as u64))
        .fetch_all(connection)
        .await?;
    let kept = |row| {
        Ok(KeptEntry {
            number: read_count(row, "entry")?,
            entry: from_row(row)?,
            hash: read(row, "hash")?,
        })
    };
    rows.iter().map(kept).collect()
}

fn from_row(row: &SqliteRow) -> Result<Entry, DbError> {
    Ok(Entry {
        at: row.try_get("at")?,
        action: row.try_get("action")?,
        reviewer: row.try_get("reviewer")?,
        device: row.try_get("device")?,
        request_id: row.try_get("request_id")?,
        dossier: row.try_get("dossier")?,
        decision: row.try_get("decision")?,
        document: row.try_get("document")?,
        outcome: row.try_get("outcome")?,
    })
}

/// Takes over the entries of the first schema, which were not chained.
pub async fn adopt_audit(connection: &mut SqliteConnection) -> Result<(), DbError> {
    let there = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'audit'";
    if sqlx::query(there).fetch_optional(&mut *connection).await?.is_none() {
        return Ok(());
    }
    let mut tx = super::begin_write(connection).await?;
    let rows = sqlx::query("SELECT *, NULL AS document FROM audit ORDER BY entry")
        .fetch_all(&mut *tx)
        .await?;
    for row in &rows {
        append(&mut tx, &from_row(row)?).await?;
    }
    sqlx::query("DROP TABLE audit").execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}
