//! Which profiles this machine has: one folder per service and reviewer.
//!
//! Each folder says itself whose it is, in a small file beside the encrypted ones: there is
//! no list that could be lost while the work is still there. It holds an address and a
//! login, no token and no key; folder names are random and say nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const FILE: &str = "profile.json";

/// A profile of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownProfile {
    /// The address of the service.
    pub(crate) service: String,
    /// The login.
    pub(crate) login: String,
    /// What guards its key.
    pub(crate) guard: Guard,
    /// When somebody last came to it.
    pub(crate) used_at: Timestamp,
    /// Whether the person left it: it stays encrypted, and is not opened at the next start.
    pub(crate) left: bool,
    /// The name of the folder, and of the key in the keyring.
    #[serde(skip)]
    pub(crate) folder: String,
}

/// What guards the key of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Guard {
    /// The system's keyring has it.
    Keyring,
    /// It is in a file that a passphrase opens.
    Passphrase,
}

/// The profiles of this machine, the one used last at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Profiles {
    known: Vec<KnownProfile>,
}

impl Profiles {
    /// Looks through the folders; a machine without any has no profile. One that was set
    /// aside is not listed, nor is one that does not say whose it is: both are left alone.
    pub(crate) fn load(root: &Path) -> io::Result<Self> {
        let folders = match fs::read_dir(root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            other => other?,
        };
        let mut known = Vec::new();
        for folder in folders {
            let folder = folder?.path();
            if folder.is_dir() && lutrin_store::exists(&folder)? {
                match read(&folder) {
                    Ok(profile) => known.push(profile),
                    Err(error) => tracing::warn!(%error, "profile.not_listed"),
                }
            }
        }
        known.sort_by_key(|profile| profile.used_at);
        Ok(Self { known })
    }

    /// The same without those in these folders.
    pub(crate) fn without(mut self, folders: &[String]) -> Self {
        self.known.retain(|profile| !folders.contains(&profile.folder));
        self
    }

    /// The profile to open at start: the one used last, unless the person left it.
    pub(crate) fn current(&self) -> Option<&KnownProfile> {
        self.last().filter(|profile| !profile.left)
    }

    /// The profile used last.
    pub(crate) fn last(&self) -> Option<&KnownProfile> {
        self.known.last()
    }

    /// The profile of a login at a service.
    pub(crate) fn find(&self, service: &str, login: &str) -> Option<&KnownProfile> {
        let mut newest_first = self.known.iter().rev();
        newest_first.find(|profile| profile.service == service && profile.login == login)
    }
}

impl KnownProfile {
    /// Writes it into its folder, whole or not at all.
    pub(crate) fn write(&self, root: &Path) -> io::Result<()> {
        let path = root.join(&self.folder).join(FILE);
        lutrin_store::write_whole(&path, &serde_json::to_vec_pretty(self)?)
    }

    /// Its folder.
    pub(crate) fn path(&self, root: &Path) -> PathBuf {
        root.join(&self.folder)
    }
}

fn read(folder: &Path) -> io::Result<KnownProfile> {
    let mut profile: KnownProfile = serde_json::from_slice(&fs::read(folder.join(FILE))?)?;
    profile.folder = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(root: &Path, folder: &str, login: &str, used_at: i64) -> KnownProfile {
        fs::create_dir_all(root.join(folder).join("profile")).unwrap();
        let known = KnownProfile {
            service: "https://lutrin.example.fr".to_owned(),
            login: login.to_owned(),
            guard: Guard::Keyring,
            used_at: Timestamp::from_second(used_at).unwrap(),
            left: false,
            folder: folder.to_owned(),
        };
        known.write(root).unwrap();
        known
    }

    #[test]
    fn the_one_used_last_is_opened_unless_it_was_left() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(Profiles::load(&root.path().join("none")).unwrap(), Profiles::default());
        let nadia = profile(root.path(), "b", "nadia", 2);
        let mut paul = profile(root.path(), "a", "paul", 3);
        let profiles = Profiles::load(root.path()).unwrap();
        assert_eq!(profiles.current(), Some(&paul));
        assert_eq!(profiles.find(&nadia.service, "nadia"), Some(&nadia));
        assert_eq!(profiles.find("https://other.example.fr", "nadia"), None);
        paul.left = true;
        paul.write(root.path()).unwrap();
        let profiles = Profiles::load(root.path()).unwrap();
        assert_eq!((profiles.current(), profiles.last()), (None, Some(&paul)));
        let others = profiles.without(&[paul.folder]);
        assert_eq!(others.current(), Some(&nadia), "one that is being erased is not there");
    }

    #[test]
    fn what_is_not_a_profile_or_was_set_aside_hides_no_other() {
        let root = tempfile::tempdir().unwrap();
        let nadia = profile(root.path(), "a", "nadia", 1);
        profile(root.path(), "aside", "nadia", 9);
        fs::remove_dir(root.path().join("aside").join("profile")).unwrap();
        profile(root.path(), "torn", "nadia", 9);
        fs::write(root.path().join("torn").join(FILE), "{").unwrap();
        fs::create_dir(root.path().join("logs")).unwrap();
        fs::write(root.path().join("lutrin.log"), "").unwrap();
        assert_eq!(Profiles::load(root.path()).unwrap().current(), Some(&nadia));
    }
}
