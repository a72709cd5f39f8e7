//! What was decided in the window, to compare with what the service holds.

use std::fmt;

use serde_json::Value;

use crate::gestures::{Assess, Piece};
use crate::service::Held;

/// A decision, reduced to what a person decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Made {
    kind: String,
    on: String,
    value: String,
    reasons: Vec<String>,
    words: String,
}

impl Made {
    /// A verdict on one version of a file.
    pub fn verdict(
        piece: &Piece,
        outcome: &str,
        reason: Option<String>,
        words: Option<&str>,
    ) -> Self {
        Self {
            kind: "settle_piece".to_owned(),
            on: format!("{} {}", piece.slot, piece.deposit),
            value: outcome.to_owned(),
            reasons: reason.into_iter().collect(),
            words: words.unwrap_or_default().to_owned(),
        }
    }

    /// A signed assessment, as [`crate::app::App::draft`] writes it.
    pub fn assessment(assess: Assess, reasons: &str) -> Self {
        Self {
            kind: "sign_assessment".to_owned(),
            on: String::new(),
            value: match assess {
                Assess::Opinion => "favourable".to_owned(),
                Assess::Mark => "1250".to_owned(),
            },
            reasons: Vec::new(),
            words: reasons.to_owned(),
        }
    }
}

impl From<&Held> for Made {
    fn from(held: &Held) -> Self {
        let Held { decision, .. } = held;
        let (subject, body) = (&decision["subject"], &decision["body"]);
        let kind = text(&decision["kind"]);
        if kind == "sign_assessment" {
            return Self {
                kind,
                on: String::new(),
                value: assessment(&body["assessment"]),
                reasons: Vec::new(),
                words: text(&body["reasons"]),
            };
        }
        Self {
            kind,
            on: format!("{} {}", text(&subject["slot"]), text(&subject["deposit"])),
            value: text(&body["outcome"]),
            reasons: body["reasons"].as_array().into_iter().flatten().map(text).collect(),
            words: text(&body["comment"]),
        }
    }
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, on, value, reasons, words } = self;
        write!(f, "{kind} {on} = {value} {reasons:?} {words:?}")
    }
}

/// An opinion by its name, a mark by its hundredths.
fn assessment(value: &Value) -> String {
    match value["mark"].as_u64() {
        Some(hundredths) => hundredths.to_string(),
        None => text(&value["opinion"]["opinion"]),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
