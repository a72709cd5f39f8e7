//! Where the feed was, written beside the database.
//!
//! A database that is put back by hand (a copied file, an image of the disk
//! without this one) goes back in time without knowing it: laptops would be told
//! that what they sent is kept, and it is not. The head is outside the database,
//! so the two disagree then, and the service begins a new epoch, upon which every
//! laptop sends again what it still has.
//!
//! An image of the whole folder takes the head along and is not seen; `restore`
//! is the way to put one back.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::ServiceState;
use crate::disk::write_whole;

/// The name of the file.
pub const HEAD_FILE: &str = "head";

/// Where the feed was when this was written; the database may be further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The epoch.
    pub epoch: Uuid,
    /// The position.
    pub position: u64,
}

impl Head {
    /// The head of this state.
    pub fn of(state: &ServiceState) -> Self {
        Self { epoch: state.epoch, position: state.position }
    }

    /// Whether a database in this state has lost something that the head knows of.
    pub fn is_ahead_of(&self, state: &ServiceState) -> bool {
        self.epoch != state.epoch || self.position > state.position
    }

    /// Reads the head of a folder. One that cannot be read says nothing: it is
    /// written whole or not at all, so somebody else wrote it.
    ///
    /// # Errors
    ///
    /// When the file is there and cannot be read.
    pub fn read(folder: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(folder.join(HEAD_FILE)) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the head of a folder.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        write_whole(&folder.join(HEAD_FILE), &serde_json::to_vec(self)?)
    }
}
