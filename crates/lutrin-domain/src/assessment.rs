//! Opinions and marks on professional experience.
//!
//! Titles and diplomas are judged by an opinion, CC and CP by a mark out of 20
//! with 10 as pass mark; both at once is invalid (domain notes, 8.2, X14, X16).

use serde::{Deserialize, Serialize};

/// The opinion on the experience for titles and diplomas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "opinion")]
pub enum Opinion {
    /// *Favorable*.
    Favourable,
    /// *Défavorable*.
    Unfavourable,
    /// *Sursis à statuer*.
    Deferred,
    /// *Stage requis*, for this many months.
    Internship {
        /// Length, 3 to 6 months.
        months: InternshipMonths,
    },
    /// *Complément demandé*.
    MoreInformation,
}

impl Opinion {
    /// Whether the author must say why: every opinion that keeps the learner waiting.
    pub fn needs_reasons(self) -> bool {
        self != Self::Favourable
    }
}

/// The length of a required internship in months: never under 3, never over 6
/// (domain notes, section 4.1, sources C2 and C3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u8, minimum = 3, maximum = 6))]
#[serde(try_from = "u8", into = "u8")]
pub struct InternshipMonths(u8);

/// A length of internship outside 3 to 6 months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an internship lasts 3 to 6 months")]
pub struct InvalidInternship;

impl TryFrom<u8> for InternshipMonths {
    type Error = InvalidInternship;

    fn try_from(months: u8) -> Result<Self, Self::Error> {
        (3..=6).contains(&months).then_some(Self(months)).ok_or(InvalidInternship)
    }
}

impl From<InternshipMonths> for u8 {
    fn from(months: InternshipMonths) -> Self {
        months.0
    }
}

/// A mark out of 20, in hundredths: 9.75 is 975.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u16, maximum = 2000))]
#[serde(try_from = "u16", into = "u16")]
pub struct Mark(u16);

/// A mark above 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mark is between 0 and 20")]
pub struct InvalidMark;

impl Mark {
    /// The pass mark, 10 out of 20.
    pub const PASS: Self = Self(1_000);

    /// Whether the mark passes (cases X14, X15).
    pub fn passes(self) -> bool {
        self >= Self::PASS
    }

    /// The mark in hundredths.
    pub fn hundredths(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Mark {
    type Error = InvalidMark;

    fn try_from(hundredths: u16) -> Result<Self, Self::Error> {
        (hundredths <= 2_000).then_some(Self(hundredths)).ok_or(InvalidMark)
    }
}

impl From<Mark> for u16 {
    fn from(mark: Mark) -> Self {
        mark.0
    }
}

/// What is signed on one level: an opinion or a mark, never both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Assessment {
    /// For titles and diplomas.
    Opinion(Opinion),
    /// For CC and CP.
    Mark(Mark),
}

/// How the experience of a type of diploma is assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AssessedBy {
    /// By an [`Opinion`].
    Opinion,
    /// By a [`Mark`].
    Mark,
}

/// The two levels on which experience is assessed before the jury.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The centre's *responsable pédagogique local*.
    Local,
    /// The *responsable national de la formation*.
    National,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x14_nine_and_a_half_does_not_pass() {
        assert!(!Mark::try_from(950).unwrap().passes());
    }

    #[test]
    fn x15_exactly_ten_passes() {
        assert!(Mark::try_from(1_000).unwrap().passes());
    }

    #[test]
    fn a_mark_above_twenty_does_not_exist() {
        assert_eq!(Mark::try_from(2_001), Err(InvalidMark));
        assert!(serde_json::from_str::<Mark>("2001").is_err());
    }

    #[test]
    fn an_internship_is_never_under_three_months_nor_over_six() {
        assert!(InternshipMonths::try_from(2).is_err());
        assert!(InternshipMonths::try_from(7).is_err());
        assert!((3..=6).all(|m| InternshipMonths::try_from(m).is_ok()));
    }
}
