//! Which profiles this machine has: one folder per service and reviewer.
//!
//! The list is a small file beside the folders. It holds addresses and logins,
//! no token and no key; folder names are random and say nothing.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const FILE: &str = "profiles.json";

/// A profile of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownProfile {
    /// The address of the service.
    pub(crate) service: String,
    /// The login.
    pub(crate) login: String,
    /// The name of the folder, and of the key in the keyring.
    pub(crate) folder: String,
}

/// The profiles of this machine, the one in use last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profiles {
    known: Vec<KnownProfile>,
}

impl Profiles {
    /// Reads the list; a machine without one has no profile.
    pub(crate) fn load(root: &Path) -> io::Result<Self> {
        match fs::read(root.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::from),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// The profile in use.
    pub(crate) fn current(&self) -> Option<&KnownProfile> {
        self.known.last()
    }

    /// Makes a profile the one in use and writes the list: whole or not at all.
    pub(crate) fn use_profile(&mut self, profile: KnownProfile, root: &Path) -> io::Result<()> {
        self.known.retain(|known| known.folder != profile.folder);
        self.known.push(profile);
        let mut file = tempfile_in(root)?;
        file.1.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.1.sync_all()?;
        fs::rename(&file.0, root.join(FILE))
    }
}

fn tempfile_in(root: &Path) -> io::Result<(PathBuf, fs::File)> {
    fs::create_dir_all(root)?;
    let path = root.join(format!("{FILE}.new"));
    Ok((path.clone(), fs::File::create(path)?))
}
