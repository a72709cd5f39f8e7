//! Reading the text of documents for searching, while nobody waits for anything.
//!
//! One document at a time, in a worker of its own, page by page. A page is read when the
//! reading room is quiet, and followed by a rest several times as long. What was read is
//! kept with the document; a document that cannot be read is kept as such, so that it is
//! tried once. Quitting loses the document being read, nothing else.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lutrin_domain::digest::Digest;
use lutrin_preview::{Ceiling, Document, Pool, PreviewError, indexed};
use lutrin_store::{DocumentText, Store, StoreError, TextState};
use lutrin_sync::progress::Progress;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::quiet::Quiet;

/// The way documents are read; raised when it becomes better.
///
/// 2: words cut at the end of a line are there whole.
pub(crate) const TEXT_VERSION: u32 = 2;

/// The rest after a page, as a multiple of what it took: a third of one core at most.
const REST: u32 = 2;
/// The longest that a page waits for the reading room to be quiet.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most text that is kept of a document, in bytes: some two thousand pages.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// How often what is unread is asked for while files come.
const ASKED_EVERY: Duration = Duration::from_millis(500);
/// When reading is tried again after workers or the store failed.
const TRIED_AGAIN: Duration = Duration::from_secs(60);

/// The task that reads; it ends with this handle.
pub(crate) struct Indexer {
    first: Arc<First>,
    task: JoinHandle<()>,
}

/// Documents that somebody searches in: they are read before the others.
#[derive(Default)]
struct First {
    documents: Mutex<HashSet<Digest>>,
    changed: Notify,
}

/// What reading needs.
struct Reading {
    store: Store,
    pool: Pool,
    quiet: Arc<Quiet>,
    first: Arc<First>,
}

/// Why reading stops for a while: nothing of it is the fault of a document.
enum Interrupted {
    Store(StoreError),
    Reader(PreviewError),
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Indexer {
    /// Starts reading what is here, and goes on with what comes.
    pub(crate) fn start(
        store: Store,
        pool: Pool,
        quiet: Arc<Quiet>,
        progress: watch::Receiver<Progress>,
    ) -> Self {
        let first = Arc::<First>::default();
        let reading = Reading { store, pool, quiet, first: Arc::clone(&first) };
        Self { first, task: tokio::spawn(reading.go_on(progress)) }
    }

    /// Reads these documents before the others.
    pub(crate) fn read_first(&self, documents: &[Digest]) {
        let mut first = self.first.documents.lock().unwrap_or_else(PoisonError::into_inner);
        first.clone_from(&documents.iter().copied().collect());
        drop(first);
        self.first.changed.notify_one();
    }

    /// Reads nothing any more.
    pub(crate) fn stop(&self) {
        self.task.abort();
    }
}

impl Reading {
    async fn go_on(self, mut progress: watch::Receiver<Progress>) {
        if let Err(error) = self.store.settle_texts().await {
            tell(&error.into());
        }
        loop {
            progress.mark_unchanged();
            let pause = match self.read_all().await {
                Ok(()) => ASKED_EVERY,
                Err(interrupted) => {
                    tell(&interrupted);
                    TRIED_AGAIN
                }
            };
            sleep(pause).await;
            tokio::select! {
                changed = progress.changed() => if changed.is_err() { return },
                () = self.first.changed.notified() => {}
            }
        }
    }

    /// Reads what is unread, each time the next one in order of need.
    async fn read_all(&self) -> Result<(), Interrupted> {
        loop {
            let unread = self.store.unread_documents(TEXT_VERSION).await?;
            let wanted = {
                let first = self.first.documents.lock().unwrap_or_else(PoisonError::into_inner);
                unread.iter().find(|sha256| first.contains(sha256)).or(unread.first()).copied()
            };
            let Some(sha256) = wanted else { return Ok(()) };
            if let Some(text) = self.read(sha256).await? {
                self.store.put_text(sha256, text).await?;
            }
        }
    }

    /// The text of a document; none if it left meanwhile.
    async fn read(&self, sha256: Digest) -> Result<Option<DocumentText>, Interrupted> {
        self.quiet.wait(PATIENCE).await;
        let Some(bytes) = self.store.read_document(sha256).await? else { return Ok(None) };
        let text = match self.pool.open(bytes).await {
            Ok(document) if document.facts().format.is_flow() => flow_text(&document).await?,
            Ok(document) => self.pages_text(&document).await?,
            Err(error) => empty(state_after(error)?),
        };
        Ok(Some(text))
    }

    async fn pages_text(&self, document: &Document) -> Result<DocumentText, Interrupted> {
        let mut text = empty(TextState::Whole);
        let mut bytes = 0;
        for page in (1..).take(document.facts().pages.len()) {
            self.quiet.wait(PATIENCE).await;
            let begun = Instant::now();
            let words = match document.in_background().index_text(page).await {
                Ok(words) => indexed(&words),
                Err(error) => {
                    let ends = ends_reading(&error);
                    state_after(error)?;
                    text.state = TextState::Partial;
                    if ends {
                        break;
                    }
                    continue;
                }
            };
            bytes += words.len();
            if bytes > MAX_BYTES {
                text.state = TextState::Partial;
                break;
            }
            if words.trim().is_empty() {
                text.blank += 1;
            } else {
                text.pages.push((page, words));
            }
            sleep(begun.elapsed() * REST).await;
        }
        if text.state == TextState::Partial && text.pages.is_empty() && text.blank == 0 {
            text.state = TextState::Unreadable;
        }
        Ok(text)
    }
}

async fn flow_text(document: &Document) -> Result<DocumentText, Interrupted> {
    let flow = match document.flow().await {
        Ok(flow) => flow,
        Err(error) => return Ok(empty(state_after(error)?)),
    };
    let mut text = empty(if flow.truncated { TextState::Partial } else { TextState::Whole });
    let mut words = String::new();
    for paragraph in &flow.paragraphs {
        if words.len() + paragraph.text.len() > MAX_BYTES {
            text.state = TextState::Partial;
            break;
        }
        words.push_str(&indexed(&paragraph.text));
        words.push('\n');
    }
    if words.trim().is_empty() {
        text.blank = 1;
    } else {
        text.pages.push((0, words));
    }
    Ok(text)
}

fn empty(state: TextState) -> DocumentText {
    DocumentText { version: TEXT_VERSION, state, pages: Vec::new(), blank: 0 }
}

/// Whether the pages behind are left alone: there is no text to have, or it would cost
/// the person the document, which is no longer shown after three deaths of a worker.
fn ends_reading(error: &PreviewError) -> bool {
    matches!(
        error,
        PreviewError::Crashed
            | PreviewError::TimedOut
            | PreviewError::Unreadable
            | PreviewError::TooLarge { what: Ceiling::TextPages }
    )
}

/// What a failure says of the document; nothing if it is the reader that failed.
fn state_after(error: PreviewError) -> Result<TextState, Interrupted> {
    match error {
        PreviewError::PasswordRequired | PreviewError::PasswordWrong => Ok(TextState::Locked),
        PreviewError::WorkerMissing { .. } | PreviewError::SandboxUnavailable { .. } => {
            Err(Interrupted::Reader(error))
        }
        _ => Ok(TextState::Unreadable),
    }
}

fn tell(interrupted: &Interrupted) {
    match interrupted {
        Interrupted::Store(StoreError::Closed) => {}
        Interrupted::Store(error) => tracing::warn!(%error, "texts are not kept for now"),
        Interrupted::Reader(error) => {
            tracing::warn!(code = error.code(), "texts are not read for now");
        }
    }
}

impl From<StoreError> for Interrupted {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
