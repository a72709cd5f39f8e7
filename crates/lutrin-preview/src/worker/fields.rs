//! The values of form fields that the file has and does not draw.
//!
//! Forms filled by servers often have values (`/V`) without an appearance (`/AP`), or
//! with an empty one: every viewer is trusted to write them. A field may take its kind
//! and its value from its parents, which a hostile file makes a circle.

use hayro::hayro_interpret::util::RectExt;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Rect, Stream, String as PdfString};
use hayro::hayro_syntax::page::Page;
use lutrin_preview::limits::{MAX_ANNOTATIONS, MAX_FIELD_BYTES, MAX_FIELD_DEPTH, MAX_FIELDS};
use lutrin_preview::{After, FieldKind, FieldValue, PageSize, is_invisible};

use super::hide::{Part, hide_nir};
use super::words::told_area;

/// Not shown, or not on a screen.
pub(crate) const HIDDEN: u32 = (1 << 1) | (1 << 5);
/// A field whose value is a secret.
const PASSWORD: u32 = 1 << 13;
/// A button that only does something.
const PUSH_BUTTON: u32 = 1 << 16;
/// What is read of a value before it is cut, so that no NIR is cut in two.
const READ_BYTES: usize = MAX_FIELD_BYTES * 2;

/// The fields of a page that have a value and no picture of it.
pub(crate) fn undrawn_fields(page: &Page<'_>, size: PageSize) -> Vec<FieldValue> {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return Vec::new() };
    let mut fields: Vec<FieldValue> = annotations
        .iter::<Dict<'_>>()
        .take(MAX_ANNOTATIONS)
        .filter_map(|widget| undrawn_field(&widget, page, size))
        .take(MAX_FIELDS)
        .collect();
    hide_nir(&mut fields.iter_mut().map(part).collect::<Vec<_>>());
    for field in &mut fields {
        field.value.truncate(field.value.floor_char_boundary(MAX_FIELD_BYTES));
    }
    fields
}

fn part(field: &mut FieldValue) -> Part<'_> {
    Part { text: &mut field.value, masked: &mut field.masked, after: After::Space }
}

fn undrawn_field(widget: &Dict<'_>, page: &Page<'_>, size: PageSize) -> Option<FieldValue> {
    let is_widget = widget.get::<Name<'_>>("Subtype").as_deref() == Some(b"Widget");
    let is_hidden = widget.get::<u32>("F").unwrap_or(0) & HIDDEN != 0;
    if !is_widget || is_hidden {
        return None;
    }
    let chain = with_parents(widget);
    let flags = inherited(&chain, |field| field.get::<u32>("Ff")).unwrap_or(0);
    let (kind, value) = match inherited(&chain, |field| field.get::<Name<'_>>("FT"))?.as_ref() {
        b"Tx" if flags & PASSWORD == 0 => (FieldKind::Text, text_value(&chain)?),
        b"Ch" => (FieldKind::Choice, choice_value(&chain)?),
        b"Btn" if flags & PUSH_BUTTON == 0 => (FieldKind::Ticked, ticked_value(widget, &chain)?),
        _ => return None,
    };
    if has_appearance(widget, kind) {
        return None;
    }
    let value = readable(&value);
    let to_page = page.initial_transform(true).to_kurbo();
    let area = to_page.transform_rect_bbox(widget.get::<Rect>("Rect")?.to_kurbo());
    let area = told_area(area, size)?;
    (!value.is_empty()).then_some(FieldValue { area, value, kind, masked: false })
}

/// The field and those it inherits from, nearest first.
fn with_parents<'a>(widget: &Dict<'a>) -> Vec<Dict<'a>> {
    let next = |field: &Dict<'a>| field.get::<Dict<'a>>("Parent");
    // A circle ends here too: its round is taken a few times, for nothing.
    std::iter::successors(Some(widget.clone()), next).take(MAX_FIELD_DEPTH).collect()
}

/// What the nearest of them has.
fn inherited<'a, T>(chain: &[Dict<'a>], get: impl Fn(&Dict<'a>) -> Option<T>) -> Option<T> {
    chain.iter().find_map(get)
}

/// Says whether the file draws the value: a field of text whose appearance shows no text
/// is not drawn.
fn has_appearance(widget: &Dict<'_>, kind: FieldKind) -> bool {
    let Some(appearance) = widget.get::<Dict<'_>>("AP") else { return false };
    match (kind, appearance.get::<Object<'_>>("N")) {
        (_, None) => false,
        (FieldKind::Ticked, Some(_)) => true,
        (_, Some(Object::Stream(drawing))) => shows_something(&drawing),
        (_, Some(_)) => true,
    }
}

