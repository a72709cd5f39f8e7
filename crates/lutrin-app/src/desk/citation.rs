//! The pages and zones that decisions cite, to and from the screen.

use lutrin_domain::subject::{Citation, Zone};

use crate::error::{AppError, ErrorCode};
use crate::view::{CitationView, ZoneView};

pub(super) fn citation_views(citations: &[Citation]) -> Vec<CitationView> {
    let zone = |zone: Zone| ZoneView {
        x: zone.x.into(),
        y: zone.y.into(),
        width: zone.width.into(),
        height: zone.height.into(),
    };
    let view =
        |citation: &Citation| CitationView { page: citation.page, zone: citation.zone.map(zone) };
    citations.iter().map(view).collect()
}

/// Whether they name places that a file may have is the domain's to say.
pub(super) fn citations_of(views: &[CitationView]) -> Result<Vec<Citation>, AppError> {
    let side =
        |side: u32| u16::try_from(side).map_err(|_| AppError::new(ErrorCode::InvalidRequest));
    let zone = |zone: ZoneView| -> Result<Zone, AppError> {
        Ok(Zone {
            x: side(zone.x)?,
            y: side(zone.y)?,
            width: side(zone.width)?,
            height: side(zone.height)?,
        })
    };
    let citation = |view: &CitationView| {
        Ok(Citation { page: view.page, zone: view.zone.map(zone).transpose()? })
    };
    views.iter().map(citation).collect()
}
