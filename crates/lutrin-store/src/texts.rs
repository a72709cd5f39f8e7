//! The text of documents, for searching: kept beside them, gone with them.

use std::collections::BTreeSet;

use lutrin_domain::digest::Digest;
use sqlx::{Connection, SqliteConnection};

use crate::Store;
use crate::error::StoreError;
use crate::tables::page_texts::{CLOSE, OPEN, PageRow};
use crate::tables::texts::TextRow;
use crate::tables::{documents, page_texts, texts};

/// The most pages of a document that a search gives: none hides those behind it.
pub const PAGES_EACH: u32 = 50;
/// The most pages that a search gives.
pub const PAGES: usize = 400;

/// How many words of a query count; the others are left out.
const MAX_WORDS: usize = 16;
/// How many letters of a last word are enough to find those that begin with it.
const BEGUN: usize = 2;
/// The longest word, in characters; what is longer is cut.
const MAX_WORD: usize = 64;

/// What came of reading a document for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextState {
    /// All its pages were read.
    Whole,
    /// A ceiling or a failure left pages out.
    Partial,
    /// It opens only with a password.
    Locked,
    /// It cannot be read.
    Unreadable,
}

/// The text of a document.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentText {
    /// How it was read: [`Store::unread_documents`] of a higher number names it again.
    pub version: u32,
    /// What came of it.
    pub state: TextState,
    /// The pages that have text, counted from 1; 0 is a text without pages.
    pub pages: Vec<(u32, String)>,
    /// Pages that have none.
    pub blank: u32,
}

impl std::fmt::Debug for DocumentText {
    /// Leaves the text out: it is somebody's papers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DocumentText({:?}, {} pages)", self.state, self.pages.len())
    }
}

/// A page on which searched words are.
#[derive(Clone, PartialEq, Eq)]
pub struct PageFound {
    /// The document.
    pub sha256: Digest,
    /// The page, counted from 1; 0 is a text without pages.
    pub page: u32,
    /// Some words of it in order, as text and whether it was searched for.
    pub snippet: Vec<(String, bool)>,
}

impl std::fmt::Debug for PageFound {
    /// Leaves the text out: it is somebody's papers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PageFound({}, page {})", self.sha256.short(), self.page)
    }
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextsFound {
    /// The pages, in the order of the documents, then of pages.
    pub pages: Vec<PageFound>,
    /// There may be more: a ceiling was reached.
    pub partial: bool,
}

/// How much of a list of documents can be searched; a document counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextTotals {
    /// Documents that are here, whole and verified.
    pub here: u32,
    /// Those that were read, with success or without.
    pub read: u32,
    /// Those read of which pages were left out.
    pub partial: u32,
    /// Those that open only with a password.
    pub locked: u32,
    /// Those that cannot be read.
    pub unreadable: u32,
    /// Pages read that have no text.
    pub blank: u32,
}

impl Store {
    /// Whole documents whose text was not read in this way yet, in the order of their
    /// reception, which is that of need.
    pub async fn unread_documents(&self, version: u32) -> Result<Vec<Digest>, StoreError> {
        self.on_shelf(move |conn| Box::pin(texts::unread(conn, version))).await
    }

    /// Keeps the text of a document in place of the one kept before. Gives whether the
    /// document is still here; nothing is kept of one that left.
    pub async fn put_text(&self, sha256: Digest, text: DocumentText) -> Result<bool, StoreError> {
        self.on_shelf(move |conn| Box::pin(put(conn, sha256, text))).await
    }

    /// The pages of these documents on which all words of a query are, the last one
    /// perhaps only begun; whatever their accents and case. A document gives at most
    /// [`PAGES_EACH`](crate::PAGES_EACH) pages, all together [`PAGES`](crate::PAGES).
    ///
    /// Any text is a query: signs that are not letters or digits only separate words.
    pub async fn search_texts(
        &self,
        query: &str,
        within: &[Digest],
    ) -> Result<TextsFound, StoreError> {
        let Some(matching) = matching(query) else { return Ok(TextsFound::default()) };
        let within = within.to_vec();
        self.on_shelf(move |conn| Box::pin(search(conn, matching, within))).await
    }

    /// Brings the index together, a little at a time: only then are the words of pages
    /// that were deleted out of it. Done after documents were forgotten, and to be
    /// asked for at a start, in case that was interrupted.
    pub async fn settle_texts(&self) -> Result<(), StoreError> {
        let mut anew = true;
        while self.on_shelf(move |conn| Box::pin(page_texts::merge(conn, anew))).await? {
            anew = false;
        }
        Ok(())
    }

    /// How much of a list of documents can be searched.
    pub async fn text_totals(
        &self,
        within: &[Digest],
        version: u32,
    ) -> Result<TextTotals, StoreError> {
        let within = within.to_vec();
        self.on_shelf(move |conn| Box::pin(totals(conn, within, version))).await
    }
}

