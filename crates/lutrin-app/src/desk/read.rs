//! Reading documents.

use lutrin_domain::digest::Digest;
use lutrin_preview::PagePicture;
use std::sync::Arc;

use super::Desk;
use crate::error::AppError;
use crate::view::{DocumentView, PageView};

impl Desk {
    /// Opens a document of a carried dossier.
    ///
    /// # Errors
    ///
    /// When it is not here or cannot be read: a message beside the document.
    pub async fn open_document(&self, sha256: Digest) -> Result<DocumentView, AppError> {
        let document = self.reading.open(sha256).await?;
        let facts = document.facts();
        let traces = self.store.page_traces(sha256).await?;
        let rotation = traces.first().map_or(0, |trace| u32::from(trace.quarter_turns));
        Ok(DocumentView {
            sha256: sha256.to_string(),
            format: crate::error::written_code(&facts.format),
            pages: facts
                .pages
                .iter()
                .map(|page| PageView {
                    width: f64::from(page.width),
                    height: f64::from(page.height),
                })
                .collect(),
            rotation,
        })
    }

    /// One page as a picture of this width.
    ///
    /// # Errors
    ///
    /// When the page cannot be drawn.
    pub async fn page(
        &self,
        sha256: Digest,
        page: u32,
        width: u32,
    ) -> Result<Arc<PagePicture>, AppError> {
        self.reading.page(sha256, page, width).await
    }

    /// Draws the first page of a document that is likely to be wanted next.
    pub async fn prefetch_document(&self, sha256: Digest) {
        self.reading.prefetch(sha256).await;
    }

    /// Keeps how the reader turned a document, on this machine only.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub async fn set_rotation(&self, sha256: Digest, quarter_turns: u32) -> Result<(), AppError> {
        let turns = u8::try_from(quarter_turns % 4).unwrap_or(0);
        Ok(self.store.set_rotation(sha256, 1, turns).await?)
    }
}
