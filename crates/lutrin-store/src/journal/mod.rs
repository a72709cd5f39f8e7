//! The sealed journal: the safety net when the key or the database is lost.
//!
//! A file to which one record is added per decision, withdrawal or draft, and
//! made to last before the person is told that the work is safe. Anybody may add
//! to it, only the service can read it; the service believes the decisions whose
//! signature it knows, and nothing else.
//!
//! Its form is what laptops and the service agree on:
//! [`lutrin_protocol::journal`].

mod file;
mod record;

use std::str::FromStr;

pub use lutrin_protocol::journal::{Frame, Frames, Record, Tail, UnsealError, read_frames};

pub(crate) use self::file::{Found, Journal};

/// To whom the journal is sealed: an `age` X25519 recipient of the service.
#[derive(Clone, PartialEq, Eq)]
pub struct JournalRecipient(age::x25519::Recipient);

/// Who can read the journal: the service, and tests.
#[derive(Clone)]
pub struct JournalIdentity(age::x25519::Identity);

/// A text that is not a recipient or identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not an age X25519 recipient or identity")]
pub struct InvalidRecipient;

impl JournalIdentity {
    /// The recipient whose records this identity reads.
    pub fn recipient(&self) -> JournalRecipient {
        JournalRecipient(self.0.to_public())
    }
}

impl FromStr for JournalRecipient {
    type Err = InvalidRecipient;

    fn from_str(text: &str) -> Result<Self, InvalidRecipient> {
        text.parse().map(Self).map_err(|_| InvalidRecipient)
    }
}

impl FromStr for JournalIdentity {
    type Err = InvalidRecipient;

    fn from_str(text: &str) -> Result<Self, InvalidRecipient> {
        text.parse().map(Self).map_err(|_| InvalidRecipient)
    }
}

impl std::fmt::Display for JournalRecipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for JournalRecipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JournalRecipient({})", self.0)
    }
}

impl std::fmt::Debug for JournalIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JournalIdentity(…)")
    }
}
