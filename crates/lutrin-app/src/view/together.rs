//! What others do on the same dossier, and what that means for deciding.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{FileView, VerdictView};

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
