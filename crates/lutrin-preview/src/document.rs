//! An open document: the worker that serves it, and what happens when that one dies.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::error::PreviewError;
use crate::flow::Flow;
use crate::format::{DocumentFacts, PageSize};
use crate::frame::{Reply, Request};
use crate::limits::raster_size;
use crate::password::Password;
use crate::picture::PagePicture;
use crate::pool::Pool;
use crate::process::{Patience, Slow, WorkerProcess};

/// A document that a worker holds open. Dropping it kills the worker.
pub struct Document {
    pool: Pool,
    bytes: Arc<[u8]>,
    password: Option<Password>,
    facts: DocumentFacts,
    /// The place of the worker, which may be empty between two requests.
    seat: Mutex<Option<WorkerProcess>>,
}

impl Document {
    pub(crate) async fn open(
        pool: Pool,
        bytes: Arc<[u8]>,
        password: Option<Password>,
    ) -> Result<Self, PreviewError> {
        let (worker, facts) = open_in_fresh_worker(&pool, &bytes, password.as_ref()).await?;
        Ok(Self { pool, bytes, password, facts, seat: Mutex::new(Some(worker)) })
    }

    /// What is known of the document.
    pub fn facts(&self) -> &DocumentFacts {
        &self.facts
    }

    /// Draws a page, counted from 1, `width_px` pixels wide.
    ///
    /// The picture is narrower where a ceiling of [`crate::limits`] asks for it. Requests
    /// are served one after the other. If the worker dies or takes too long, this request
    /// fails and the next one gets a fresh worker, three deaths of this file in all; after
    /// that the answer is [`PreviewError::Unreadable`]. Dropping the future cancels the
    /// request: the worker is killed, which is not counted.
    pub async fn page(&self, page: u32, width_px: u32) -> Result<PagePicture, PreviewError> {
        self.draw(page, width_px, self.pool.patience()).await
    }

    /// The same as [`Document::page`], telling `slow` when the page takes longer than
    /// [`PoolSettings::soft_limit`](crate::PoolSettings::soft_limit).
    ///
    /// It is told at most once, counted from when the page begins to be drawn; the page goes
    /// on being drawn.
    pub async fn page_watched(
        &self,
        page: u32,
        width_px: u32,
        slow: &(dyn Fn(Slow) + Send + Sync),
    ) -> Result<PagePicture, PreviewError> {
        let patience = Patience { told: Some(slow), ..self.pool.patience() };
        self.draw(page, width_px, patience).await
    }

    async fn draw(
        &self,
        page: u32,
        width_px: u32,
        patience: Patience<'_>,
    ) -> Result<PagePicture, PreviewError> {
        let size = self.size_of(page)?;
        let expected = raster_size(self.facts.format, size, width_px);
        self.request(&Request::Page { page, width_px }, patience, |reply, png| match reply {
            Reply::Picture { width, height } => {
                PagePicture::from_worker(png, (width, height), expected)
            }
            _ => None,
        })
        .await
    }

    /// Gives the text of a document that is a flow: see [`Format::is_flow`](crate::Format).
    ///
    /// Deaths, delays and cancelling are as for [`Document::page`].
    pub async fn flow(&self) -> Result<Flow, PreviewError> {
        if !self.facts.format.is_flow() {
            return Err(PreviewError::NotAFlow);
        }
        self.request(&Request::Flow, self.pool.patience(), |reply, json| match reply {
            Reply::Flow => Flow::from_worker(&json),
            _ => None,
        })
        .await
    }

    /// The system's number for the process that serves the document, when one does and
    /// is not busy. For the page about security, and for tests.
    pub fn worker_id(&self) -> Option<u32> {
        self.seat.try_lock().ok()?.as_ref()?.id()
    }

    /// Asks the worker for something, and takes what `read` believes of the answer.
    async fn request<T>(
        &self,
        request: &Request,
        patience: Patience<'_>,
        read: impl FnOnce(Reply, Vec<u8>) -> Option<T>,
    ) -> Result<T, PreviewError> {
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

/// Has a worker that has seen no document open this one.
async fn open_in_fresh_worker(
    pool: &Pool,
    bytes: &[u8],
    password: Option<&Password>,
) -> Result<(WorkerProcess, DocumentFacts), PreviewError> {
    if pool.ledger().refuses(bytes) {
        return Err(PreviewError::Unreadable);
    }
    let mut worker = pool.take().await?;
    let request = Request::Open { password: password.cloned() };
    let outcome = match worker.ask(&request, bytes, pool.patience()).await {
        Ok((Reply::Opened(facts), _)) if facts.are_plausible() => Ok(facts),
        Ok((Reply::Refused(refusal), _)) => Err(refusal.into()),
        Ok(_) => Err(not_honest()),
        Err(error) => Err(error),
    };
    if outcome.as_ref().is_err_and(is_death) {
        pool.ledger().note_death(bytes);
    }
    Ok((worker, outcome?))
}

/// Says whether the error is the end of a worker that had the document.
fn is_death(error: &PreviewError) -> bool {
    matches!(error, PreviewError::Crashed | PreviewError::TimedOut)
}

/// What is thought of a worker that answers something else than it was asked.
fn not_honest() -> PreviewError {
    tracing::warn!("a worker sent what no honest worker sends");
    PreviewError::Crashed
}
