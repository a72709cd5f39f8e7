//! Opening and creating a profile: one visible procedure that fails closed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use lutrin_domain::id::DecisionId;
use sqlx::{Connection, SqliteConnection};

use crate::Store;
use crate::actor::Actor;
use crate::connection::{Existence, Layout, check_integrity, checkpoint, cipher_version, connect};
use crate::desk::Desk;
use crate::error::{CreateError, JournalError, OpenError, StoreError};
use crate::folder::{DOCUMENTS, DOSSIERS, FolderLock, JOURNAL, KEY_ID, ProfileFiles};
use crate::journal::{Found, Journal, JournalRecipient, Record};
use crate::key::{DatabaseKey, RootKey};
use crate::lease::Lent;
use crate::profile::{self, NewProfile};
use crate::push::{OutboxEntry, OutboxState};
use crate::schema::{self, Schema, bring_up_to_date};
use crate::shelf::Shelf;
use crate::tables::meta::{self, Key};
use crate::tables::{drafts, outbox};
use crate::upgrade;

/// What opening found in the journal and put right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpeningReport {
    /// The version of SQLCipher that encrypts the profile.
    pub cipher_version: String,
    /// Bytes of an unfinished last record, which was never confirmed; removed.
    pub torn_bytes: u64,
    /// Whether the journal was unreadable in the middle: it was renamed, kept,
    /// and written anew from the outbox.
    pub journal_set_aside: bool,
    /// Decisions of the outbox that the journal lacked; sealed again.
    pub resealed: Vec<DecisionId>,
    /// The decision that a crash caught between the journal and the outbox: nobody
    /// was told that it is safe, so the journal now says that it was withdrawn.
    pub withdrawn: Option<DecisionId>,
    /// Decisions that the journal has and the outbox has not, although they were
    /// confirmed: the databases are older than the journal, which is to be
    /// transmitted to the service.
    pub unconfirmed: Vec<DecisionId>,
}

impl Store {
    /// Opens the profile of a folder; a recipient given replaces the one kept.
    ///
    /// # Errors
    ///
    /// Fails closed: whatever is wrong with the databases or the key, nothing is
    /// created, moved or deleted.
    pub async fn open(
        folder: &Path,
        key: &RootKey,
        recipient: Option<JournalRecipient>,
    ) -> Result<Self, OpenError> {
        let lock = FolderLock::take(folder)?;
        open_locked(lock, &ProfileFiles::of(folder), key, recipient).await
    }

    /// Creates a profile in a folder that holds none, and opens it.
    ///
    /// # Errors
    ///
    /// [`CreateError::Exists`] when anything of a profile is there, readable or
    /// not. A creation that fails or is killed leaves no profile.
    pub async fn create(
        folder: &Path,
        key: &RootKey,
        profile: &NewProfile,
    ) -> Result<Self, CreateError> {
        std::fs::create_dir_all(folder).map_err(OpenError::from)?;
        let lock = FolderLock::take(folder).map_err(OpenError::from)?;
        let files = ProfileFiles::of(folder);
        if files.exist().map_err(OpenError::from)? {
            return Err(CreateError::Exists);
        }
        create_files(folder, key, profile).await?;
        Ok(open_locked(lock, &files, key, None).await?)
    }

    /// What opening found in the journal and put right.
    pub fn opening_report(&self) -> &OpeningReport {
        &self.report
    }

    /// Finishes what was asked, closes the files and lets go of the folder. Other
    /// handles answer [`StoreError::Closed`] from then on.
    pub async fn close(&self) {
        self.desk.close().await;
        self.shelf.close().await;
    }
}

async fn open_locked(
    lock: FolderLock,
    files: &ProfileFiles,
    key: &RootKey,
    recipient: Option<JournalRecipient>,
) -> Result<Store, OpenError> {
    if !files.exist()? {
        return Err(OpenError::Absent);
    }
    let cipher_version = cipher_version().await?;
    let mut dossiers = open_dossiers(files, key).await?;
    let (documents, journal, found) = match open_rest(&mut dossiers, files, key, recipient).await {
        Ok(rest) => rest,
        Err(error) => return Err(closed_after(dossiers, error).await),
    };
    let lent = match Lent::read(&mut dossiers).await {
        Ok(lent) => lent,
        Err(error) => return Err(closed_after(dossiers, error.into()).await),
    };
    let lock = Arc::new(lock);
    let copies = upgrade::copies(&files.path(""))?;
    let mut desk = Desk::new(dossiers, journal, copies, lock.clone());
    let found = reconcile(&mut desk, found).await?;
    let report = Arc::new(OpeningReport { cipher_version, ..found });
    let shelf =
        Actor::start(Shelf::new(documents, files.path(DOCUMENTS), key.documents_key(), lock));
    Ok(Store { desk: Actor::start(desk), shelf, lent, report })
}

