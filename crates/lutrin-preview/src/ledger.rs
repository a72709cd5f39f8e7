//! The files that made workers die, for as long as the reading room is open.
//!
//! A file that did so three times is refused at once: it would only do it again, and
//! each time costs a worker and seconds. Files are known by their content, so that a
//! document that is opened again, or is found in another dossier, is recognised.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

/// After so many dead workers a file is not tried again.
const MAX_DEATHS: u32 = 3;

/// How many such files are remembered; the oldest is forgotten first.
const MAX_FILES: usize = 256;

/// Deaths by file.
#[derive(Default)]
pub(crate) struct Ledger {
    files: Mutex<VecDeque<Entry>>,
}

struct Entry {
    /// Compared first: a file that never did harm is almost never hashed.
    length: usize,
    sha256: [u8; 32],
    deaths: u32,
}

impl Ledger {
    /// Notes that a worker died of that file, or had to be killed.
    pub(crate) fn note_death(&self, bytes: &[u8]) {
        let sha256 = Sha256::digest(bytes).into();
        let mut files = self.files();
        let known = files.iter_mut().find(|entry| entry.sha256 == sha256);
        if let Some(entry) = known {
            entry.deaths = entry.deaths.saturating_add(1);
            return;
        }
        if files.len() == MAX_FILES {
            files.pop_front();
        }
        files.push_back(Entry { length: bytes.len(), sha256, deaths: 1 });
    }

    /// Says whether the file has done it too often.
    pub(crate) fn refuses(&self, bytes: &[u8]) -> bool {
        let suspected = |entry: &Entry| entry.deaths >= MAX_DEATHS && entry.length == bytes.len();
        if !self.files().iter().any(suspected) {
            return false;
        }
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        self.files().iter().any(|entry| suspected(entry) && entry.sha256 == sha256)
    }

    /// A thread that panicked while holding it left nothing half done.
    fn files(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_refused_after_its_third_death_and_no_other_is() {
        let ledger = Ledger::default();
        for _ in 0..MAX_DEATHS {
            assert!(!ledger.refuses(b"bad"));
            ledger.note_death(b"bad");
        }
        assert!(ledger.refuses(b"bad"));
        assert!(!ledger.refuses(b"sad"), "as long, and another file");
    }

    #[test]
    fn the_oldest_is_forgotten_when_there_are_too_many() {
        let ledger = Ledger::default();
        for _ in 0..MAX_DEATHS {
            ledger.note_death(b"first");
        }
        for number in 0..MAX_FILES {
            ledger.note_death(&number.to_le_bytes());
        }
        assert!(!ledger.refuses(b"first"));
        assert_eq!(ledger.files().len(), MAX_FILES);
    }
}
