//! The files of a profile: their names, the lock, setting them aside.
//!
//! Everything of a profile lies in one folder, `profile`, so that creating one
//! and setting one aside are each a single rename: there is no half of either.
//!
//! ```text
//! <folder>/lock                 held while a store is open
//! <folder>/profile/             dossiers.db documents.db journal.sealed key.id
//! <folder>/creating-<n>/        a creation that has not ended; never anyone's work
//! <folder>/aside-<time>/        a profile that was set aside, whole
//! ```

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use lutrin_domain::seeded::{self, Bug};
use lutrin_protocol::journal::read_frames;

use crate::error::{OpenError, SetAsideError};

pub(crate) const DOSSIERS: &str = "dossiers.db";
pub(crate) const DOCUMENTS: &str = "documents.db";
pub(crate) const JOURNAL: &str = "journal.sealed";
pub(crate) const KEY_ID: &str = "key.id";
/// Texts of dossiers that were erased, sealed as the journal is.
pub(crate) const APART: &str = "apart.sealed";

const LOCK: &str = "lock";
const PROFILE: &str = "profile";
const CREATING: &str = "creating";
const ASIDE: &str = "aside-";

/// How many creations this process has begun.
static CREATIONS: AtomicU32 = AtomicU32::new(1);

/// The first bytes of a plain SQLite database.
const PLAIN_HEADER: &[u8; 16] = b"SQLite format 3\0";

/// Whether there is a profile in this folder; one that was set aside is none.
///
/// # Errors
///
/// The system refused.
pub fn exists(folder: &Path) -> io::Result<bool> {
    ProfileFiles::of(folder).exist()
}

/// Copies what of a profile is sealed: what it holds opens for the service alone. Gives
/// its size in bytes; the copy is whole or not there.
///
/// # Errors
///
/// There is no journal, or the system refused.
pub fn export_journal(folder: &Path, to: &Path) -> io::Result<u64> {
    let profile = folder.join(PROFILE);
    // Whoever has lost it must learn that.
    fs::metadata(profile.join(JOURNAL))?;
    let bytes = sealed_in(&profile)?;
    write_whole(to, &bytes)?;
    Ok(bytes.len() as u64)
}

/// Everything of a profile that is sealed for the service alone, what was set aside first:
/// what remains of it when the rest is erased.
///
/// # Errors
///
/// The system refused.
pub fn sealed_work(folder: &Path) -> io::Result<Vec<u8>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(ASIDE) {
            folders.push(path);
        }
    }
    folders.sort();
    folders.push(folder.join(PROFILE));
    let mut sealed = Vec::new();
    for folder in folders {
        sealed.extend(sealed_in(&folder)?);
    }
    Ok(sealed)
}

/// The whole records of the sealed files of one profile: apart, of a journal that was
/// damaged, and of the journal.
fn sealed_in(profile: &Path) -> io::Result<Vec<u8>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(profile)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_damaged = name.starts_with("journal.damaged");
        if name == APART || name == JOURNAL || is_damaged {
            files.push(((name == JOURNAL, name), path));
        }
    }
    files.sort();
    let mut sealed = Vec::new();
    for (_, path) in files {
        let bytes = fs::read(path)?;
        for frame in read_frames(&bytes).frames {
            sealed.extend(bytes.get(frame.at).unwrap_or_default());
        }
    }
    Ok(sealed)
}

/// How many bytes a profile takes on the disk.
///
/// # Errors
///
/// The system refused.
pub fn size_on_disk(folder: &Path) -> io::Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(folder)? {
        size += size_of(&entry?)?;
    }
    Ok(size)
}

/// How many bytes one entry takes: none if it went since it was listed, as logs do beside a
/// profile in use.
fn size_of(entry: &fs::DirEntry) -> io::Result<u64> {
    let size = match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size_on_disk(&entry.path()),
        metadata => metadata.map(|metadata| metadata.len()),
    };
    match size {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        size => size,
    }
}

/// Writes a file so that either the old or the new one is there after a power cut.
///
/// # Errors
///
/// The system refused; the old one is there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = folder.join(name);
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    rename(&new, path)?;
    sync_folder(folder)
}

/// Renames a profile and keeps it whole, so that a new one may be created
/// ("Repartir d'une copie neuve"). Gives the new paths of its files.
///
/// Only a person chooses this. The sealed journal among the files is then
/// imported by the service.
///
/// # Errors
///
/// The profile is in use, or the system refused; nothing has changed.
pub fn set_aside(folder: &Path, now: Timestamp) -> Result<Vec<PathBuf>, SetAsideError> {
    let _lock = FolderLock::take(folder).map_err(|error| match error {
        LockError::Taken => SetAsideError::Locked,
        LockError::Io(error) => error.into(),
    })?;
    let profile = folder.join(PROFILE);
    if !profile.try_exists()? {
        return Ok(Vec::new());
    }
    let target = free_name(folder, &now.strftime("aside-%Y%m%dT%H%M%SZ").to_string())?;
    rename(&profile, &target)?;
    sync_folder(folder)?;
    let files = fs::read_dir(&target)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = files.collect::<Result<Vec<_>, _>>()?;
    files.sort();
    Ok(files)
}