/// The journal last: it is put right as it is opened.
async fn open_rest(
    dossiers: &mut SqliteConnection,
    files: &ProfileFiles,
    key: &RootKey,
    recipient: Option<JournalRecipient>,
) -> Result<(SqliteConnection, Journal, Found), OpenError> {
    let documents = open_documents(files, key).await?;
    let recipient = journal_recipient(dossiers, recipient).await?;
    let path = files.path(JOURNAL);
    let opened = tokio::task::spawn_blocking(move || Journal::open(path, recipient));
    let (journal, found) = opened.await.map_err(|_| JournalError::Broken)??;
    Ok((documents, journal, found))
}

/// Closes a file that will not be used after all, so that nothing stays beside it.
async fn closed_after(conn: SqliteConnection, error: OpenError) -> OpenError {
    // The error that brought us here says more than one of closing.
    let _ = conn.close().await;
    error
}

async fn open_dossiers(files: &ProfileFiles, key: &RootKey) -> Result<SqliteConnection, OpenError> {
    open_database(files, key, &key.db_key(), Layout::Dossiers, &schema::DOSSIERS).await
}

async fn open_documents(
    files: &ProfileFiles,
    key: &RootKey,
) -> Result<SqliteConnection, OpenError> {
    open_database(files, key, &key.documents_key(), Layout::Documents, &schema::DOCUMENTS).await
}

/// Header, key, pages, schema: in this order, so that nothing is written before
/// the file is known to be ours, whole, and of a schema we know.
async fn open_database(
    files: &ProfileFiles,
    root: &RootKey,
    key: &DatabaseKey,
    layout: Layout,
    schema: &Schema,
) -> Result<SqliteConnection, OpenError> {
    let file = schema.file;
    let size = files.check_database(file)?;
    let opened = connect(&files.path(file), key, layout, Existence::Required).await;
    // A first page that does not decrypt has one of two causes, and people can do
    // different things about each.
    let other_key = || files.key_id().is_none_or(|id| id != root.id());
    let mut conn = opened.map_err(|error| match error {
        StoreError::Damaged if other_key() => OpenError::WrongKey,
        error => in_file(file, error),
    })?;
    let path = files.path(file);
    match check_and_migrate(&mut conn, (&path, key), layout, size, schema).await {
        Ok(()) => Ok(conn),
        Err(error) => Err(closed_after(conn, error).await),
    }
}

async fn check_and_migrate(
    conn: &mut SqliteConnection,
    (path, key): (&Path, &DatabaseKey),
    layout: Layout,
    size: u64,
    schema: &Schema,
) -> Result<(), OpenError> {
    let checked = check_integrity(conn, layout, size).await;
    checked.map_err(|error| in_file(schema.file, error))?;
    match layout {
        Layout::Dossiers => {
            let missing = schema::missing(conn, schema).await?;
            upgrade::upgrade(conn, path, key, &missing).await
        }
        // All of it can be fetched again.
        Layout::Documents => bring_up_to_date(conn, schema).await,
    }
}

fn in_file(file: &'static str, error: StoreError) -> OpenError {
    match error {
        StoreError::Damaged => OpenError::Damaged { file },
        error => error.into(),
    }
}

/// The recipient given, which is kept, or the one kept.
async fn journal_recipient(
    conn: &mut SqliteConnection,
    given: Option<JournalRecipient>,
) -> Result<JournalRecipient, OpenError> {
    if let Some(recipient) = given {
        let text = recipient.to_string();
        meta::set(conn, Key::JournalRecipient, Some(&text)).await?;
        return Ok(recipient);
    }
    let kept = meta::get(conn, Key::JournalRecipient).await?;
    let recipient = kept.and_then(|text| text.parse().ok());
    Ok(recipient.ok_or(JournalError::NoRecipient)?)
}

/// Brings the journal up to the outbox: what was recorded or withdrawn here and
/// what it lacks.
async fn reconcile(desk: &mut Desk, found: Found) -> Result<OpeningReport, OpenError> {
    let entries = outbox::all(&mut desk.conn).await?;
    let found = contradicted(desk, found, &entries).await?;
    let journaled: BTreeSet<_> = found.decisions.iter().copied().collect();
    let mut unconfirmed = without_row(&found.decisions, &entries);
    let caught = caught_by_crash(&found.decisions, &unconfirmed);
    unconfirmed.retain(|id| Some(*id) != caught);
    let lacking = entries.iter().filter(|entry| {
        entry.state != OutboxState::Withdrawn && !journaled.contains(&entry.decision())
    });
    let resealed: Vec<_> = lacking.clone().map(|entry| entry.decision()).collect();
    let mut records: Vec<Record> = lacking.cloned().map(Record::from).collect();
    let withdrawn = outbox::unsealed_withdrawals(&mut desk.conn).await?;
    let withdrawals = entries.iter().filter(|entry| withdrawn.contains(&entry.decision()));
    records.extend(withdrawals.cloned().map(Record::from));
    records.extend(caught.map(|decision| Record::Withdrawn { decision, at: made_at(decision) }));
    if found.set_aside {
        let kept = drafts::all(&mut desk.conn, None).await?;
        records.extend(kept.into_iter().map(Record::from));
    }
    if !records.is_empty() {
        desk.seal(records).await?;
    }
    for decision in withdrawn {
        outbox::set_withdrawal_sealed(&mut desk.conn, decision).await?;
    }
    let rows: BTreeSet<_> = entries.iter().map(OutboxEntry::decision).collect();
    let kept = |id: &DecisionId| rows.contains(id) || unconfirmed.contains(id);
    desk.given_up = found.decisions.iter().filter(|id| !kept(id)).copied().collect();
    Ok(OpeningReport {
        cipher_version: String::new(),
        torn_bytes: found.torn_bytes,
        journal_set_aside: found.set_aside,
        resealed,
        withdrawn: caught,
        unconfirmed,
    })
}

