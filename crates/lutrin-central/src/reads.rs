//! Who read what, on its way into the journal.
//!
//! A commit for each file that is read would cost more than reading it (22 ms on a
//! common disk). They are gathered and written together, each second and at the
//! end of the service: what a kill may lose is the reads of a second, never a
//! write.

use std::sync::{Mutex, PoisonError};

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;

use crate::db::{Database, DbError, Trace};

/// How many are written in one transaction.
const TOGETHER: usize = 500;
/// How many wait at most while the database fails; those beyond are counted in the
/// log and not kept.
const WAITING: usize = 100_000;

/// Something that was read, or asked for and not given.
#[derive(Clone, Debug)]
pub struct ReadNote {
    /// Who, when.
    pub trace: Trace,
    /// What.
    pub what: Thing,
    /// Whether it was given.
    pub answer: Answer,
}

/// What may be read.
#[derive(Clone, Copy, Debug)]
pub enum Thing {
    /// The bytes of a file, or a part of them.
    Document(Digest),
    /// A whole dossier.
    Dossier(DossierId),
}

/// What became of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was given.
    Given,
    /// It is not there, or not in the scope (case W12).
    OutOfScope,
}

/// What was read and is not in the journal yet.
#[derive(Default)]
pub struct Reads(Mutex<Vec<ReadNote>>);

impl Reads {
    /// Notes that something was read.
    pub fn note(&self, trace: Trace, what: Thing, answer: Answer) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < WAITING {
            waiting.push(ReadNote { trace, what, answer });
        } else {
            tracing::error!("a read is not entered in the journal: the database fails");
        }
    }

    /// Writes what was noted into the journal. One at a time: what is being written
    /// is noted until it is, so that giving up half-way loses nothing.
    ///
    /// # Errors
    ///
    /// When the database fails; what was not written waits.
    pub async fn write(&self, db: &dyn Database) -> Result<(), DbError> {
        loop {
            let together = {
                let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.iter().take(TOGETHER).cloned().collect::<Vec<_>>()
            };
            if together.is_empty() {
                return Ok(());
            }
            db.note_reads(&together).await?;
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.drain(..together.len());
        }
    }
}
