//! Ways in which the product is wrong on purpose: what campaign C24 tries its tests with.
//!
//! Only the test kit asks for the feature `seeded-bugs`. Without it [`is`] is the constant
//! `false`, so that nothing of this is left in a program; with it, a build without debug
//! assertions does not compile. It stands in the domain because every crate that can be wrong
//! in one of these ways imports it.

#[cfg(all(feature = "seeded-bugs", not(debug_assertions)))]
compile_error!("seeded bugs are for tests: no optimised build has them");

/// A way to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// SQLite does not sync at each commit.
    SynchronousNormal,
    /// SQLite never syncs.
    SynchronousOff,
    /// Names in a folder are not made to last.
    FolderNotSynced,
    /// The sealed journal is not synced.
    JournalNotSynced,
    /// "Enregistré sur ce poste" is said before anything is written.
    ToldBeforeCommit,
    /// The cursor is kept in a transaction of its own, before what it stands for.
    CursorApart,
    /// A document that leaves leaves its words in the index.
    RemovalLeavesWords,
    /// The error of a commit is not read, as `RETURNING` had it with sqlx.
    CommitErrorUnread,
    /// A schema is upgraded statement by statement.
    UpgradeInPieces,
    /// Bytes are shown that are not those announced.
    HashNotChecked,
    /// The service does not know that it had a decision before.
    NoMemoryOfDecisions,
    /// The head of the feed is read in another transaction than what changed before it, so
    /// that a cursor may be ahead of what it stands for.
    HeadReadApart,
    /// What was decided last replaces what its author had not seen.
    LastWriterWins,
    /// Work of a session that ended counts as done.
    EndedSessionForgetsWork,
    /// A decision that is to wait five minutes waits for years when the clock is set back.
    WaitsForAnOldClock,
    /// A restored service refuses for good what builds on a decision it does not have yet.
    EarlyDecisionsRefused,
    /// A copy whose key the keyring does not give counts as none.
    LockedCopyForgotten,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::SynchronousNormal,
        Self::SynchronousOff,
        Self::FolderNotSynced,
        Self::JournalNotSynced,
        Self::ToldBeforeCommit,
        Self::CursorApart,
        Self::RemovalLeavesWords,
        Self::CommitErrorUnread,
        Self::UpgradeInPieces,
        Self::HashNotChecked,
        Self::NoMemoryOfDecisions,
        Self::HeadReadApart,
        Self::LastWriterWins,
        Self::EndedSessionForgetsWork,
        Self::WaitsForAnOldClock,
        Self::EarlyDecisionsRefused,
        Self::LockedCopyForgotten,
    ];
}

/// Whether the program is wrong in this way.
#[cfg(not(feature = "seeded-bugs"))]
#[inline(always)]
pub const fn is(_: Bug) -> bool {
    false
}

#[cfg(feature = "seeded-bugs")]
pub use switch::{SWITCH, is};

#[cfg(feature = "seeded-bugs")]
mod switch {
    use std::sync::OnceLock;

    use super::Bug;

    /// The variable that names the one bug of a process.
    pub const SWITCH: &str = "LUTRIN_SEEDED_BUG";

    static SEEDED: OnceLock<Option<Bug>> = OnceLock::new();

    /// Whether the program is wrong in this way.
    pub fn is(bug: Bug) -> bool {
        *SEEDED.get_or_init(named) == Some(bug)
    }

    /// A name that no bug has must not look like a product that withstood it.
    fn named() -> Option<Bug> {
        let name = std::env::var(SWITCH).ok()?;
        let named = |bug: &Bug| format!("{bug:?}") == name;
        Some(Bug::ALL.into_iter().find(named).expect("the switch names a bug"))
    }
}
