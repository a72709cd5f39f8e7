//! From glyphs to words and lines, by where they are and nothing else.

use std::collections::HashMap;

use hayro::kurbo::{Point, Rect, Vec2};
use lutrin_preview::limits::{MAX_PAGE_TEXT_CHARS, MAX_WORD_CHARS, MAX_WORDS};
use lutrin_preview::{
    After, PageBox, PageSize, PageText, TextSource, Word, is_invisible, is_right_to_left,
};

use super::hide::{Part, hide_nir};
use super::line::{DraftWord, Line};
use super::order::in_reading_order;

/// A gap along the line, in ems, from which two glyphs belong to two words. Measured
/// with [`BACK`] and [`ACROSS`] on 490 files against pdftotext.
const GAP: f64 = 0.17;
/// A step back along the line, in ems, from which the text goes on elsewhere.
const BACK: f64 = -0.6;
/// A step across the line, in ems, from which the text goes on in another line.
const ACROSS: f64 = 0.35;
/// Two glyphs of the same letter so near, in ems, are one drawn twice to look bold.
const SAME_PLACE: f64 = 0.1;

/// A glyph on a page as it is shown, in points from the top left corner.
pub(crate) struct PlacedGlyph {
    /// Its letters, or nothing if the file does not tell.
    pub(crate) letters: Option<String>,
    /// Where it begins on the base line.
    pub(crate) start: Point,
    /// Where the next one would begin.
    pub(crate) end: Point,
    /// From the base line up to the height of the font.
    pub(crate) up: Vec2,
}

/// The text of a page of that size, from its glyphs in the order they are drawn.
pub(crate) fn text_of(glyphs: &[PlacedGlyph], page: PageSize, more: bool) -> PageText {
    let shown = shown_once(glyphs, page);
    let unmapped = shown.iter().filter(|glyph| glyph.letters.is_none()).count();
    let mut lines = lines_of(&shown);
    lines.iter_mut().for_each(turn_right_to_left);
    let mut text = within_ceilings(in_reading_order(lines), page);
    text.unmapped = u32::try_from(unmapped).unwrap_or(u32::MAX);
    text.truncated |= more;
    hide_all_nir(&mut text.words);
    text
}

/// The glyphs on the page, without those drawn a second time at the same place.
fn shown_once(glyphs: &[PlacedGlyph], page: PageSize) -> Vec<&PlacedGlyph> {
    let sheet = Rect::new(0.0, 0.0, f64::from(page.width), f64::from(page.height));
    let mut seen: HashMap<(Option<&str>, i32, i32), Vec<Point>> = HashMap::new();
    glyphs
        .iter()
        .filter(|glyph| sheet.contains(glyph.start.midpoint(glyph.end) + glyph.up * 0.3))
        .filter(|glyph| {
            let Point { x, y } = glyph.start;
            let near = (glyph.up.hypot() * SAME_PLACE).min(1.0);
            let letters = glyph.letters.as_deref();
            let (column, row) = (x.floor() as i32, y.floor() as i32);
            let cells = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (column + dx, row + dy)));
            let again = cells.into_iter().any(|(column, row)| {
                seen.get(&(letters, column, row))
                    .is_some_and(|there| there.iter().any(|at| at.distance(glyph.start) < near))
            });
            if !again {
                seen.entry((letters, column, row)).or_default().push(glyph.start);
            }
            !again
        })
        .collect()
}

/// What a glyph is to the one before it.
#[derive(PartialEq)]
enum Step {
    SameWord,
    NextWord,
    NextLine,
}

fn step(before: &PlacedGlyph, glyph: &PlacedGlyph) -> Step {
    let along = direction(before);
    let em = before.up.hypot().max(glyph.up.hypot());
    let from_start = glyph.start - before.start;
    let gap = (glyph.start - before.end).dot(along) / em;
    let across = from_start.cross(along).abs() / em;
    let turned = direction(glyph).dot(along) < 0.98;
    if turned || across > ACROSS || gap < BACK {
        Step::NextLine
    } else if gap > GAP {
        Step::NextWord
    } else {
        Step::SameWord
    }
}

