//! The reading room: a few documents open, a few pages drawn.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use lutrin_domain::digest::Digest;
use lutrin_preview::{Document, PagePicture, Password, Pool, Slow};
use lutrin_store::Store;
use tokio::sync::{Mutex, OnceCell, broadcast};

use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::given::Given;
use crate::quiet::{Disturbance, Quiet};

/// How many documents stay open: the two shown, the next and the one before.
const OPEN: usize = 5;
/// How many drawn pages are kept: about 1 MB each.
const DRAWN: usize = 24;
/// How many requests to stop may wait for a page that is being drawn to hear them.
const STOPS: usize = 16;

/// A picture of a page: document, page, width, and whether of its annotations.
type Page = (Digest, u32, u32, bool);
/// Entries by key, the most recent first; each value is made once.
type Recent<K, V> = VecDeque<(K, Arc<OnceCell<V>>)>;

/// Opens documents and draws their pages, each once while it is wanted.
pub(crate) struct ReadingRoom {
    pool: Pool,
    store: Store,
    given: Given,
    quiet: Arc<Quiet>,
    open: Mutex<Recent<Digest, Arc<Document>>>,
    drawn: Mutex<Recent<Page, Option<Arc<PagePicture>>>>,
    /// The passwords that opened documents; forgotten with the session.
    passwords: Mutex<HashMap<Digest, Password>>,
    /// Documents whose pages are no longer waited for.
    stops: broadcast::Sender<Digest>,
    /// The width last asked for: what a prefetched page is drawn at.
    width: AtomicU32,
    /// The number of the newest search; an older one gives up.
    search: AtomicU64,
}

/// Whether somebody waits for a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Now,
    Later,
}

impl ReadingRoom {
    pub(crate) fn new(pool: Pool, store: Store, given: Given, quiet: Arc<Quiet>) -> Self {
        Self {
            pool,
            store,
            given,
            quiet,
            open: Mutex::default(),
            drawn: Mutex::default(),
            passwords: Mutex::default(),
            stops: broadcast::channel(STOPS).0,
            width: AtomicU32::new(0),
            search: AtomicU64::new(0),
        }
    }

    /// The document of this digest, opened once however many ask.
    pub(crate) async fn open(&self, sha256: Digest) -> Result<Arc<Document>, AppError> {
        let opening = recent(&mut *self.open.lock().await, &sha256, OPEN);
        let opened = opening.get_or_try_init(|| async {
            let bytes = self.store.read_document(sha256).await?;
            let bytes = bytes.ok_or_else(|| AppError::new(ErrorCode::DocumentMissing).retry())?;
            let password = self.passwords.lock().await.get(&sha256).cloned();
            let opened = match &password {
                Some(password) => self.pool.open_with_password(bytes, password).await,
                None => self.pool.open(bytes).await,
            };
            Ok::<_, AppError>(Arc::new(opened.map_err(|error| named(error.into(), sha256))?))
        });
        opened.await.cloned()
    }

    /// The same with a password, which is kept until the session ends if it is right.
    pub(crate) async fn open_with_password(
        &self,
        sha256: Digest,
        password: Password,
    ) -> Result<Arc<Document>, AppError> {
        self.passwords.lock().await.insert(sha256, password);
        let opened = self.open(sha256).await;
        if opened.is_err() {
            self.passwords.lock().await.remove(&sha256);
        }
        opened
    }

    /// A page of this width in pixels, drawn once however many ask.
    pub(crate) async fn page(
        &self,
        sha256: Digest,
        page: u32,
        width: u32,
    ) -> Result<Arc<PagePicture>, AppError> {
        let _waits = self.somebody_waits();
        self.width.store(width, Ordering::Relaxed);
        self.draw((sha256, page, width, false), Wanted::Now).await?.ok_or_else(nothing)
    }

