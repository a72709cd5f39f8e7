//! What can go wrong, one small enum per operation.
//!
//! No message, field or `{:?}` holds a name, a text of a dossier or a path: they
//! may be logged as they are.

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DecisionId;

/// Why a read or write of the store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// There is no room left on the disk.
    #[error("there is no room left on the disk")]
    Full,
    /// A page of the database does not decrypt or is malformed.
    #[error("the database is damaged")]
    Damaged,
    /// Something stored cannot be read back by this version.
    #[error("what is stored as {what} cannot be read")]
    Unreadable {
        /// In which column.
        what: &'static str,
    },
    /// The database answered another error.
    #[error("the database answered error {code:?}")]
    Database {
        /// SQLite's extended result code, if it was SQLite that answered.
        code: Option<i32>,
    },
}

impl StoreError {
    /// Whether trying again may work, once room is made or the disk answers.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Full | Self::Database { .. })
    }

    /// Whether it is for want of room on the disk.
    pub fn is_full(&self) -> bool {
        *self == Self::Full
    }
}

impl StoreError {
    /// The answers behind which a damaged page may be. SQLCipher tells a page that
    /// does not decrypt as SQLITE_CORRUPT or SQLITE_NOTADB at best; met while
    /// deleting it is SQLITE_ERROR, and everything afterwards SQLITE_NOMEM.
    pub(crate) const OF_DAMAGE: [Self; 3] = [
        Self::Damaged,
        Self::Database { code: Some(code::ERROR) },
        Self::Database { code: Some(code::NO_MEMORY) },
    ];
}

/// Why the sealed journal could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// No recipient is known to seal to.
    #[error("the service's journal recipient is not known")]
    NoRecipient,
    /// There is no room left on the disk.
    #[error("there is no room left on the disk for the journal")]
    Full,
    /// The file could not be written.
    #[error("the journal cannot be written: {kind}")]
    Io {
        /// What the system answered.
        kind: std::io::ErrorKind,
    },
    /// An earlier failure left an unfinished record that could not be removed;
    /// opening the store again repairs it.
    #[error("the journal must be opened again")]
    Broken,
}

impl JournalError {
    /// Whether trying again may work without opening the store again.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Full | Self::Io { .. })
    }
}

/// Why a profile was not opened. Nothing was changed, moved or deleted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The folder holds no profile: one may be created.
    #[error("there is no profile in the folder")]
    Absent,
    /// Some files of the profile are there and this one is not.
    #[error("the profile lacks {file}")]
    Incomplete {
        /// The name of the file.
        file: &'static str,
    },
    /// Another instance uses the folder.
    #[error("another instance uses the profile")]
    Locked,
    /// The file is a plain SQLite database.
    #[error("{file} is not encrypted")]
    NotEncrypted {
        /// The name of the file.
        file: &'static str,
    },
    /// This build has no SQLCipher.
    #[error("this build cannot encrypt")]
    CipherMissing,
    /// The key is not the one the profile was made with.
    #[error("the key is not that of the profile")]
    WrongKey,
    /// The key is right and the file does not decrypt or is malformed.
    #[error("{file} is damaged")]
    Damaged {
        /// The name of the file.
        file: &'static str,
    },
    /// A later version of the application has written the file.
    #[error("{file} has schema {found}, this version knows up to {known}")]
    NewerSchema {
        /// The name of the file.
        file: &'static str,
        /// The newest migration applied.
        found: u32,
        /// The newest migration known.
        known: u32,
    },
    /// A migration was applied with another text than the one known.
    #[error("migration {number} of {file} is not the one known")]
    OtherSchema {
        /// The name of the file.
        file: &'static str,
        /// Which migration.
        number: u32,
    },
    /// There was no room left on the disk for an upgrade; the profile is as it was.
    #[error("there is no room left on the disk for the upgrade")]
    UpgradeFull,
    /// The work of the profile was not the same after a step of an upgrade, or the step
    /// failed; the profile is as it was.
    #[error("the upgrade stopped at the step {step:?}")]
    UpgradeFailed {
        /// Which step.
        step: UpgradeStep,
    },
    /// The system refused a file.
    #[error("a file of the profile cannot be used: {kind}")]
    Io {
        /// What the system answered.
        kind: std::io::ErrorKind,
    },
    /// The journal could not be brought up to date.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database failed otherwise.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpenError {
    /// Whether it is for want of room on the disk.
    pub fn is_full(&self) -> bool {
        match self {
            Self::UpgradeFull => true,
            Self::Io { kind } => is_full(*kind),
            Self::Journal(error) => *error == JournalError::Full,
            Self::Store(error) => *error == StoreError::Full,
            _ => false,
        }
    }

    /// Whether opening again, with nothing else done, may work.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Locked | Self::Io { .. } | Self::UpgradeFull => true,
            Self::Journal(error) => error.is_retryable(),
            Self::Store(error) => error.is_retryable(),
            _ => false,
        }
    }
}

/// A step of an upgrade after which the work is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpgradeStep {
    /// The file was copied.
    Copy,
    /// The migrations were applied.
    Migrate,
}

/// Why a profile was not created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateError {
    /// The folder holds a file of a profile; nothing is created over it.
    #[error("the folder holds a profile already")]
    Exists,
    /// The new profile could not be made or opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl CreateError {
    /// Whether trying again may work.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Open(error) if error.is_retryable())
    }
}

