//! An open document: the worker that serves it, and what happens when that one dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use crate::ceiling::Ceiling;
use crate::error::PreviewError;
use crate::flow::Flow;
use crate::format::{DocumentFacts, PageSize};
use crate::frame::{Reply, Request};
use crate::layers::PageLayers;
use crate::limits::MAX_TEXT_PAGES;
use crate::password::Password;
use crate::picture::PagePicture;
use crate::pool::Pool;
use crate::process::{Patience, Slow, WorkerProcess};
use crate::raster::raster_size;
use crate::seat::{is_death, not_honest, open_in_fresh_worker};
use crate::text::{PageText, TextSource};
use crate::tile::Tile;
use crate::turns::{Priority, Turns};

/// A document that a worker holds open. Dropping it kills the worker.
///
/// Requests are served one after the other, those made here before those made through
/// [`Document::in_background`]. If the worker dies or takes too long, the request fails
/// and the next one gets a fresh worker, three deaths of this file in all; after that the
/// answer is [`PreviewError::Unreadable`]. Dropping a future cancels its request: the
/// worker is killed if it had begun, which is not counted. Pages are counted from 1.
pub struct Document {
    pool: Pool,
    bytes: Arc<[u8]>,
    password: Option<Password>,
    facts: DocumentFacts,
    /// The place of the worker, which may be empty between two requests.
    seat: Mutex<Option<WorkerProcess>>,
    /// Who may ask it next.
    turns: Arc<Turns>,
    /// Whether the second reader of text failed once; it is not asked twice.
    extraction_failed: AtomicBool,
}

impl Document {
    pub(crate) async fn open(
        pool: Pool,
        bytes: Arc<[u8]>,
        password: Option<Password>,
    ) -> Result<Self, PreviewError> {
        let (worker, facts) = open_in_fresh_worker(&pool, &bytes, password.as_ref()).await?;
        Ok(Self {
            pool,
            bytes,
            password,
            facts,
            seat: Mutex::new(Some(worker)),
            turns: Arc::default(),
            extraction_failed: AtomicBool::new(false),
        })
    }

    /// What is known of the document.
    pub fn facts(&self) -> &DocumentFacts {
        &self.facts
    }

