//! Telling what a file is by its first bytes, never by its name.

use lutrin_preview::{Format, Unsupported};

use super::archive::Archive;

/// How far the start of a file is looked at. Enough for the first names in an archive.
const HEAD: usize = 4096;
/// How far a PDF's own mark may be from the start; readers have long agreed on this.
const PDF_MARK_WITHIN: usize = 1024;
/// How far the list of contents of an old office document is looked for.
const OLD_OFFICE_LIST_WITHIN: usize = 8 * 1024 * 1024;

/// Says which format the bytes are in, or what they are instead.
pub(crate) fn detect(bytes: &[u8]) -> Result<Format, Unsupported> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let starts = |mark: &[u8]| head.starts_with(mark);
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return archive(bytes, head);
    }
    if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Err(old_office(bytes));
    }
    if let Some(format) = read_by_signature(head) {
        return Ok(format);
    }
    if head.get(4..8) == Some(b"ftyp") {
        return by_brand(head);
    }
    if let Some(what) = unread_by_signature(head) {
        return Err(what);
    }
    if contains(&head[..head.len().min(PDF_MARK_WITHIN)], b"%PDF-") {
        return Ok(Format::Pdf);
    }
    Err(by_text(head))
}

/// Formats that are read and begin with bytes of their own.
fn read_by_signature(head: &[u8]) -> Option<Format> {
    let starts = |mark: &[u8]| head.starts_with(mark);
    if starts(b"\x89PNG\r\n\x1a\n") {
        Some(Format::Png)
    } else if starts(b"\xff\xd8\xff") {
        Some(Format::Jpeg)
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        Some(Format::Tiff)
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Some(Format::Gif)
    } else if starts(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Some(Format::Webp)
    } else if starts(b"BM") && is_bitmap(head) {
        Some(Format::Bmp)
    } else {
        None
    }
}

/// Formats that are not read and begin with bytes of their own.
fn unread_by_signature(head: &[u8]) -> Option<Unsupported> {
    const SIGNATURES: [(&[u8], Unsupported); 32] = [
        (b"{\\rtf", Unsupported::RichText),
        (b"7z\xbc\xaf\x27\x1c", Unsupported::Archive),
        (b"Rar!\x1a\x07", Unsupported::Archive),
        (b"\x1f\x8b\x08", Unsupported::Archive),
        (b"BZh", Unsupported::Archive),
        (b"\xfd7zXZ\0", Unsupported::Archive),
        (b"\x28\xb5\x2f\xfd", Unsupported::Archive),
        (b"\0\0\0\x0cJXL \r\n\x87\n", Unsupported::JpegXl),
        (b"\xff\x0a", Unsupported::JpegXl),
        (b"\0\0\0\x0cjP  \r\n\x87\n", Unsupported::Jpeg2000),
        (b"\xff\x4f\xff\x51", Unsupported::Jpeg2000),
        (b"8BPS", Unsupported::Photoshop),
        (b"%!PS", Unsupported::PostScript),
        (b"\xc5\xd0\xd3\xc6", Unsupported::PostScript),
        (b"\x1aE\xdf\xa3", Unsupported::Video),
        (b"FLV\x01", Unsupported::Video),
        (b"\0\0\x01\xba", Unsupported::Video),
        (b"\0\0\x01\xb3", Unsupported::Video),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Unsupported::Video),
        (b"ID3", Unsupported::Audio),
        (b"OggS", Unsupported::Audio),
        (b"fLaC", Unsupported::Audio),
        (b"#!AMR", Unsupported::Audio),
        (b"\xff\xfb", Unsupported::Audio),
        (b"\xff\xf3", Unsupported::Audio),
        (b"\xff\xf1", Unsupported::Audio),
        (b"MThd", Unsupported::Audio),
        (b"MZ", Unsupported::Program),
        (b"\x7fELF", Unsupported::Program),
        (b"\xcf\xfa\xed\xfe", Unsupported::Program),
        (b"\x4c\0\0\0\x01\x14\x02\0", Unsupported::Program),
        (b"[InternetShortcut]", Unsupported::Program),
    ];
    if head.starts_with(b"RIFF") {
        return match head.get(8..12)? {
            b"AVI " => Some(Unsupported::Video),
            b"WAVE" => Some(Unsupported::Audio),
            _ => None,
        };
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(Unsupported::Archive);
    }
    let found = SIGNATURES.iter().find(|(mark, _)| head.starts_with(mark))?;
    // Two letters may also begin a text.
    let is_text = found.1 == Unsupported::Program && as_text(head).is_some();
    (!is_text || found.0.len() > 2).then_some(found.1)
}

