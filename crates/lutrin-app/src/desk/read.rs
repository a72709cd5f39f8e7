//! Reading documents.

use std::sync::Arc;

use lutrin_domain::digest::Digest;
use lutrin_preview::limits::MAX_PAGES;
use lutrin_preview::{
    After, Document, FieldValue, Flow, Hit, Masks, PageBox, PagePicture, Paragraph, ParagraphKind,
    Password, PreviewError, TextSource, Tile, Word, find,
};

use super::Desk;
use super::work_list::count;
use crate::error::{AppError, ErrorCode, written_code};
use crate::reading::{Layer, PictureKey};
use crate::view::{
    BoxView, DocumentView, FieldView, FlowView, FoundView, HitView, HoldsView, PageContentView,
    PageView, ParagraphView, TextSourceView, TurnedPageView, WordView,
};

/// How many places of a searched text are told.
const HITS: usize = 2_000;
/// The longest text that is searched, in characters.
pub(super) const LONGEST_QUERY: usize = 200;

impl Desk {
    /// Opens a document of a carried dossier. One that opens with a password is read for
    /// searching from then on; the password is kept until the session ends.
    ///
    /// # Errors
    ///
    /// When it is not here, asks for a password or cannot be read: a message beside the
    /// document.
    pub async fn open_document(
        &self,
        sha256: Digest,
        password: Option<String>,
    ) -> Result<DocumentView, AppError> {
        let _waits = self.reading.somebody_waits();
        let document = match password {
            Some(typed) => {
                let opened = self.reading.open_with_password(sha256, Password::new(typed)).await?;
                self.indexer.read_unlocked(sha256);
                opened
            }
            None => self.reading.open(sha256).await?,
        };
        let facts = document.facts();
        let traces = self.store.page_traces(sha256).await?;
        Ok(DocumentView {
            sha256: sha256.to_string(),
            format: written_code(&facts.format),
            pages: facts
                .pages
                .iter()
                .map(|page| PageView {
                    width: f64::from(page.width),
                    height: f64::from(page.height),
                })
                .collect(),
            turned: traces
                .into_iter()
                .filter(|trace| trace.quarter_turns != 0)
                .map(|trace| TurnedPageView {
                    page: trace.page,
                    turns: u32::from(trace.quarter_turns),
                })
                .collect(),
            holds: holds_view(&document),
        })
    }

    /// One page as a picture of this width. With the masks down, social security numbers are
    /// painted over before the picture leaves the reading room.
    ///
    /// # Errors
    ///
    /// When the page cannot be drawn.
    pub async fn page(
        &self,
        sha256: Digest,
        page: u32,
        width: u32,
        masks: Masks,
    ) -> Result<Arc<PagePicture>, AppError> {
        let key = PictureKey { sha256, page, width, layer: Layer::Page(masks) };
        self.reading.picture(key).await?.ok_or_else(|| AppError::new(ErrorCode::Internal))
    }

    /// Why a page was not drawn; nothing if it can be drawn now. A page that was stopped or
    /// took too long is not drawn again to tell.
    pub async fn page_error(&self, sha256: Digest, page: u32, width: u32) -> Option<AppError> {
        for masks in [Masks::Down, Masks::Lifted] {
            let key = PictureKey { sha256, page, width, layer: Layer::Page(masks) };
            if let Some(error) = self.reading.take_failure(key).await {
                return Some(error);
            }
        }
        self.page(sha256, page, width, Masks::Down).await.err()
    }

    /// One page in small, its masks down; after all others.
    ///
    /// # Errors
    ///
    /// When the page cannot be drawn.
    pub async fn masked_page(
        &self,
        sha256: Digest,
        page: u32,
        width: u32,
    ) -> Result<Arc<PagePicture>, AppError> {
        let key = PictureKey { sha256, page, width, layer: Layer::Small };
        self.reading.picture(key).await?.ok_or_else(|| AppError::new(ErrorCode::Internal))
    }

    /// The annotations of a page as a picture of the same size, if it has any.
    ///
    /// # Errors
    ///
    /// When they cannot be drawn.
    pub async fn page_annotations(
        &self,
        sha256: Digest,
        page: u32,
        width: u32,
        masks: Masks,
    ) -> Result<Option<Arc<PagePicture>>, AppError> {
        self.reading.picture(PictureKey { sha256, page, width, layer: Layer::Notes(masks) }).await
    }

    /// A part of a page, to be put over its picture where that is too coarse.
    ///
    /// # Errors
    ///
    /// When it is not on the page or cannot be drawn.
    pub async fn page_tile(
        &self,
        sha256: Digest,
        page: u32,
        tile: Tile,
        masks: Masks,
    ) -> Result<PagePicture, AppError> {
        self.reading.tile(sha256, page, tile, masks).await
    }

    /// The words of a page, and what lies over it.
    ///
    /// # Errors
    ///
    /// When the page cannot be read.
    pub async fn page_content(
        &self,
        sha256: Digest,
        page: u32,
    ) -> Result<PageContentView, AppError> {
        let _waits = self.reading.somebody_waits();
        let (text, layers) = self.reading.content(sha256, page).await?;
        Ok(PageContentView {
            source: match text.source {
                TextSource::None => TextSourceView::None,
                TextSource::Glyphs => TextSourceView::Glyphs,
                TextSource::Extracted => TextSourceView::Extracted,
            },
            words: text.words.into_iter().map(word_view).collect(),
            fields: layers.fields.into_iter().map(field_view).collect(),
            annotations: layers.annotations,
            warnings: layers.warnings.iter().map(written_code).collect(),
        })
    }

