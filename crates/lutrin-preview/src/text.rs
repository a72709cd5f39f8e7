//! The text of a page, word by word, with the place of each on the page.

use serde::{Deserialize, Serialize};

use crate::format::PageSize;
use crate::limits::{MAX_PAGE_TEXT_CHARS, MAX_WORD_CHARS, MAX_WORDS};

/// A rectangle on a page as it is shown: after its own rotation and crop.
///
/// In points for a PDF, from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PageBox {
    /// From the left edge of the page to that of the box.
    pub left: f32,
    /// From the top edge of the page to that of the box.
    pub top: f32,
    /// From the left edge of the page to the right one of the box.
    pub right: f32,
    /// From the top edge of the page to the bottom one of the box.
    pub bottom: f32,
}

impl PageBox {
    /// The smallest box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The part of the box that is on the page; nothing if none is, or if a number is none.
    #[must_use]
    pub fn within(self, page: PageSize) -> Option<Self> {
        let inside = Self {
            left: self.left.max(0.0),
            top: self.top.max(0.0),
            right: self.right.min(page.width),
            bottom: self.bottom.min(page.height),
        };
        let finite = [self.left, self.top, self.right, self.bottom].iter().all(|x| x.is_finite());
        (finite && inside.left <= inside.right && inside.top <= inside.bottom).then_some(inside)
    }

    /// Says whether the box lies on the page; a hundredth is left to rounding.
    pub(crate) fn is_on(self, page: PageSize) -> bool {
        // Written so that what is no number is not on the page.
        self.left >= 0.0
            && self.top >= 0.0
            && self.left <= self.right
            && self.top <= self.bottom
            && self.right <= page.width + 0.01
            && self.bottom <= page.height + 0.01
    }
}

/// What stands between a word and the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// Nothing: the next one goes on with a word too long for one.
    Nothing,
    /// A space.
    Space,
    /// The end of the line, or of the page.
    Line,
}

/// A word of a page.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Its letters, without space or control character; [`crate::NIR_SIGN`] where a NIR
    /// was removed, and `U+FFFD` for a sign of which the file does not tell the letter.
    pub text: String,
    /// Where it is; unknown when the text was [`TextSource::Extracted`].
    pub area: Option<PageBox>,
    /// Where each of its letters ends, in thousandths of the width of its area; none where
    /// this is unknown, as for text that is turned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ends: Vec<u16>,
    /// The line it is on, counted from 0; never smaller than that of the word before.
    pub line: u32,
    /// What follows it.
    pub after: After,
    /// Whether it is part of a NIR that was removed: its area is to be hidden on screen.
    pub masked: bool,
}

impl std::fmt::Debug for Word {
    /// Leaves the letters out: they are somebody's papers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Word({} letters, line {})", self.text.chars().count(), self.line)
    }
}

/// Who read the text of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextSource {
    /// Nobody: the page has no text, it is a picture.
    None,
    /// The renderer, from the very glyphs it draws: each word has its place.
    Glyphs,
    /// A second reader, because the file does not tell the letters of most glyphs to the
    /// first one: words have no place on the page.
    Extracted,
}

/// The text of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageText {
    /// Its words in reading order.
    pub words: Vec<Word>,
    /// Who read them.
    pub source: TextSource,
    /// How many glyphs have no letter, as far as the file tells.
    pub unmapped: u32,
    /// Whether a ceiling left words out.
    pub truncated: bool,
}

impl PageText {
    /// A page without text.
    pub const NONE: Self =
        Self { words: Vec::new(), source: TextSource::None, unmapped: 0, truncated: false };

    /// Says whether most signs of the page have no letter: what was read is not the text.
    pub fn is_mostly_unmapped(&self) -> bool {
        let signs: usize = self.words.iter().map(|word| word.text.chars().count()).sum();
        self.unmapped > 0 && self.unmapped as usize * 2 >= signs
    }

    /// Says whether this reading of a page has more letters than another one.
    pub(crate) fn says_more_than(&self, other: &Self) -> bool {
        let letters = |text: &Self| -> usize {
            let signs =
                |word: &Word| word.text.chars().filter(|sign| sign.is_alphanumeric()).count();
            text.words.iter().map(signs).sum()
        };
        letters(self) > letters(other)
    }

    /// The words as plain text: a space between two, a line end behind each line.
    pub fn plain(&self) -> String {
        let mut plain = String::new();
        for word in &self.words {
            plain.push_str(&word.text);
            match word.after {
                After::Nothing => {}
                After::Space => plain.push(' '),
                After::Line => plain.push('\n'),
            }
        }
        plain
    }

