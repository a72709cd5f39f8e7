//! What is found in the files of a dossier.

use serde::{Deserialize, Serialize};
use specta::Type;

/// The pages of a dossier on which searched words are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DossierFoundView {
    /// The pages, in the order of the pieces, then of pages.
    pub pages: Vec<PageFoundView>,
    /// There may be more: a ceiling was reached.
    pub partial: bool,
    /// Files of the dossier that are on this machine.
    pub files: u32,
    /// Those read for searching so far.
    pub files_read: u32,
    /// Those read of which pages were left out.
    pub files_partial: u32,
    /// Those that open only with a password, which are not read.
    pub files_locked: u32,
    /// Those that cannot be read.
    pub files_unreadable: u32,
    /// Pages read that have no text, in which nothing can be found.
    pub pages_without_text: u32,
}

/// A page on which searched words are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PageFoundView {
    /// Digest of the file.
    pub sha256: String,
    /// The page, counted from 1; none in a text without pages.
    pub page: Option<u32>,
    /// Some words of it, in order.
    pub snippet: Vec<SnippetPartView>,
}

/// Some words of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SnippetPartView {
    /// The words.
    pub text: String,
    /// Whether they were searched for.
    pub marked: bool,
}
