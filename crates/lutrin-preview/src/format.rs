//! What a document is: its format, its pages, and the names of what is not read.

use serde::{Deserialize, Serialize};

use crate::limits::{MAX_PAGE_SIDE, MAX_PAGES};

/// The formats the reading room reads, told by content and never by file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A PDF document; its pages are measured in points.
    Pdf,
    /// A JPEG picture; its only page is measured in pixels.
    Jpeg,
    /// A PNG picture; its only page is measured in pixels.
    Png,
}

impl Format {
    /// Says whether the pages are made of pixels, which gain nothing by being enlarged.
    pub fn is_picture(self) -> bool {
        matches!(self, Format::Jpeg | Format::Png)
    }
}

/// What a file that is not read was recognised to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsupported {
    /// A Word document (`.docx`).
    WordDocument,
    /// A spreadsheet of Excel (`.xlsx`).
    ExcelWorkbook,
    /// A presentation of PowerPoint (`.pptx`).
    PowerPointPresentation,
    /// An OpenDocument text, spreadsheet or presentation.
    OpenDocument,
    /// An office document of before 2007 (`.doc`, `.xls`, `.ppt`).
    OldOfficeDocument,
    /// A Rich Text document.
    RichText,
    /// A ZIP archive of another kind.
    Zip,
    /// A TIFF picture.
    Tiff,
    /// A WebP picture.
    Webp,
    /// A GIF picture.
    Gif,
    /// A Windows bitmap.
    Bmp,
    /// An HEIC picture, as telephones make them.
    Heic,
    /// An AVIF picture.
    Avif,
    /// A web page.
    Html,
    /// An XML file, SVG drawings among them.
    Xml,
    /// Plain text.
    Text,
    /// A PDF whose encryption is not known.
    Encryption,
    /// Nothing recognisable.
    Unknown,
}

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Unsupported::WordDocument => "a Word document",
            Unsupported::ExcelWorkbook => "an Excel workbook",
            Unsupported::PowerPointPresentation => "a PowerPoint presentation",
            Unsupported::OpenDocument => "an OpenDocument file",
            Unsupported::OldOfficeDocument => "an office document of an old format",
            Unsupported::RichText => "a Rich Text document",
            Unsupported::Zip => "a ZIP archive",
            Unsupported::Tiff => "a TIFF picture",
            Unsupported::Webp => "a WebP picture",
            Unsupported::Gif => "a GIF picture",
            Unsupported::Bmp => "a BMP picture",
            Unsupported::Heic => "an HEIC picture",
            Unsupported::Avif => "an AVIF picture",
            Unsupported::Html => "a web page",
            Unsupported::Xml => "an XML file",
            Unsupported::Text => "plain text",
            Unsupported::Encryption => "a PDF with an encryption that is not known",
            Unsupported::Unknown => "of an unknown format",
        })
    }
}

/// The size of a page as it is shown: after its own rotation, crop or EXIF orientation.
///
/// In points for a PDF, in pixels for a picture. A size above
/// [`MAX_PAGE_SIDE`] is told as that ceiling, and the page is refused when asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PageSize {
    /// From left to right.
    pub width: f32,
    /// From top to bottom.
    pub height: f32,
}

/// What is known of a document once it is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentFacts {
    /// Its format, by content.
    pub format: Format,
    /// Its pages in order; never empty.
    pub pages: Vec<PageSize>,
}

impl DocumentFacts {
    /// Says whether each number is one an honest worker may send.
    pub(crate) fn are_plausible(&self) -> bool {
        let side = |value: f32| value.is_finite() && value > 0.0 && value <= MAX_PAGE_SIDE;
        let one_page_if_picture = !self.format.is_picture() || self.pages.len() == 1;
        (1..=MAX_PAGES).contains(&self.pages.len())
            && one_page_if_picture
            && self.pages.iter().all(|page| side(page.width) && side(page.height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(format: Format, pages: usize, width: f32) -> DocumentFacts {
        let page = PageSize { width, height: 842.0 };
        DocumentFacts { format, pages: vec![page; pages] }
    }

    #[test]
    fn only_plausible_facts_are_believed() {
        assert!(facts(Format::Pdf, 1, 595.0).are_plausible());
        assert!(facts(Format::Pdf, MAX_PAGES, 595.0).are_plausible());
        for (format, pages, width) in [
            (Format::Pdf, 0, 595.0),
            (Format::Pdf, MAX_PAGES + 1, 595.0),
            (Format::Png, 2, 595.0),
            (Format::Pdf, 1, 0.0),
            (Format::Pdf, 1, -1.0),
            (Format::Pdf, 1, f32::NAN),
            (Format::Pdf, 1, f32::INFINITY),
            (Format::Pdf, 1, MAX_PAGE_SIDE * 2.0),
        ] {
            assert!(!facts(format, pages, width).are_plausible(), "{format:?} {pages} {width}");
        }
    }
}
