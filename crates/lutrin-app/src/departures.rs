//! What is left on this machine of profiles that were erased because the service shut
//! them out: the sealed work, what is still to be said, and that a person be told.
//!
//! In a folder of its own beside those of profiles, so that it outlives them. It holds no
//! name and no key.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lutrin_sync::departure::Departure;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::profiles::Guard;
use crate::view::ReceiptView;

const FOLDER: &str = "departures";

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Departed {
    /// What is still to be said.
    pub(crate) departure: Departure,
    /// Decisions that had not been sent.
    pub(crate) unsent: u32,
    /// Texts that were begun and not signed.
    pub(crate) drafts: u32,
    /// The folder of the profile and the name of its key, until both are erased.
    pub(crate) folder: Option<String>,
    /// What guarded the key.
    pub(crate) guard: Guard,
    /// Whether a person was told.
    pub(crate) seen: bool,
}

impl Departed {
    /// Every one on this machine, the newest last.
    pub(crate) fn all(root: &Path) -> io::Result<Vec<Self>> {
        let entries = match fs::read_dir(root.join(FOLDER)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let mut all = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_none_or(|end| end != "json") {
                continue;
            }
            match serde_json::from_slice::<Self>(&fs::read(&path)?) {
                Ok(departed) => all.push(departed),
                Err(error) => tracing::warn!(%error, "departure.not_listed"),
            }
        }
        all.sort_by_key(|departed| departed.departure.receipt.at);
        Ok(all)
    }

    /// Writes it down with the sealed work: once this has returned the rest may go.
    pub(crate) fn begin(&self, root: &Path, work: &[u8]) -> io::Result<()> {
        fs::create_dir_all(root.join(FOLDER))?;
        lutrin_store::write_whole(&file(root, self.id(), "sealed"), work)?;
        self.write(root)
    }

    /// Changes one as it is on the disk: something else of it may have changed since it was
    /// read. Two do so one after the other.
    pub(crate) fn update(
        root: &Path,
        id: Uuid,
        change: impl FnOnce(&mut Self),
    ) -> io::Result<Self> {
        let mut kept: Self = serde_json::from_slice(&fs::read(file(root, id, "json"))?)?;
        change(&mut kept);
        kept.write(root)?;
        Ok(kept)
    }

    /// The sealed work of one.
    pub(crate) fn work(root: &Path, id: Uuid) -> io::Result<Vec<u8>> {
        fs::read(file(root, id, "sealed"))
    }

    /// Which it is: the number of its receipt.
    pub(crate) fn id(&self) -> Uuid {
        self.departure.receipt.id
    }

    /// What is shown of its receipt.
    pub(crate) fn receipt_view(&self) -> ReceiptView {
        ReceiptView::of(&self.departure.receipt, self.departure.told)
    }

    fn write(&self, root: &Path) -> io::Result<()> {
        let path = file(root, self.id(), "json");
        lutrin_store::write_whole(&path, &serde_json::to_vec_pretty(self)?)
    }
}

fn file(root: &Path, id: Uuid, end: &str) -> PathBuf {
    root.join(FOLDER).join(format!("{id}.{end}"))
}
