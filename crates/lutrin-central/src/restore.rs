//! `restore`: makes a service of a backup again.
//!
//! It begins a new epoch, upon which every laptop sends again what the service
//! may have lost since the backup, and ends every session. The folder is put
//! together beside its place and moved there whole, so that what is cut off
//! leaves the old folder or the new one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lutrin_domain::digest::Digest;
use serde::Serialize;
use uuid::Uuid;

use crate::backup::{MANIFEST_FILE, Manifest, copy_documents, digest_of};
use crate::data::{DATABASE_FILE, DOCUMENTS_FOLDER, take_alone};
use crate::db::sqlite::copies::{self, CopyError, CopyFacts};
use crate::db::{DbError, Trace};
use crate::disk::{make_folder, sync_file, sync_folder};
use crate::documents::{Documents, KeepError};
use crate::journal::{self, When};
use crate::sources::Sources;

/// What to do with a folder that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupied {
    /// Leave it alone.
    Refuse,
    /// Rename it, and put the restored one in its place.
    SetAside,
}

/// A service that was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Its new epoch.
    pub epoch: Uuid,
    /// Up to where in the feed the backup reaches.
    pub position: u64,
    /// Where the old folder is now.
    pub set_aside: Option<PathBuf>,
    /// The accounts and machines that the old folder knew, which are known again;
    /// nothing if it could not be read. Then accounts made since the backup must be
    /// made again (`reviewer add --id`), and those disabled and machines revoked
    /// since must be so again.
    pub carried_over: Option<CarriedOver>,
    /// Files that dossiers name and the backup does not have.
    pub lacking: Vec<Digest>,
}

/// What an old folder knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CarriedOver {
    /// How many accounts.
    pub accounts: usize,
    /// How many machines.
    pub machines: usize,
}

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is something there already.
    #[error("{0} is not empty; with --replace it is renamed and kept")]
    Occupied(PathBuf),
    /// A service or a command has the folder open.
    #[error("{0} is in use: stop the service first")]
    InUse(PathBuf),
    /// The folder named is no backup, or a later version's.
    #[error("{0} is not a backup that this version can read")]
    NoBackup(PathBuf),
    /// A file is not what was backed up.
    #[error("{0} of the backup is damaged")]
    Damaged(String),
    /// A folder cannot be read or written.
    #[error("the folders cannot be read or written")]
    Folder(#[from] io::Error),
    /// The copy of the database is not good.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A file of a dossier cannot be copied.
    #[error("a document cannot be copied")]
    Document(#[source] KeepError),
}

/// Restores the backup `from` as the data folder `to`.
///
/// # Errors
///
/// When the backup is not whole, or the place is taken. Nothing has moved then.
pub async fn restore(
    from: &Path,
    to: &Path,
    occupied: Occupied,
    sources: &Sources,
) -> Result<Restored, RestoreError> {
    let taken = is_taken(to)?;
    if taken {
        if occupied == Occupied::Refuse {
            return Err(RestoreError::Occupied(to.to_owned()));
        }
        check_idle(to)?;
    }
    let (manifest, facts) = verified(from).await?;
    let partial = beside(to, "restoring");
    if partial.try_exists()? {
        fs::remove_dir_all(&partial)?;
    }
    make_folder(&partial)?;
    let lacking = put_together(from, &partial, &manifest, &facts).await?;
    let epoch = sources.next_id();
    let trace = Trace { reviewer: None, device: None, request_id: None, at: sources.now() };
    let database = partial.join(DATABASE_FILE);
    copies::revive(&database, epoch, &trace).await?;
    let carried_over =
        if taken { carry_over(&to.join(DATABASE_FILE), &database).await? } else { None };
    if let Some(chain) = manifest.journal {
        journal::witness(&partial, chain, trace.at, When::Now)?;
    }
    sync_file(&database)?;
    sync_folder(&partial)?;
    let set_aside =
        taken.then(|| beside(to, &trace.at.strftime("aside-%Y%m%dT%H%M%SZ").to_string()));
    put_in_place(&partial, to, set_aside.as_deref())?;
    let position = manifest.position;
    Ok(Restored { epoch, position, set_aside, carried_over, lacking })
}

fn is_taken(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whoever has the folder open would go on writing to the one that was renamed.
fn check_idle(folder: &Path) -> Result<(), RestoreError> {
    match take_alone(folder)? {
        Some(_) => Ok(()),
        None => Err(RestoreError::InUse(folder.to_owned())),
    }
}

/// `DIR.word`, a name beside the folder.
fn beside(folder: &Path, word: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(word);
    folder.with_file_name(name)
}

/// The manifest of a backup that is what was backed up, and what its database holds.
async fn verified(from: &Path) -> Result<(Manifest, CopyFacts), RestoreError> {
    let no_backup = || RestoreError::NoBackup(from.to_owned());
    let manifest = Manifest::read(from).map_err(|_| no_backup())?;
    let has_database = manifest.files.contains_key(DATABASE_FILE);
    // A name that leaves the folder was not written by `backup`.
    let plain = |name: &String| Path::new(name).file_name() == Some(name.as_ref());
    if !has_database || !manifest.files.keys().all(plain) {
        return Err(no_backup());
    }
    for (name, digest) in &manifest.files {
        if digest_of(from.join(name)).await.ok() != Some(*digest) {
            return Err(RestoreError::Damaged(name.clone()));
        }
    }
    let facts = copies::inspect(&from.join(DATABASE_FILE)).await?;
    if facts.state.epoch != manifest.epoch || facts.state.position != manifest.position {
        return Err(RestoreError::Damaged(MANIFEST_FILE.to_owned()));
    }
    Ok((manifest, facts))
}

/// Copies the backup; says which files of dossiers it does not have.
async fn put_together(
    from: &Path,
    to: &Path,
    manifest: &Manifest,
    facts: &CopyFacts,
) -> Result<Vec<Digest>, RestoreError> {
    for name in manifest.files.keys() {
        fs::copy(from.join(name), to.join(name))?;
        sync_file(&to.join(name))?;
    }
    let opened = |folder: &Path| {
        Documents::in_folder(&folder.join(DOCUMENTS_FOLDER))
            .map_err(|error| RestoreError::Document(error.into()))
    };
    copy_documents(&opened(from)?, &opened(to)?, facts).await.map_err(RestoreError::Document)
}

/// The old database may be the reason for restoring: what cannot be read of it
/// is told, and does not keep the rest from being restored.
async fn carry_over(old: &Path, new: &Path) -> Result<Option<CarriedOver>, DbError> {
    let Ok(known) = copies::known(old).await else { return Ok(None) };
    copies::make_known(new, &known).await?;
    Ok(Some(CarriedOver { accounts: known.accounts(), machines: known.machines() }))
}

fn put_in_place(partial: &Path, to: &Path, set_aside: Option<&Path>) -> Result<(), RestoreError> {
    match set_aside {
        Some(aside) => {
            check_idle(to)?;
            fs::rename(to, aside)?;
        }
        // An empty folder gives its place.
        None if to.try_exists()? => fs::remove_dir(to)?,
        None => {}
    }
    fs::rename(partial, to)?;
    Ok(to.parent().map_or(Ok(()), sync_folder)?)
}
