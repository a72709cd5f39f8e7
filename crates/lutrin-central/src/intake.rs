//! How dossiers enter, whichever door they come by: `POST /v1/intake`, `import`
//! or `seed`.

use lutrin_domain::digest::Digest;
use lutrin_domain::intake::{Intake, IntakeError, open_dossier};

use crate::catalogues::SHIPPED_HASH;
use crate::data::Data;
use crate::db::{DbError, NewDossier, TakenIn, Trace};

/// Why a dossier was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum TakeInError {
    /// It cannot be a dossier.
    #[error(transparent)]
    Invalid(#[from] IntakeError),
    /// It names a file that was not deposited, or has another size.
    #[error("document {sha256} of {size_bytes} bytes was not deposited")]
    DocumentMissing {
        /// Which.
        sha256: Digest,
        /// The size it names.
        size_bytes: u64,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The store of documents failed.
    #[error("the store of documents failed")]
    Documents(#[from] object_store::Error),
}

/// Takes a dossier in, judged from now on under the catalogue that ships with
/// this version of the service. The same intake again changes nothing.
///
/// # Errors
///
/// When it cannot be a dossier, or names a document that is not there.
pub async fn take_in(data: &Data, intake: Intake, trace: &Trace) -> Result<TakenIn, TakeInError> {
    let digest = digest_of(&intake);
    let id = data.ids.dossier(&intake.reference);
    let mut places = 0..;
    let deposit = || data.ids.taken_in(id, digest, places.next().unwrap_or(u64::MAX));
    let dossier = open_dossier(intake, id, *SHIPPED_HASH, deposit)?;
    for deposit in dossier.slots.iter().flat_map(|slot| &slot.deposits) {
        if data.documents.size(deposit.sha256).await? != Some(deposit.size_bytes) {
            let (sha256, size_bytes) = (deposit.sha256, deposit.size_bytes);
            return Err(TakeInError::DocumentMissing { sha256, size_bytes });
        }
    }
    Ok(data.db.take_in(&NewDossier { dossier, intake: digest }, trace).await?)
}

/// What was handed over, in our own writing: spaces and order of the sender do
/// not make another intake.
fn digest_of(intake: &Intake) -> Digest {
    Digest::of(&serde_json::to_vec(intake).unwrap_or_default())
}
