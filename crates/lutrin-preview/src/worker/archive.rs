//! Reading one part of an archive without being drowned by it.

use std::io::{Cursor, Read};

use lutrin_preview::frame::Refusal;
use lutrin_preview::{Format, Unsupported};
use zip::ZipArchive;

/// How much of one part is read once it is decompressed, in bytes.
const MAX_PART: u64 = 32 * 1024 * 1024;

/// An archive of the ZIP kind, as office documents are.
pub(crate) struct Archive<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Archive<'a> {
    /// Reads the table of parts.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<Self> {
        ZipArchive::new(Cursor::new(bytes)).ok().map(Self)
    }

    /// Says whether there is such a part.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.index_for_name(name).is_some()
    }

    /// The names of the parts that begin so, in order.
    pub(crate) fn names(&self, start: &str) -> Vec<String> {
        let raw = self.0.file_names_raw().filter(|name| name.starts_with(start.as_bytes()));
        let mut names: Vec<_> =
            raw.filter_map(|name| Some(std::str::from_utf8(name).ok()?.to_owned())).collect();
        names.sort();
        names
    }

    /// A part as text, and whether it was longer than what is read of it.
    pub(crate) fn text(&mut self, name: &str) -> Result<(String, bool), Refusal> {
        let part = self.0.by_name(name).map_err(|_| Refusal::Damaged)?;
        let mut bytes = Vec::new();
        // The length that the archive tells is not believed.
        part.take(MAX_PART + 1).read_to_end(&mut bytes).map_err(|_| Refusal::Damaged)?;
        let cut = bytes.len() as u64 > MAX_PART;
        bytes.truncate(MAX_PART as usize);
        let text = String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok((text, cut))
    }

    /// Says which office made the archive, if one did.
    pub(crate) fn kind(&mut self) -> Result<Format, Unsupported> {
        if self.has("mimetype")
            && let Ok((mimetype, _)) = self.text("mimetype")
        {
            match by_mimetype(mimetype.trim()) {
                Err(Unsupported::Zip) => {}
                kind => return kind,
            }
        }
        let has = |names: &[&str]| names.iter().any(|name| self.has(name));
        if has(&["word/document.xml"]) {
            Ok(Format::Docx)
        } else if has(&["xl/workbook.xml", "xl/workbook.bin"]) {
            Err(Unsupported::ExcelWorkbook)
        } else if has(&["ppt/presentation.xml"]) {
            Err(Unsupported::PowerPointPresentation)
        } else if has(&["Index/Document.iwa", "Index.zip", "index.apxl", "index.xml"]) {
            Err(Unsupported::AppleDocument)
        } else if has(&["FixedDocSeq.fdseq", "FixedDocumentSequence.fdseq"]) {
            Err(Unsupported::Xps)
        } else {
            Err(Unsupported::Zip)
        }
    }
}

fn by_mimetype(mimetype: &str) -> Result<Format, Unsupported> {
    match mimetype.strip_prefix("application/vnd.oasis.opendocument.") {
        Some("text" | "text-template") => Ok(Format::Odt),
        Some("spreadsheet" | "spreadsheet-template") => Err(Unsupported::OpenDocumentSpreadsheet),
        Some("presentation" | "presentation-template") => {
            Err(Unsupported::OpenDocumentPresentation)
        }
        Some(_) => Err(Unsupported::OpenDocument),
        None if mimetype == "application/epub+zip" => Err(Unsupported::Ebook),
        None => Err(Unsupported::Zip),
    }
}
