//! The passwords that opened documents: in memory, forgotten with the session.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lutrin_domain::digest::Digest;
use lutrin_preview::Password;

/// Passwords by document.
#[derive(Default)]
pub(crate) struct Passwords {
    known: Mutex<HashMap<Digest, Password>>,
}

impl Passwords {
    /// The one that was typed for this document.
    pub(crate) fn of(&self, sha256: Digest) -> Option<Password> {
        self.known().get(&sha256).cloned()
    }

    pub(crate) fn keep(&self, sha256: Digest, password: Password) {
        self.known().insert(sha256, password);
    }

    pub(crate) fn forget(&self, sha256: Digest) {
        self.known().remove(&sha256);
    }

    pub(crate) fn forget_those(&self, goes: impl Fn(&Digest) -> bool) {
        self.known().retain(|sha256, _| !goes(sha256));
    }

    /// A thread that panicked while holding it left nothing half done.
    fn known(&self) -> MutexGuard<'_, HashMap<Digest, Password>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
