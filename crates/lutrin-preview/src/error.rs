//! Why a document or a page is not shown.

use std::path::PathBuf;

use crate::ceiling::Ceiling;
use crate::format::Unsupported;
use crate::frame::Refusal;

/// Why a document could not be opened, or one of its pages not drawn.
///
/// None of them carries anything of the document's content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PreviewError {
    /// The file has no byte at all.
    #[error("the file is empty")]
    Empty,
    /// The file is of a format that is not read.
    #[error("the file is {what}, which is not read here")]
    Unsupported {
        /// What it was recognised to be.
        what: Unsupported,
    },
    /// The document opens only with a password.
    #[error("the document is protected by a password")]
    PasswordRequired,
    /// The password that was given does not open the document.
    #[error("the password does not open the document")]
    PasswordWrong,
    /// The document has a known format and cannot be read.
    #[error("the document is damaged and cannot be read")]
    Damaged,
    /// A ceiling is passed.
    #[error("{what}")]
    TooLarge {
        /// Which one.
        what: Ceiling,
    },
    /// The document has fewer pages.
    #[error("there is no page {page}: the document has {pages}")]
    NoSuchPage {
        /// The page asked for, counted from 1.
        page: u32,
        /// How many there are.
        pages: u32,
    },
    /// The document is text without pages: [`crate::Document::flow`] gives it.
    #[error("the document is text without pages")]
    NotPaged,
    /// The document is made of pages: [`crate::Document::page`] draws them.
    #[error("the document is made of pages")]
    NotAFlow,
    /// The worker was stopped because it took too long.
    #[error("reading took too long and was stopped")]
    TimedOut,
    /// The worker died, or said something it cannot say.
    #[error("the document made its reader stop")]
    Crashed,
    /// The file made its worker die three times and is not tried again.
    #[error("the document made its reader stop three times and is not tried again")]
    Unreadable,
    /// The worker could not be started.
    #[error("the reader could not be started from {}: {why}", path.display())]
    WorkerMissing {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The sandbox is required on this system and is not in force; nothing was read.
    #[error("the document was not read because the sandbox is not in force: {why}")]
    SandboxUnavailable {
        /// What is missing.
        why: String,
    },
}

impl PreviewError {
    /// A stable name of the error, for those who decide by it.
    pub fn code(&self) -> &'static str {
        match self {
            PreviewError::Empty => "empty",
            PreviewError::Unsupported { .. } => "unsupported",
            PreviewError::PasswordRequired => "password_required",
            PreviewError::PasswordWrong => "password_wrong",
            PreviewError::Damaged => "damaged",
            PreviewError::TooLarge { .. } => "too_large",
            PreviewError::NoSuchPage { .. } => "no_such_page",
            PreviewError::NotPaged => "not_paged",
            PreviewError::NotAFlow => "not_a_flow",
            PreviewError::TimedOut => "timed_out",
            PreviewError::Crashed => "crashed",
            PreviewError::Unreadable => "unreadable",
            PreviewError::WorkerMissing { .. } => "worker_missing",
            PreviewError::SandboxUnavailable { .. } => "sandbox_unavailable",
        }
    }

    /// Says whether asking again may give another answer without anything being changed.
    pub fn may_retry(&self) -> bool {
        matches!(self, PreviewError::TimedOut | PreviewError::Crashed)
    }
}

impl From<Refusal> for PreviewError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unsupported { what } => PreviewError::Unsupported { what },
            Refusal::PasswordRequired => PreviewError::PasswordRequired,
            Refusal::PasswordWrong => PreviewError::PasswordWrong,
            Refusal::Damaged => PreviewError::Damaged,
            Refusal::TooLarge { what } => PreviewError::TooLarge { what },
        }
    }
}
