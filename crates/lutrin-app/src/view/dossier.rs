//! An open dossier.

use lutrin_domain::assessment::Level;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    CitationView, CopyView, EarlierView, HeadingView, LightView, NewsView, ReservationView,
};
use crate::error::AppError;

/// An open dossier: what the service last said, and what was decided here since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct DossierView {
    /// Whose dossier it is and what is asked.
    #[serde(flatten)]
    pub heading: HeadingView,
    /// Whether deciding is safe.
    pub light: LightView,
    /// Who has said to be working on it.
    pub reservation: Option<ReservationView>,
    /// Whether this reviewer may say so.
    pub can_reserve: bool,
    /// What is new since this reviewer's last look.
    pub news: Vec<NewsView>,
    /// How many subjects wait for this reviewer to settle a refusal.
    pub contested: u32,
    /// Whether pieces may be settled by this reviewer now.
    pub writable: bool,
    /// Why not: the code of the refusal.
    pub read_only: Option<AppError>,
    /// The copy on this machine.
    pub copy: CopyView,
    /// The pieces, by part then by job.
    pub groups: Vec<PieceGroupView>,
    /// The assessment of the experience.
    pub review: ReviewView,
    /// Whether something can be undone.
    pub can_undo: bool,
    /// Decisions made here that have not left.
    pub unsent: u32,
}

/// Pieces that belong together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PieceGroupView {
    /// `curriculum` or `experience`.
    pub part: String,
    /// The job they prove, if any.
    pub job: Option<JobView>,
    /// The pieces, in reading order.
    pub pieces: Vec<PieceView>,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct JobView {
    /// Key.
    pub key: String,
    /// Employer.
    pub employer: String,
    /// Post held.
    pub title: String,
    /// First day.
    pub start: String,
    /// Last day.
    pub end: Option<String>,
    /// Hours worked over `rate_reference`.
    pub rate_hours: u32,
    /// Hours of a full time.
    pub rate_reference: u32,
}

/// One piece: a slot, with one of its files if there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PieceView {
    /// Key of the slot; with the deposit it names the row.
    pub slot: String,
    /// Name of the kind in French, from the catalogue.
    pub kind: String,
    /// What tells it apart, such as "mars 2024".
    pub label: Option<String>,
    /// State of the slot: `expected`, `deposited`, `accepted`, `issue`, `exempted`, `not_required`, `reopened`.
    pub state: String,
    /// Whether the texts require it.
    pub required: bool,
    /// The file.
    pub deposit: Option<DepositView>,
    /// What was judged before the file was replaced.
    pub earlier: Option<EarlierView>,
    /// Whether something decided here on it waits to be settled.
    pub contested: bool,
    /// The reasons offered, in the order of their digits.
    pub reasons: Vec<ReasonView>,
}

/// One version of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct DepositView {
    /// Identifier.
    pub id: String,
    /// Digest of the file.
    pub sha256: String,
    /// Name the learner gave.
    pub file_name: String,
    /// Size in bytes.
    pub size_bytes: f64,
    /// When it was deposited.
    pub deposited_at: String,
    /// How many versions it follows.
    pub replaces: u32,
    /// Whether the file is on this machine, whole and verified.
    pub here: bool,
    /// The verdict in force.
    pub verdict: Option<VerdictView>,
}

/// A verdict in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct VerdictView {
    /// Which of the four.
    pub outcome: OutcomeView,
    /// Codes of the reasons.
    pub reasons: Vec<String>,
    /// Words of the author.
    pub comment: Option<String>,
    /// The pages it cites.
    pub citations: Vec<CitationView>,
    /// Who, if the name is known here.
    pub name: Option<String>,
    /// Whether this reviewer gave it.
    pub mine: bool,
    /// Code of the author's role.
    pub role: String,
    /// When.
    pub made_at: String,
    /// Whether it has not left yet.
    pub unsent: bool,
}

/// A verdict that somebody has chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ChosenVerdictView {
    /// Which of the four.
    pub outcome: OutcomeView,
    /// Codes of the reasons.
    pub reasons: Vec<String>,
    /// Words of the author.
    pub comment: Option<String>,
    /// The pages it cites.
    pub citations: Vec<CitationView>,
}

/// The four answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeView {
    /// *Conforme*.
    Accepted,
    /// *Non conforme*.
    Rejected,
    /// *Second regard*.
    SecondLook,
    /// *Sans objet*.
    NotApplicable,
}

/// A reason of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReasonView {
    /// Code; `other` needs words.
    pub code: String,
    /// Short label in French.
    pub label: String,
}

/// The assessment of the experience.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ReviewView {
    /// Whether a mark is signed (CC, CP) rather than an opinion.
    pub by_mark: bool,
    /// By the centre.
    pub local: ReviewLevelView,
    /// By the DNF.
    pub national: ReviewLevelView,
}

/// One level of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ReviewLevelView {
    /// What is signed, if anything.
    pub signed: Option<SignedView>,
    /// Whether this reviewer may sign it now.
    pub can_sign: bool,
    /// What this reviewer is writing.
    pub draft: Option<DraftView>,
}

/// The levels of the review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LevelView {
    /// The centre's.
    Local,
    /// The DNF's.
    National,
}

impl From<LevelView> for Level {
    fn from(level: LevelView) -> Self {
        match level {
            LevelView::Local => Self::Local,
            LevelView::National => Self::National,
        }
    }
}

/// A signed assessment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct SignedView {
    /// Opinion or mark.
    pub assessment: AssessmentView,
    /// The reasons.
    pub reasons: String,
    /// Who, if the name is known here.
    pub name: Option<String>,
    /// Whether this reviewer signed it.
    pub mine: bool,
    /// Code of the author's role.
    pub role: String,
    /// When.
    pub made_at: String,
    /// Whether the service has not accepted it yet ("à l'envoi").
    pub unsent: bool,
}

/// An opinion or a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AssessmentView {
    /// *Favorable*.
    Favourable,
    /// *Défavorable*.
    Unfavourable,
    /// *Sursis*.
    Deferred,
    /// *Stage requis*.
    Internship {
        /// 3 to 6.
        months: u32,
    },
    /// *Complément demandé*.
    MoreInformation,
    /// A mark out of 20, in hundredths.
    Mark {
        /// 0 to 2,000.
        hundredths: u32,
    },
}

/// What is being written; nothing is decided by it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct DraftView {
    /// The choice so far.
    pub assessment: Option<AssessmentView>,
    /// The mark as typed, which may not be one yet.
    pub mark_text: String,
    /// The reasons so far.
    pub reasons: String,
    /// When it was saved, absent when given by the window.
    pub saved_at: Option<String>,
}

/// What was undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct UndoneView {
    /// Kind of the decision undone.
    pub kind: String,
    /// The slot it was on, to go back to it.
    pub slot: Option<String>,
    /// Whether it was withdrawn before it left, or revoked after.
    pub withdrawn: bool,
    /// The dossier after it.
    pub dossier: DossierView,
}
