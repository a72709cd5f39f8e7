//! A document in the reading room.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What is known of a document before its pages are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct DocumentView {
    /// Digest of the file.
    pub sha256: String,
    /// Its format by content: `pdf`, `jpeg`, `docx`…
    pub format: String,
    /// Its pages; none for a text without layout, which `document_flow` gives.
    pub pages: Vec<PageView>,
    /// The pages that the reader turned, as this machine keeps it.
    pub turned: Vec<TurnedPageView>,
    /// What it holds beside its pages.
    pub holds: HoldsView,
}

/// How the reader turned a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TurnedPageView {
    /// The page, counted from 1.
    pub page: u32,
    /// Quarter turns clockwise, 0 to 3.
    pub turns: u32,
}

/// The size of a page, in points for a PDF and pixels for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PageView {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// What a document holds beside its pages: plain facts, nothing of it is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct HoldsView {
    /// Scripts.
    pub scripts: bool,
    /// Actions that would start a program, send data or play something.
    pub actions: bool,
    /// Links that lead out of it.
    pub links: u32,
    /// Files attached to it.
    pub attachments: u32,
    /// Signatures, which are not verified.
    pub signatures: u32,
    /// Layers that may be shown or hidden.
    pub layers: bool,
    /// There may be more than was counted.
    pub partial: bool,
}

/// A rectangle on a page as it is drawn, from its top left corner, in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct BoxView {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// What is read on a page beside its picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PageContentView {
    /// Who read the text.
    pub source: TextSourceView,
    /// The words in reading order.
    pub words: Vec<WordView>,
    /// Values of form fields that the file does not draw.
    pub fields: Vec<FieldView>,
    /// Whether there are annotations, which `page://…/notes` draws.
    pub annotations: bool,
    /// Codes of why the picture may be incomplete.
    pub warnings: Vec<String>,
}

/// Who read the text of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TextSourceView {
    /// Nobody: the page is an image.
    None,
    /// The renderer: words have their places.
    Glyphs,
    /// A second reader: words have no places.
    Extracted,
}

/// A word of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct WordView {
    /// Its letters; signs in place of a NIR.
    pub text: String,
    /// Where it is, if known.
    pub area: Option<BoxView>,
    /// The line it is on, counted from 0.
    pub line: u32,
    /// Whether a space or a new line follows it.
    pub spaced: bool,
    /// Whether a NIR was removed from it: its place is covered.
    pub masked: bool,
}

/// The value of a form field that the file does not draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct FieldView {
    /// Where the field is.
    pub area: BoxView,
    /// What was typed, chosen or ticked.
    pub value: String,
    /// `text`, `choice` or `ticked`.
    pub kind: String,
}

/// Where a searched text is in a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct FoundView {
    /// The places, in reading order.
    pub hits: Vec<HitView>,
    /// Pages without text, in which nothing can be found.
    pub pages_without_text: u32,
    /// There may be more: a ceiling was reached.
    pub partial: bool,
}

/// One place of a searched text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct HitView {
    /// The page, counted from 1.
    pub page: u32,
    /// A rectangle for each line it is on.
    pub boxes: Vec<BoxView>,
}

/// The text of a document without its layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FlowView {
    /// The paragraphs in reading order.
    pub paragraphs: Vec<ParagraphView>,
    /// The document has more.
    pub truncated: bool,
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ParagraphView {
    /// `heading`, `body`, `list_item` or `table_row`.
    pub kind: String,
    /// The level of a heading, 1 to 9; 0 for the others.
    pub level: u32,
    /// Its text; tabs between the cells of a row.
    pub text: String,
}
