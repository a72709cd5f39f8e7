//! What others do on the same dossier, and what that means for deciding.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CitationView, FileView, VerdictView};

/// Whether deciding on the dossier is safe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct LightView {
    /// As good as the worst of the conditions.
    pub light: StandingView,
    /// Each condition.
    pub conditions: Vec<ConditionView>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ConditionView {
    /// `files`, `newest`, `rules`, `colleagues` or `stage`.
    pub condition: String,
    /// How far it holds.
    pub standing: StandingView,
}

/// How far a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StandingView {
    /// It holds.
    Holds,
    /// It cannot be told from here.
    Unknown,
    /// It does not.
    Fails,
}

/// Who has said to be working on the dossier; others still may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReservationView {
    /// Who, if the name is known here.
    pub name: Option<String>,
    /// Whether it is this reviewer.
    pub mine: bool,
    /// Until when.
    pub until: String,
    /// Whether the service does not know it yet.
    pub unsent: bool,
}

/// Something new since this reviewer's last look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NewsView {
    /// `deposited`, `replaced`, `settled`, `signed` or `moved`.
    pub news: String,
    /// Key of the slot, if it is about one.
    pub slot: Option<String>,
    /// The piece, in words of the catalogue.
    pub piece: Option<String>,
    /// Who, if the name is known here.
    pub name: Option<String>,
    /// The state before, if it moved.
    pub from: Option<String>,
}

/// What was judged before the file was replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct EarlierView {
    /// The file.
    pub file: FileView,
    /// What was said of it.
    pub verdict: VerdictView,
}

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
