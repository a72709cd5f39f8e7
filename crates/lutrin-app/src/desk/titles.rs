//! Names of diplomas, centres, pieces and reasons, from the catalogues held.

use std::collections::HashMap;
use std::sync::Arc;

use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::digest::Digest;
use lutrin_store::{Store, StoreError};
use tokio::sync::Mutex;

/// The catalogues read so far; a version never changes, so none is read twice.
pub(super) struct Titles {
    store: Store,
    read: Mutex<HashMap<Digest, Arc<Catalogue>>>,
}

impl Titles {
    pub(super) fn new(store: Store) -> Self {
        Self { store, read: Mutex::default() }
    }

    /// The catalogue of this name, if it is held.
    pub(super) async fn catalogue(
        &self,
        hash: Digest,
    ) -> Result<Option<Arc<Catalogue>>, StoreError> {
        let mut read = self.read.lock().await;
        if let Some(catalogue) = read.get(&hash) {
            return Ok(Some(Arc::clone(catalogue)));
        }
        let catalogue = self.store.catalogue(hash).await?;
        if let Some(catalogue) = &catalogue {
            read.insert(hash, Arc::clone(catalogue));
        }
        Ok(catalogue)
    }
}

/// The title of a diploma, or its code if the catalogue is not at hand.
pub(super) fn diploma(
    catalogue: Option<&Catalogue>,
    code: &lutrin_domain::id::DiplomaCode,
) -> String {
    let entry = catalogue.and_then(|catalogue| catalogue.diploma(code));
    entry.map_or_else(|| code.to_string(), |diploma| diploma.title.clone())
}

/// The name of a centre, or its code.
pub(super) fn center(
    catalogue: Option<&Catalogue>,
    code: &lutrin_domain::id::CenterCode,
) -> String {
    let entry = catalogue.and_then(|catalogue| catalogue.center(code));
    entry.map_or_else(|| code.to_string(), |center| center.name.clone())
}

/// The name of a kind of piece, or its code.
pub(super) fn piece_kind(catalogue: &Catalogue, code: &lutrin_domain::id::PieceKind) -> String {
    let entry = catalogue.piece_kind(code);
    entry.map_or_else(|| code.to_string(), |kind| kind.label.clone())
}