    /// The same document for requests that nobody waits for: pages read ahead, text for
    /// an index. They are served when no other request waits.
    pub fn in_background(&self) -> Background<'_> {
        Background { document: self }
    }

    /// Draws a page, `width_px` pixels wide, without what was laid over it later.
    ///
    /// Form fields are part of the page, as far as the file draws them; the others are
    /// told by [`Document::page_layers`]. Highlights, stamps and notes are the picture of
    /// [`Document::annotations`]. The picture is narrower where a ceiling of
    /// [`crate::limits`] asks for it.
    pub async fn page(&self, page: u32, width_px: u32) -> Result<PagePicture, PreviewError> {
        self.draw_page(Priority::Foreground, page, width_px, false, self.pool.patience()).await
    }

    /// Draws only the annotations of a page, on white, in the size of [`Document::page`];
    /// nothing if it has none.
    ///
    /// To be multiplied over the page: white leaves it as it is, yellow marks it, and no
    /// annotation can hide what is printed.
    pub async fn annotations(
        &self,
        page: u32,
        width_px: u32,
    ) -> Result<Option<PagePicture>, PreviewError> {
        self.draw_annotations(page, width_px, false).await
    }

    /// Draws a part of a page, to be put over the picture of [`Document::page`] enlarged.
    ///
    /// The picture is smaller than asked for at the right and bottom edges of the page.
    pub async fn tile(&self, page: u32, tile: Tile) -> Result<PagePicture, PreviewError> {
        self.draw_tile(page, tile, false).await
    }

    /// The same document for a screen: what has the form of a NIR is painted over in every
    /// picture, or bare for somebody who lifted what hides it.
    pub fn on_screen(&self, masks: Masks) -> OnScreen<'_> {
        OnScreen { document: self, masked: masks == Masks::Down }
    }

    /// Reads the text of a page.
    pub async fn text(&self, page: u32) -> Result<PageText, PreviewError> {
        self.read_text(Priority::Foreground, page).await
    }

    /// The text of a page for a search index: its words in reading order, then the values
    /// of form fields that the file does not draw.
    pub async fn index_text(&self, page: u32) -> Result<String, PreviewError> {
        self.read_index_text(Priority::Foreground, page).await
    }

    /// Tells what lies over a page, and what its picture may lack.
    pub async fn page_layers(&self, page: u32) -> Result<PageLayers, PreviewError> {
        self.read_layers(Priority::Foreground, page).await
    }

    /// Gives the text of a document that is a flow: see [`Format::is_flow`](crate::Format).
    ///
    /// Deaths, delays and cancelling are as for [`Document::page`].
    pub async fn flow(&self) -> Result<Flow, PreviewError> {
        if !self.facts.format.is_flow() {
            return Err(PreviewError::NotAFlow);
        }
        self.request(Priority::Foreground, &Request::Flow, self.pool.patience(), |reply, json| {
            match reply {
                Reply::Flow => Flow::from_worker(&json),
                _ => None,
            }
        })
        .await
    }

    /// The system's number for the process that serves the document, when one does and
    /// is not busy. For the page about security, and for tests.
    pub fn worker_id(&self) -> Option<u32> {
        self.seat.try_lock().ok()?.as_ref()?.id()
    }

    /// Waits for its turn, asks the worker for something, and takes what `read` believes of the answer.
    async fn request<T>(
        &self,
        priority: Priority,
        request: &Request,
        patience: Patience<'_>,
        read: impl FnOnce(Reply, Vec<u8>) -> Option<T>,
    ) -> Result<T, PreviewError> {
        let _turn = self.turns.wait(priority).await;
        let mut seat = self.seat.lock().await;
        // Out of its seat, the worker is killed with this future if that one is dropped.
        let mut worker = self.seated_worker(&mut seat).await?;
        let outcome = match worker.ask(request, &[], patience).await {
            Ok((Reply::Refused(refusal), _)) => Err(refusal.into()),
            Ok((reply, payload)) => read(reply, payload).ok_or_else(not_honest),
            Err(error) => Err(error),
        };
        match &outcome {
            Err(error) if is_death(error) => self.pool.ledger().note_death(&self.bytes),
            _ => *seat = Some(worker),
        }
        outcome
    }

    async fn draw_page(
        &self,
        priority: Priority,
        page: u32,
        width_px: u32,
        masked: bool,
        patience: Patience<'_>,
    ) -> Result<PagePicture, PreviewError> {
        let expected = raster_size(self.facts.format, self.size_of(page)?, width_px);
        let request = Request::Page { page, width_px, masked };
        self.request(priority, &request, patience, |reply, payload| {
            taken_picture(&reply, payload, expected)
        })
        .await
    }

    async fn draw_annotations(
        &self,
        page: u32,
        width_px: u32,
        masked: bool,
    ) -> Result<Option<PagePicture>, PreviewError> {
        let expected = raster_size(self.facts.format, self.size_of(page)?, width_px);
        let request = Request::Annotations { page, width_px, masked };
        self.request(Priority::Foreground, &request, self.pool.patience(), |reply, payload| {
            match reply {
                Reply::Nothing => Some(None),
                reply => taken_picture(&reply, payload, expected).map(Some),
            }
        })
        .await
    }

    async fn draw_tile(
        &self,
        page: u32,
        tile: Tile,
        masked: bool,
    ) -> Result<PagePicture, PreviewError> {
        let not_there = PreviewError::TooLarge { what: Ceiling::Tile };
        let tile = tile.within(self.size_of(page)?).ok_or(not_there)?;
        let request = Request::Tile { page, tile, masked };
        self.request(Priority::Foreground, &request, self.pool.patience(), |reply, payload| {
            taken_picture(&reply, payload, (tile.width, tile.height))
        })
        .await
    }

    async fn read_text(&self, priority: Priority, page: u32) -> Result<PageText, PreviewError> {
        let size = self.size_of(page)?;
        if page > MAX_TEXT_PAGES {
            return Err(PreviewError::TooLarge { what: Ceiling::TextPages });
        }
        let text = self
            .request(priority, &Request::Text { page }, self.pool.patience(), |reply, payload| {
                taken_json(&reply, &Reply::Text, &payload)
                    .filter(|text: &PageText| text.is_plausible(size))
            })
            .await?;
        if !text.is_mostly_unmapped() {
            return Ok(text);
        }
        match self.extract_text(page, size).await {
            Some(other) if other.says_more_than(&text) => {
                Ok(PageText { unmapped: text.unmapped, ..other })
            }
            _ => Ok(text),
        }
    }

    async fn read_index_text(&self, priority: Priority, page: u32) -> Result<String, PreviewError> {
        let mut plain = self.read_text(priority, page).await?.plain();
        for field in self.read_layers(priority, page).await?.fields {
            plain.push_str(&field.value);
            plain.push('\n');
        }
        Ok(plain)
    }

    async fn read_layers(&self, priority: Priority, page: u32) -> Result<PageLayers, PreviewError> {
        let size = self.size_of(page)?;
        self.request(priority, &Request::Layers { page }, self.pool.patience(), |reply, payload| {
            taken_json(&reply, &Reply::Layers, &payload)
                .filter(|layers: &PageLayers| layers.is_plausible(size))
        })
        .await
    }

    /// Asks the second reader, in a worker of its own and without a turn: the library that
    /// it uses panics on 4 % of real files and overflows the stack on some, and neither
    /// its death nor its slowness may cost the page anything.
    async fn extract_text(&self, page: u32, size: PageSize) -> Option<PageText> {
        // It opens no file with a password.
        if self.password.is_some() || self.extraction_failed.load(Ordering::Relaxed) {
            return None;
        }
        let mut worker = self.pool.take().await.ok()?;
        let request = Request::Extract { page };
        let extracted = match worker.ask(&request, &self.bytes, self.pool.patience()).await {
            Ok((reply, payload)) => taken_json(&reply, &Reply::Text, &payload)
                .filter(|text: &PageText| text.is_plausible(size))
                .filter(|text| matches!(text.source, TextSource::Extracted | TextSource::None)),
            Err(_) => None,
        };
        self.extraction_failed.fetch_or(extracted.is_none(), Ordering::Relaxed);
        extracted
    }

    fn size_of(&self, page: u32) -> Result<PageSize, PreviewError> {
        if self.facts.format.is_flow() {
            return Err(PreviewError::NotPaged);
        }
        let pages = &self.facts.pages;
        let index = (page as usize).checked_sub(1);
        index.and_then(|index| pages.get(index)).copied().ok_or(PreviewError::NoSuchPage {
            page,
            pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
        })
    }

    /// The worker in its seat if it lives, else a fresh one that has opened the document.
    async fn seated_worker(
        &self,
        seat: &mut Option<WorkerProcess>,
    ) -> Result<WorkerProcess, PreviewError> {
        if let Some(mut worker) = seat.take() {
            if worker.is_alive() {
                return Ok(worker);
            }
            self.pool.ledger().note_death(&self.bytes);
        }
        let (worker, facts) =
            open_in_fresh_worker(&self.pool, &self.bytes, self.password.as_ref()).await?;
        // The same bytes are the same document, whatever a worker says.
        if facts != self.facts {
            self.pool.ledger().note_death(&self.bytes);
            return Err(not_honest());
        }
        Ok(worker)
    }
}

