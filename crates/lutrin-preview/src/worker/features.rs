//! Looking for what a PDF holds beside its pages, without following any of it.
//!
//! The walk starts at the catalogue and visits each object once. It leaves out what only
//! draws (contents, resources, appearances) and the structure for screen readers, so that
//! it costs little even in a long document; and it stops at a ceiling.

use std::collections::HashSet;

use hayro::hayro_syntax::object::{
    Array, DateTime, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream,
};
use hayro::hayro_syntax::{Pdf, PdfVersion};
use lutrin_preview::limits::{MAX_FACT_CHARS, MAX_WALKED};
use lutrin_preview::{Features, Origin, without_nir};

use super::plain::plain_fact;

/// How deep objects that are written inside each other are looked at.
const MAX_DEPTH: u32 = 32;

/// What leads back up, or only to what is drawn.
const NOT_ENTERED: [&str; 15] = [
    "AP",
    "Contents",
    "Dest",
    "Dests",
    "Font",
    "Metadata",
    "P",
    "Parent",
    "PieceInfo",
    "Pg",
    "Popup",
    "Prev",
    "Resources",
    "StructTreeRoot",
    "Thumb",
];

/// Walks the document.
pub(crate) fn find(pdf: &Pdf, encrypted: bool) -> Features {
    let mut walk = Walk {
        found: Features { encrypted, ..Features::default() },
        seen: HashSet::new(),
        to_visit: vec![pdf.xref().root_id()],
        left: MAX_WALKED,
    };
    while let Some(id) = walk.to_visit.pop() {
        if walk.seen.insert(id)
            && let Some(object) = pdf.xref().get::<Object<'_>>(id)
        {
            walk.visit(object, 0);
        }
    }
    walk.found
}

struct Walk {
    found: Features,
    seen: HashSet<ObjectIdentifier>,
    to_visit: Vec<ObjectIdentifier>,
    /// How many more objects are looked at.
    left: usize,
}

impl Walk {
    fn visit(&mut self, object: Object<'_>, depth: u32) {
        if self.left == 0 || depth == MAX_DEPTH {
            self.found.partial = true;
            self.to_visit.clear();
            return;
        }
        self.left -= 1;
        match object {
            Object::Dict(dict) => self.visit_dict(&dict, depth),
            // Its content is not decoded.
            Object::Stream(stream) => self.visit_stream(&stream, depth),
            Object::Array(array) => self.visit_array(&array, depth),
            _ => {}
        }
    }

    fn visit_stream(&mut self, stream: &Stream<'_>, depth: u32) {
        self.visit_dict(stream.dict(), depth);
    }

    fn visit_array(&mut self, array: &Array<'_>, depth: u32) {
        for item in array.raw_iter() {
            self.follow(item, depth);
            if self.found.partial {
                return;
            }
        }
    }

    fn visit_dict(&mut self, dict: &Dict<'_>, depth: u32) {
        self.note(dict);
        for (key, value) in dict.entries() {
            if !NOT_ENTERED.contains(&key.as_str()) {
                self.follow(value, depth);
            }
            if self.found.partial {
                return;
            }
        }
    }

    fn follow(&mut self, value: MaybeRef<Object<'_>>, depth: u32) {
        match value {
            MaybeRef::Ref(reference) => {
                let id = reference.into();
                if !self.seen.contains(&id) {
                    self.to_visit.push(id);
                }
            }
            MaybeRef::NotRef(object @ (Object::Dict(_) | Object::Array(_) | Object::Stream(_))) => {
                self.visit(object, depth + 1);
            }
            MaybeRef::NotRef(_) => {}
        }
    }

    /// Notes what the dictionary is.
    fn note(&mut self, dict: &Dict<'_>) {
        let found = &mut self.found;
        match name(dict, "S").as_deref() {
            Some("JavaScript") => found.javascript = true,
            Some("Launch") => found.launch_actions = true,
            Some("SubmitForm" | "ImportData") => found.submit_actions = true,
            Some("URI" | "GoToR") => found.links += 1,
            Some("Movie" | "Sound" | "Rendition" | "RichMediaExecute") => found.multimedia = true,
            _ => {}
        }
        // An action may hold its script without saying that it is one.
        found.javascript |= dict.contains_key("JS");
        found.embedded_files += u32::from(dict.contains_key("EF"));
        if matches!(
            name(dict, "Subtype").as_deref(),
            Some("Movie" | "Sound" | "Screen" | "RichMedia" | "3D")
        ) {
            found.multimedia = true;
        }
        if let Some(form) = dict.get::<Dict<'_>>("AcroForm") {
            found.xfa |= form.contains_key("XFA");
            let has_fields = form
                .get::<Array<'_>>("Fields")
                .is_some_and(|fields| fields.raw_iter().next().is_some());
            found.form |= has_fields || found.xfa;
        }
        found.optional_content |= dict.contains_key("OCProperties");
        if name(dict, "FT").as_deref() == Some("Sig") {
            found.signature_fields += 1;
            found.signatures += u32::from(dict.get::<Dict<'_>>("V").is_some());
        }
    }
}

fn name(dict: &Dict<'_>, key: &str) -> Option<String> {
    dict.get::<Name<'_>>(key).map(|name| name.as_str().to_owned())
}

/// What the document says of itself.
pub(crate) fn origin(pdf: &Pdf) -> Origin {
    let said = pdf.metadata();
    let text = |bytes: &Option<Box<[u8]>>| {
        let text = decode_text(bytes.as_deref()?);
        plain_fact(&without_nir(&text), MAX_FACT_CHARS)
    };
    Origin {
        version: Some(version(pdf.version()).to_owned()),
        producer: text(&said.producer),
        creator: text(&said.creator),
        created: said.creation_date.map(date),
        modified: said.modification_date.map(date),
    }
}

fn version(version: PdfVersion) -> &'static str {
    match version {
        PdfVersion::Pdf10 => "1.0",
        PdfVersion::Pdf11 => "1.1",
        PdfVersion::Pdf12 => "1.2",
        PdfVersion::Pdf13 => "1.3",
        PdfVersion::Pdf14 => "1.4",
        PdfVersion::Pdf15 => "1.5",
        PdfVersion::Pdf16 => "1.6",
        PdfVersion::Pdf17 => "1.7",
        PdfVersion::Pdf20 => "2.0",
    }
}

/// Texts are UTF-16 or UTF-8 if they begin so, else in an alphabet near Latin-1.
fn decode_text(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            // Wrong by the standard, and what many programs write.
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn date(date: DateTime) -> String {
    let DateTime { year, month, day, hour, minute, second, utc_offset_hour, utc_offset_minute } =
        date;
    let sign = if utc_offset_hour < 0 { '-' } else { '+' };
    let offset = utc_offset_hour.unsigned_abs();
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}\
         {sign}{offset:02}:{utc_offset_minute:02}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_in_the_alphabet_they_are_in() {
        let table: [(&[u8], &str); 5] = [
            (b"Word", "Word"),
            (b"\xfe\xff\0\xe9\0t\0\xe9", "été"),
            (b"\xff\xfe\xe9\0t\0", "ét"),
            (b"\xef\xbb\xbf\xc3\xa9", "é"),
            (b"\xe9t\xe9", "été"),
        ];
        for (bytes, expected) in table {
            assert_eq!(decode_text(bytes), expected, "{}", bytes.escape_ascii());
        }
    }
}
