//! What is known of the sandbox of the workers.

use serde::{Deserialize, Serialize};

/// Whether workers are in a sandbox of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SandboxState {
    /// No worker has started yet.
    NotYetKnown,
    /// The last worker started could neither open a file, nor reach the network, nor start
    /// a program, nor take more memory than it is given.
    Enforced,
    /// It could some of it, as far as the system is concerned.
    NotEnforced(NotEnforced),
}

/// Why a worker is not in a full sandbox, and what it gave up all the same. Said by the
/// worker before it has seen a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotEnforced {
    /// What is missing, in words for a technician.
    pub why: String,
    /// What is closed in spite of it.
    pub closed: Closed,
}

/// What a worker can no longer do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Reach another machine or another program.
    pub network: bool,
    /// Open, read or write a file.
    pub files: bool,
    /// Start another program.
    pub programs: bool,
    /// Take more memory than it is given.
    pub memory: bool,
}

impl Closed {
    /// Everything a sandbox closes.
    pub const ALL: Self = Self { network: true, files: true, programs: true, memory: true };
}

impl SandboxState {
    /// What the workers can no longer do; nothing is known before the first has started.
    pub fn closed(&self) -> Option<Closed> {
        match self {
            Self::NotYetKnown => None,
            Self::Enforced => Some(Closed::ALL),
            Self::NotEnforced(what) => Some(what.closed),
        }
    }

    /// Whether documents are read: not without a sandbox, where the system has one.
    pub fn allows_reading(&self) -> bool {
        !(cfg!(target_os = "linux") && matches!(self, Self::NotEnforced(_)))
    }
}
