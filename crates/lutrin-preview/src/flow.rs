//! Text in reading order, of documents that have no pages here.

use serde::{Deserialize, Serialize};

use crate::limits::{MAX_FLOW_BYTES, MAX_PARAGRAPHS};

/// The text of a document without its layout.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flow {
    /// The paragraphs in reading order; none is empty.
    pub paragraphs: Vec<Paragraph>,
    /// The text was cut at a ceiling of [`crate::limits`]: the document has more.
    pub truncated: bool,
}

/// A paragraph, a title or a row of a table.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// What it is.
    pub kind: ParagraphKind,
    /// Its text, without control characters but the tabs between the cells of a row.
    pub text: String,
}

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParagraphKind {
    /// A title, of level 1 to 9.
    Heading(u8),
    /// Ordinary text.
    Body,
    /// An entry of a list.
    ListItem,
    /// A row of a table, its cells separated by tabs.
    TableRow,
}

impl std::fmt::Debug for Flow {
    /// Leaves the text out: it is somebody's papers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Flow({} paragraphs, truncated: {})", self.paragraphs.len(), self.truncated)
    }
}

impl std::fmt::Debug for Paragraph {
    /// Leaves the text out: it is somebody's papers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Paragraph({:?}, {} bytes)", self.kind, self.text.len())
    }
}

impl Flow {
    /// Takes what a worker sent if it is a flow within the ceilings.
    pub(crate) fn from_worker(json: &[u8]) -> Option<Self> {
        let flow: Self = serde_json::from_slice(json).ok()?;
        let bytes: usize = flow.paragraphs.iter().map(|paragraph| paragraph.text.len()).sum();
        let bounded = flow.paragraphs.len() <= MAX_PARAGRAPHS && bytes <= MAX_FLOW_BYTES;
        (bounded && flow.paragraphs.iter().all(Paragraph::is_plausible)).then_some(flow)
    }
}

impl Paragraph {
    fn is_plausible(&self) -> bool {
        let is_row = self.kind == ParagraphKind::TableRow;
        let level = match self.kind {
            ParagraphKind::Heading(level) => level,
            _ => 1,
        };
        (1..=9).contains(&level)
            && !self.text.is_empty()
            && !self.text.chars().any(|c| c.is_control() && !(is_row && c == '\t'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(paragraphs: Vec<Paragraph>) -> bool {
        let flow = Flow { paragraphs, truncated: false };
        Flow::from_worker(&serde_json::to_vec(&flow).unwrap()).as_ref() == Some(&flow)
    }

    fn paragraph(kind: ParagraphKind, text: &str) -> Paragraph {
        Paragraph { kind, text: text.into() }
    }

    #[test]
    fn a_true_flow_is_taken() {
        assert!(taken(vec![]));
        assert!(taken(vec![
            paragraph(ParagraphKind::Heading(1), "Parcours"),
            paragraph(ParagraphKind::TableRow, "2024\tParis"),
        ]));
    }

    #[test]
    fn a_flow_that_cannot_be_is_refused() {
        let body = |text: &str| paragraph(ParagraphKind::Body, text);
        assert!(!taken(vec![body("")]));
        assert!(!taken(vec![body("a\tb")]), "a tab outside a table");
        assert!(!taken(vec![body("a\u{7}")]));
        assert!(!taken(vec![paragraph(ParagraphKind::Heading(0), "a")]));
        assert!(!taken(vec![paragraph(ParagraphKind::Heading(10), "a")]));
        assert!(!taken(vec![body("a"); MAX_PARAGRAPHS + 1]));
        assert!(!taken(vec![body(&"a".repeat(MAX_FLOW_BYTES + 1))]));
        assert!(Flow::from_worker(b"[]").is_none());
    }
}
