//! The folder that holds everything the service keeps.
//!
//! ```text
//! DIR/central.db        dossiers, decisions, reviewers, sessions
//! DIR/documents/ab/…    files by the SHA-256 of their bytes
//! DIR/journal.identity  the age key to which laptops seal their journal
//! DIR/journals/         journals of laptops that were taken in, as they came
//! DIR/journal.heads     entries of the journal as they were, to see it changed
//! DIR/head              where the feed was, to see that a database went back
//! DIR/lock              held while the folder is made or brought to a version
//! DIR/in-use            held, shared, by every process that has the folder open
//! ```

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use age::secrecy::ExposeSecret as _;
use lutrin_protocol::journal::OpensSealed;
use zeroize::Zeroizing;

use crate::catalogues::{Catalogues, SHIPPED, SHIPPED_HASH};
use crate::db::sqlite::{OpenError, Sqlite};
use crate::db::{Database, DbError, Dossiers as _, Trace};
use crate::decisions::Kept;
use crate::disk::{make_folder, write_whole};
use crate::documents::Documents;
use crate::head::Head;
use crate::ids::IdKey;
use crate::journal::{self, When};
use crate::sources::Sources;

/// The name of the database in the folder.
pub const DATABASE_FILE: &str = "central.db";
/// The name of the folder of documents.
pub const DOCUMENTS_FOLDER: &str = "documents";
/// The name of the file with the key of the journal.
pub const IDENTITY_FILE: &str = "journal.identity";
const IN_USE_FILE: &str = "in-use";

/// Everything the service keeps, open.
#[derive(Clone)]
pub struct Data {
    /// Dossiers, decisions, reviewers, sessions.
    pub db: Arc<dyn Database>,
    /// The files.
    pub documents: Documents,
    /// The versions of the catalogue.
    pub catalogues: Catalogues,
    /// Time, identifiers and randomness.
    pub sources: Sources,
    /// The `age` recipient to which laptops seal their journal.
    pub journal_recipient: Arc<str>,
    /// What opens the journals of laptops.
    pub identity: Arc<JournalIdentity>,
    /// From which identifiers of dossiers are derived.
    pub ids: IdKey,
    /// Where all of it is.
    pub folder: Arc<Path>,
    _in_use: Arc<File>,
}

/// What opens the journals of laptops.
pub struct JournalIdentity(age::x25519::Identity);

impl OpensSealed for JournalIdentity {
    type Plain = Zeroizing<Vec<u8>>;

    fn open_sealed(&self, sealed: &[u8]) -> Option<Self::Plain> {
        age::decrypt(&self.0, sealed).ok().map(Zeroizing::new)
    }
}