    /// The annotations of a page, on white, to be multiplied over it; none if it has none.
    pub(crate) async fn annotations(
        &self,
        sha256: Digest,
        page: u32,
        width: u32,
    ) -> Result<Option<Arc<PagePicture>>, AppError> {
        self.draw((sha256, page, width, true), Wanted::Now).await
    }

    /// Keeps what runs in the background waiting until the answer is dropped.
    pub(crate) fn somebody_waits(&self) -> Disturbance {
        self.quiet.disturb()
    }

    async fn draw(&self, key: Page, wanted: Wanted) -> Result<Option<Arc<PagePicture>>, AppError> {
        let (sha256, page, width, annotations) = key;
        let drawing = recent(&mut *self.drawn.lock().await, &key, DRAWN);
        let drawn = drawing.get_or_try_init(|| async {
            let document = self.open(sha256).await?;
            let slow = |_: Slow| self.given.tell(AppEvent::PageSlow { sha256, page });
            let drawn = async {
                match wanted {
                    _ if annotations => document.annotations(page, width).await,
                    Wanted::Now => document.page_watched(page, width, &slow).await.map(Some),
                    Wanted::Later => document.in_background().page(page, width).await.map(Some),
                }
            };
            let mut stops = self.stops.subscribe();
            tokio::select! {
                drawn = drawn => match drawn {
                    Ok(picture) => Ok(picture.map(Arc::new)),
                    Err(error) => Err(named(error.into(), sha256)),
                },
                () = stopped(&mut stops, sha256) => {
                    Err(AppError::new(ErrorCode::DocumentStopped).retry())
                }
            }
        });
        drawn.await.cloned()
    }

    /// Gives up the pages of a document that are being drawn.
    pub(crate) fn stop(&self, sha256: Digest) {
        // Nobody listens when nothing is being drawn.
        let _ = self.stops.send(sha256);
    }

    /// Opens a document and draws its first page, if a width is known.
    pub(crate) async fn prefetch(&self, sha256: Digest) {
        let width = self.width.load(Ordering::Relaxed);
        // What fails here is said when the person gets there.
        if width > 0 {
            let _ = self.draw((sha256, 1, width, false), Wanted::Later).await;
        } else {
            let _ = self.open(sha256).await;
        }
    }

    /// Begins a search: those begun before are no longer wanted.
    pub(crate) fn begin_search(&self) -> u64 {
        self.search.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether a search is still the newest.
    pub(crate) fn is_wanted(&self, search: u64) -> bool {
        self.search.load(Ordering::Relaxed) == search
    }

    /// Lets go of documents that left this machine.
    pub(crate) async fn forget(&self, gone: &[Digest]) {
        self.open.lock().await.retain(|(sha256, _)| !gone.contains(sha256));
        self.drawn.lock().await.retain(|((sha256, ..), _)| !gone.contains(sha256));
    }
}

/// An error about a file that is given up says which one, for whoever looks into it.
fn named(error: AppError, sha256: Digest) -> AppError {
    match error.code {
        ErrorCode::DocumentUnreadable => error.with("sha256", sha256.to_string()),
        _ => error,
    }
}

fn nothing() -> AppError {
    AppError::new(ErrorCode::Internal)
}

/// Waits until the pages of this document are no longer waited for.
async fn stopped(stops: &mut broadcast::Receiver<Digest>, sha256: Digest) {
    loop {
        match stops.recv().await {
            Ok(stopped) if stopped == sha256 => return,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            _ => {}
        }
    }
}

/// The entry of a key, made if need be and moved to the front; the oldest goes.
fn recent<K: PartialEq + Clone, V>(
    entries: &mut Recent<K, V>,
    key: &K,
    most: usize,
) -> Arc<OnceCell<V>> {
    let found = entries.iter().position(|(other, _)| other == key);
    let entry = found
        .and_then(|index| entries.remove(index))
        .unwrap_or_else(|| (key.clone(), Arc::new(OnceCell::new())));
    let cell = Arc::clone(&entry.1);
    entries.push_front(entry);
    entries.truncate(most);
    cell
}
