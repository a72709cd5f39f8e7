//! Which ceiling a document passed.

/// The ceilings a document may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ceiling {
    /// The file has too many bytes.
    Bytes,
    /// The document has too many pages.
    Pages,
    /// The page is too large to be drawn.
    PageSize,
    /// The picture has too many pixels to be decoded.
    Pixels,
    /// The page is beyond those that have their text read.
    TextPages,
    /// The part asked for is not on the page, or its scale is none.
    Tile,
}

impl std::fmt::Display for Ceiling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Ceiling::Bytes => "the file is larger than 50 MB",
            Ceiling::Pages => "the document has more than 10,000 pages",
            Ceiling::PageSize => "the page is too large to be drawn",
            Ceiling::Pixels => "the picture has too many pixels",
            Ceiling::TextPages => "the text is read of the first 500 pages only",
            Ceiling::Tile => "the part asked for is not on the page",
        })
    }
}
