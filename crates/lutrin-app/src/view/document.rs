//! A document in the reading room.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What is known of a document before its pages are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct DocumentView {
    /// Digest of the file.
    pub sha256: String,
    /// `pdf`, `jpeg` or `png`.
    pub format: String,
    /// Its pages.
    pub pages: Vec<PageView>,
    /// The quarter turns the reader gave its pages, kept on this machine.
    pub rotation: u32,
}

/// The size of a page, in points for a PDF and pixels for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PageView {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}
