//! Searching the files of a dossier.

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;
use lutrin_preview::indexed;
use lutrin_store::PageFound;

use super::Desk;
use super::read::LONGEST_QUERY;
use crate::error::AppError;
use crate::indexer::TEXT_VERSION;
use crate::view::{DossierFoundView, PageFoundView, SnippetPartView};

impl Desk {
    /// Finds the pages of a dossier on which all these words are, the last one perhaps
    /// only begun; whatever their accents and case. Files not read yet are read next.
    ///
    /// # Errors
    ///
    /// When the dossier is not on this machine, or the store cannot be read.
    pub async fn search_dossier(
        &self,
        id: DossierId,
        query: &str,
    ) -> Result<DossierFoundView, AppError> {
        let on_desk = self.on_desk(id).await?;
        let files: Vec<Digest> =
            on_desk.fold.dossier.current_files().iter().map(|deposit| deposit.sha256).collect();
        self.indexer.read_first(&files);
        let query: String = query.chars().take(LONGEST_QUERY).collect();
        let found = self.store.search_texts(&indexed(&query), &files).await?;
        let totals = self.store.text_totals(&files, TEXT_VERSION).await?;
        Ok(DossierFoundView {
            pages: found.pages.into_iter().map(page_view).collect(),
            partial: found.partial,
            files: totals.here,
            files_read: totals.read,
            files_partial: totals.partial,
            files_locked: totals.locked,
            files_unreadable: totals.unreadable,
            pages_without_text: totals.blank,
        })
    }
}

fn page_view(found: PageFound) -> PageFoundView {
    let part = |(text, marked)| SnippetPartView { text, marked };
    PageFoundView {
        sha256: found.sha256.to_string(),
        page: (found.page > 0).then_some(found.page),
        snippet: found.snippet.into_iter().map(part).collect(),
    }
}
