//! Names of diplomas, centres and pieces, from the catalogues held.

use std::collections::HashMap;
use std::sync::Arc;

use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Request, Slot};
use lutrin_domain::summary::DossierSummary;
use lutrin_store::{Store, StoreError};
use tokio::sync::Mutex;

use crate::view::{HeadingView, RequestView};

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

/// Whose dossier it is and what is asked; codes where no catalogue is at hand.
pub(super) fn heading(summary: &DossierSummary, catalogue: Option<&Catalogue>) -> HeadingView {
    let diploma = catalogue.and_then(|catalogue| catalogue.diploma(&summary.diploma));
    let center = catalogue.and_then(|catalogue| catalogue.center(&summary.center));
    HeadingView {
        id: summary.id.to_string(),
        reference: summary.reference.clone(),
        first_name: summary.first_name.clone(),
        birth_name: summary.birth_name.clone(),
        used_name: summary.used_name.clone(),
        diploma: diploma
            .map_or_else(|| summary.diploma.to_string(), |diploma| diploma.title.clone()),
        diploma_code: summary.diploma.to_string(),
        center: center.map_or_else(|| summary.center.to_string(), |center| center.name.clone()),
        request: request_view(summary.request),
        state: summary.state.code().to_owned(),
    }
}

/// The name of a kind of piece, or its code.
pub(super) fn piece_kind(catalogue: &Catalogue, code: &lutrin_domain::id::PieceKind) -> String {
    let entry = catalogue.piece_kind(code);
    entry.map_or_else(|| code.to_string(), |kind| kind.label.clone())
}

/// A piece in words of the catalogue, such as "Bulletin de paie, mars 2024".
pub(super) fn piece(catalogue: &Catalogue, slot: &Slot) -> String {
    let kind = piece_kind(catalogue, &slot.kind);
    match &slot.label {
        Some(label) => format!("{kind}, {label}"),
        None => kind,
    }
}

fn request_view(request: Request) -> RequestView {
    match request {
        Request::DiplomaRequest => RequestView::Diploma,
        Request::ExperienceReviewRequest { early: false } => RequestView::Experience,
        Request::ExperienceReviewRequest { early: true } => RequestView::EarlyExperience,
    }
}
