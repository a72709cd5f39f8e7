//! Sealing a record, and opening one again.

use lutrin_protocol::journal::{OpensSealed, Record};
use zeroize::Zeroizing;

use super::{JournalIdentity, JournalRecipient};
use crate::error::JournalError;

/// Seals a record so that only the recipient can read it.
pub(super) fn seal(record: &Record, recipient: &JournalRecipient) -> Result<Vec<u8>, JournalError> {
    let failed = JournalError::Io { kind: std::io::ErrorKind::InvalidData };
    let Ok(plain) = serde_json::to_vec(record).map(Zeroizing::new) else { return Err(failed) };
    age::encrypt(&recipient.0, &plain).map_err(|_| failed)
}

impl OpensSealed for JournalIdentity {
    type Plain = Zeroizing<Vec<u8>>;

    fn open_sealed(&self, sealed: &[u8]) -> Option<Self::Plain> {
        age::decrypt(&self.0, sealed).ok().map(Zeroizing::new)
    }
}