/// Says whether a drawing has text or another drawing in it. One that cannot be read
/// shows nothing.
fn shows_something(drawing: &Stream<'_>) -> bool {
    let has = |content: &[u8], word: &[u8]| content.windows(2).any(|pair| pair == word);
    let shows = |content: &[u8]| {
        [b"Tj", b"TJ", b"Do"].iter().any(|word| has(content, *word))
            || content.windows(2).any(|pair| pair[0] == b')' && matches!(pair[1], b'\'' | b'"'))
    };
    drawing.decoded_data().is_ok_and(|content| shows(&content))
}

fn text_value(chain: &[Dict<'_>]) -> Option<String> {
    match inherited(chain, |field| field.get::<Object<'_>>("V"))? {
        Object::String(text) => Some(decoded(text.as_bytes())),
        Object::Name(name) => Some(decoded(&name)),
        Object::Stream(text) => Some(decoded(&text.decoded_data().ok()?)),
        _ => None,
    }
}

/// The choices as the list shows them, which may be other words than the value.
fn choice_value(chain: &[Dict<'_>]) -> Option<String> {
    let chosen: Vec<String> = match inherited(chain, |field| field.get::<Object<'_>>("V"))? {
        Object::String(one) => vec![decoded(one.as_bytes())],
        Object::Array(several) => several
            .iter::<PdfString<'_>>()
            .take(MAX_FIELDS)
            .map(|one| decoded(one.as_bytes()))
            .collect(),
        _ => return None,
    };
    let options = inherited(chain, |field| field.get::<Array<'_>>("Opt"));
    let shown = |value: String| {
        let options = options.iter().flat_map(|options| options.iter::<Array<'_>>());
        let named = options.take(MAX_FIELDS).find_map(|option| {
            let mut pair = option.iter::<PdfString<'_>>();
            let (exported, shown) = (pair.next()?, pair.next()?);
            (decoded(exported.as_bytes()) == value).then(|| decoded(shown.as_bytes()))
        });
        named.unwrap_or(value)
    };
    Some(chosen.into_iter().map(shown).collect::<Vec<_>>().join(", "))
}

/// The name of the state of a box that is ticked; nothing if it is not.
fn ticked_value(widget: &Dict<'_>, chain: &[Dict<'_>]) -> Option<String> {
    let state = widget
        .get::<Name<'_>>("AS")
        .or_else(|| inherited(chain, |field| field.get::<Name<'_>>("V")))?;
    (state.as_ref() != b"Off").then(|| decoded(&state))
}

/// The beginning of a text of a PDF, in one of its three encodings.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(READ_BYTES)];
    let wide = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| pdf_doc_letter(*byte)).collect(),
    }
}

/// The letter of a byte in the encoding that PDF has for its own texts.
fn pdf_doc_letter(byte: u8) -> char {
    const FROM_18: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const FROM_80: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚',
        '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
    ];
    match byte {
        0x18..=0x1f => FROM_18[usize::from(byte - 0x18)],
        0x80..=0xa0 => FROM_80[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The value on lines of its own, without what nobody sees.
fn readable(value: &str) -> String {
    let value = value.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let seen: String = value.chars().filter(|sign| *sign == '\n' || !is_invisible(*sign)).collect();
    seen.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_decoded_from_their_three_encodings() {
        for (bytes, expected) in [
            (b"Anne".as_slice(), "Anne"),
            (b"\xc9t\xe9 \xa0 \x9c\x80", "Été € œ•"),
            (b"\xfe\xff\x00A\x20\xac", "A€"),
            (b"\xff\xfeA\x00\xac\x20", "A€"),
            (b"\xef\xbb\xbf\xe2\x82\xac", "€"),
            (b"\xfe\xff\x00A\x20", "A"),
            (b"\xfe\xff\xd8\x00", "\u{fffd}"),
            (b"", ""),
        ] {
            assert_eq!(decoded(bytes), expected, "{}", bytes.escape_ascii());
        }
        assert_eq!(decoded(&vec![b'x'; READ_BYTES * 2]).len(), READ_BYTES);
    }

    #[test]
    fn a_value_keeps_its_lines_and_loses_what_nobody_sees() {
        assert_eq!(readable(" Anne\r\nMartin\r12\u{202e}3\0 "), "Anne\nMartin\n123");
    }
}
