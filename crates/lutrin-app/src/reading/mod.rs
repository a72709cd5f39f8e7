//! The reading room: a few documents open, a few pages drawn.

mod pictures;

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lutrin_domain::digest::Digest;
use lutrin_preview::{
    Document, Masks, PageLayers, PagePicture, PageText, Password, Pool, PreviewError, Slow, Tile,
};
use lutrin_store::Store;
use tokio::sync::{Mutex, OnceCell, broadcast};
use tokio::time::{sleep, timeout};

pub(crate) use self::pictures::{Layer, PictureKey};
use self::pictures::{Pictures, Wanted};
use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::given::Given;
use crate::passwords::Passwords;
use crate::quiet::{Disturbance, Quiet};

/// How many documents stay open: the two shown, the next and the one before.
const OPEN: usize = 5;
/// How many bytes of drawn pages are kept: what is on screen and its neighbours; the first
/// pages of the next pieces are kept by the window, decoded. A page of text is 0.1 to 1 MB,
/// one of a scan up to 5.
const DRAWN: usize = 16 * 1024 * 1024;
/// How many requests to stop or to hurry may wait for a page that is being drawn to hear
/// them.
const CALLS: usize = 16;
/// How long a page may take that nobody waits for.
const AHEAD: Duration = Duration::from_secs(1);
/// How much longer when somebody waits for another page of the document. Stopping costs
/// the document its worker, which is about as much.
const HURRIED: Duration = Duration::from_millis(50);
/// How long the text of a page may keep its picture waiting.
const LONG_READ: Duration = Duration::from_millis(250);
/// How many failures wait to be asked for.
const FAILED: usize = 64;
/// How many pages too slow to be drawn ahead are remembered.
const HEAVY: usize = 64;

/// Entries by key, the most recent first; each value is made once.
type Recent<K, V> = VecDeque<(K, Arc<OnceCell<V>>)>;

/// Documents that are spoken of together.
#[derive(Clone)]
enum Documents {
    All,
    These(Arc<[Digest]>),
}

impl Documents {
    fn contains(&self, sha256: &Digest) -> bool {
        match self {
            Self::All => true,
            Self::These(these) => these.contains(sha256),
        }
    }
}

/// Opens documents and draws their pages, each once while it is wanted.
pub(crate) struct ReadingRoom {
    pool: Pool,
    store: Store,
    given: Given,
    quiet: Arc<Quiet>,
    open: Mutex<Recent<Digest, Arc<Document>>>,
    drawn: Mutex<Pictures>,
    passwords: Arc<Passwords>,
    /// Documents whose pages are no longer waited for.
    stops: broadcast::Sender<Documents>,
    /// Pages that somebody waits for.
    hurries: broadcast::Sender<PictureKey>,
    /// Why pictures were not drawn, until it is asked for.
    failed: Mutex<VecDeque<(PictureKey, AppError)>>,
    /// Pages that took too long to be drawn ahead; they are drawn when they are wanted.
    heavy: Mutex<VecDeque<(Digest, u32)>>,
    /// The number of the newest search; an older one gives up.
    search: AtomicU64,
}

impl ReadingRoom {
    pub(crate) fn new(
        pool: Pool,
        store: Store,
        given: Given,
        quiet: Arc<Quiet>,
        passwords: Arc<Passwords>,
    ) -> Self {
        Self {
            pool,
            store,
            given,
            quiet,
            open: Mutex::default(),
            drawn: Mutex::new(Pictures::new(DRAWN)),
            passwords,
            stops: broadcast::channel(CALLS).0,
            hurries: broadcast::channel(CALLS).0,
            failed: Mutex::default(),
            heavy: Mutex::default(),
            search: AtomicU64::new(0),
        }
    }