/// Why the folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenDataError {
    /// The folder cannot be made, read or written.
    #[error("the data folder cannot be used")]
    Folder(#[from] std::io::Error),
    /// The folder of documents cannot be used.
    #[error("the folder of documents cannot be used")]
    Documents(#[from] object_store::Error),
    /// Something is being done to the folder that nobody may watch.
    #[error("the data folder is being restored")]
    BeingRestored,
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The key of the journal cannot be read.
    #[error("journal.identity is not an age identity: {0}")]
    Identity(&'static str),
}

impl Data {
    /// Opens a folder; makes it if there is none.
    ///
    /// # Errors
    ///
    /// When something in it cannot be used. Nothing is ever replaced.
    pub async fn open(folder: &Path, sources: Sources) -> Result<Self, OpenDataError> {
        make_folder(folder)?;
        let in_use = use_shared(folder)?;
        let _lock = lock(folder.join("lock")).await?;
        let db = Sqlite::open(&folder.join(DATABASE_FILE), sources.next_id()).await?;
        db.add_catalogue(*SHIPPED_HASH, SHIPPED, sources.now()).await?;
        let identity = journal_identity(&folder.join(IDENTITY_FILE))?;
        let data = Self {
            db: Arc::new(db),
            documents: Documents::in_folder(&folder.join(DOCUMENTS_FOLDER))?,
            catalogues: Catalogues::default(),
            journal_recipient: identity.to_public().to_string().into(),
            identity: Arc::new(JournalIdentity(identity.clone())),
            ids: IdKey::of(identity.to_string().expose_secret().as_bytes()),
            sources,
            folder: folder.into(),
            _in_use: Arc::new(in_use),
        };
        data.begin_epoch_if_set_back().await?;
        Ok(data)
    }

    /// Begins a new epoch when the database is behind the head: see [`crate::head`].
    async fn begin_epoch_if_set_back(&self) -> Result<(), OpenDataError> {
        let state = self.db.state().await?;
        if Head::read(&self.folder)?.is_some_and(|head| head.is_ahead_of(&state)) {
            let epoch = self.sources.next_id();
            self.db.begin_epoch(epoch, &self.command_trace()).await?;
            tracing::warn!(%epoch, "the database went back in time: a new epoch begins");
            // What they knew of the journal went with the database; kept, to be
            // looked at.
            journal::set_witnesses_aside(&self.folder, epoch)?;
            self.leave_marks(When::Now).await?;
        }
        Ok(())
    }

    /// Writes down outside the database how far it is: the head, and a witness of
    /// the journal.
    ///
    /// # Errors
    ///
    /// When the database or the folder fails.
    pub async fn leave_marks(&self, when: When) -> Result<(), OpenDataError> {
        let head = Head::of(&self.db.state().await?);
        let chain = self.db.journal_head().await?;
        let (folder, at) = (self.folder.clone(), self.sources.now());
        let written = tokio::task::spawn_blocking(move || {
            if Head::read(&folder)? != Some(head) {
                head.write(&folder)?;
            }
            journal::witness(&folder, chain, at, when)
        });
        Ok(written.await.map_err(std::io::Error::other)??)
    }

    /// Closes what is open, at the end of the process.
    pub async fn close(&self) {
        if let Err(error) = self.leave_marks(When::Now).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "no marks were left");
        }
        self.db.close().await;
    }

    /// What decisions are taken into, and judged by.
    pub fn kept(&self) -> Kept<'_> {
        Kept { db: self.db.as_ref(), catalogues: &self.catalogues }
    }

    /// The same with other time, identifiers and randomness.
    pub fn with_sources(&self, sources: Sources) -> Self {
        let mut data = self.clone();
        data.sources = sources;
        data
    }

    /// The same with another key for identifiers.
    pub fn with_ids(&self, ids: IdKey) -> Self {
        let mut data = self.clone();
        data.ids = ids;
        data
    }

    /// The trace of a command run on the service's machine.
    pub fn command_trace(&self) -> Trace {
        Trace { reviewer: None, device: None, request_id: None, at: self.sources.now() }
    }
}

/// Says that this process has the folder open, for as long as the file is.
fn use_shared(folder: &Path) -> Result<File, OpenDataError> {
    let file = OpenOptions::new().create(true).append(true).open(folder.join(IN_USE_FILE))?;
    match file.try_lock_shared() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenDataError::BeingRestored),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Takes a folder for oneself; nothing when another process has it open.
///
/// # Errors
///
/// When the folder cannot be written.
pub fn take_alone(folder: &Path) -> std::io::Result<Option<File>> {
    let file = OpenOptions::new().create(true).append(true).open(folder.join(IN_USE_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Two processes that open a new folder at once would both make its database.
async fn lock(path: PathBuf) -> Result<File, std::io::Error> {
    let locked = tokio::task::spawn_blocking(move || {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        file.lock()?;
        Ok(file)
    });
    locked.await.map_err(std::io::Error::other)?
}

/// Reads the key of laptops' journals; makes it if there is none.
fn journal_identity(path: &Path) -> Result<age::x25519::Identity, OpenDataError> {
    match fs::read_to_string(path) {
        Ok(text) => text.trim().parse().map_err(OpenDataError::Identity),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(make_identity(path)?),
        Err(error) => Err(error.into()),
    }
}

fn make_identity(path: &Path) -> Result<age::x25519::Identity, std::io::Error> {
    let identity = age::x25519::Identity::generate();
    // Laptops seal to it from their first session on: it must not be lost.
    write_whole(path, format!("{}\n", identity.to_string().expose_secret()).as_bytes())?;
    Ok(identity)
}
