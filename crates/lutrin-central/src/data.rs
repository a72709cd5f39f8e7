//! The folder that holds everything the service keeps.
//!
//! ```text
//! DIR/central.db        dossiers, decisions, reviewers, sessions
//! DIR/documents/ab/…    files by the SHA-256 of their bytes
//! DIR/journal.identity  the age key to which laptops seal their journal
//! DIR/lock              held while the folder is made or brought to a version
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use age::secrecy::ExposeSecret as _;

use crate::catalogues::{Catalogues, SHIPPED, SHIPPED_HASH};
use crate::db::sqlite::{OpenError, Sqlite};
use crate::db::{Database, DbError, Trace};
use crate::documents::Documents;
use crate::sources::Sources;

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
        let _lock = lock(folder.join("lock")).await?;
        let db = Sqlite::open(&folder.join("central.db"), sources.next_id()).await?;
        db.add_catalogue(*SHIPPED_HASH, SHIPPED, sources.now()).await?;
        Ok(Self {
            db: Arc::new(db),
            documents: Documents::in_folder(&folder.join("documents"))?,
            catalogues: Catalogues::default(),
            journal_recipient: journal_recipient(&folder.join("journal.identity"))?.into(),
            sources,
        })
    }

    /// Closes what is open, at the end of the process.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// The trace of a command run on the service's machine.
    pub fn command_trace(&self) -> Trace {
        Trace { reviewer: None, device: None, request_id: None, at: self.sources.now() }
    }
}

/// Only the account of the service reads the folder.
fn make_folder(folder: &Path) -> Result<(), std::io::Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
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

/// Reads the recipient of the journal; makes its identity if there is none.
fn journal_recipient(path: &Path) -> Result<String, OpenDataError> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let identity: age::x25519::Identity =
                text.trim().parse().map_err(OpenDataError::Identity)?;
            Ok(identity.to_public().to_string())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make_identity(path),
        Err(error) => Err(error.into()),
    }
}

fn make_identity(path: &Path) -> Result<String, OpenDataError> {
    let identity = age::x25519::Identity::generate();
    let unfinished = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    writeln!(file, "{}", identity.to_string().expose_secret())?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    Ok(identity.to_public().to_string())
}
