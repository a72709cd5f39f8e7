//! Decisions that the service did not apply, for a person to settle.

use lutrin_domain::arbitration::Keep;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{CitationView, FileView};
use crate::error::AppError;

/// What was decided here on one subject and refused, beside what counts there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ArbitrationView {
    /// The last decision of those that it settles; names it.
    pub decision: String,
    /// Its dossier.
    pub dossier: String,
    /// The learner.
    pub learner: String,
    /// What people call the dossier.
    pub reference: String,
    /// The diploma asked for.
    pub diploma: Option<String>,
    /// What was decided on: `piece`, `slot`, `job`, `assessment` or `other`.
    pub on: String,
    /// The piece, in words of the catalogue.
    pub piece: Option<String>,
    /// Why it was refused.
    pub why: WhyRefusedView,
    /// The same, with what to do.
    pub refusal: AppError,
    /// What was decided here.
    pub mine: SideView,
    /// What counts there.
    pub theirs: Option<SideView>,
    /// The piece to examine instead, if the file was replaced.
    pub newer: Option<NewerView>,
    /// Whether one of the two sides may be chosen now.
    pub can_choose: bool,
    /// Whether somebody else may be asked to look.
    pub can_ask: bool,
    /// What the rules say of the reasons that were given.
    pub rules: Vec<RuleTextView>,
    /// The version of the rules.
    pub rules_version: Option<String>,
}

/// Why a decision was refused, as far as it makes a difference to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WhyRefusedView {
    /// Somebody decided otherwise (case W02).
    Opposed,
    /// The file was replaced (case W01).
    Replaced,
    /// The dossier is no longer at this stage, or not in these hands (case W03).
    Moved,
    /// The dossier is no longer in the reviewer's scope (case W12).
    OutOfScope,
    /// The rules have changed, or are not known there.
    RuleGone,
    /// Something else.
    Other,
}

/// One side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct SideView {
    /// Who, if the name is known here.
    pub name: Option<String>,
    /// Whether this reviewer decided it.
    pub mine: bool,
    /// Code of the role.
    pub role: String,
    /// What it decides, such as `accepted`, `favourable` or a mark in hundredths.
    pub value: String,
    /// Labels of the reasons.
    pub reasons: Vec<String>,
    /// Words of the author.
    pub comment: Option<String>,
    /// The pages it cites.
    pub citations: Vec<CitationView>,
    /// When it was made.
    pub made_at: String,
    /// The file it is about.
    pub file: Option<FileView>,
}

/// The file that replaced the one that was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NewerView {
    /// The slot.
    pub slot: String,
    /// The deposit.
    pub deposit: String,
    /// The file.
    pub file: FileView,
    /// When it was deposited.
    pub deposited_at: String,
}

/// What the rules say of a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleTextView {
    /// The reason.
    pub label: String,
    /// What the learner is told.
    pub sentence: String,
    /// The text of law, if any.
    pub law: Option<String>,
}

/// What a person makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceView {
    /// What was decided here counts.
    Mine,
    /// What counts there goes on counting.
    Theirs,
    /// Somebody else looks.
    SecondLook,
    /// Nothing is to be done; it stays readable.
    FileAway,
}

impl ChoiceView {
    /// Which of the two counts, if it is a choice between them.
    pub(crate) fn keep(self) -> Option<Keep> {
        Some(match self {
            Self::Mine => Keep::Refused,
            Self::Theirs => Keep::Held,
            Self::SecondLook => Keep::SecondLook,
            Self::FileAway => return None,
        })
    }
}
