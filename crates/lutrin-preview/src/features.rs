//! What a document contains beside its pages, and what it says of itself: plain facts.
//!
//! Nothing of it is ever run, followed or opened. A reviewer may want to know that a file
//! holds a script or was signed; the counts say what is there, not whether it is harmful.

use serde::{Deserialize, Serialize};

use crate::limits::{MAX_FACT_CHARS, MAX_WALKED};

/// What a PDF holds beside its pages. All zero and false for other formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Features {
    /// It holds a script, which is not run.
    pub javascript: bool,
    /// It holds an action that would start a program.
    pub launch_actions: bool,
    /// It holds an action that would send a form or fetch data.
    pub submit_actions: bool,
    /// How many links lead out of the document: to the web or to another file.
    pub links: u32,
    /// How many files are attached to it.
    pub embedded_files: u32,
    /// It holds sound, film or a three-dimensional drawing.
    pub multimedia: bool,
    /// It is a form to be filled in.
    pub form: bool,
    /// The form is of the XFA kind, whose pages other programs draw differently.
    pub xfa: bool,
    /// How many places for an electronic signature it has.
    pub signature_fields: u32,
    /// How many of them hold a signature. It is not verified.
    pub signatures: u32,
    /// It is encrypted, with or without a password to open it.
    pub encrypted: bool,
    /// It has layers that may be shown or hidden.
    pub optional_content: bool,
    /// The search stopped at its ceiling: there may be more than was counted.
    pub partial: bool,
}

impl Features {
    /// Says whether each count is one an honest worker may send.
    pub(crate) fn are_plausible(&self) -> bool {
        [self.links, self.embedded_files, self.signature_fields, self.signatures]
            .iter()
            .all(|count| *count as usize <= MAX_WALKED)
    }
}

/// What a PDF says of itself; anybody may write anything there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// The version of PDF, as `1.7`.
    pub version: Option<String>,
    /// The program that wrote the file.
    pub producer: Option<String>,
    /// The program in which the document was made.
    pub creator: Option<String>,
    /// When it says that it was made, as `2026-11-21T10:00:00+01:00`.
    pub created: Option<String>,
    /// When it says that it was last changed, in the same form.
    pub modified: Option<String>,
}

impl Origin {
    /// Says whether each text is bounded and has no control character.
    pub(crate) fn is_plausible(&self) -> bool {
        [&self.version, &self.producer, &self.creator, &self.created, &self.modified]
            .into_iter()
            .flatten()
            .all(|text| {
                text.chars().count() <= MAX_FACT_CHARS && !text.chars().any(char::is_control)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_texts_beyond_the_ceilings_are_not_believed() {
        assert!(Features::default().are_plausible());
        let most = Features { links: MAX_WALKED as u32, ..Features::default() };
        assert!(most.are_plausible());
        let more = Features { embedded_files: u32::MAX, ..Features::default() };
        assert!(!more.are_plausible());

        let by = |producer: String| Origin { producer: Some(producer), ..Origin::default() };
        assert!(Origin::default().is_plausible());
        assert!(by("é".repeat(MAX_FACT_CHARS)).is_plausible());
        assert!(!by("é".repeat(MAX_FACT_CHARS + 1)).is_plausible());
        assert!(!by("a\u{1b}[31m".into()).is_plausible());
    }
}