/// Lets go of what the journal says of decisions that it calls withdrawn and that stand in
/// the outbox: their row could not be written for certain, its author was told so, and it
/// was there all the same. The outbox is what the reviewer sees, so it is right.
async fn contradicted(
    desk: &mut Desk,
    found: Found,
    entries: &[OutboxEntry],
) -> Result<Found, OpenError> {
    let mut records: BTreeMap<DecisionId, u32> = BTreeMap::new();
    for decision in &found.decisions {
        *records.entry(*decision).or_default() += 1;
    }
    let stands = |entry: &&OutboxEntry| entry.state != OutboxState::Withdrawn;
    let standing = entries.iter().filter(stands).map(OutboxEntry::decision);
    let wrong: BTreeSet<_> =
        standing.filter(|id| records.get(id).is_some_and(|n| *n > 1)).collect();
    if wrong.is_empty() {
        return Ok(found);
    }
    let right = entries.iter().filter(|entry| wrong.contains(&entry.decision()));
    let mut written: Vec<Record> = right.cloned().map(Record::from).collect();
    written.extend(drafts::all(&mut desk.conn, None).await?.into_iter().map(Record::from));
    let replaced = wrong.clone();
    desk.with_journal(move |journal| journal.rewrite(&replaced, &written)).await?;
    let kept = found.decisions.iter().filter(|id| !wrong.contains(id));
    Ok(Found { decisions: kept.chain(&wrong).copied().collect(), ..found })
}

/// The decisions with one record and no row. A second record is the one that says
/// that it was withdrawn: a decision that is sealed again has a row.
fn without_row(journaled: &[DecisionId], entries: &[OutboxEntry]) -> Vec<DecisionId> {
    let known: BTreeSet<_> = entries.iter().map(OutboxEntry::decision).collect();
    let mut records: BTreeMap<DecisionId, u32> = BTreeMap::new();
    for decision in journaled {
        *records.entry(*decision).or_default() += 1;
    }
    let once = records.into_iter().filter(|(id, count)| *count == 1 && !known.contains(id));
    once.map(|(id, _)| id).collect()
}

/// The one decision without a row, if it is the last that was sealed: recording
/// seals, then inserts, one after the other.
fn caught_by_crash(journaled: &[DecisionId], without_row: &[DecisionId]) -> Option<DecisionId> {
    match without_row {
        [only] if journaled.last() == Some(only) => Some(*only),
        _ => None,
    }
}

/// When a decision was made, as its identifier says.
fn made_at(decision: DecisionId) -> Timestamp {
    let seconds = decision.0.get_timestamp().map(|timestamp| timestamp.to_unix().0);
    let at = seconds.and_then(|seconds| Timestamp::from_second(i64::try_from(seconds).ok()?).ok());
    at.unwrap_or(Timestamp::UNIX_EPOCH)
}

async fn create_files(folder: &Path, key: &RootKey, profile: &NewProfile) -> Result<(), OpenError> {
    cipher_version().await?;
    let files = ProfileFiles::begin(folder)?;
    let made = Existence::Made;
    let path = files.path(DOCUMENTS);
    let mut conn = connect(&path, &key.documents_key(), Layout::Documents, made).await?;
    let filled = bring_up_to_date(&mut conn, &schema::DOCUMENTS).await;
    close_whatever(conn, filled).await?;
    let path = files.path(DOSSIERS);
    let mut conn = connect(&path, &key.db_key(), Layout::Dossiers, made).await?;
    let filled = fill_dossiers(&mut conn, profile).await;
    close_whatever(conn, filled).await?;
    std::fs::write(files.path(KEY_ID), key.id())?;
    std::fs::File::create(files.path(JOURNAL))?.sync_all()?;
    Ok(files.finish(folder)?)
}

async fn fill_dossiers(conn: &mut SqliteConnection, new: &NewProfile) -> Result<(), OpenError> {
    bring_up_to_date(conn, &schema::DOSSIERS).await?;
    Ok(profile::write_new(conn, new).await?)
}

/// Closes a file, also one that could not be filled: let go of, it would be closed at some
/// later moment, and take the files of the next attempt with it.
async fn close_whatever(
    conn: SqliteConnection,
    filled: Result<(), OpenError>,
) -> Result<(), OpenError> {
    match filled {
        Ok(()) => close(conn).await,
        Err(error) => Err(closed_after(conn, error).await),
    }
}

/// Closes a file so that it can be renamed: nothing is left in a log beside it.
async fn close(mut conn: SqliteConnection) -> Result<(), OpenError> {
    let emptied = checkpoint(&mut conn).await;
    conn.close().await?;
    Ok(emptied?)
}