    /// The document of this digest, opened once however many ask.
    pub(crate) async fn open(&self, sha256: Digest) -> Result<Arc<Document>, AppError> {
        let opening = recent(&mut *self.open.lock().await, &sha256, OPEN);
        let opened = opening.get_or_try_init(|| async {
            let bytes = self.store.read_document(sha256).await?;
            let bytes = bytes.ok_or_else(|| AppError::new(ErrorCode::DocumentMissing).retry())?;
            let password = self.passwords.of(sha256);
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
        self.passwords.keep(sha256, password);
        let opened = self.open(sha256).await;
        if opened.is_err() {
            self.passwords.forget(sha256);
        }
        opened
    }

    /// A picture, drawn once however many ask; none where there is nothing to draw.
    pub(crate) async fn picture(
        &self,
        key: PictureKey,
    ) -> Result<Option<Arc<PagePicture>>, AppError> {
        let _waits = self.somebody_waits();
        if key.layer != Layer::Small {
            // Nobody listens when nothing is being drawn ahead.
            let _ = self.hurries.send(key);
        }
        let drawn = self.draw(key, Wanted::Now).await;
        if let Err(error) = &drawn {
            let mut failed = self.failed.lock().await;
            failed.retain(|(other, _)| *other != key);
            failed.push_front((key, error.clone()));
            failed.truncate(FAILED);
        }
        drawn
    }

    /// Why a picture was not drawn, told once: asking again is trying again.
    pub(crate) async fn take_failure(&self, key: PictureKey) -> Option<AppError> {
        let mut failed = self.failed.lock().await;
        let index = failed.iter().position(|(other, _)| *other == key)?;
        failed.remove(index).map(|(_, error)| error)
    }

    /// Draws a page that is likely to be wanted, when nothing else is to be drawn; says
    /// whether it is there.
    pub(crate) async fn prefetch(&self, key: PictureKey) -> bool {
        let page = (key.sha256, key.page);
        if self.heavy.lock().await.contains(&page) {
            return false;
        }
        // What fails here is said when the person gets there.
        if let Ok(drawn) = timeout(AHEAD, self.draw(key, Wanted::Later)).await {
            return drawn.is_ok();
        }
        let mut heavy = self.heavy.lock().await;
        heavy.push_front(page);
        heavy.truncate(HEAVY);
        false
    }

    /// A part of a page, drawn again each time: parts are asked for near the screen only.
    pub(crate) async fn tile(
        &self,
        sha256: Digest,
        page: u32,
        tile: Tile,
        masks: Masks,
    ) -> Result<PagePicture, AppError> {
        let _waits = self.somebody_waits();
        let document = self.open(sha256).await?;
        self.unless_stopped(sha256, document.on_screen(masks).tile(page, tile)).await
    }

    async fn draw(
        &self,
        key: PictureKey,
        wanted: Wanted,
    ) -> Result<Option<Arc<PagePicture>>, AppError> {
        let drawing = self.drawn.lock().await.drawing(key, wanted);
        let drawn = drawing.get_or_try_init(|| self.draw_now(key, wanted)).await.cloned();
        drop(drawing);
        self.drawn.lock().await.trim();
        drawn
    }

    async fn draw_now(
        &self,
        key: PictureKey,
        wanted: Wanted,
    ) -> Result<Option<Arc<PagePicture>>, AppError> {
        let PictureKey { sha256, page, width, layer } = key;
        let mut hurries = self.hurries.subscribe();
        let document = self.open(sha256).await?;
        let slow = |_: Slow| self.given.tell(AppEvent::PageSlow { sha256, page });
        let drawn = async {
            match (layer, wanted) {
                (Layer::Page(masks), Wanted::Now) => {
                    document.on_screen(masks).page(page, width, &slow).await.map(Some)
                }
                (Layer::Notes(masks), _) => {
                    document.on_screen(masks).annotations(page, width).await
                }
                (Layer::Page(_), Wanted::Later) | (Layer::Small, _) => {
                    document.in_background().masked_page(page, width).await.map(Some)
                }
            }
        };
        let in_the_way = async {
            match wanted {
                Wanted::Now => std::future::pending().await,
                Wanted::Later => {
                    hurried(&mut hurries, |other| other.sha256 == sha256 && other != key).await;
                }
            }
            sleep(HURRIED).await;
        };
        tokio::select! {
            drawn = self.unless_stopped(sha256, drawn) => Ok(drawn?.map(Arc::new)),
            () = in_the_way => Err(AppError::new(ErrorCode::DocumentStopped).retry()),
        }
    }

    /// The words of a page and what lies over it, read behind the pictures: when they take
    /// long and a picture of the document is waited for, they are read again after it.
    pub(crate) async fn content(
        &self,
        sha256: Digest,
        page: u32,
    ) -> Result<(PageText, PageLayers), AppError> {
        let document = self.open(sha256).await?;
        loop {
            let mut hurries = self.hurries.subscribe();
            let read = async {
                let document = document.in_background();
                Ok((document.text(page).await?, document.page_layers(page).await?))
            };
            let in_the_way = async {
                hurried(&mut hurries, |key| key.sha256 == sha256).await;
                sleep(LONG_READ).await;
            };
            tokio::select! {
                read = self.unless_stopped(sha256, read) => return read,
                () = in_the_way => {}
            }
        }
    }

    /// What a document is asked for, unless the person stops waiting for its pages.
    async fn unless_stopped<T>(
        &self,
        sha256: Digest,
        asked: impl Future<Output = Result<T, PreviewError>>,
    ) -> Result<T, AppError> {
        let mut stops = self.stops.subscribe();
        tokio::select! {
            answer = asked => answer.map_err(|error| named(error.into(), sha256)),
            () = stopped(&mut stops, sha256) => {
                Err(AppError::new(ErrorCode::DocumentStopped).retry())
            }
        }
    }

    /// Keeps what runs in the background waiting until the answer is dropped.
    pub(crate) fn somebody_waits(&self) -> Disturbance {
        self.quiet.disturb()
    }

    /// Gives up the pages of a document that are being drawn.
    pub(crate) fn stop(&self, sha256: Digest) {
        self.stop_all(Documents::These([sha256].into()));
    }

    fn stop_all(&self, documents: Documents) {
        // Nobody listens when nothing is being drawn.
        let _ = self.stops.send(documents);
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
        self.let_go(Documents::These(gone.into())).await;
    }

    /// Lets go of every document, and of all that was drawn of any.
    pub(crate) async fn forget_all(&self) {
        self.let_go(Documents::All).await;
    }

    async fn let_go(&self, gone: Documents) {
        self.passwords.forget_those(|sha256| gone.contains(sha256));
        self.open.lock().await.retain(|(sha256, _)| !gone.contains(sha256));
        self.drawn.lock().await.forget(|sha256| gone.contains(sha256));
        self.failed.lock().await.retain(|(key, _)| !gone.contains(&key.sha256));
        self.heavy.lock().await.retain(|(sha256, _)| !gone.contains(sha256));
        self.stop_all(gone);
    }
}

/// An error about a file that is given up says which one, for whoever looks into it.
fn named(error: AppError, sha256: Digest) -> AppError {
    match error.code {
        ErrorCode::DocumentUnreadable => error.with("sha256", sha256.to_string()),
        _ => error,
    }
}

/// Waits until the pages of this document are no longer waited for.
async fn stopped(stops: &mut broadcast::Receiver<Documents>, sha256: Digest) {
    loop {
        match stops.recv().await {
            Ok(stopped) if stopped.contains(&sha256) => return,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            _ => {}
        }
    }
}

/// Waits until somebody waits for such a picture.
async fn hurried(hurries: &mut broadcast::Receiver<PictureKey>, by: impl Fn(PictureKey) -> bool) {
    loop {
        match hurries.recv().await {
            Ok(key) if by(key) => return,
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::given::tests::{given, store};

    pub(crate) fn room(store: Store, given: Given) -> ReadingRoom {
        let pool = Pool::new(given.reader.clone());
        ReadingRoom::new(pool, store, given, Quiet::new(), Arc::default())
    }

    async fn is_known(room: &ReadingRoom, sha256: Digest) -> [bool; 3] {
        let failed = room.failed.lock().await.iter().any(|(key, _)| key.sha256 == sha256);
        let heavy = room.heavy.lock().await.contains(&(sha256, 1));
        [room.passwords.of(sha256).is_some(), failed, heavy]
    }

    #[tokio::test]
    async fn of_documents_that_left_nothing_is_known_and_nothing_is_drawn() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path()).await;
        let room = room(store, given(folder.path(), jiff::Timestamp::UNIX_EPOCH));
        // They were read, and have made room for others since.
        let [march, april] = [Digest::of(b"march"), Digest::of(b"april")];
        for sha256 in [march, april] {
            room.passwords.keep(sha256, Password::new("2026".to_owned()));
            let key = PictureKey { sha256, page: 1, width: 800, layer: Layer::Small };
            let failed = AppError::new(ErrorCode::DocumentDamaged);
            room.failed.lock().await.push_front((key, failed));
            room.heavy.lock().await.push_front((sha256, 1));
        }
        let mut stops = room.stops.subscribe();
        room.forget(&[march]).await;
        assert_eq!(is_known(&room, march).await, [false; 3]);
        assert_eq!(is_known(&room, april).await, [true; 3]);
        assert!(!stops.is_empty(), "whoever draws it is told");
        stopped(&mut stops, march).await;
        room.forget_all().await;
        assert_eq!(is_known(&room, april).await, [false; 3]);
        assert!(!stops.is_empty(), "whoever draws anything is told");
        stopped(&mut stops, april).await;
    }
}
