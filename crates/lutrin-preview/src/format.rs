//! What a document is: its format, its pages, and the names of what is not read.

use serde::{Deserialize, Serialize};

use crate::features::{Features, Origin};
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
    /// A TIFF picture or fax; its pages are measured in pixels.
    Tiff,
    /// A WebP picture, of which the first image is shown; measured in pixels.
    Webp,
    /// A GIF picture, of which the first image is shown; measured in pixels.
    Gif,
    /// A Windows bitmap; its only page is measured in pixels.
    Bmp,
    /// An HEIC picture, as telephones make them; measured in pixels.
    Heic,
    /// A Word document (`.docx`), read as a [`Flow`](crate::Flow): it has no pages here.
    Docx,
    /// An OpenDocument text (`.odt`), read as a [`Flow`](crate::Flow): it has no pages here.
    Odt,
}

impl Format {
    /// Says whether the pages are made of pixels, which gain nothing by being enlarged.
    pub fn is_picture(self) -> bool {
        !matches!(self, Format::Pdf | Format::Docx | Format::Odt)
    }

    /// Says whether the document is text in reading order, without pages.
    pub fn is_flow(self) -> bool {
        matches!(self, Format::Docx | Format::Odt)
    }
}

/// What a file that is not read was recognised to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsupported {
    /// A Word document of before 2007 (`.doc`).
    OldWordDocument,
    /// A spreadsheet of Excel of before 2007 (`.xls`).
    OldExcelWorkbook,
    /// A presentation of PowerPoint of before 2007 (`.ppt`).
    OldPowerPointPresentation,
    /// Another file of an office of before 2007.
    OldOfficeDocument,
    /// An office document that opens only with a password.
    ProtectedOfficeDocument,
    /// A message saved by Outlook (`.msg`).
    OutlookMessage,
    /// A spreadsheet of Excel (`.xlsx`).
    ExcelWorkbook,
    /// A presentation of PowerPoint (`.pptx`).
    PowerPointPresentation,
    /// An OpenDocument spreadsheet (`.ods`).
    OpenDocumentSpreadsheet,
    /// An OpenDocument presentation (`.odp`).
    OpenDocumentPresentation,
    /// An OpenDocument file that is neither text, spreadsheet nor presentation.
    OpenDocument,
    /// A document of Pages, Numbers or Keynote.
    AppleDocument,
    /// An electronic book (`.epub`).
    Ebook,
    /// An XPS document.
    Xps,
    /// A Rich Text document.
    RichText,
    /// A ZIP archive of another kind.
    Zip,
    /// An archive that is not a ZIP: RAR, 7z, gzip, tar.
    Archive,
    /// A TIFF picture of a kind that is not read.
    Tiff,
    /// An HEIF picture of a kind that is not read.
    Heic,
    /// An AVIF picture.
    Avif,
    /// A JPEG XL picture.
    JpegXl,
    /// A JPEG 2000 picture.
    Jpeg2000,
    /// A picture of Photoshop.
    Photoshop,
    /// A PostScript document.
    PostScript,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// A web page.
    Html,
    /// An XML file, SVG drawings among them.
    Xml,
    /// An e-mail message (`.eml`).
    Email,
    /// Plain text.
    Text,
    /// A program or a shortcut to one.
    Program,
    /// A PDF whose encryption is not known.
    Encryption,
    /// Nothing recognisable.
    Unknown,
}

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Unsupported::OldWordDocument => "a Word document of before 2007",
            Unsupported::OldExcelWorkbook => "an Excel workbook of before 2007",
            Unsupported::OldPowerPointPresentation => "a PowerPoint presentation of before 2007",
            Unsupported::OldOfficeDocument => "an office document of an old format",
            Unsupported::ProtectedOfficeDocument => "an office document protected by a password",
            Unsupported::OutlookMessage => "an Outlook message",
            Unsupported::ExcelWorkbook => "an Excel workbook",
            Unsupported::PowerPointPresentation => "a PowerPoint presentation",
            Unsupported::OpenDocumentSpreadsheet => "an OpenDocument spreadsheet",
            Unsupported::OpenDocumentPresentation => "an OpenDocument presentation",
            Unsupported::OpenDocument => "an OpenDocument file",
            Unsupported::AppleDocument => "a Pages, Numbers or Keynote document",
            Unsupported::Ebook => "an electronic book",
            Unsupported::Xps => "an XPS document",
            Unsupported::RichText => "a Rich Text document",
            Unsupported::Zip => "a ZIP archive",
            Unsupported::Archive => "an archive",
            Unsupported::Tiff => "a TIFF picture of a rare kind",
            Unsupported::Heic => "an HEIF picture of a rare kind",
            Unsupported::Avif => "an AVIF picture",
            Unsupported::JpegXl => "a JPEG XL picture",
            Unsupported::Jpeg2000 => "a JPEG 2000 picture",
            Unsupported::Photoshop => "a Photoshop picture",
            Unsupported::PostScript => "a PostScript document",
            Unsupported::Video => "a film",
            Unsupported::Audio => "a sound recording",
            Unsupported::Html => "a web page",
            Unsupported::Xml => "an XML file",
            Unsupported::Email => "an e-mail message",
            Unsupported::Text => "plain text",
            Unsupported::Program => "a program or a shortcut",
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
    /// Its pages in order; empty for a flow and only for one.
    pub pages: Vec<PageSize>,
    /// What it contains beside its pages; all of it is left alone.
    #[serde(default)]
    pub features: Features,
    /// What it says of itself.
    #[serde(default)]
    pub origin: Origin,
}

impl DocumentFacts {
    /// The facts of a document that has only pages, or a flow.
    pub fn new(format: Format, pages: Vec<PageSize>) -> Self {
        Self { format, pages, features: Features::default(), origin: Origin::default() }
    }

    /// Says whether each number is one an honest worker may send.
    pub(crate) fn are_plausible(&self) -> bool {
        let side = |value: f32| value.is_finite() && value > 0.0 && value <= MAX_PAGE_SIDE;
        let most = match self.format {
            Format::Pdf | Format::Tiff => MAX_PAGES,
            Format::Docx | Format::Odt => 0,
            _ => 1,
        };
        (most.min(1)..=most).contains(&self.pages.len())
            && self.pages.iter().all(|page| side(page.width) && side(page.height))
            && self.features.are_plausible()
            && self.origin.is_plausible()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(format: Format, pages: usize, width: f32) -> DocumentFacts {
        let page = PageSize { width, height: 842.0 };
        DocumentFacts::new(format, vec![page; pages])
    }

    #[test]
    fn only_plausible_facts_are_believed() {
        assert!(facts(Format::Pdf, 1, 595.0).are_plausible());
        assert!(facts(Format::Pdf, MAX_PAGES, 595.0).are_plausible());
        assert!(facts(Format::Tiff, 3, 595.0).are_plausible());
        assert!(facts(Format::Docx, 0, 595.0).are_plausible());
        for (format, pages, width) in [
            (Format::Pdf, 0, 595.0),
            (Format::Odt, 1, 595.0),
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
