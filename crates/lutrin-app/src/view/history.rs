//! The history of a dossier.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CitationView, FileView};

/// One event of the history of a dossier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct HistoryRowView {
    /// When.
    pub at: String,
    /// Who, if the name is known here; nobody for what the learner did.
    pub name: Option<String>,
    /// Whether it was this reviewer.
    pub mine: bool,
    /// Code of the role; `learner` for what the learner did.
    pub role: String,
    /// `deposited`, `settle_piece`, `settle_slot`, `judge_job`, `sign_assessment`.
    pub kind: String,
    /// What was decided, as the code of the value.
    pub value: Option<String>,
    /// Labels of the reasons.
    pub reasons: Vec<String>,
    /// Words of the author.
    pub comment: Option<String>,
    /// The piece, job or level it was on, in words.
    pub on: Option<String>,
    /// Key of the slot, if it was on one.
    pub slot: Option<String>,
    /// The file.
    pub file: Option<FileView>,
    /// The pages it cites.
    pub citations: Vec<CitationView>,
    /// Whether it counts now.
    pub standing: HistoryStandingView,
    /// Who set it aside, if somebody did.
    pub set_aside_by: Option<String>,
    /// Why, in their words.
    pub set_aside_reason: Option<String>,
}

/// Whether something of the history counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HistoryStandingView {
    /// It is in force.
    InForce,
    /// It is in force here, and has not left.
    Unsent,
    /// It says the same as what is in force.
    Agrees,
    /// Something later took its place.
    Replaced,
    /// Its author took it back.
    Revoked,
    /// Another one was preferred.
    SetAside,
    /// The service did not apply it.
    Refused,
}
