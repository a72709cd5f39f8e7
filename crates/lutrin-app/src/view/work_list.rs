//! The work list (*pile*).

use serde::{Deserialize, Serialize};
use specta::Type;

use super::HeadingView;

/// The dossiers of the scope and the sittings of the jury.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct WorkListView {
    /// The dossiers: by date of jury, then oldest signature first.
    pub dossiers: Vec<DossierRowView>,
    /// The sittings, next first.
    pub juries: Vec<JuryRowView>,
}

/// One dossier in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct DossierRowView {
    /// Whose dossier it is and what is asked.
    #[serde(flatten)]
    pub heading: HeadingView,
    /// Whether this version knows the state; if not, the dossier is read-only.
    pub state_known: bool,
    /// Pieces accepted, exempted or not required.
    pub fine: u32,
    /// Pieces with something to correct.
    pub issues: u32,
    /// Pieces to examine.
    pub open: u32,
    /// Pieces expected.
    pub expected: u32,
    /// The sitting it is planned for.
    pub jury: Option<String>,
    /// Its date.
    pub jury_date: Option<String>,
    /// The day the learner signed.
    pub signed_on: String,
    /// The copy on this machine.
    pub copy: CopyView,
    /// Decisions made here that have not left.
    pub unsent: u32,
}

/// The copy of a dossier on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "copy")]
pub enum CopyView {
    /// Only its summary is here.
    Summary,
    /// Carried; some files are still to come.
    Partial {
        /// Files here.
        have: u32,
        /// Files in all.
        total: u32,
    },
    /// Carried with every file.
    Complete {
        /// Files in all.
        total: u32,
    },
}

/// A sitting of the jury.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JuryRowView {
    /// Identifier.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// The day it sits.
    pub date: String,
    /// Its dossiers in the scope.
    pub dossiers: u32,
    /// Those with a complete copy here.
    pub complete: u32,
    /// Whether this machine carries it.
    pub carried: bool,
}