/// Along the line: to the right, for text that is not turned.
fn direction(glyph: &PlacedGlyph) -> Vec2 {
    let along = glyph.end - glyph.start;
    if along.hypot() > 1e-6 {
        along.normalize()
    } else {
        // A glyph without width, such as an accent: a quarter turn from its height.
        Vec2::new(-glyph.up.y, glyph.up.x).normalize()
    }
}

fn lines_of(glyphs: &[&PlacedGlyph]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut before: Option<&PlacedGlyph> = None;
    let mut after_space = false;
    for glyph in glyphs {
        let mut how = before.map_or(Step::NextLine, |before| step(before, glyph));
        if how == Step::SameWord && after_space {
            how = Step::NextWord;
        }
        before = Some(glyph);
        let letters = glyph.letters.as_deref().unwrap_or("\u{fffd}");
        if how == Step::NextLine {
            lines.push(Line { words: Vec::new() });
            after_space = false;
        }
        let text = readable(letters);
        after_space |= how == Step::NextWord;
        if text.is_empty() {
            // A space, or nothing anybody sees: only a space parts words.
            after_space |= letters.chars().any(char::is_whitespace);
            continue;
        }
        let Some(line) = lines.last_mut() else { continue };
        let area = area_of(glyph);
        match line.words.last_mut() {
            Some(word) if !after_space => {
                word.ends.extend(ends_of(glyph, &text));
                word.text.push_str(&text);
                word.area = word.area.union(area);
            }
            _ => line.words.push(DraftWord { ends: ends_of(glyph, &text), text, area }),
        }
        after_space = letters.ends_with(char::is_whitespace);
    }
    lines.retain(|line| !line.words.is_empty());
    lines
}

/// The letters as they are read: ligatures apart, no space, nothing invisible.
fn readable(letters: &str) -> String {
    let mut text = String::with_capacity(letters.len());
    for sign in letters.chars() {
        match sign {
            'ﬀ' => text.push_str("ff"),
            'ﬁ' => text.push_str("fi"),
            'ﬂ' => text.push_str("fl"),
            'ﬃ' => text.push_str("ffi"),
            'ﬄ' => text.push_str("ffl"),
            'ﬅ' | 'ﬆ' => text.push_str("st"),
            // In a PDF the hyphens that are drawn are often called soft.
            '\u{ad}' => text.push('-'),
            sign if sign.is_whitespace() || is_invisible(sign) => {}
            sign => text.push(sign),
        }
    }
    text
}

/// Where the letters of a glyph end, as if they were of one width: nearly always there is
/// one. Nothing if it is not upright.
fn ends_of(glyph: &PlacedGlyph, letters: &str) -> Vec<f64> {
    if direction(glyph).x < 0.98 {
        return Vec::new();
    }
    let count = letters.chars().count();
    let width = (glyph.end.x - glyph.start.x) / count as f64;
    (1..=count).map(|letter| glyph.start.x + width * letter as f64).collect()
}

/// The same in thousandths of the width of the word; nothing if one letter has no end.
fn told_ends(word: &DraftWord) -> Vec<u16> {
    let width = word.area.width();
    if word.ends.len() != word.text.chars().count() || width <= 0.0 {
        return Vec::new();
    }
    let share = |end: &f64| ((end - word.area.x0) / width * 1000.0).round().clamp(0.0, 1000.0);
    word.ends.iter().map(|end| share(end) as u16).collect()
}

/// From a little below the base line to a little below the height of the font.
fn area_of(glyph: &PlacedGlyph) -> Rect {
    let (below, above) = (glyph.up * -0.22, glyph.up * 0.78);
    Rect::from_points(glyph.start + below, glyph.end + above)
        .union(Rect::from_points(glyph.start + above, glyph.end + below))
}

