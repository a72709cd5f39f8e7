//! The file of the journal: adding to it, repairing it, writing it anew.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use lutrin_domain::id::DecisionId;
use lutrin_domain::seeded::{self, Bug};
use lutrin_protocol::journal::{Frame, Frames, Tail, read_frames, write_frame};

use super::record::seal;
use super::{JournalRecipient, Record};
use crate::error::JournalError;
use crate::folder::{APART, rename, sync_folder, write_whole};

/// The journal of an open profile. Its methods block: sealing computes, and each
/// waits for the disk.
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    /// Where the last whole record ends.
    length: u64,
    /// How much of it drafts fill.
    draft_bytes: u64,
    recipient: JournalRecipient,
    /// Whether bytes of an unfinished record could not be removed.
    broken: bool,
}

/// What opening a journal found.
pub(crate) struct Found {
    /// The decisions of its records, in order; one may stand several times.
    pub(crate) decisions: Vec<DecisionId>,
    /// Bytes of an unfinished record, removed.
    pub(crate) torn_bytes: u64,
    /// Whether it was damaged, renamed and begun anew.
    pub(crate) set_aside: bool,
}

impl Journal {
    /// Opens the journal, making it if there is none.
    ///
    /// An unfinished last record is removed: nobody was told that it is safe. A
    /// damaged journal is renamed and kept, and a new one begun; what the outbox
    /// holds is for the caller to seal again.
    pub(crate) fn open(
        path: PathBuf,
        recipient: JournalRecipient,
    ) -> Result<(Self, Found), JournalError> {
        let mut file = open_file(&path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let Frames { frames, tail } = read_frames(&bytes);
        let mut found = Found { decisions: decisions_of(&frames), torn_bytes: 0, set_aside: false };
        let mut length = bytes.len() as u64;
        match tail {
            Tail::Clean => {}
            Tail::Torn { at } => {
                found.torn_bytes = length - at as u64;
                length = at as u64;
                file.set_len(length)?;
                file.sync_all()?;
            }
            Tail::DamagedBefore { .. } => {
                drop(file);
                rename(&path, &free_damaged_name(&path)?)?;
                file = open_file(&path)?;
                found = Found { decisions: Vec::new(), torn_bytes: 0, set_aside: true };
                length = 0;
            }
        }
        let drafts = frames.iter().filter(|frame| frame.decision.is_none());
        let draft_bytes = drafts.map(|frame| frame.at.len() as u64).sum();
        file.seek(SeekFrom::Start(length))?;
        sync_parent(&path)?;
        Ok((Self { path, file, length, draft_bytes, recipient, broken: false }, found))
    }

    /// Adds records and waits until they last. All of them, or none.
    pub(crate) fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        if self.broken {
            return Err(JournalError::Broken);
        }
        let bytes = self.seal(records)?;
        let is_draft = records.iter().all(|record| record.decision().is_none());
        let written = self.file.write_all(&bytes).and_then(|()| self.sync());
        match written {
            Ok(()) => {
                self.length += bytes.len() as u64;
                self.draft_bytes += if is_draft { bytes.len() as u64 } else { 0 };
                Ok(())
            }
            Err(error) => {
                self.broken = self.cut_back().is_err();
                Err(error.into())
            }
        }
    }

    /// Seals these records, and what follows, to another recipient; the records of
    /// these decisions and of drafts that were sealed to the former one go.
    pub(crate) fn reseal(
        &mut self,
        recipient: JournalRecipient,
        decisions: &BTreeSet<DecisionId>,
        records: &[Record],
    ) -> Result<(), JournalError> {
        let former = std::mem::replace(&mut self.recipient, recipient);
        let outcome = self.rewrite(decisions, records);
        if outcome.is_err() {
            self.recipient = former;
        }
        outcome
    }

    /// Seals records into the file of those that no rewriting takes away: what was being
    /// written on a dossier that is erased.
    pub(crate) fn set_apart(&self, records: &[Record]) -> Result<(), JournalError> {
        let path = self.path.with_file_name(APART);
        let mut bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read?,
        };
        bytes.extend(self.seal(records)?);
        Ok(write_whole(&path, &bytes)?)
    }

    /// How much of the journal drafts fill, in bytes, those replaced included.
    pub(crate) fn draft_bytes(&self) -> u64 {
        self.draft_bytes
    }

    /// Writes the journal anew without the records of some decisions and without
    /// drafts, then with these records. The old one is replaced at once or not
    /// at all.
    pub(crate) fn rewrite(
        &mut self,
        forgotten: &BTreeSet<DecisionId>,
        added: &[Record],
    ) -> Result<(), JournalError> {
        let old = fs::read(&self.path)?;
        let keeps = |id: DecisionId| !forgotten.contains(&id);
        let mut bytes = Vec::new();
        for frame in read_frames(&old).frames {
            if frame.decision.is_some_and(keeps) {
                bytes.extend(old.get(frame.at).unwrap_or_default());
            }
        }
        bytes.extend(self.seal(added)?);
        let next = self.path.with_extension("next");
        let mut file = File::create(&next)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        drop(file);
        self.replace_by(&next)
    }

    fn replace_by(&mut self, next: &Path) -> Result<(), JournalError> {
        rename(next, &self.path)?;
        // Broken until it is open again: a failure half-way must not let records
        // go to a file that has no name any more.
        self.broken = true;
        sync_parent(&self.path)?;
        self.file = open_file(&self.path)?;
        self.length = self.file.seek(SeekFrom::End(0))?;
        self.draft_bytes = 0;
        self.broken = false;
        Ok(())
    }

    fn seal(&self, records: &[Record]) -> Result<Vec<u8>, JournalError> {
        let mut bytes = Vec::new();
        for record in records {
            let sealed = seal(record, &self.recipient)?;
            let too_long = JournalError::Io { kind: io::ErrorKind::FileTooLarge };
            bytes.extend(write_frame(record.decision(), &sealed).ok_or(too_long)?);
        }
        Ok(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        if seeded::is(Bug::JournalNotSynced) { Ok(()) } else { self.file.sync_data() }
    }

    /// Removes what was written of records that did not all last.
    fn cut_back(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.sync_all()
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    // Not in append mode: Windows would not let it be cut back.
    File::options().read(true).write(true).create(true).truncate(false).open(path)
}

fn decisions_of(frames: &[Frame]) -> Vec<DecisionId> {
    frames.iter().filter_map(|frame| frame.decision).collect()
}

fn free_damaged_name(path: &Path) -> io::Result<PathBuf> {
    let mut count = 1;
    loop {
        let name = path.with_extension(format!("damaged-{count}"));
        if !name.try_exists()? {
            return Ok(name);
        }
        count += 1;
    }
}

fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync_folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rewrite_that_cannot_be_put_in_place_leaves_a_journal_that_works() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sealed");
        let identity = age::x25519::Identity::generate();
        let recipient = identity.to_public().to_string().parse().unwrap();
        let (mut journal, _) = Journal::open(path.clone(), recipient).unwrap();
        assert!(journal.replace_by(&folder.path().join("absent")).is_err());
        let record = Record::Withdrawn {
            decision: DecisionId(uuid::Uuid::from_u128(1)),
            at: jiff::Timestamp::UNIX_EPOCH,
        };
        assert_eq!(journal.append(&[record]), Ok(()));
        assert_eq!(read_frames(&fs::read(&path).unwrap()).frames.len(), 1);
    }
}
