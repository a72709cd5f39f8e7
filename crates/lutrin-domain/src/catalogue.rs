//! The catalogue: dated, sourced data about diplomas, pieces, reasons and rules.
//!
//! A version of the catalogue is named by the digest of its text. A dossier pins
//! the version it is judged under, because rules adopted later do not apply
//! backwards (domain notes, section 2, source L32c; case W10).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::assessment::AssessedBy;
use crate::digest::Digest;
use crate::dossier::{Part, Route};
use crate::id::{CenterCode, DiplomaCode, PieceKind, ReasonCode, RuleCode};

/// The reason whose words are compulsory (domain notes, section 8.4).
pub const OTHER_REASON: &str = "other";

/// One version of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Catalogue {
    /// What the version is called, such as "septembre 2026".
    pub label: String,
    /// The centres.
    pub centers: Vec<Center>,
    /// The diplomas.
    pub diplomas: Vec<Diploma>,
    /// The kinds of pieces.
    pub piece_kinds: Vec<PieceKindEntry>,
    /// The reasons why a piece is not accepted.
    pub reasons: Vec<Reason>,
    /// The rules on experience.
    pub rules: Vec<ExperienceRule>,
}

/// A regional centre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Center {
    /// Code.
    pub code: CenterCode,
    /// Name, such as "Besançon".
    pub name: String,
}

/// A diploma.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Diploma {
    /// Code.
    pub code: DiplomaCode,
    /// Title in French.
    pub title: String,
    /// What sort of diploma.
    pub kind: DiplomaType,
    /// Level of the European framework (5, 6, 7), where there is one.
    pub level_eu: Option<u8>,
    /// Level of the 1969 list (III, II, I), as older texts name it.
    pub level_1969: Option<String>,
    /// The unit that carries the experience, such as UAALOT, with its ECTS.
    pub activity_unit: Option<ActivityUnit>,
    /// Where it is said.
    pub source: Source,
}

/// A unit granted for professional experience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivityUnit {
    /// Code.
    pub code: String,
    /// Credits.
    pub ects: u16,
}

/// The sorts of diplomas (domain notes, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DiplomaType {
    /// *Licence générale*.
    Bachelor,
    /// *Titre RNCP*.
    RncpTitle,
    /// *Certificat de compétence*.
    SkillCertificate,
    /// *Certificat professionnel*.
    VocationalCertificate,
    /// *DEUST*.
    Deust,
    /// *Diplôme d'établissement*.
    InstitutionDiploma,
    /// *Licence professionnelle*; not handled by D3.
    ProfessionalBachelor,
    /// *Master*; not handled by D3.
    Master,
    /// *Mastère spécialisé*; not handled by D3.
    SpecialisedMaster,
    /// *Diplôme d'ingénieur*; not handled by D3.
    Engineer,
}

impl DiplomaType {
    /// How its experience is assessed: CC and CP by a mark, the rest by an
    /// opinion (domain notes, section 4.1, sources S2 and C10).
    pub fn assessed_by(self) -> AssessedBy {
        match self {
            Self::SkillCertificate | Self::VocationalCertificate => AssessedBy::Mark,
            _ => AssessedBy::Opinion,
        }
    }
}

/// A kind of piece (domain notes, section 6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PieceKindEntry {
    /// Code.
    pub code: PieceKind,
    /// Name in French.
    pub label: String,
    /// The part of the dossier it belongs to.
    pub part: Part,
    /// The reasons offered for it, the most usual first.
    pub reasons: Vec<ReasonCode>,
    /// Where it is said.
    pub source: Source,
}

/// A reason why a piece is not accepted (domain notes, section 8.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// Code.
    pub code: ReasonCode,
    /// Short label for the reviewer.
    pub label: String,
    /// The sentence written to the learner.
    pub sentence: String,
    /// The text of law it rests on, if any.
    pub law: Option<String>,
}

/// Where a fact of the catalogue is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The text or page.
    pub text: String,
    /// Its address.
    pub url: Option<String>,
}

/// A rule on experience (domain notes, section 4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExperienceRule {
    /// Code.
    pub code: RuleCode,
    /// First day it holds.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub valid_from: Date,
    /// Last day it holds, included.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub valid_to: Option<Date>,
    /// The diplomas it is for; by type and level when none is named.
    pub diplomas: Vec<DiplomaCode>,
    /// The sort of diploma it is for.
    pub kind: DiplomaType,
    /// The level it is for.
    pub level_eu: Option<u8>,
    /// The route it is for.
    pub route: Option<Route>,
    /// The centre it is for, where the DNF published one.
    pub center: Option<CenterCode>,
    /// The ways to satisfy it; one is enough.
    pub paths: Vec<RulePath>,
    /// Where it is said.
    pub source: Source,
    /// A remark shown with it.
    pub note: Option<String>,
}

/// One way to satisfy a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulePath {
    /// Months in the specialty of the diploma.
    pub specialty_months: u16,
    /// Months in all.
    pub total_months: u16,
    /// The internship it requires, if any.
    pub internship: Option<InternshipRange>,
    /// Whether the text says "full time" (case X13).
    pub full_time: bool,
}

/// The length of an internship in months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InternshipRange {
    /// Shortest.
    pub min: u8,
    /// Longest.
    pub max: u8,
}

impl Catalogue {
    /// Reads a version from its text and names it.
    pub fn read(text: &str) -> Result<(Digest, Self), serde_json::Error> {
        Ok((Digest::of(text.as_bytes()), serde_json::from_str(text)?))
    }

    /// The diploma of this code.
    pub fn diploma(&self, code: &DiplomaCode) -> Option<&Diploma> {
        self.diplomas.iter().find(|diploma| &diploma.code == code)
    }

    /// The kind of piece of this code.
    pub fn piece_kind(&self, code: &PieceKind) -> Option<&PieceKindEntry> {
        self.piece_kinds.iter().find(|kind| &kind.code == code)
    }

    /// The reason of this code.
    pub fn reason(&self, code: &ReasonCode) -> Option<&Reason> {
        self.reasons.iter().find(|reason| &reason.code == code)
    }

    /// The centre of this code.
    pub fn center(&self, code: &CenterCode) -> Option<&Center> {
        self.centers.iter().find(|center| &center.code == code)
    }
}
