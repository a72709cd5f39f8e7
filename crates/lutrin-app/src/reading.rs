//! The reading room: a few documents open, a few pages drawn.

use std::collections::VecDeque;
use std::sync::Arc;

use lutrin_domain::digest::Digest;
use lutrin_preview::{Document, PagePicture, Pool, PreviewError};
use lutrin_store::Store;
use tokio::sync::{Mutex, OnceCell};

use crate::error::{AppError, ErrorCode};

/// How many documents stay open: the one shown, the next and the one before.
const OPEN: usize = 4;
/// How many drawn pages are kept: about 1 MB each.
const DRAWN: usize = 24;

type Page = (Digest, u32, u32);
/// Entries by key, the most recent first; each value is made once.
type Recent<K, V> = VecDeque<(K, Arc<OnceCell<V>>)>;

/// Opens documents and draws their pages, each once while it is wanted.
pub(crate) struct ReadingRoom {
    pool: Pool,
    store: Store,
    open: Mutex<Recent<Digest, Arc<Document>>>,
    drawn: Mutex<Recent<Page, Arc<PagePicture>>>,
    /// The width last asked for: what a prefetched page is drawn at.
    width: std::sync::atomic::AtomicU32,
}

impl ReadingRoom {
    pub(crate) fn new(pool: Pool, store: Store) -> Self {
        Self {
            pool,
            store,
            open: Mutex::default(),
            drawn: Mutex::default(),
            width: std::sync::atomic::AtomicU32::new(0),
        }
    }

    /// The document of this digest, opened once however many ask.
    pub(crate) async fn open(&self, sha256: Digest) -> Result<Arc<Document>, AppError> {
        let opening = recent(&mut *self.open.lock().await, &sha256, OPEN);
        let opened = opening.get_or_try_init(|| async {
            let bytes = self.store.read_document(sha256).await?;
            let bytes = bytes.ok_or_else(|| AppError::new(ErrorCode::DocumentMissing).retry())?;
            Ok::<_, AppError>(Arc::new(self.pool.open(bytes).await?))
        });
        opened.await.cloned()
    }

    /// A page of this width in pixels, drawn once however many ask.
    pub(crate) async fn page(
        &self,
        sha256: Digest,
        page: u32,
        width: u32,
    ) -> Result<Arc<PagePicture>, AppError> {
        self.width.store(width, std::sync::atomic::Ordering::Relaxed);
        self.draw(sha256, page, width).await
    }

    async fn draw(
        &self,
        sha256: Digest,
        page: u32,
        width: u32,
    ) -> Result<Arc<PagePicture>, AppError> {
        let drawing = recent(&mut *self.drawn.lock().await, &(sha256, page, width), DRAWN);
        let drawn = drawing.get_or_try_init(|| async {
            let document = self.open(sha256).await?;
            let picture = document.page(page, width).await;
            picture.map(Arc::new).map_err(|error: PreviewError| AppError::from(error))
        });
        drawn.await.cloned()
    }

    /// Opens a document and draws its first page, if a width is known.
    pub(crate) async fn prefetch(&self, sha256: Digest) {
        let width = self.width.load(std::sync::atomic::Ordering::Relaxed);
        // What fails here is said when the person gets there.
        if width > 0 {
            let _ = self.draw(sha256, 1, width).await;
        } else {
            let _ = self.open(sha256).await;
        }
    }

    /// Lets go of documents that left this machine.
    pub(crate) async fn forget(&self, gone: &[Digest]) {
        self.open.lock().await.retain(|(sha256, _)| !gone.contains(sha256));
        self.drawn.lock().await.retain(|((sha256, _, _), _)| !gone.contains(sha256));
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
