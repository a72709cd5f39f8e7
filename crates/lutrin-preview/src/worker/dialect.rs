//! The elements of an office document and the text that grows from them.

use lutrin_preview::limits::{MAX_FLOW_BYTES, MAX_PARAGRAPHS};
use lutrin_preview::{Flow, Paragraph, ParagraphKind};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::plain::plain_text;

/// How deep elements may be inside each other. Word's own documents reach forty.
const MAX_DEPTH: usize = 256;

/// What a kind of document does with the elements it meets.
pub(crate) trait Dialect {
    /// An element begins; false leaves out the element and all that is in it.
    fn begin(&mut self, name: &str, element: &BytesStart<'_>, text: &mut Text) -> bool;
    /// An element that was not left out ends.
    fn end(&mut self, name: &str, text: &mut Text);
    /// Says whether characters inside this element are text of the document.
    fn is_text(&self, name: &str) -> bool;
}

/// Reads one part of a document. Where it is damaged, what came before is kept.
///
/// Entities other than the five of XML itself are left out: none is ever defined, so that
/// there is nothing to expand and no other file to read.
pub(crate) fn read_part(xml: &str, dialect: &mut dyn Dialect, text: &mut Text) {
    let mut reader = Reader::from_str(xml);
    // Names of the elements that are open; those left out are not among them.
    let mut open: Vec<String> = Vec::new();
    while !text.is_full() {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                let name = element.local_name().as_ref().to_owned();
                if open.len() == MAX_DEPTH {
                    text.flow.truncated = true;
                    break;
                }
                if dialect.begin(&name, &element, text) {
                    open.push(name);
                } else if reader.read_to_end(element.name()).is_err() {
                    text.flow.truncated = true;
                    break;
                }
            }
            Ok(Event::Empty(element)) => {
                let name = element.local_name().as_ref().to_owned();
                if dialect.begin(&name, &element, text) {
                    dialect.end(&name, text);
                }
            }
            Ok(Event::End(_)) => match open.pop() {
                Some(name) => dialect.end(&name, text),
                None => break,
            },
            Ok(Event::Text(characters)) => {
                if open.last().is_some_and(|name| dialect.is_text(name)) {
                    text.add(&characters);
                }
            }
            Ok(Event::CData(characters)) => {
                if open.last().is_some_and(|name| dialect.is_text(name)) {
                    text.add(&characters);
                }
            }
            Ok(Event::GeneralRef(entity)) => {
                if open.last().is_some_and(|name| dialect.is_text(name)) {
                    let character = entity.resolve_char_ref().ok().flatten();
                    let mut buffer = [0; 4];
                    text.add(match character {
                        Some(character) => character.encode_utf8(&mut buffer),
                        None => predefined(&entity),
                    });
                }
            }
            Ok(Event::Eof) => {
                // A part that is cut inside an element has more than was read.
                text.flow.truncated |= !open.is_empty();
                break;
            }
            Ok(_) => {}
            Err(_) => {
                text.flow.truncated = true;
                break;
            }
        }
    }
    text.close();
}

fn predefined(entity: &str) -> &'static str {
    match entity {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

/// The value of an attribute, whatever its prefix.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes();
    let found = attributes
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

/// The text as it grows, with the paragraphs and tables that are open.
#[derive(Default)]
pub(crate) struct Text {
    pub(crate) flow: Flow,
    bytes: usize,
    /// A paragraph may hold a frame with paragraphs of its own.
    paragraphs: Vec<(ParagraphKind, String)>,
    /// The cells so far of the row that is open; tables inside a cell are part of it.
    row: Option<Vec<String>>,
    rows_inside: usize,
    full: bool,
}

impl Text {
    /// A paragraph begins.
    pub(crate) fn begin_paragraph(&mut self, kind: ParagraphKind) {
        self.paragraphs.push((kind, String::new()));
    }

    /// The paragraph turns out to be of that kind.
    pub(crate) fn set_kind(&mut self, kind: ParagraphKind) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.0 = kind;
        }
    }

    /// The kind of the paragraph that is open.
    pub(crate) fn kind(&self) -> Option<ParagraphKind> {
        self.paragraphs.last().map(|(kind, _)| *kind)
    }

    /// Characters of the paragraph that is open.
    pub(crate) fn add(&mut self, characters: &str) {
        if let Some((_, text)) = self.paragraphs.last_mut() {
            let room = MAX_FLOW_BYTES.saturating_sub(self.bytes);
            let kept = &characters[..characters.floor_char_boundary(room)];
            self.bytes += kept.len();
            text.push_str(kept);
            if kept.len() < characters.len() {
                self.stop();
            }
        }
    }

    /// The paragraph ends.
    pub(crate) fn end_paragraph(&mut self) {
        let Some((kind, text)) = self.paragraphs.pop() else { return };
        match self.row.as_mut().and_then(|cells| cells.last_mut()) {
            Some(cell) => {
                cell.push(' ');
                cell.push_str(&text);
            }
            None => self.push(kind, plain_text(&text)),
        }
    }

    /// A row of a table begins.
    pub(crate) fn begin_row(&mut self) {
        if self.row.is_some() {
            self.rows_inside += 1;
        } else {
            self.row = Some(Vec::new());
        }
    }

    /// A cell of the row begins.
    pub(crate) fn begin_cell(&mut self) {
        if self.rows_inside == 0
            && let Some(cells) = &mut self.row
        {
            cells.push(String::new());
        }
    }

    /// The row ends.
    pub(crate) fn end_row(&mut self) {
        if self.rows_inside > 0 {
            self.rows_inside -= 1;
        } else if let Some(cells) = self.row.take() {
            let cells: Vec<_> = cells.iter().map(|cell| plain_text(cell)).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                self.push(ParagraphKind::TableRow, cells.join("\t"));
            }
        }
    }

    /// Nothing more is read.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// Ends what a part left open.
    fn close(&mut self) {
        while !self.paragraphs.is_empty() {
            self.end_paragraph();
        }
        self.rows_inside = 0;
        self.end_row();
    }

    fn push(&mut self, kind: ParagraphKind, text: String) {
        if text.is_empty() {
            return;
        }
        if self.flow.paragraphs.len() == MAX_PARAGRAPHS {
            return self.stop();
        }
        self.flow.paragraphs.push(Paragraph { kind, text });
    }

    fn stop(&mut self) {
        self.full = true;
        self.flow.truncated = true;
    }
}
