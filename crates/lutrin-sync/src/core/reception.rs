//! Which document comes next, and when one that failed is tried again.
//!
//! A failure is of its file alone: the others go on. One whose bytes are wrong is
//! fetched whole again and so waits long; one whose connection broke goes on where
//! it was and waits little.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;
use lutrin_store::DossierFile;

use crate::progress::FileFailure;

/// How long a file waits that the service has not, or has wrong, after each failure
/// in a row.
const WRONG_PAUSES: [Duration; 4] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(6 * 60 * 60),
];
/// How long a file waits whose connection broke, the first time and at most.
const BROKEN_PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// After how many broken files in a row the fault is sought in the network.
pub const BROKEN_IN_A_ROW: u32 = 8;

/// What is wanted, and how each file fared.
#[derive(Debug, Default)]
pub struct Queue {
    wanted: Vec<DossierFile>,
    running: BTreeSet<Digest>,
    trouble: BTreeMap<Digest, Trouble>,
    broken_in_a_row: u32,
}

#[derive(Clone, Copy, Debug)]
struct Trouble {
    failure: Option<FileFailure>,
    count: u32,
    next_try: Instant,
}

/// Why a file did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It is not what was announced, or not there.
    Wrong(FileFailure),
    /// The connection broke; whether anything came before.
    Broken {
        /// Whether bytes came.
        some_came: bool,
    },
}

impl Queue {
    /// Takes what is missing now, in order of need; what is running goes on.
    pub fn plan(&mut self, missing: Vec<DossierFile>) {
        let mut seen = BTreeSet::new();
        self.wanted = missing;
        self.wanted.retain(|file| seen.insert(file.sha256));
        self.trouble.retain(|sha256, _| seen.contains(sha256));
    }

    /// The next file to fetch: those of the `first` dossier before all others.
    pub fn next(&mut self, first: Option<DossierId>, now: Instant) -> Option<DossierFile> {
        let may_start = |file: &&DossierFile| {
            !self.running.contains(&file.sha256)
                && self.trouble.get(&file.sha256).is_none_or(|trouble| trouble.next_try <= now)
        };
        let mut ready = self.wanted.iter().filter(may_start);
        let next = ready.clone().find(|file| Some(file.dossier) == first).or_else(|| ready.next());
        let next = next.copied();
        self.running.extend(next.map(|file| file.sha256));
        next
    }

    /// A file came whole. Gives whether it was the last of its dossier.
    pub fn came(&mut self, file: DossierFile) -> bool {
        self.unwanted(file);
        self.broken_in_a_row = 0;
        !self.wanted.iter().any(|other| other.dossier == file.dossier)
    }

    /// Nobody wants a file any more.
    pub fn unwanted(&mut self, file: DossierFile) {
        self.running.remove(&file.sha256);
        self.trouble.remove(&file.sha256);
        self.wanted.retain(|other| other.sha256 != file.sha256);
    }

    /// A file did not come; it waits. Gives how many in a row the network broke.
    pub fn failed(&mut self, file: DossierFile, why: Failed, now: Instant) -> u32 {
        self.running.remove(&file.sha256);
        let before = self.trouble.get(&file.sha256).map_or(0, |trouble| trouble.count);
        let (failure, count, pause) = match why {
            Failed::Wrong(failure) => {
                let last = WRONG_PAUSES.len() - 1;
                (Some(failure), before + 1, WRONG_PAUSES[last.min(before as usize)])
            }
            Failed::Broken { some_came } => {
                self.broken_in_a_row += u32::from(!some_came);
                let before = if some_came { 0 } else { before };
                let (first, most) = BROKEN_PAUSES;
                (None, before + 1, first.saturating_mul(1 << before.min(10)).min(most))
            }
        };
        let trouble = Trouble { failure, count, next_try: now + pause };
        self.trouble.insert(file.sha256, trouble);
        self.broken_in_a_row
    }

    /// What was running is not any more, through no fault of its own.
    pub fn interrupted(&mut self) {
        self.running.clear();
        self.broken_in_a_row = 0;
    }