/// Why a profile was not set aside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetAsideError {
    /// Another instance uses the folder.
    #[error("another instance uses the profile")]
    Locked,
    /// The system refused to rename a file.
    #[error("a file of the profile cannot be renamed: {kind}")]
    Io {
        /// What the system answered.
        kind: std::io::ErrorKind,
    },
}

impl SetAsideError {
    /// Whether trying again may work.
    pub fn is_retryable(&self) -> bool {
        true
    }
}

/// Why a decision is not recorded, or what goes to the journal with it not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The identifier is that of another decision.
    #[error("the identifier was already used for another decision")]
    SameIdOtherText,
    /// The decision was withdrawn; make another one.
    #[error("the decision was withdrawn")]
    Withdrawn,
    /// The journal could not be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RecordError {
    /// Whether deciding again may work, as another decision.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::SameIdOtherText | Self::Withdrawn => false,
            Self::Journal(error) => error.is_retryable(),
            Self::Store(error) => error.is_retryable(),
        }
    }

    /// Whether it is for want of room on the disk.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Journal(JournalError::Full) | Self::Store(StoreError::Full))
    }
}

/// Why a decision is not withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawError {
    /// The outbox has no such decision.
    #[error("the outbox has no such decision")]
    Unknown,
    /// It has left, or may have: the service may hold it. Revoke it instead.
    #[error("the decision may have left; it can only be revoked")]
    MayHaveLeft,
    /// The service has answered. Revoke it instead, if it is in force.
    #[error("the service has answered; it can only be revoked")]
    Answered,
    /// Another decision builds on it: withdraw that one first.
    #[error("a later decision builds on it")]
    BuiltUpon {
        /// The later decision.
        by: DecisionId,
    },
    /// The journal could not be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WithdrawError {
    /// Whether withdrawing again may work.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Journal(error) => error.is_retryable(),
            Self::Store(error) => error.is_retryable(),
            _ => false,
        }
    }

    /// Whether it is for want of room on the disk.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Journal(JournalError::Full) | Self::Store(StoreError::Full))
    }
}

/// Why an answer of the service is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// The outbox has no such decision.
    #[error("the outbox has no such decision")]
    Unknown,
    /// The decision stands elsewhere: a withdrawn one is not answered, one that
    /// was not refused has nothing to arbitrate.
    #[error("the decision does not wait for this")]
    NotWaiting,
    /// The database could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SettleError {
    /// Whether trying again may work.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_retryable())
    }

    /// Whether it is for want of room on the disk.
    pub fn is_full(&self) -> bool {
        *self == Self::Store(StoreError::Full)
    }
}

/// Why a dossier cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The catalogue under which it is judged is not held.
    #[error("the catalogue {catalogue:?} is not held")]
    CatalogueMissing {
        /// Which version.
        catalogue: Digest,
    },
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ViewError {
    /// Whether trying again may work, as it is.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_retryable())
    }
}

/// Why a document is not taken in or handed out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The document was not begun.
    #[error("the document was not begun")]
    NotBegun,
    /// It was begun with another size.
    #[error("the document was begun with {size} bytes")]
    OtherSize {
        /// The size it was begun with.
        size: u64,
    },
    /// The bytes do not continue where those received end.
    #[error("the next byte expected is {expected}")]
    NotNext {
        /// Where to continue.
        expected: u64,
    },
    /// The bytes go beyond the announced size.
    #[error("more bytes than the {size} announced")]
    TooLong {
        /// The announced size.
        size: u64,
    },
    /// Bytes are lacking.
    #[error("{received} of {size} bytes received")]
    NotComplete {
        /// Bytes received.
        received: u64,
        /// Bytes announced.
        size: u64,
    },
    /// The bytes are not those announced; they were dropped.
    #[error("the bytes received are not those of the document; they were dropped")]
    HashMismatch,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DocumentError {
    /// Whether fetching the document again may work.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            _ => true,
        }
    }

    /// Whether the caller broke the order of calls.
    pub fn is_callers_fault(&self) -> bool {
        matches!(self, Self::NotBegun | Self::NotNext { .. } | Self::NotComplete { .. })
    }
}

/// SQLite's primary result codes that have a meaning of their own here.
mod code {
    pub(super) const ERROR: i32 = 1;
    pub(super) const NO_MEMORY: i32 = 7;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const NOT_A_DATABASE: i32 = 26;
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()?.parse::<i32>().ok());
        match (code.map(|code| code & 0xff), error) {
            (Some(code::FULL), _) => Self::Full,
            (Some(code::CORRUPT | code::NOT_A_DATABASE), _) => Self::Damaged,
            (_, sqlx::Error::WorkerCrashed) => Self::Closed,
            (_, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {
                Self::Unreadable { what: "a column" }
            }
            _ => Self::Database { code },
        }
    }
}

macro_rules! from_sqlx {
    ($($error:ident),+) => {$(
        impl From<sqlx::Error> for $error {
            fn from(error: sqlx::Error) -> Self {
                Self::Store(error.into())
            }
        }
    )+};
}

from_sqlx!(OpenError, RecordError, WithdrawError, SettleError, ViewError, DocumentError);

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        Self::Io { kind: error.kind() }
    }
}

impl From<std::io::Error> for SetAsideError {
    fn from(error: std::io::Error) -> Self {
        Self::Io { kind: error.kind() }
    }
}

impl From<std::io::Error> for JournalError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            kind if is_full(kind) => Self::Full,
            kind => Self::Io { kind },
        }
    }
}

/// Whether the system says that there is no room on the disk.
fn is_full(kind: std::io::ErrorKind) -> bool {
    matches!(kind, std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}
