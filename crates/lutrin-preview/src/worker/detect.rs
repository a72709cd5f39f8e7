//! Telling what a file is by its first bytes, never by its name.

use lutrin_preview::{Format, Unsupported};

/// How far the start of a file is looked at. Enough for the first names in an archive.
const HEAD: usize = 4096;
/// How far a PDF's own mark may be from the start; readers have long agreed on this.
const PDF_MARK_WITHIN: usize = 1024;

/// Says which format the bytes are in, or what they are instead.
pub(crate) fn detect(bytes: &[u8]) -> Result<Format, Unsupported> {
    let head = &bytes[..bytes.len().min(HEAD)];
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Format::Png);
    }
    if head.starts_with(b"\xff\xd8\xff") {
        return Ok(Format::Jpeg);
    }
    if let Some(what) = by_signature(head) {
        return Err(what);
    }
    if contains(&head[..head.len().min(PDF_MARK_WITHIN)], b"%PDF-") {
        return Ok(Format::Pdf);
    }
    Err(by_text(head))
}

/// Formats that begin with bytes of their own.
fn by_signature(head: &[u8]) -> Option<Unsupported> {
    let starts = |mark: &[u8]| head.starts_with(mark);
    let what = if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        archive(head)
    } else if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        Unsupported::OldOfficeDocument
    } else if starts(b"{\\rtf") {
        Unsupported::RichText
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        Unsupported::Tiff
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Unsupported::Gif
    } else if starts(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Unsupported::Webp
    } else if starts(b"BM") && is_bitmap(head) {
        Unsupported::Bmp
    } else if head.get(4..8) == Some(b"ftyp") {
        return by_brand(head.get(8..12)?);
    } else {
        return None;
    };
    Some(what)
}

/// Office documents are archives whose first entries tell which office.
fn archive(head: &[u8]) -> Unsupported {
    if contains(head, b"mimetypeapplication/vnd.oasis.opendocument") {
        Unsupported::OpenDocument
    } else if contains(head, b"word/") {
        Unsupported::WordDocument
    } else if contains(head, b"xl/") {
        Unsupported::ExcelWorkbook
    } else if contains(head, b"ppt/") {
        Unsupported::PowerPointPresentation
    } else {
        Unsupported::Zip
    }
}

/// Two letters are too few: the length of the second header must be one that exists.
fn is_bitmap(head: &[u8]) -> bool {
    matches!(head.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

fn by_brand(brand: &[u8]) -> Option<Unsupported> {
    match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
            Some(Unsupported::Heic)
        }
        b"avif" | b"avis" => Some(Unsupported::Avif),
        _ => None,
    }
}

/// What is left is text of some kind, or unknown.
fn by_text(head: &[u8]) -> Unsupported {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Unsupported::Text;
    }
    let Some(text) = as_text(head) else { return Unsupported::Unknown };
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let begins =
        |mark: &str| start.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    if begins("<!doctype html") || begins("<html") {
        Unsupported::Html
    } else if begins("<?xml") || begins("<svg") {
        Unsupported::Xml
    } else {
        Unsupported::Text
    }
}

/// The bytes as text, if that is what they are; the last character may be cut in two.
fn as_text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_ordinary = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    (!text.is_empty() && text.chars().all(is_ordinary)).then_some(text)
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        let table: [(&[u8], Result<Format, Unsupported>); 25] = [
            (b"%PDF-1.7\n", Ok(Format::Pdf)),
            (b"\r\n junk before %PDF-1.4\n", Ok(Format::Pdf)),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Ok(Format::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", Ok(Format::Png)),
            (b"PK\x03\x04 [Content_Types].xml word/document.xml", Err(Unsupported::WordDocument)),
            (b"PK\x03\x04 xl/workbook.xml", Err(Unsupported::ExcelWorkbook)),
            (b"PK\x03\x04 ppt/slides", Err(Unsupported::PowerPointPresentation)),
            (
                b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text",
                Err(Unsupported::OpenDocument),
            ),
            (b"PK\x03\x04 photos/1.jpg", Err(Unsupported::Zip)),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Err(Unsupported::OldOfficeDocument)),
            (b"{\\rtf1\\ansi", Err(Unsupported::RichText)),
            (b"II*\0\x08\0\0\0", Err(Unsupported::Tiff)),
            (b"MM\0*\0\0\0\x08", Err(Unsupported::Tiff)),
            (b"GIF89a", Err(Unsupported::Gif)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Err(Unsupported::Webp)),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Err(Unsupported::Bmp)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Err(Unsupported::Heic)),
            (b"\0\0\0\x18ftypavif\0\0\0\0", Err(Unsupported::Avif)),
            (b"\n <!DOCTYPE HTML><html>", Err(Unsupported::Html)),
            (b"<?xml version=\"1.0\"?>", Err(Unsupported::Xml)),
            (b"BMW et autres notes", Err(Unsupported::Text)),
            ("Bulletin de paie, été".as_bytes(), Err(Unsupported::Text)),
            (b"\xff\xfeB\0o\0n\0", Err(Unsupported::Text)),
            (b"\x01\x02\x03\x04", Err(Unsupported::Unknown)),
            (b"", Err(Unsupported::Unknown)),
        ];
        for (bytes, expected) in table {
            assert_eq!(detect(bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_character_cut_by_the_end_of_the_head_is_still_text() {
        let text = format!("{}é", "a".repeat(HEAD - 1));
        assert_eq!(detect(text.as_bytes()), Err(Unsupported::Text));
    }
}