    /// Says whether an honest worker may have sent this of a page of that size.
    pub(crate) fn is_plausible(&self, page: PageSize) -> bool {
        let chars = |word: &Word| word.text.chars().count();
        let in_order = self.words.windows(2).all(|pair| pair[0].line <= pair[1].line);
        self.words.len() <= MAX_WORDS
            && self.words.iter().map(chars).sum::<usize>() <= MAX_PAGE_TEXT_CHARS
            && in_order
            && (self.source == TextSource::None) == self.words.is_empty()
            && self.words.iter().all(|word| {
                is_plain(&word.text)
                    && !word.text.is_empty()
                    && chars(word) <= MAX_WORD_CHARS
                    && (word.ends.is_empty() || word.ends.len() == chars(word))
                    && word.ends.iter().all(|end| *end <= 1000)
                    && word.area.is_none_or(|area| area.is_on(page))
            })
    }
}

/// Says whether a text has only signs that are safe to show in a line.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.chars().any(is_invisible)
}

/// Says whether a sign is a control character, or one that turns the order of the others,
/// or one that nobody sees.
pub fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(
            sign,
            '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Says whether most letters of a text are Hebrew or Arabic, which are read from the right.
pub fn is_right_to_left(text: &str) -> bool {
    let from_right = |sign: &char| matches!(sign, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}');
    text.chars().filter(from_right).count() * 2 > text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: PageSize = PageSize { width: 595.0, height: 842.0 };
    const AREA: PageBox = PageBox { left: 10.0, top: 10.0, right: 50.0, bottom: 20.0 };

    fn word(text: &str) -> Word {
        let text = text.to_owned();
        let (ends, after) = (Vec::new(), After::Space);
        Word { text, area: Some(AREA), ends, line: 0, after, masked: false }
    }

    fn text(words: Vec<Word>) -> PageText {
        PageText { words, source: TextSource::Glyphs, unmapped: 0, truncated: false }
    }

    #[test]
    fn only_plausible_text_is_believed() {
        assert!(PageText::NONE.is_plausible(PAGE));
        assert!(text(vec![word("salaire"); MAX_WORDS]).is_plausible(PAGE));
        let area = |left, right| Some(PageBox { left, right, ..AREA });
        for unbelievable in [
            text(Vec::new()),
            PageText { source: TextSource::None, ..text(vec![word("salaire")]) },
            text(vec![word("salaire"); MAX_WORDS + 1]),
            text(vec![word(&"x".repeat(MAX_WORD_CHARS + 1))]),
            text(vec![word(&"x".repeat(MAX_WORD_CHARS)); MAX_PAGE_TEXT_CHARS / MAX_WORD_CHARS + 1]),
            text(vec![word("")]),
            text(vec![Word { ends: vec![500], ..word("net") }]),
            text(vec![Word { ends: vec![300, 600, 1001], ..word("net") }]),
            text(vec![word("two\nlines")]),
            text(vec![word("turned\u{202e}round")]),
            text(vec![Word { line: 1, ..word("late") }, word("early")]),
            text(vec![Word { area: area(-1.0, 50.0), ..word("outside") }]),
            text(vec![Word { area: area(10.0, 600.0), ..word("outside") }]),
            text(vec![Word { area: area(50.0, 10.0), ..word("inside out") }]),
            text(vec![Word { area: area(f32::NAN, 50.0), ..word("nowhere") }]),
            text(vec![Word { area: area(10.0, f32::INFINITY), ..word("everywhere") }]),
        ] {
            assert!(!unbelievable.is_plausible(PAGE), "{unbelievable:?}");
        }
    }

    #[test]
    fn plain_text_has_the_spaces_and_lines_of_the_page() {
        let mut words = vec![word("net"), word("à"), word("payer"), word("1"), word("850")];
        words[2].after = After::Line;
        words[3].after = After::Nothing;
        assert_eq!(text(words).plain(), "net à payer\n1850 ");
    }

    #[test]
    fn a_box_is_cut_at_the_edges_of_its_page() {
        let wide = PageBox { left: -5.0, right: 700.0, ..AREA };
        assert_eq!(wide.within(PAGE), Some(PageBox { left: 0.0, right: 595.0, ..AREA }));
        assert_eq!(PageBox { left: 600.0, right: 700.0, ..AREA }.within(PAGE), None);
        assert_eq!(PageBox { left: f32::NAN, ..AREA }.within(PAGE), None);
    }
}