async fn put(
    conn: &mut SqliteConnection,
    sha256: Digest,
    text: DocumentText,
) -> Result<bool, StoreError> {
    let Some(row) = documents::get(conn, sha256).await?.filter(|row| row.status.complete) else {
        return Ok(false);
    };
    let mut transaction = conn.begin().await?;
    page_texts::delete(&mut transaction, row.id).await?;
    for (page, words) in text.pages {
        page_texts::insert(&mut transaction, row.id, page, words.replace([OPEN, CLOSE], " "))
            .await?;
    }
    let outcome = TextRow { state: text.state, blank: text.blank };
    texts::put(&mut transaction, row.id, text.version, &outcome).await?;
    transaction.commit().await?;
    Ok(true)
}

async fn search(
    conn: &mut SqliteConnection,
    matching: String,
    within: Vec<Digest>,
) -> Result<TextsFound, StoreError> {
    let mut found = TextsFound::default();
    let mut searched = BTreeSet::new();
    for sha256 in within {
        if !searched.insert(sha256) {
            continue;
        }
        let Some(document) = documents::get(conn, sha256).await? else { continue };
        let rows = page_texts::search(conn, document.id, &matching, PAGES_EACH + 1).await?;
        found.partial |= rows.len() > PAGES_EACH as usize;
        found.pages.extend(rows.into_iter().take(PAGES_EACH as usize).map(|row| {
            let PageRow { page, snippet } = row;
            PageFound { sha256, page, snippet: parts(&snippet) }
        }));
        if found.pages.len() > PAGES {
            found.pages.truncate(PAGES);
            found.partial = true;
            break;
        }
    }
    Ok(found)
}

async fn totals(
    conn: &mut SqliteConnection,
    mut within: Vec<Digest>,
    version: u32,
) -> Result<TextTotals, StoreError> {
    within.sort();
    within.dedup();
    let mut totals = TextTotals::default();
    for sha256 in within {
        let row = documents::get(conn, sha256).await?.filter(|row| row.status.complete);
        let Some(row) = row else { continue };
        totals.here += 1;
        if let Some(text) = texts::get(conn, row.id, version).await? {
            totals.read += 1;
            match text.state {
                TextState::Whole => {}
                TextState::Partial => totals.partial += 1,
                TextState::Locked => totals.locked += 1,
                TextState::Unreadable => totals.unreadable += 1,
            }
            totals.blank += text.blank;
        }
    }
    Ok(totals)
}

/// A query in the language of FTS5; none if it has no word.
///
/// Each word is quoted, which leaves nothing of that language to the person: FTS5 cuts
/// what is between quotes into words as it does with pages.
fn matching(query: &str) -> Option<String> {
    // SQLite ends a text at a NUL, before the quote.
    let words: Vec<String> = query
        .split(|sign: char| sign.is_whitespace() || sign.is_control())
        .filter(|word| word.contains(char::is_alphanumeric))
        .take(MAX_WORDS)
        .map(|word| word.chars().take(MAX_WORD).collect::<String>().replace('"', "\"\""))
        .map(|word| format!("\"{word}\""))
        .collect();
    let last = words.last()?.chars().filter(|sign| sign.is_alphanumeric()).count();
    let begun = if last >= BEGUN { " *" } else { "" };
    Some(words.join(" ") + begun)
}

/// A snippet apart into what was searched and what is around it.
fn parts(snippet: &str) -> Vec<(String, bool)> {
    let mut marked = false;
    let mut parts = Vec::new();
    for part in snippet.split_inclusive([OPEN, CLOSE]) {
        let text = part.trim_end_matches([OPEN, CLOSE]);
        if !text.is_empty() {
            parts.push((text.to_owned(), marked));
        }
        marked = part.ends_with(OPEN);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_no_syntax_left() {
        assert_eq!(matching("contrat de trav").unwrap(), "\"contrat\" \"de\" \"trav\" *");
        assert_eq!(matching("a\"b OR c*").unwrap(), "\"a\"\"b\" \"OR\" \"c*\"");
        assert_eq!(matching("a\0b").unwrap(), "\"a\" \"b\"");
        for nothing in ["", "   ", "\"", "* ( ) -", "🙂"] {
            assert_eq!(matching(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_snippet_is_told_in_parts() {
        let part = |text: &str, marked| (text.to_owned(), marked);
        assert_eq!(
            parts("…le \u{1}contrat\u{2} de \u{1}travail\u{2}"),
            [
                part("…le ", false),
                part("contrat", true),
                part(" de ", false),
                part("travail", true)
            ]
        );
        assert_eq!(parts(""), []);
    }
}
