//! The second reader of text, for pages whose glyphs have no letters for the first one.
//!
//! It reads tables that hayro does not, knows no places, and is not to be trusted with
//! its own life: it panics on 4 % of real files. It therefore runs in a worker that does
//! nothing else, and that may die.

use lutrin_preview::frame::Refusal;
use lutrin_preview::limits::{MAX_PAGE_TEXT_CHARS, MAX_TEXT_PAGES, MAX_WORDS};
use lutrin_preview::{After, PageText, TextSource, Word, is_invisible};
use pdf_extract::{Document, PlainTextOutput, output_doc_page};

use super::words::{hide_all_nir, pieces_of};

/// The text of a page, counted from 1, of a PDF that needs no password.
pub(crate) fn extract(bytes: &[u8], page: u32) -> Result<PageText, Refusal> {
    let document = Document::load_mem(bytes).map_err(|_| Refusal::Damaged)?;
    if document.is_encrypted() || page > MAX_TEXT_PAGES {
        return Err(Refusal::Damaged);
    }
    let mut plain = String::new();
    output_doc_page(&document, &mut PlainTextOutput::new(&mut plain), page)
        .map_err(|_| Refusal::Damaged)?;
    Ok(words_of(&plain))
}

/// The words of a plain text, without places.
fn words_of(plain: &str) -> PageText {
    let mut text = PageText::NONE;
    let mut chars = 0;
    let lines = plain.lines().filter(|line| !line.trim().is_empty());
    for (number, line) in (0..).zip(lines) {
        for word in line.split_whitespace() {
            let seen: String = word.chars().filter(|sign| !is_invisible(*sign)).collect();
            let pieces = pieces_of(&seen);
            let last = pieces.len() - 1;
            for (index, piece) in pieces.into_iter().enumerate().filter(|(_, it)| !it.is_empty()) {
                chars += piece.chars().count();
                if text.words.len() == MAX_WORDS || chars > MAX_PAGE_TEXT_CHARS {
                    text.truncated = true;
                    hide_all_nir(&mut text.words);
                    return text;
                }
                text.source = TextSource::Extracted;
                text.words.push(Word {
                    text: piece.to_owned(),
                    area: None,
                    ends: Vec::new(),
                    line: number,
                    after: if index < last { After::Nothing } else { After::Space },
                    masked: false,
                });
            }
        }
        if let Some(last) = text.words.last_mut() {
            last.after = After::Line;
        }
    }
    hide_all_nir(&mut text.words);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_becomes_words_without_a_nir() {
        let text = words_of("\n\nBulletin  de paie\n \nN° 1 84 12 76 451 089 46\u{202e}\n");
        let words: Vec<_> = text.words.iter().map(|word| (word.text.as_str(), word.line)).collect();
        let expected = [
            ("Bulletin", 0),
            ("de", 0),
            ("paie", 0),
            ("N°", 1),
            ("•", 1),
            ("••", 1),
            ("••", 1),
            ("••", 1),
            ("•••", 1),
            ("•••", 1),
            ("••", 1),
        ];
        assert_eq!(words, expected);
        assert_eq!(text.source, TextSource::Extracted);
        assert_eq!(words_of(" \n").source, TextSource::None);
    }
}
