//! OpenDocument texts: the elements of their content that hold text.

use lutrin_preview::frame::Refusal;
use lutrin_preview::{Flow, ParagraphKind, Unsupported};
use quick_xml::events::BytesStart;

use super::archive::Archive;
use super::dialect::{Dialect, Text, attribute, read_part};

/// The text in the order of the file; notes are where they are called.
pub(crate) fn read(archive: &mut Archive<'_>) -> Result<Flow, Refusal> {
    // Parts behind a password look damaged; only the list of parts tells why.
    if let Ok((manifest, _)) = archive.text("META-INF/manifest.xml")
        && manifest.contains("encryption-data")
    {
        return Err(Refusal::Unsupported { what: Unsupported::ProtectedOfficeDocument });
    }
    let (content, cut) = archive.text("content.xml")?;
    let mut text = Text::default();
    read_part(&content, &mut OpenDocument::default(), &mut text);
    text.flow.truncated |= cut;
    Ok(text.flow)
}

#[derive(Default)]
struct OpenDocument {
    /// Lists that are open: a paragraph in one of them is an entry.
    lists: usize,
}

impl Dialect for OpenDocument {
    fn begin(&mut self, name: &str, element: &BytesStart<'_>, text: &mut Text) -> bool {
        match name {
            // What was removed, what others remarked, how it looks.
            "tracked-changes" | "annotation" | "automatic-styles" | "font-face-decls"
            | "scripts" | "forms" => return false,
            "h" => {
                let level =
                    attribute(element, "outline-level").and_then(|level| level.parse().ok());
                text.begin_paragraph(ParagraphKind::Heading(level.unwrap_or(1_u8).clamp(1, 9)));
            }
            "p" if self.lists > 0 => text.begin_paragraph(ParagraphKind::ListItem),
            "p" => text.begin_paragraph(ParagraphKind::Body),
            "list" => self.lists += 1,
            "table-row" => text.begin_row(),
            "table-cell" | "covered-table-cell" => text.begin_cell(),
            "s" | "tab" | "line-break" => text.add(" "),
            _ => {}
        }
        true
    }

    fn end(&mut self, name: &str, text: &mut Text) {
        match name {
            "p" | "h" => text.end_paragraph(),
            "list" => self.lists = self.lists.saturating_sub(1),
            "table-row" => text.end_row(),
            _ => {}
        }
    }

    fn is_text(&self, name: &str) -> bool {
        // Inside a paragraph all is text; outside one there is no paragraph to take it.
        name != "note-citation"
    }
}