fn free_name(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let mut target = folder.join(name);
    let mut count = 1;
    while target.try_exists()? {
        count += 1;
        target = folder.join(format!("{name}-{count}"));
    }
    Ok(target)
}

/// The folder of a profile, held by this instance.
pub(crate) struct FolderLock(File);

/// Why the folder is not held.
pub(crate) enum LockError {
    /// By another instance.
    Taken,
    /// The system refused.
    Io(io::Error),
}

impl FolderLock {
    /// Takes the lock, which the system gives back whatever becomes of us.
    pub(crate) fn take(folder: &Path) -> Result<Self, LockError> {
        let options = File::options().create(true).truncate(false).write(true).to_owned();
        let file = options.open(folder.join(LOCK)).map_err(LockError::Io)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(LockError::Taken),
            Err(TryLockError::Error(error)) => Err(LockError::Io(error)),
        }
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Closing would not do: a program being started at this very instant holds
        // a copy of the handle, and with it the lock, until it has begun.
        let _ = self.0.unlock();
    }
}

impl From<LockError> for OpenError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Taken => Self::Locked,
            // Without a folder there is no profile.
            LockError::Io(error) if error.kind() == io::ErrorKind::NotFound => Self::Absent,
            LockError::Io(error) => error.into(),
        }
    }
}

/// Where the files of a profile are.
pub(crate) struct ProfileFiles {
    folder: PathBuf,
}

impl ProfileFiles {
    /// Those of the profile in this folder.
    pub(crate) fn of(folder: &Path) -> Self {
        Self { folder: folder.join(PROFILE) }
    }

    /// Begins the files of a new profile, away from where a profile is looked
    /// for. What an earlier creation left unfinished is removed.
    pub(crate) fn begin(folder: &Path) -> io::Result<Self> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(CREATING) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        // Never the same name twice: a database that could not be opened is closed by a
        // thread of its own, which then removes files by their name.
        let number = CREATIONS.fetch_add(1, Ordering::Relaxed);
        let creating = folder.join(format!("{CREATING}-{number}"));
        fs::create_dir(&creating)?;
        Ok(Self { folder: creating })
    }

    /// Puts begun files, once closed, where the profile is looked for.
    pub(crate) fn finish(self, folder: &Path) -> io::Result<()> {
        sync_folder(&self.folder)?;
        rename(&self.folder, &folder.join(PROFILE))?;
        sync_folder(folder)
    }

    /// Whether there is a profile.
    pub(crate) fn exist(&self) -> io::Result<bool> {
        self.folder.try_exists()
    }

    /// The path of one file.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Checks that a database is there and is not plain. Gives its size.
    pub(crate) fn check_database(&self, file: &'static str) -> Result<u64, OpenError> {
        let mut opened = match File::open(self.path(file)) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(OpenError::Incomplete { file });
            }
            Err(error) => return Err(error.into()),
        };
        let mut header = [0; PLAIN_HEADER.len()];
        match opened.read_exact(&mut header) {
            Ok(()) if header == *PLAIN_HEADER => Err(OpenError::NotEncrypted { file }),
            Ok(()) => Ok(opened.metadata()?.len()),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(OpenError::Damaged { file })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The name of the key the profile was made with, if it can be told.
    pub(crate) fn key_id(&self) -> Option<String> {
        fs::read_to_string(self.path(KEY_ID)).ok()
    }
}

/// Makes names in a folder last; only Unix has and needs this.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) && !seeded::is(Bug::FolderNotSynced) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// Renames, patiently: on Windows an antivirus holds new files for some tens of
/// milliseconds and the system answers "access denied".
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let patience: &[u64] = if cfg!(windows) { &[10, 25, 50, 100, 200] } else { &[] };
    for wait in patience {
        match fs::rename(from, to) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                std::thread::sleep(std::time::Duration::from_millis(*wait));
            }
            outcome => return outcome,
        }
    }
    fs::rename(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_let_go_is_free_whoever_inherited_the_handle() {
        let folder = tempfile::tempdir().unwrap();
        let lock = FolderLock::take(folder.path()).ok().unwrap();
        // What a program that is being started holds until it has begun.
        let inherited = lock.0.try_clone().unwrap();
        assert!(FolderLock::take(folder.path()).is_err());
        drop(lock);
        assert!(FolderLock::take(folder.path()).is_ok());
        drop(inherited);
    }

    #[test]
    fn what_goes_while_it_is_counted_takes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inside")).unwrap();
        fs::write(folder.path().join("inside/kept"), b"123").unwrap();
        fs::write(folder.path().join("log"), b"12345").unwrap();
        assert_eq!(size_on_disk(folder.path()).unwrap(), 8);
        let listed: Vec<_> = fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
        fs::remove_dir_all(folder.path()).unwrap();
        for entry in listed {
            assert_eq!(size_of(&entry).unwrap(), 0, "{entry:?}");
        }
        assert!(size_on_disk(folder.path()).is_err(), "a profile that is not there");
    }
}