/// An open document for requests that nobody waits for.
///
/// They give the same answers as those of [`Document`], later if need be.
#[derive(Clone, Copy)]
pub struct Background<'a> {
    document: &'a Document,
}

impl Background<'_> {
    /// As [`Document::page`].
    pub async fn page(self, page: u32, width_px: u32) -> Result<PagePicture, PreviewError> {
        let patience = self.document.pool.patience();
        self.document.draw_page(Priority::Background, page, width_px, false, patience).await
    }

    /// As [`OnScreen::page`] with the masks down, which is how a page is drawn ahead.
    pub async fn masked_page(self, page: u32, width_px: u32) -> Result<PagePicture, PreviewError> {
        let patience = self.document.pool.patience();
        self.document.draw_page(Priority::Background, page, width_px, true, patience).await
    }

    /// As [`Document::text`].
    pub async fn text(self, page: u32) -> Result<PageText, PreviewError> {
        self.document.read_text(Priority::Background, page).await
    }

    /// As [`Document::index_text`].
    pub async fn index_text(self, page: u32) -> Result<String, PreviewError> {
        self.document.read_index_text(Priority::Background, page).await
    }

    /// As [`Document::page_layers`].
    pub async fn page_layers(self, page: u32) -> Result<PageLayers, PreviewError> {
        self.document.read_layers(Priority::Background, page).await
    }
}

/// Whether what has the form of a NIR is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masks {
    /// It is painted over in the worker: nothing of it leaves.
    Down,
    /// It is shown, for somebody who asked to see it.
    Lifted,
}

/// An open document for pictures that are shown.
///
/// The places that are painted over are those of the masked words of [`Document::text`], which
/// the worker reads for it and keeps for when they are asked for.
#[derive(Clone, Copy)]
pub struct OnScreen<'a> {
    document: &'a Document,
    masked: bool,
}

impl OnScreen<'_> {
    /// As [`Document::page`], telling `slow` when the page takes longer than
    /// [`PoolSettings::soft_limit`](crate::PoolSettings::soft_limit).
    ///
    /// It is told at most once, counted from when the page begins to be drawn; the page goes
    /// on being drawn.
    pub async fn page(
        self,
        page: u32,
        width_px: u32,
        slow: &(dyn Fn(Slow) + Send + Sync),
    ) -> Result<PagePicture, PreviewError> {
        let patience = Patience { told: Some(slow), ..self.document.pool.patience() };
        self.document.draw_page(Priority::Foreground, page, width_px, self.masked, patience).await
    }

    /// As [`Document::annotations`].
    pub async fn annotations(
        self,
        page: u32,
        width_px: u32,
    ) -> Result<Option<PagePicture>, PreviewError> {
        self.document.draw_annotations(page, width_px, self.masked).await
    }

    /// As [`Document::tile`].
    pub async fn tile(self, page: u32, tile: Tile) -> Result<PagePicture, PreviewError> {
        self.document.draw_tile(page, tile, self.masked).await
    }
}

/// The picture that a worker sent, if it is one of about that size.
fn taken_picture(reply: &Reply, png: Vec<u8>, expected: (u32, u32)) -> Option<PagePicture> {
    let Reply::Picture { width, height } = *reply else { return None };
    PagePicture::from_worker(png, (width, height), expected)
}

/// What a worker sent as JSON behind the reply that was expected.
fn taken_json<T: DeserializeOwned>(reply: &Reply, expected: &Reply, payload: &[u8]) -> Option<T> {
    (reply == expected).then(|| serde_json::from_slice(payload).ok()).flatten()
}
