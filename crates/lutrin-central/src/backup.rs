//! `backup`: a verified copy of everything, made while the service runs.
//!
//! ```text
//! TO/2026-11-21T09-00-00Z/central.db        the database as it was at one moment
//! TO/2026-11-21T09-00-00Z/documents/ab/…    the files that it names
//! TO/2026-11-21T09-00-00Z/journal.identity  the key of laptops' journals
//! TO/2026-11-21T09-00-00Z/manifest.json     what there must be, to check it
//! ```
//!
//! The order keeps the promise made to laptops: only what was copied, read back
//! and made to last moves the watermark, behind which they forget their decisions.
//! A folder named `….partial` was not finished and is no backup.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use lutrin_domain::digest::Digest;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::data::{DATABASE_FILE, DOCUMENTS_FOLDER, Data, IDENTITY_FILE};
use crate::db::DbError;
use crate::db::sqlite::copies::{self, CopyError, CopyFacts};
use crate::disk::{make_folder, sync_file, sync_folder, write_whole};
use crate::documents::{Documents, KeepError};
use crate::journal::{self, Chain, VerifyError};

/// The name of the manifest in a backup.
pub const MANIFEST_FILE: &str = "manifest.json";
/// The form of the manifest. 1: November 2026, first version.
pub const MANIFEST_FORM: u32 = 1;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_FORM`].
    pub form: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// The epoch of the service.
    pub epoch: Uuid,
    /// Up to where in the feed it reaches.
    pub position: u64,
    /// How many dossiers.
    pub dossiers: u64,
    /// How many decisions, refused ones included.
    pub decisions: u64,
    /// How many files of dossiers.
    pub documents: u64,
    /// Files that dossiers name and the service no longer had, or not as they were.
    pub lacking: Vec<Digest>,
    /// A witness of the journal, if it is what the service wrote.
    pub journal: Option<Chain>,
    /// The SHA-256 of each other file, by its name. Those of dossiers are named
    /// by theirs.
    pub files: BTreeMap<String, Digest>,
}

impl Manifest {
    /// The manifest of a backup.
    ///
    /// # Errors
    ///
    /// When there is none that this version can read.
    pub fn read(backup: &Path) -> io::Result<Self> {
        let manifest: Self = serde_json::from_slice(&fs::read(backup.join(MANIFEST_FILE))?)?;
        if manifest.form != MANIFEST_FORM {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a manifest of another form"));
        }
        Ok(manifest)
    }
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackedUp {
    /// Where it is.
    pub folder: PathBuf,
    /// What it holds.
    #[serde(flatten)]
    pub manifest: Manifest,
}

/// Why no backup was made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is one of this moment.
    #[error("there is a backup at {0} already")]
    Exists(PathBuf),
    /// The folder cannot be written.
    #[error("the backup cannot be written")]
    Folder(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The copy is not good.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// A file cannot be copied.
    #[error("a document cannot be copied")]
    Document(#[source] KeepError),
    /// The service was restored while the backup was made.
    #[error("the service began a new epoch while the backup was made; make another one")]
    OtherEpoch,
}

/// Makes a backup in a new folder within `to`, and moves the watermark.
///
/// # Errors
///
/// When something cannot be copied or does not read back; the watermark stays then.
pub async fn backup(data: &Data, to: &Path) -> Result<BackedUp, BackupError> {
    let trace = data.command_trace();
    let folder = to.join(trace.at.strftime("%Y-%m-%dT%H-%M-%SZ").to_string());
    if folder.try_exists()? {
        return Err(BackupError::Exists(folder));
    }
    make_folder(to)?;
    let partial = folder.with_extension("partial");
    if partial.try_exists()? {
        fs::remove_dir_all(&partial)?;
    }
    make_folder(&partial)?;
    let manifest = fill(data, &partial, trace.at).await?;
    fs::rename(&partial, &folder)?;
    sync_folder(to)?;
    if !data.db.mark_backup(manifest.epoch, manifest.position, &trace).await? {
        return Err(BackupError::OtherEpoch);
    }
    Ok(BackedUp { folder, manifest })
}

async fn fill(data: &Data, folder: &Path, made_at: Timestamp) -> Result<Manifest, BackupError> {
    let database = folder.join(DATABASE_FILE);
    // Before the copy: later ones would know entries that it does not have.
    let witnesses = journal::witnesses(&data.folder)?;
    data.db.copy_to(&database).await?;
    sync_file(&database)?;
    let facts = copies::inspect(&database).await?;
    let journal = witnessed_journal(&database, witnesses).await?;
    let documents = Documents::in_folder(&folder.join(DOCUMENTS_FOLDER))
        .map_err(|error| BackupError::Document(error.into()))?;
    let copied = copy_documents(&data.documents, &documents, &facts).await;
    let lacking = copied.map_err(BackupError::Document)?;
    if !lacking.is_empty() {
        tracing::error!(documents = lacking.len(), "documents are lacking or damaged");
    }
    write_whole(&folder.join(IDENTITY_FILE), &fs::read(data.folder.join(IDENTITY_FILE))?)?;
    let mut files = BTreeMap::new();
    for name in [DATABASE_FILE, IDENTITY_FILE] {
        files.insert(name.to_owned(), digest_of(folder.join(name)).await?);
    }
    let manifest = Manifest {
        form: MANIFEST_FORM,
        made_at,
        epoch: facts.state.epoch,
        position: facts.state.position,
        dossiers: facts.dossiers,
        decisions: facts.decisions,
        documents: facts.documents.len() as u64,
        lacking,
        journal,
        files,
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::from)?;
    write_whole(&folder.join(MANIFEST_FILE), &text)?;
    Ok(manifest)
}

/// The journal of the copy, if it is shown to be unchanged. One that was changed
/// does not keep dossiers from being backed up.
async fn witnessed_journal(
    database: &Path,
    witnesses: Vec<Chain>,
) -> Result<Option<Chain>, BackupError> {
    match copies::verify_journal(database, witnesses).await {
        Ok(chain) => Ok(Some(chain)),
        Err(VerifyError::Broken(broken)) => {
            tracing::error!(error = %broken, "the journal was changed");
            Ok(None)
        }
        Err(VerifyError::Database(error)) => Err(error.into()),
        Err(VerifyError::Witnesses(error)) => Err(error.into()),
    }
}

/// Copies the files of dossiers; each is hashed on the way. Gives those that are
/// lost or damaged: they must not keep everything else from being copied.
///
/// # Errors
///
/// When a file can be read and not be written.
pub async fn copy_documents(
    from: &Documents,
    to: &Documents,
    facts: &CopyFacts,
) -> Result<Vec<Digest>, KeepError> {
    let mut lacking = Vec::new();
    for &(sha256, size) in &facts.documents {
        match from.copy_to(to, sha256, size).await {
            Ok(()) => {}
            Err(KeepError::OtherBytes | KeepError::Interrupted(_)) => lacking.push(sha256),
            Err(error) => return Err(error),
        }
    }
    Ok(lacking)
}

/// The SHA-256 of a file.
///
/// # Errors
///
/// When it cannot be read.
pub async fn digest_of(file: PathBuf) -> io::Result<Digest> {
    let hashed = tokio::task::spawn_blocking(move || {
        use sha2::Digest as _;
        let mut hash = sha2::Sha256::new();
        io::copy(&mut fs::File::open(file)?, &mut HashWriter(&mut hash))?;
        Ok(Digest(hash.finalize().into()))
    });
    hashed.await.map_err(io::Error::other)?
}

struct HashWriter<'a>(&'a mut sha2::Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use sha2::Digest as _;
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
