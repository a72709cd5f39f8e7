//! Word documents: the parts of WordprocessingML that hold text.

use std::collections::{HashMap, HashSet};

use lutrin_preview::frame::Refusal;
use lutrin_preview::{Flow, ParagraphKind};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::Archive;
use super::dialect::{Dialect, Text, attribute, read_part};

/// How many headers, footers and notes are read.
const MAX_PARTS: usize = 32;

/// Headers, then the text, then notes and footers; what is repeated in several headers or
/// footers is given once.
pub(crate) fn read(archive: &mut Archive<'_>) -> Result<Flow, Refusal> {
    let styles = match archive.text("word/styles.xml") {
        Ok((xml, _)) => heading_styles(&xml),
        Err(_) => HashMap::new(),
    };
    let mut word = Word { styles };
    let (document, cut) = archive.text("word/document.xml")?;
    let mut text = Text::default();
    read_others(archive, &["word/header"], &mut word, &mut text);
    read_part(&document, &mut word, &mut text);
    text.flow.truncated |= cut;
    read_others(archive, &["word/footnotes", "word/endnotes", "word/footer"], &mut word, &mut text);
    Ok(text.flow)
}

fn read_others(archive: &mut Archive<'_>, starts: &[&str], word: &mut Word, text: &mut Text) {
    let mut seen = HashSet::new();
    let names = starts.iter().flat_map(|start| archive.names(start)).collect::<Vec<_>>();
    for name in names.iter().filter(|name| name.ends_with(".xml")).take(MAX_PARTS) {
        // A part that cannot be read is missing from the text and no more.
        let Ok((xml, cut)) = archive.text(name) else {
            text.flow.truncated = true;
            continue;
        };
        let before = text.flow.paragraphs.len();
        read_part(&xml, word, text);
        text.flow.truncated |= cut;
        let mut added = text.flow.paragraphs.split_off(before);
        added.retain(|paragraph| seen.insert(paragraph.text.clone()));
        text.flow.paragraphs.append(&mut added);
    }
}

/// The levels of the styles that are titles, by the names under which paragraphs use them.
///
/// Those names depend on the language of the office (`Titre1`); what the style calls
/// itself does not (`heading 1`).
fn heading_styles(xml: &str) -> HashMap<String, u8> {
    let mut reader = Reader::from_str(xml);
    let mut styles = HashMap::new();
    let mut current = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                match element.local_name().as_ref() {
                    "style" => current = attribute(&element, "styleId"),
                    "name" => {
                        let level = attribute(&element, "val").and_then(|name| level_of(&name));
                        if let (Some(id), Some(level)) = (&current, level) {
                            styles.insert(id.clone(), level);
                        }
                    }
                    "outlineLvl" => {
                        if let (Some(id), Some(level)) = (&current, outline_level(&element)) {
                            styles.entry(id.clone()).or_insert(level);
                        }
                    }
                    _ => {}
                }
            }
            Ok(Event::Eof) | Err(_) => return styles,
            Ok(_) => {}
        }
    }
}

fn level_of(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if name == "title" {
        return Some(1);
    }
    let level = name.strip_prefix("heading ")?.parse().ok()?;
    (1..=9).contains(&level).then_some(level)
}

/// Counted from 0 in the file; 9 is ordinary text.
fn outline_level(element: &BytesStart<'_>) -> Option<u8> {
    let level: u8 = attribute(element, "val")?.parse().ok()?;
    (level < 9).then_some(level + 1)
}

struct Word {
    styles: HashMap<String, u8>,
}

impl Dialect for Word {
    fn begin(&mut self, name: &str, element: &BytesStart<'_>, text: &mut Text) -> bool {
        match name {
            // The same again for older programs; text that was moved away; instructions.
            "Fallback" | "moveFrom" | "del" | "instrText" | "sectPr" | "rPr" | "tabs" => {
                return false;
            }
            "p" => text.begin_paragraph(ParagraphKind::Body),
            "pStyle" => {
                let level = attribute(element, "val").and_then(|id| self.styles.get(&id).copied());
                if let Some(level) = level {
                    text.set_kind(ParagraphKind::Heading(level));
                }
            }
            "outlineLvl" => {
                if let Some(level) = outline_level(element) {
                    text.set_kind(ParagraphKind::Heading(level));
                }
            }
            "numPr" if text.kind() == Some(ParagraphKind::Body) => {
                text.set_kind(ParagraphKind::ListItem);
            }
            "tr" => text.begin_row(),
            "tc" => text.begin_cell(),
            "tab" | "br" | "cr" | "ptab" => text.add(" "),
            "noBreakHyphen" => text.add("\u{2011}"),
            _ => {}
        }
        true
    }

    fn end(&mut self, name: &str, text: &mut Text) {
        match name {
            "p" => text.end_paragraph(),
            "tr" => text.end_row(),
            _ => {}
        }
    }

    fn is_text(&self, name: &str) -> bool {
        name == "t"
    }
}
