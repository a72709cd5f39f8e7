//! The journal of who did what when: an append-only chain of entries.
//!
//! Each entry has the hash of itself and of the hash before, so that none can be
//! changed, removed, moved or put in without all that follow being made anew. Who
//! can write the database can make them anew; against that, the service writes
//! *witnesses* now and then: the number and hash of an entry, in a file beside the
//! database ([`HEADS_FILE`]) and in each backup. A witness kept elsewhere binds
//! all that came before it. They are not signed: whoever can write them could
//! read the key too.
//!
//! Entries name nobody: reviewers, machines, dossiers by identifier, files by
//! digest, outcomes by code.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use lutrin_domain::digest::Digest;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use uuid::Uuid;

use crate::db::{Database, DbError};
use crate::disk::{sync_folder, write_whole};

/// The file of witnesses: `entry hash time`, a line each.
pub const HEADS_FILE: &str = "journal.heads";
/// How many entries are read at once to verify them.
pub const PAGE: usize = 1_000;
/// A witness is written after this many entries …
const WITNESS_ENTRIES: u64 = 1_000;
/// … or this long after the one before, if there are new entries.
const WITNESS_PERIOD: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// What an entry says, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// When, by the service's clock.
    pub at: String,
    /// What was done.
    pub action: String,
    /// Who; nothing for commands run on the service's machine.
    pub reviewer: Option<String>,
    /// On which installation.
    pub device: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// To which dossier.
    pub dossier: Option<String>,
    /// By which decision.
    pub decision: Option<String>,
    /// With which file.
    pub document: Option<String>,
    /// Code of the outcome.
    pub outcome: String,
}

/// An entry in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEntry {
    /// 1, 2, 3 …
    pub number: u64,
    /// What it says.
    pub entry: Entry,
    /// Its hash.
    pub hash: Digest,
}

/// How far a chain goes: its last entry, or the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The number of the last entry; 0 at the beginning.
    pub entries: u64,
    /// Its hash.
    pub hash: Digest,
}

/// A journal that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal was changed at entry {entry}: {what}")]
pub struct Broken {
    /// The first entry that is not what it was.
    pub entry: u64,
    /// How that shows.
    pub what: Sign,
}

/// How a change of the journal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Sign {
    /// An entry is lacking, or stands twice.
    #[error("entries do not follow each other")]
    Gap,
    /// The entry, or one before it, says something else.
    #[error("its hash is not that of what it says")]
    Hash,
    /// The journal ends elsewhere than the service says.
    #[error("the journal does not end where the service left it")]
    End,
    /// A witness knew another entry.
    #[error("a witness knew another entry")]
    Witness,
}

impl Chain {
    /// Before the first entry.
    pub const BEGINNING: Self = Self { entries: 0, hash: Digest([0; 32]) };

    /// The chain with one more entry.
    pub fn followed_by(&self, entry: &Entry) -> Self {
        let number = self.entries + 1;
        let mut hash = sha2::Sha256::new();
        hash.update(b"lutrin-journal-1\n");
        hash.update(self.hash.0);
        hash.update(number.to_le_bytes());
        for field in entry.fields() {
            // Each field by its length, so that no two entries read the same.
            match field {
                None => hash.update([0]),
                Some(text) => {
                    hash.update([1]);
                    hash.update((text.len() as u64).to_le_bytes());
                    hash.update(text);
                }
            }
        }
        Self { entries: number, hash: Digest(hash.finalize().into()) }
    }
}

impl Entry {
    fn fields(&self) -> [Option<&str>; 9] {
        [
            Some(&self.at),
            Some(&self.action),
            self.reviewer.as_deref(),
            self.device.as_deref(),
            self.request_id.as_deref(),
            self.dossier.as_deref(),
            self.decision.as_deref(),
            self.document.as_deref(),
            Some(&self.outcome),
        ]
    }
}

/// Follows a journal from its beginning and says where it was changed.
pub struct Verification {
    chain: Chain,
    witnesses: BTreeMap<u64, Vec<Digest>>,
}

impl Verification {
    /// At the beginning, with what witnesses knew.
    pub fn new(witnesses: impl IntoIterator<Item = Chain>) -> Self {
        let mut by_entry: BTreeMap<u64, Vec<Digest>> = BTreeMap::new();
        for witness in witnesses {
            by_entry.entry(witness.entries).or_default().push(witness.hash);
        }
        Self { chain: Chain::BEGINNING, witnesses: by_entry }
    }