/// Office documents are archives whose entries tell which office.
///
/// Of an archive whose end is missing, the first names tell what it would have been.
fn archive(bytes: &[u8], head: &[u8]) -> Result<Format, Unsupported> {
    if let Some(mut archive) = Archive::open(bytes) {
        return archive.kind();
    }
    if contains(head, b"mimetypeapplication/vnd.oasis.opendocument.text") {
        Ok(Format::Odt)
    } else if contains(head, b"mimetypeapplication/vnd.oasis.opendocument") {
        Err(Unsupported::OpenDocument)
    } else if contains(head, b"word/") {
        Ok(Format::Docx)
    } else if contains(head, b"xl/") {
        Err(Unsupported::ExcelWorkbook)
    } else if contains(head, b"ppt/") {
        Err(Unsupported::PowerPointPresentation)
    } else {
        Err(Unsupported::Zip)
    }
}

/// Office documents of before 2007 hold a list of streams, whose names tell which office.
///
/// The entries of the list are 128 bytes long and begin with the name in UTF-16.
fn old_office(bytes: &[u8]) -> Unsupported {
    const NAMES: [(&str, Unsupported); 7] = [
        ("WordDocument", Unsupported::OldWordDocument),
        ("Workbook", Unsupported::OldExcelWorkbook),
        ("Book", Unsupported::OldExcelWorkbook),
        ("PowerPoint Document", Unsupported::OldPowerPointPresentation),
        ("EncryptedPackage", Unsupported::ProtectedOfficeDocument),
        ("__properties_version1.0", Unsupported::OutlookMessage),
        ("__nameid_version1.0", Unsupported::OutlookMessage),
    ];
    let names = NAMES.map(|(name, what)| {
        let written: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        (written, what)
    });
    let list = &bytes[..bytes.len().min(OLD_OFFICE_LIST_WITHIN)];
    list.chunks_exact(128)
        .find_map(|entry| names.iter().find(|(name, _)| entry.starts_with(name)))
        .map_or(Unsupported::OldOfficeDocument, |(_, what)| *what)
}

