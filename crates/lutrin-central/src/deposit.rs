//! Replaces a learner's file, as the depositing application does when the
//! learner answers a correction request.

use std::path::Path;
use std::sync::OnceLock;

use bytes::Bytes;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DepositId, DossierId, SlotKey};
use lutrin_domain::intake::{IntakeFile, replace_file};
use lutrin_domain::subject::Pages;
use lutrin_protocol::limits::DOCUMENT_BYTES;
use serde::Serialize;

use crate::data::Data;
use crate::db::{ChangeRefused, Changed, DbError};
use crate::documents::KeepError;

/// A file that was deposited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Deposited {
    /// The new version.
    pub deposit: DepositId,
    /// Its bytes.
    pub sha256: Digest,
    /// Its size.
    pub size_bytes: u64,
    /// Where in the feed.
    pub position: u64,
}

/// Why a file was not deposited.
#[derive(Debug, thiserror::Error)]
pub enum DepositError {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Read(#[source] std::io::Error),
    /// It has no name.
    #[error("the file has no name that can be written")]
    NoName,
    /// There is no such dossier.
    #[error("there is no dossier {0}")]
    NoDossier(DossierId),
    /// The dossier does not take it.
    #[error(transparent)]
    Refused(#[from] ChangeRefused),
    /// It could not be kept.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Deposits a file of the disk. Works while the service runs.
///
/// # Errors
///
/// When the file cannot be read, or the dossier does not take it.
pub async fn deposit_file(
    data: &Data,
    dossier: DossierId,
    slot: &SlotKey,
    path: &Path,
) -> Result<Deposited, DepositError> {
    let name = path.file_name().and_then(|name| name.to_str()).ok_or(DepositError::NoName)?;
    let size = std::fs::metadata(path).map_err(DepositError::Read)?.len();
    if size > DOCUMENT_BYTES {
        return Err(KeepError::TooLarge.into());
    }
    let bytes = std::fs::read(path).map_err(DepositError::Read)?;
    deposit_bytes(data, dossier, slot, name, bytes.into()).await
}

/// Deposits bytes under a name; they replace the newest file of the slot.
///
/// # Errors
///
/// When the dossier does not take them.
pub async fn deposit_bytes(
    data: &Data,
    dossier: DossierId,
    slot: &SlotKey,
    file_name: &str,
    bytes: Bytes,
) -> Result<Deposited, DepositError> {
    let kept = data.documents.keep(bytes).await?;
    let trace = data.command_trace();
    let file = IntakeFile {
        sha256: kept.sha256,
        size_bytes: kept.size_bytes,
        file_name: file_name.to_owned(),
        pages: Pages::All,
        deposited_at: trace.at,
        replaces_previous: true,
    };
    let made = OnceLock::new();
    let change = |held: Dossier| {
        let earlier = held.slot(slot).map_or(0, |slot| slot.deposits.len());
        let deposit = *made.get_or_init(|| data.ids.deposited(dossier, slot, kept.sha256, earlier));
        Ok(replace_file(held, slot, file.clone(), deposit)?)
    };
    match data.db.change_dossier(dossier, &change, &trace).await? {
        Changed::At(position) => {
            let (sha256, size_bytes) = (kept.sha256, kept.size_bytes);
            let deposit = *made.get().expect("a dossier that changed was given the file");
            Ok(Deposited { deposit, sha256, size_bytes, position })
        }
        Changed::NoDossier => Err(DepositError::NoDossier(dossier)),
        Changed::Refused(refused) => Err(refused.into()),
    }
}
