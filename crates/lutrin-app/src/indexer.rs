//! Reading the text of documents for searching, while nobody waits for anything.
//!
//! One document at a time, in a worker of its own, page by page. A page is read when the
//! reading room is quiet, and followed by a rest as [`crate::pace`] says. What was read is
//! kept with the document; a document that cannot be read is kept as such, so that it is
//! tried once. One behind a password is read again when somebody opened it: its text is
//! kept, the password is not. Quitting loses the document being read, nothing else.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lutrin_domain::digest::Digest;
use lutrin_preview::{Ceiling, Document, Pool, PreviewError, indexed};
use lutrin_store::{DocumentText, Store, StoreError, TextState};
use lutrin_sync::progress::Progress;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::pace::{Company, rest_left};
use crate::passwords::Passwords;
use crate::quiet::Quiet;

/// The way documents are read; raised when it becomes better.
///
/// 2: words cut at the end of a line are there whole.
pub(crate) const TEXT_VERSION: u32 = 2;

/// How often one who rests looks whether the others have gone.
const LOOKED_EVERY: Duration = Duration::from_secs(1);
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
    wishes: Arc<Wishes>,
    task: JoinHandle<()>,
}

/// Documents that are read before the others.
#[derive(Default)]
struct Wishes {
    /// Those that somebody searches in.
    searched: Mutex<HashSet<Digest>>,
    /// Those that somebody opened with a password.
    unlocked: Mutex<Vec<Digest>>,
    changed: Notify,
}

impl Wishes {
    fn searched(&self) -> MutexGuard<'_, HashSet<Digest>> {
        self.searched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unlocked(&self) -> MutexGuard<'_, Vec<Digest>> {
        self.unlocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What reading needs.
struct Reading {
    store: Store,
    pool: Pool,
    quiet: Arc<Quiet>,
    passwords: Arc<Passwords>,
    progress: watch::Receiver<Progress>,
    wishes: Arc<Wishes>,
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
        passwords: Arc<Passwords>,
        progress: watch::Receiver<Progress>,
    ) -> Self {
        let wishes = Arc::<Wishes>::default();
        let shared = Arc::clone(&wishes);
        let reading =
            Reading { store, pool, quiet, passwords, progress: progress.clone(), wishes: shared };
        Self { wishes, task: tokio::spawn(reading.go_on(progress)) }
    }

    /// Reads these documents before the others.
    pub(crate) fn read_first(&self, documents: &[Digest]) {
        *self.wishes.searched() = documents.iter().copied().collect();
        self.wishes.changed.notify_one();
    }

    /// Reads a document that somebody opened with a password, unless it was read before.
    pub(crate) fn read_unlocked(&self, sha256: Digest) {
        let mut unlocked = self.wishes.unlocked();
        if !unlocked.contains(&sha256) {
            unlocked.push(sha256);
        }
        drop(unlocked);
        self.wishes.changed.notify_one();
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
                () = self.wishes.changed.notified() => {}
            }
        }
    }

    /// Reads what is unread, each time the next one in order of need.
    async fn read_all(&self) -> Result<(), Interrupted> {
        while let Some(sha256) = self.next().await? {
            if let Some(text) = self.read(sha256).await? {
                self.store.put_text(sha256, text).await?;
            }
            self.wishes.unlocked().retain(|other| *other != sha256);
        }
        Ok(())
    }

    async fn next(&self) -> Result<Option<Digest>, Interrupted> {
        loop {
            let unlocked = self.wishes.unlocked().first().copied();
            let Some(sha256) = unlocked else { break };
            let totals = self.store.text_totals(&[sha256], TEXT_VERSION).await?;
            if totals.here == 1 && (totals.read == 0 || totals.locked == 1) {
                return Ok(Some(sha256));
            }
            self.wishes.unlocked().retain(|other| *other != sha256);
        }
        let unread = self.store.unread_documents(TEXT_VERSION).await?;
        let searched = self.wishes.searched();
        Ok(unread.iter().find(|sha256| searched.contains(sha256)).or(unread.first()).copied())
    }

    /// The text of a document; none if it left meanwhile.
    async fn read(&self, sha256: Digest) -> Result<Option<DocumentText>, Interrupted> {
        self.quiet.wait(PATIENCE).await;
        let begun = Instant::now();
        let Some(bytes) = self.store.read_document(sha256).await? else { return Ok(None) };
        let opened = match self.passwords.of(sha256) {
            Some(password) => self.pool.open_with_password(bytes, &password).await,
            None => self.pool.open(bytes).await,
        };
        let text = match opened {
            Ok(document) if document.facts().format.is_flow() => flow_text(&document).await?,
            Ok(document) => {
                self.rest(begun.elapsed()).await;
                return Ok(Some(self.pages_text(&document).await?));
            }
            Err(error) => empty(state_after(error)?),
        };
        self.rest(begun.elapsed()).await;
        Ok(Some(text))
    }

    /// Leaves the machine to others after some work, as long as there are others.
    async fn rest(&self, worked: Duration) {
        let begun = Instant::now();
        loop {
            let receives = self.progress.borrow().receiving.fetching.is_some();
            let in_company = receives || self.quiet.somebody_reads();
            let company = if in_company { Company::Somebody } else { Company::None };
            let left = rest_left(worked, begun.elapsed(), company);
            if left.is_zero() {
                return;
            }
            sleep(left.min(LOOKED_EVERY)).await;
        }
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
            self.rest(begun.elapsed()).await;
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