    /// The text of a document that has no layout here.
    ///
    /// # Errors
    ///
    /// When it has pages instead, or cannot be read.
    pub async fn document_flow(&self, sha256: Digest) -> Result<FlowView, AppError> {
        let Flow { paragraphs, truncated } = self.reading.open(sha256).await?.flow().await?;
        Ok(FlowView { paragraphs: paragraphs.into_iter().map(paragraph_view).collect(), truncated })
    }

    /// Finds a text in a document, whatever its case and accents. A search begun later
    /// makes this one give up with what it found.
    ///
    /// # Errors
    ///
    /// When the document cannot be read.
    pub async fn find_in_document(
        &self,
        sha256: Digest,
        query: &str,
    ) -> Result<FoundView, AppError> {
        let _waits = self.reading.somebody_waits();
        let search = self.reading.begin_search();
        let query: String = query.chars().take(LONGEST_QUERY).collect();
        let document = self.reading.open(sha256).await?;
        let mut found = FoundView::default();
        for page in 1..=count(document.facts().pages.len()) {
            if found.hits.len() >= HITS || !self.reading.is_wanted(search) {
                found.partial = true;
                break;
            }
            match document.in_background().text(page).await {
                Ok(text) => {
                    found.pages_without_text += u32::from(text.words.is_empty());
                    let hits = find(&text.words, &query);
                    found.hits.extend(hits.into_iter().map(|hit| hit_view(page, hit)));
                }
                Err(PreviewError::TooLarge { .. }) => {
                    found.partial = true;
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        found.hits.truncate(HITS);
        Ok(found)
    }

    /// Finds on a page, counted from 1, what a search of the dossier found there: the
    /// text as [`Desk::find_in_document`] does, else each of its words.
    ///
    /// # Errors
    ///
    /// When the page cannot be read.
    pub async fn find_on_page(
        &self,
        sha256: Digest,
        page: u32,
        query: &str,
    ) -> Result<Vec<HitView>, AppError> {
        let _waits = self.reading.somebody_waits();
        let query: String = query.chars().take(LONGEST_QUERY).collect();
        let words = self.reading.open(sha256).await?.text(page).await?.words;
        let mut hits = find(&words, &query);
        if hits.is_empty() {
            hits = query.split_whitespace().flat_map(|word| find(&words, word)).collect();
            hits.sort_by_key(|hit| hit.first_word);
        }
        hits.truncate(HITS);
        Ok(hits.into_iter().map(|hit| hit_view(page, hit)).collect())
    }

    /// Gives up the pages of a document that are being drawn.
    pub fn stop_document(&self, sha256: Digest) {
        self.reading.stop(sha256);
    }

    /// Draws a page that is likely to be wanted next, when nothing else is to be drawn;
    /// says whether it is drawn, or was given up.
    pub async fn prefetch_page(&self, sha256: Digest, page: u32, width: u32) -> bool {
        let key = PictureKey { sha256, page, width, layer: Layer::Page(Masks::Down) };
        self.reading.prefetch(key).await
    }

    /// Keeps how the reader turned pages, on this machine only.
    ///
    /// # Errors
    ///
    /// When there are more pages than a document has, or the store cannot be written.
    pub async fn set_rotations(
        &self,
        sha256: Digest,
        turned: &[TurnedPageView],
    ) -> Result<(), AppError> {
        if turned.len() > MAX_PAGES || turned.iter().any(|each| each.page as usize > MAX_PAGES) {
            return Err(AppError::new(ErrorCode::InvalidRequest));
        }
        let turns = |turned: &TurnedPageView| u8::try_from(turned.turns % 4).unwrap_or(0);
        let rotations: Vec<_> = turned.iter().map(|each| (each.page, turns(each))).collect();
        Ok(self.store.set_rotations(sha256, &rotations).await?)
    }
}

fn holds_view(document: &Document) -> HoldsView {
    let features = &document.facts().features;
    HoldsView {
        scripts: features.javascript,
        actions: features.launch_actions || features.submit_actions || features.multimedia,
        links: features.links,
        attachments: features.embedded_files,
        signatures: features.signatures,
        layers: features.optional_content,
        partial: features.partial,
    }
}

fn box_view(area: PageBox) -> BoxView {
    BoxView {
        left: f64::from(area.left),
        top: f64::from(area.top),
        width: f64::from(area.right - area.left),
        height: f64::from(area.bottom - area.top),
    }
}

fn word_view(word: Word) -> WordView {
    WordView {
        text: word.text,
        area: word.area.map(box_view),
        line: word.line,
        spaced: word.after != After::Nothing,
        masked: word.masked,
    }
}

fn field_view(field: FieldValue) -> FieldView {
    FieldView { area: box_view(field.area), value: field.value, kind: written_code(&field.kind) }
}

fn hit_view(page: u32, hit: Hit) -> HitView {
    HitView { page, boxes: hit.boxes.into_iter().map(box_view).collect() }
}

fn paragraph_view(paragraph: Paragraph) -> ParagraphView {
    let (kind, level) = match paragraph.kind {
        ParagraphKind::Heading(level) => ("heading", u32::from(level)),
        ParagraphKind::Body => ("body", 0),
        ParagraphKind::ListItem => ("list_item", 0),
        ParagraphKind::TableRow => ("table_row", 0),
    };
    ParagraphView { kind: kind.to_owned(), level, text: paragraph.text }
}
