//! An open document: the worker that serves it, and what happens when that one dies.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::error::PreviewError;
use crate::format::{DocumentFacts, PageSize};
use crate::frame::{Reply, Request};
use crate::limits::raster_size;
use crate::picture::PagePicture;
use crate::pool::Pool;
use crate::process::WorkerProcess;

/// After so many dead workers a document is not tried again.
const MAX_DEATHS: u32 = 3;

/// A document that a worker holds open. Dropping it kills the worker.
pub struct Document {
    pool: Pool,
    bytes: Arc<[u8]>,
    facts: DocumentFacts,
    seat: Mutex<Seat>,
}

/// The place of the worker, which may be empty between two requests.
struct Seat {
    worker: Option<WorkerProcess>,
    deaths: u32,
}

impl Document {
    pub(crate) async fn open(pool: Pool, bytes: Arc<[u8]>) -> Result<Self, PreviewError> {
        let mut worker = pool.take().await?;
        let facts = ask_open(&mut worker, &pool, &bytes).await?;
        let seat = Mutex::new(Seat { worker: Some(worker), deaths: 0 });
        Ok(Self { pool, bytes, facts, seat })
    }

    /// What is known of the document.
    pub fn facts(&self) -> &DocumentFacts {
        &self.facts
    }

    /// Draws a page, counted from 1, `width_px` pixels wide.
    ///
    /// The picture is narrower where a ceiling of [`crate::limits`] asks for it. Requests
    /// are served one after the other. If the worker dies or takes too long, this request
    /// fails and the next one gets a fresh worker, three deaths in all; after that the
    /// answer is [`PreviewError::Crashed`]. Dropping the future cancels the request: the
    /// worker is killed, which is not counted.
    pub async fn page(&self, page: u32, width_px: u32) -> Result<PagePicture, PreviewError> {
        let size = self.size_of(page)?;
        let mut seat = self.seat.lock().await;
        // Out of its seat, the worker is killed with this future if that one is dropped.
        let mut worker = self.seated_worker(&mut seat).await?;
        let outcome = self.ask_page(&mut worker, page, width_px, size).await;
        match &outcome {
            Err(PreviewError::Crashed | PreviewError::TimedOut) => seat.deaths += 1,
            _ => seat.worker = Some(worker),
        }
        outcome
    }

    /// The system's number for the process that serves the document, when one does and
    /// is not busy. For the page about security, and for tests.
    pub fn worker_id(&self) -> Option<u32> {
        self.seat.try_lock().ok()?.worker.as_ref()?.id()
    }

    fn size_of(&self, page: u32) -> Result<PageSize, PreviewError> {
        let pages = &self.facts.pages;
        let index = (page as usize).checked_sub(1);
        index.and_then(|index| pages.get(index)).copied().ok_or(PreviewError::NoSuchPage {
            page,
            pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
        })
    }

    /// The worker in its seat if it lives, else a fresh one that has opened the document.
    async fn seated_worker(&self, seat: &mut Seat) -> Result<WorkerProcess, PreviewError> {
        if let Some(mut worker) = seat.worker.take() {
            if worker.is_alive() {
                return Ok(worker);
            }
            seat.deaths += 1;
        }
        if seat.deaths >= MAX_DEATHS {
            return Err(PreviewError::Crashed);
        }
        let mut worker = self.pool.take().await?;
        let outcome = match ask_open(&mut worker, &self.pool, &self.bytes).await {
            // The same bytes are the same document, whatever a worker says.
            Ok(facts) if facts != self.facts => Err(PreviewError::Crashed),
            outcome => outcome,
        };
        if matches!(outcome, Err(PreviewError::Crashed | PreviewError::TimedOut)) {
            seat.deaths += 1;
        }
        outcome.map(|_| worker)
    }

    async fn ask_page(
        &self,
        worker: &mut WorkerProcess,
        page: u32,
        width_px: u32,
        size: PageSize,
    ) -> Result<PagePicture, PreviewError> {
        let request = Request::Page { page, width_px };
        match worker.ask(&request, &[], self.pool.patience()).await? {
            (Reply::Picture { width, height }, png) => {
                let expected = raster_size(self.facts.format, size, width_px);
                PagePicture::from_worker(png, (width, height), expected).ok_or_else(not_honest)
            }
            (Reply::Refused(refusal), _) => Err(refusal.into()),
            _ => Err(not_honest()),
        }
    }
}

async fn ask_open(
    worker: &mut WorkerProcess,
    pool: &Pool,
    bytes: &[u8],
) -> Result<DocumentFacts, PreviewError> {
    match worker.ask(&Request::Open, bytes, pool.patience()).await? {
        (Reply::Opened(facts), _) if facts.are_plausible() => Ok(facts),
        (Reply::Refused(refusal), _) => Err(refusal.into()),
        _ => Err(not_honest()),
    }
}

/// What is thought of a worker that answers something else than it was asked.
fn not_honest() -> PreviewError {
    tracing::warn!("a worker sent what no honest worker sends");
    PreviewError::Crashed
}
