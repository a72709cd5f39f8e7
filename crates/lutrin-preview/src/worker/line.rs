//! Words and lines of a page before its text is made of them.

use hayro::kurbo::Rect;

/// A line of a page: words that follow each other on one base line.
pub(crate) struct Line {
    pub(crate) words: Vec<DraftWord>,
}

/// A word before its ceilings.
pub(crate) struct DraftWord {
    pub(crate) text: String,
    pub(crate) area: Rect,
    /// Where each letter ends, from the left edge of the page; none if the word is turned.
    pub(crate) ends: Vec<f64>,
}

impl Line {
    /// The box around its words.
    pub(crate) fn area(&self) -> Rect {
        let areas = self.words.iter().map(|word| word.area);
        areas.reduce(|one, other| one.union(other)).unwrap_or(Rect::ZERO)
    }
}