    /// How many files are missing, those running included.
    pub fn missing(&self) -> u32 {
        u32::try_from(self.wanted.len()).unwrap_or(u32::MAX)
    }

    /// When the next file may be tried that waits now.
    pub fn next_try(&self) -> Option<Instant> {
        self.trouble.values().map(|trouble| trouble.next_try).min()
    }

    /// The files that did not come, and why.
    pub fn failures(&self) -> Vec<(Digest, FileFailure)> {
        let failed = self.trouble.iter();
        failed.filter_map(|(sha256, trouble)| Some((*sha256, trouble.failure?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn file(dossier: u128, name: &str) -> DossierFile {
        let dossier = DossierId(Uuid::from_u128(dossier));
        DossierFile { dossier, sha256: Digest::of(name.as_bytes()), size: 10 }
    }

    fn queue() -> (Queue, [DossierFile; 3], Instant) {
        let files = [file(1, "a"), file(1, "b"), file(2, "c")];
        let mut queue = Queue::default();
        queue.plan(files.to_vec());
        (queue, files, Instant::now())
    }

    #[test]
    fn files_come_in_order_of_need_and_those_of_the_open_dossier_first() {
        let (mut queue, [a, b, c], now) = queue();
        assert_eq!(queue.next(Some(c.dossier), now), Some(c));
        assert_eq!(queue.next(Some(c.dossier), now), Some(a));
        queue.plan(vec![a, b, c]);
        assert_eq!(queue.next(None, now), Some(b), "what is running is not begun twice");
        assert_eq!(queue.next(None, now), None);
        assert!(!queue.came(a), "its dossier lacks another");
        assert!(queue.came(b) && queue.came(c));
    }

    #[test]
    fn a_file_whose_connection_always_breaks_starves_no_other() {
        let (mut queue, [a, b, c], now) = queue();
        assert_eq!(queue.next(None, now), Some(a));
        queue.failed(a, Failed::Broken { some_came: false }, now);
        assert_eq!(queue.next(None, now), Some(b));
        assert_eq!(queue.next(None, now), Some(c));
        assert_eq!(queue.next(None, now), None);
        let next = queue.next_try().unwrap();
        assert_eq!(next, now + Duration::from_secs(1));
        assert_eq!(queue.next(None, next), Some(a));
    }

    #[test]
    fn a_file_that_is_wrong_is_asked_for_less_and_less_often() {
        let (mut queue, [a, ..], mut now) = queue();
        let wrong = Failed::Wrong(FileFailure::Mismatch);
        let mut waits = Vec::new();
        for _ in 0..5 {
            queue.failed(a, wrong, now);
            let next = queue.next_try().unwrap();
            waits.push((next - now).as_secs() / 60);
            now = next;
        }
        assert_eq!(waits, [1, 5, 30, 360, 360]);
        assert_eq!(queue.failures(), [(a.sha256, FileFailure::Mismatch)]);
        queue.plan(vec![a]);
        assert_eq!(queue.failures().len(), 1, "a ring does not make it due");
        queue.plan(vec![]);
        assert!(queue.failures().is_empty(), "nobody wants it any more");
    }

    #[test]
    fn a_file_that_nobody_wants_any_more_is_neither_missing_nor_in_trouble() {
        let (mut queue, [a, b, c], now) = queue();
        queue.failed(a, Failed::Wrong(FileFailure::Mismatch), now);
        queue.unwanted(a);
        assert_eq!((queue.missing(), queue.failures(), queue.next_try()), (2, vec![], None));
        assert_eq!([queue.next(None, now), queue.next(None, now)], [Some(b), Some(c)]);
    }

    #[test]
    fn a_connection_that_brings_something_is_not_taken_for_a_dead_one() {
        let (mut queue, [a, ..], now) = queue();
        for _ in 0..20 {
            assert_eq!(queue.failed(a, Failed::Broken { some_came: true }, now), 0);
        }
        assert_eq!(queue.next_try(), Some(now + Duration::from_secs(1)));
        assert_eq!(queue.failed(a, Failed::Broken { some_came: false }, now), 1);
    }
}