/// Hebrew and Arabic are drawn from left to right, that is from the end: such words are
/// turned round to be read, and so is the line where it is theirs. What is read from the left
/// within such a line, as numbers are, keeps its own order, and the other way about.
fn turn_right_to_left(line: &mut Line) {
    let turned = |word: &DraftWord| is_right_to_left(&word.text);
    let has_letters = |word: &&DraftWord| word.text.contains(char::is_alphabetic);
    let theirs = line.words.iter().filter(|word| turned(word)).count();
    if theirs == 0 {
        return;
    }
    for word in line.words.iter_mut().filter(|word| turned(word)) {
        word.text = word.text.chars().rev().collect();
        // Its letters begin on the right: their ends would be read as of another word.
        word.ends.clear();
    }
    let is_theirs = theirs * 2 > line.words.iter().filter(has_letters).count();
    if is_theirs {
        line.words.reverse();
    }
    for run in line.words.chunk_by_mut(|one, other| turned(one) == turned(other)) {
        if turned(&run[0]) != is_theirs {
            run.reverse();
        }
    }
}

/// The words of the lines, as many as may be told.
fn within_ceilings(lines: Vec<Line>, page: PageSize) -> PageText {
    let mut text = PageText::NONE;
    let mut chars = 0;
    for (number, line) in (0..).zip(lines) {
        for word in line.words {
            let area = told_area(word.area, page);
            let Some(area) = area else { continue };
            let pieces = pieces_of(&word.text);
            let ends = told_ends(&word);
            let last = pieces.len() - 1;
            for (index, piece) in pieces.into_iter().enumerate() {
                chars += piece.chars().count();
                if text.words.len() == MAX_WORDS || chars > MAX_PAGE_TEXT_CHARS {
                    text.truncated = true;
                    return text;
                }
                text.words.push(Word {
                    text: piece.to_owned(),
                    area: Some(area),
                    // A word in pieces has one place for all of them.
                    ends: if last == 0 { ends.clone() } else { Vec::new() },
                    line: number,
                    after: if index < last { After::Nothing } else { After::Space },
                    masked: false,
                });
                text.source = TextSource::Glyphs;
            }
        }
        if let Some(last) = text.words.last_mut() {
            last.after = After::Line;
        }
    }
    text
}

/// A word in pieces of at most [`MAX_WORD_CHARS`]; one piece, nearly always.
pub(crate) fn pieces_of(word: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while let Some((end, _)) = rest.char_indices().nth(MAX_WORD_CHARS) {
        let (piece, more) = rest.split_at(end);
        pieces.push(piece);
        rest = more;
    }
    pieces.push(rest);
    pieces
}

/// The box as it is told: on the page, in hundredths of a point.
pub(crate) fn told_area(area: Rect, page: PageSize) -> Option<PageBox> {
    let told = |length: f64| ((length * 100.0).round() / 100.0) as f32;
    let (left, top) = (told(area.x0), told(area.y0));
    PageBox { left, top, right: told(area.x1), bottom: told(area.y1) }.within(page)
}

/// Hides NIRs twice: in reading order, and in rows across the page, where a form draws
/// the groups of a number one by one and in any order.
pub(crate) fn hide_all_nir(words: &mut [Word]) {
    hide_nir(&mut words.iter_mut().map(part).collect::<Vec<_>>());
    let mut placed: Vec<(PageBox, &mut Word)> =
        words.iter_mut().filter_map(|word| word.area.map(|area| (area, word))).collect();
    let middle = |area: &PageBox| (area.top + area.bottom) / 2.0;
    placed.sort_by(|(one, _), (other, _)| middle(one).total_cmp(&middle(other)));
    for row in placed.chunk_by_mut(|(one, _), (other, _)| middle(other) <= one.bottom) {
        row.sort_by(|(one, _), (other, _)| one.left.total_cmp(&other.left));
        hide_nir(&mut row.iter_mut().map(|(_, word)| part(word)).collect::<Vec<_>>());
    }
}

fn part(word: &mut Word) -> Part<'_> {
    Part { text: &mut word.text, masked: &mut word.masked, after: word.after }
}