/// Two letters are too few: the length of the second header must be one that exists.
fn is_bitmap(head: &[u8]) -> bool {
    matches!(head.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// Pictures and films of the MPEG family say by a brand what they are.
fn by_brand(head: &[u8]) -> Result<Format, Unsupported> {
    match head.get(8..12).unwrap_or_default() {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Ok(Format::Heic),
        b"mif1" | b"mif2" | b"msf1" => {
            // Only the list of other brands says how the picture is written.
            let others = &head[..head.len().min(64)];
            if contains(others, b"avif") { Err(Unsupported::Avif) } else { Ok(Format::Heic) }
        }
        b"avif" | b"avis" => Err(Unsupported::Avif),
        b"M4A " | b"M4B " | b"M4P " => Err(Unsupported::Audio),
        _ => Err(Unsupported::Video),
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
    } else if is_email(start) {
        Unsupported::Email
    } else {
        Unsupported::Text
    }
}

/// A message begins with lines of headers; one of those that only messages have is enough.
fn is_email(start: &str) -> bool {
    const HEADERS: [&str; 6] =
        ["received", "return-path", "delivered-to", "message-id", "mime-version", "x-mailer"];
    let is_header = |line: &&str| {
        line.starts_with([' ', '\t'])
            || line.split_once(':').is_some_and(|(name, _)| {
                name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
    };
    start.lines().take_while(is_header).any(|line| {
        line.split_once(':')
            .is_some_and(|(name, _)| HEADERS.contains(&name.to_ascii_lowercase().as_str()))
    })
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
        let table: [(&[u8], Result<Format, Unsupported>); 40] = [
            (b"%PDF-1.7\n", Ok(Format::Pdf)),
            (b"\r\n junk before %PDF-1.4\n", Ok(Format::Pdf)),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Ok(Format::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", Ok(Format::Png)),
            (b"PK\x03\x04 [Content_Types].xml word/document.xml", Ok(Format::Docx)),
            (b"PK\x03\x04 xl/workbook.xml", Err(Unsupported::ExcelWorkbook)),
            (b"PK\x03\x04 ppt/slides", Err(Unsupported::PowerPointPresentation)),
            (b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text", Ok(Format::Odt)),
            (
                b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.graphics",
                Err(Unsupported::OpenDocument),
            ),
            (b"PK\x03\x04 photos/1.jpg", Err(Unsupported::Zip)),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Err(Unsupported::OldOfficeDocument)),
            (b"{\\rtf1\\ansi", Err(Unsupported::RichText)),
            (b"II*\0\x08\0\0\0", Ok(Format::Tiff)),
            (b"MM\0*\0\0\0\x08", Ok(Format::Tiff)),
            (b"GIF89a", Ok(Format::Gif)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Ok(Format::Webp)),
            (b"RIFF\x24\0\0\0WAVEfmt ", Err(Unsupported::Audio)),
            (b"RIFF\x24\0\0\0AVI LIST", Err(Unsupported::Video)),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Ok(Format::Bmp)),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Ok(Format::Heic)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Ok(Format::Heic)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Err(Unsupported::Avif)),
            (b"\0\0\0\x18ftypavif\0\0\0\0", Err(Unsupported::Avif)),
            (b"\0\0\0\x18ftypisom\0\0\0\0", Err(Unsupported::Video)),
            (b"\0\0\0\x18ftypqt  \0\0\0\0", Err(Unsupported::Video)),
            (b"\0\0\0\x18ftypM4A \0\0\0\0", Err(Unsupported::Audio)),
            (b"ID3\x04\0", Err(Unsupported::Audio)),
            (b"Rar!\x1a\x07\x01\0", Err(Unsupported::Archive)),
            (b"MZ\x90\0\x03", Err(Unsupported::Program)),
            (b"%!PS-Adobe-3.0", Err(Unsupported::PostScript)),
            (b"\n <!DOCTYPE HTML><html>", Err(Unsupported::Html)),
            (b"<?xml version=\"1.0\"?>", Err(Unsupported::Xml)),
            (b"Received: from a\r\n by b\r\nSubject: c\r\n\r\nd", Err(Unsupported::Email)),
            (b"Subject: une note\nReceived: rien", Err(Unsupported::Email)),
            (b"Note : rien\nReceived: rien", Err(Unsupported::Text)),
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
    fn old_office_documents_are_told_apart_by_the_names_of_their_streams() {
        let table = [
            ("WordDocument", Unsupported::OldWordDocument),
            ("Workbook", Unsupported::OldExcelWorkbook),
            ("Book", Unsupported::OldExcelWorkbook),
            ("PowerPoint Document", Unsupported::OldPowerPointPresentation),
            ("EncryptedPackage", Unsupported::ProtectedOfficeDocument),
            ("__properties_version1.0", Unsupported::OutlookMessage),
            ("Bookmarks", Unsupported::OldOfficeDocument),
        ];
        for (name, expected) in table {
            let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
            bytes.resize(128 * 9, 0);
            bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
            bytes.resize(128 * 12, 0);
            assert_eq!(detect(&bytes), Err(expected), "{name}");
        }
    }

    #[test]
    fn a_character_cut_by_the_end_of_the_head_is_still_text() {
        let text = format!("{}é", "a".repeat(HEAD - 1));
        assert_eq!(detect(text.as_bytes()), Err(Unsupported::Text));
    }
}
