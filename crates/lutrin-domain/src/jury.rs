//! Sittings of the national jury.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{DiplomaCode, JurySessionId};

/// A sitting of a jury, to which dossiers are attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JurySession {
    /// Identifier.
    pub id: JurySessionId,
    /// What it is called, such as "Titres comptables".
    pub label: String,
    /// The day it sits, in Europe/Paris.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub date: Date,
    /// The last day a file may be completed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub file_closing_date: Date,
    /// The diplomas it decides on.
    pub diplomas: Vec<DiplomaCode>,
}
