//! The heading of a dossier, in the list and when it is open.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Whose dossier it is and what is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HeadingView {
    /// Identifier.
    pub id: String,
    /// Reference that people quote.
    pub reference: String,
    /// First name.
    pub first_name: String,
    /// Birth name.
    pub birth_name: String,
    /// Used name, if it differs.
    pub used_name: Option<String>,
    /// Title of the diploma, or its code if the catalogue at hand lacks it.
    pub diploma: String,
    /// Code of the diploma.
    pub diploma_code: String,
    /// Name of the centre, or its code.
    pub center: String,
    /// What is asked.
    pub request: RequestView,
    /// Code of the state.
    pub state: String,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RequestView {
    /// *Délivrance de diplôme*.
    Diploma,
    /// *Analyse de l'expérience*, with the diploma request.
    Experience,
    /// *Analyse anticipée*.
    EarlyExperience,
}