    /// The entry it has come to.
    pub fn reached(&self) -> u64 {
        self.chain.entries
    }

    /// Goes on with the next entry.
    ///
    /// # Errors
    ///
    /// When it is not what it was.
    pub fn follow(&mut self, kept: &KeptEntry) -> Result<(), Broken> {
        let next = self.chain.followed_by(&kept.entry);
        let broken = |what| Err(Broken { entry: next.entries, what });
        if kept.number != next.entries {
            return broken(Sign::Gap);
        }
        if kept.hash != next.hash {
            return broken(Sign::Hash);
        }
        let known = self.witnesses.remove(&next.entries).unwrap_or_default();
        if known.iter().any(|hash| *hash != next.hash) {
            return broken(Sign::Witness);
        }
        self.chain = next;
        Ok(())
    }

    /// Ends where the service says that the journal ends.
    ///
    /// # Errors
    ///
    /// When it ends elsewhere, or a witness knew more.
    pub fn finish(self, head: Chain) -> Result<Chain, Broken> {
        if self.chain != head {
            let entry = self.chain.entries.min(head.entries) + 1;
            return Err(Broken { entry, what: Sign::End });
        }
        match self.witnesses.into_keys().find(|entry| *entry > 0) {
            Some(entry) => Err(Broken { entry, what: Sign::Witness }),
            None => Ok(head),
        }
    }
}

/// Why a journal is not shown to be unchanged.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It was changed.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The witnesses cannot be read.
    #[error("the witnesses of the journal cannot be read")]
    Witnesses(#[from] io::Error),
}

/// Verifies the journal of a database, which may grow meanwhile.
///
/// # Errors
///
/// When it was changed, with the first entry that was.
pub async fn verify(db: &dyn Database, witnesses: Vec<Chain>) -> Result<Chain, VerifyError> {
    let mut verification = Verification::new(witnesses);
    loop {
        // The head first: entries that come after it are in the page.
        let head = db.journal_head().await?;
        let page = db.journal(verification.reached(), PAGE).await?;
        if page.is_empty() {
            return Ok(verification.finish(head)?);
        }
        for kept in &page {
            verification.follow(kept)?;
        }
    }
}

/// The witnesses in a folder: of data, or of a backup.
///
/// # Errors
///
/// When the file is there and cannot be read, or holds something else.
pub fn witnesses(folder: &Path) -> io::Result<Vec<Chain>> {
    let text = match std::fs::read_to_string(folder.join(HEADS_FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read?,
    };
    text.lines().map(|line| Ok(read_witness(line)?.0)).collect()
}

/// Writes a witness if one is due, or now if the journal has grown at all.
///
/// # Errors
///
/// When the folder cannot be written.
pub fn witness(folder: &Path, head: Chain, at: Timestamp, when: When) -> io::Result<()> {
    let path = folder.join(HEADS_FILE);
    let mut text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    let last = text.lines().next_back().map(read_witness).transpose()?;
    let is_new = last.is_none_or(|(chain, _)| chain.entries < head.entries);
    if head.entries == 0 || !is_new || (when == When::Due && !is_due(last, head, at)) {
        return Ok(());
    }
    text.push_str(&format!("{} {} {at}\n", head.entries, head.hash));
    write_whole(&path, text.as_bytes())
}

/// Renames the witnesses of a journal that went back in time with its database.
///
/// # Errors
///
/// When the folder cannot be written.
pub fn set_witnesses_aside(folder: &Path, epoch: Uuid) -> io::Result<()> {
    let aside = folder.join(format!("{HEADS_FILE}.before-{epoch}"));
    match std::fs::rename(folder.join(HEADS_FILE), aside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        renamed => renamed.and_then(|()| sync_folder(folder)),
    }
}

/// When a witness is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Once enough has happened since the last one.
    Due,
    /// At the end of a process, and in backups.
    Now,
}

fn is_due(last: Option<(Chain, Timestamp)>, head: Chain, at: Timestamp) -> bool {
    last.is_none_or(|(chain, then)| {
        head.entries - chain.entries >= WITNESS_ENTRIES || at.duration_since(then) >= WITNESS_PERIOD
    })
}

fn read_witness(line: &str) -> io::Result<(Chain, Timestamp)> {
    let read = || {
        let mut words = line.split(' ');
        let entries = words.next()?.parse().ok()?;
        let hash = words.next()?.parse().ok()?;
        Some((Chain { entries, hash }, words.next()?.parse().ok()?))
    };
    read().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a line is no witness"))
}

#[cfg(test)]
mod tests;
