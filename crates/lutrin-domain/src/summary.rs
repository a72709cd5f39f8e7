//! What a list shows of a dossier without holding it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dossier::{Dossier, DossierState, Holder, Request, SlotState};
use crate::id::{CenterCode, DiplomaCode, DossierId, JurySessionId};

/// A dossier in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DossierSummary {
    /// Identifier.
    pub id: DossierId,
    /// Reference that people quote.
    pub reference: String,
    /// What is asked.
    pub request: Request,
    /// First name of the learner.
    pub first_name: String,
    /// Birth name of the learner.
    pub birth_name: String,
    /// Used name of the learner, if it differs.
    pub used_name: Option<String>,
    /// The diploma asked for.
    pub diploma: DiplomaCode,
    /// The centre in charge.
    pub center: CenterCode,
    /// Where the request stands.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub state: DossierState,
    /// Who may write.
    pub holder: Holder,
    /// The sitting it is planned for.
    pub jury: Option<JurySessionId>,
    /// When the learner signed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub signed_at: Timestamp,
    /// How its pieces stand.
    pub pieces: PieceCount,
    /// The version of the catalogue that has the titles of its diploma and centre.
    pub catalogue: Digest,
}

/// Names never reach a log through `{:?}`.
impl std::fmt::Debug for DossierSummary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DossierSummary").field("id", &self.id).finish_non_exhaustive()
    }
}

/// How the pieces of a dossier stand, in slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PieceCount {
    /// Accepted, exempted or not required.
    pub fine: u32,
    /// With something to correct.
    pub issues: u32,
    /// Deposited and to be examined.
    pub open: u32,
    /// Expected, nothing deposited.
    pub expected: u32,
}

impl PieceCount {
    /// Those somebody has settled.
    pub fn settled(self) -> u32 {
        self.fine + self.issues
    }

    /// All of them.
    pub fn total(self) -> u32 {
        self.settled() + self.open + self.expected
    }
}

impl Dossier {
    /// How the pieces stand.
    pub fn piece_count(&self) -> PieceCount {
        let mut count = PieceCount::default();
        for slot in &self.slots {
            match slot.state() {
                SlotState::Accepted | SlotState::Exempted | SlotState::NotRequired => {
                    count.fine += 1;
                }
                SlotState::Issue => count.issues += 1,
                SlotState::Deposited | SlotState::Reopened => count.open += 1,
                SlotState::Expected => count.expected += 1,
            }
        }
        count
    }

    /// What a list shows of it.
    pub fn summary(&self) -> DossierSummary {
        DossierSummary {
            id: self.id,
            reference: self.reference.clone(),
            request: self.request,
            first_name: self.learner.first_name.clone(),
            birth_name: self.learner.birth_name.clone(),
            used_name: self.learner.used_name.clone(),
            diploma: self.diploma.clone(),
            center: self.center.clone(),
            state: self.state.clone(),
            holder: self.holder,
            jury: self.jury,
            signed_at: self.signed_at,
            pieces: self.piece_count(),
            catalogue: self.catalogue,
        }
    }
}
