//! The order in which the lines of a page are read.
//!
//! Most files draw their lines in reading order, column after column; that order is kept,
//! for nothing seen on the page is worth as much. Pieces that are drawn from the last to
//! the first, as some programs do in tables and addresses, are turned round. Where the
//! lines jump up and down as no reader does, they are put in order by their places.

use hayro::kurbo::Rect;

use super::line::Line;

/// Fewer lines than this are in order, whatever it is.
const FEW: usize = 4;
/// How deep a page is cut into columns and rows.
const MAX_CUTS: u32 = 40;
/// The narrowest white strip between two columns, in heights of a line.
const MIN_GUTTER: f64 = 1.0;
/// The usual width of a line of prose, in heights of a line, from which side by side
/// means columns to read one after the other, and not the cells of a table.
const PROSE: f64 = 12.0;

/// The lines as they are read.
pub(crate) fn in_reading_order(mut lines: Vec<Line>) -> Vec<Line> {
    turn_backward_runs(&mut lines);
    let lines = joined(lines);
    let places: Vec<Rect> = lines.iter().map(Line::area).collect();
    let climbs = places.windows(2).filter(|pair| pair[1].center().y < pair[0].y0).count();
    if lines.len() < FEW || climbs * 3 <= lines.len() {
        return lines;
    }
    arranged(lines, MAX_CUTS)
}

/// Turns round the runs in which each piece stands right before the last one drawn.
fn turn_backward_runs(lines: &mut [Line]) {
    let places: Vec<Rect> = lines.iter().map(Line::area).collect();
    let mut start = 0;
    for end in 1..=lines.len() {
        let goes_on = end < lines.len() && stands_before(places[end], places[end - 1]);
        if !goes_on {
            lines[start..end].reverse();
            start = end;
        }
    }
}

/// Says whether a piece is to the left of another one in its row, or in the row above.
fn stands_before(piece: Rect, other: Rect) -> bool {
    let to_the_left = in_one_row(piece, other) && piece.x1 <= other.x0;
    let beside = piece.x0.max(other.x0) < piece.x1.min(other.x1);
    let above = piece.center().y < other.y0 && other.y0 - piece.y1 < piece.height();
    to_the_left || (above && beside)
}

fn in_one_row(one: Rect, other: Rect) -> bool {
    let apart = (one.center().y - other.center().y).abs();
    apart < one.height().min(other.height()) / 2.0
}

/// Says whether two pieces of a row are lines of two columns of prose.
fn in_columns(left: Rect, right: Rect) -> bool {
    let is_prose = |piece: Rect| piece.width() > PROSE * piece.height();
    is_prose(left) && is_prose(right) && right.x0 - left.x1 > MIN_GUTTER * left.height()
}

/// Pieces of one row that follow each other to the right make one line.
fn joined(lines: Vec<Line>) -> Vec<Line> {
    let mut whole: Vec<Line> = Vec::with_capacity(lines.len());
    let mut end = Rect::ZERO;
    for mut line in lines {
        let area = line.area();
        match whole.last_mut() {
            Some(last) if in_one_row(end, area) && end.x1 <= area.x0 && !in_columns(end, area) => {
                last.words.append(&mut line.words);
            }
            _ => whole.push(line),
        }
        end = area;
    }
    whole
}

/// The lines by their places: columns of prose from left to right, else from top to
/// bottom, cut where the white is highest.
fn arranged(mut lines: Vec<Line>, cuts: u32) -> Vec<Line> {
    if lines.len() < 2 || cuts == 0 {
        return in_rows(lines);
    }
    let cut = gutter(&lines).or_else(|| widest_white(&lines));
    let Some(is_first) = cut else { return in_rows(lines) };
    let mut parts = lines.drain(..).partition::<Vec<_>, _>(|line| is_first.holds(line.area()));
    if parts.0.is_empty() || parts.1.is_empty() {
        parts.0.append(&mut parts.1);
        return in_rows(parts.0);
    }
    let mut read = arranged(parts.0, cuts - 1);
    read.extend(arranged(parts.1, cuts - 1));
    read
}

/// Where a page is cut in two.
enum Cut {
    /// What is left of it comes first.
    Vertical(f64),
    /// What is above it comes first.
    Horizontal(f64),
}

impl Cut {
    fn holds(&self, area: Rect) -> bool {
        match self {
            Cut::Vertical(x) => area.center().x < *x,
            Cut::Horizontal(y) => area.center().y < *y,
        }
    }
}

/// The white strip between two columns of prose.
fn gutter(lines: &[Line]) -> Option<Cut> {
    let areas: Vec<Rect> = lines.iter().map(Line::area).collect();
    let height = median(areas.iter().map(Rect::height))?;
    let (x, width) = widest_gap(areas.iter().map(|area| (area.x0, area.x1)))?;
    let prose = |side: fn(&Rect, f64) -> bool| {
        let widths: Vec<f64> = areas.iter().filter(|area| side(area, x)).map(Rect::width).collect();
        widths.len() >= FEW - 1 && median(widths.iter().copied()) > Some(PROSE * height)
    };
    let both = prose(|area, x| area.x1 <= x) && prose(|area, x| area.x0 >= x);
    (width >= MIN_GUTTER * height && both).then_some(Cut::Vertical(x))
}

fn widest_white(lines: &[Line]) -> Option<Cut> {
    let spans = lines.iter().map(|line| (line.area().y0, line.area().y1));
    widest_gap(spans).map(|(y, _)| Cut::Horizontal(y))
}

/// The middle and the width of the widest gap that no span covers.
fn widest_gap(spans: impl Iterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    let mut spans: Vec<_> = spans.collect();
    spans.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut reach = spans.first()?.1;
    let mut widest: Option<(f64, f64)> = None;
    for (start, end) in spans {
        let width = start - reach;
        if width > widest.map_or(0.0, |(_, width)| width) {
            widest = Some((reach + width / 2.0, width));
        }
        reach = reach.max(end);
    }
    widest
}

/// The lines from top to bottom; those of one height make one line, from left to right.
fn in_rows(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|one, other| one.area().center().y.total_cmp(&other.area().center().y));
    let mut rows: Vec<Line> = Vec::new();
    let mut row_end = f64::NEG_INFINITY;
    for mut line in lines {
        let area = line.area();
        match rows.last_mut() {
            Some(row) if area.center().y < row_end => row.words.append(&mut line.words),
            _ => {
                row_end = area.y1.min(area.center().y + area.height() / 2.0);
                rows.push(line);
            }
        }
    }
    for row in &mut rows {
        row.words.sort_by(|one, other| one.area.x0.total_cmp(&other.area.x0));
    }
    rows
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::line::DraftWord;

    /// Lines of one word each: its text, where it begins, on which row, and how wide.
    fn lines(drawn: &[(&str, f64, f64, f64)]) -> Vec<Line> {
        let line = |(text, x, row, width): &(&str, f64, f64, f64)| {
            let area = Rect::new(*x, row * 12.0, x + width, row * 12.0 + 10.0);
            let text = (*text).to_owned();
            Line { words: vec![DraftWord { text, area, ends: Vec::new() }] }
        };
        drawn.iter().map(line).collect()
    }

    fn read(drawn: &[(&str, f64, f64, f64)]) -> String {
        let text = |line: Line| -> String {
            line.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
        };
        in_reading_order(lines(drawn)).into_iter().map(text).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn columns_drawn_one_after_the_other_stay_so() {
        let mut drawn = vec![("titre", 10.0, 0.0, 500.0)];
        let left = ["a", "b", "c", "d"].into_iter().zip(2..);
        drawn.extend(left.map(|(text, row)| (text, 10.0, f64::from(row), 200.0)));
        let right = ["e", "f", "g", "h"].into_iter().zip(2..);
        drawn.extend(right.map(|(text, row)| (text, 300.0, f64::from(row), 200.0)));
        assert_eq!(read(&drawn), "titre|a|b|c|d|e|f|g|h");
    }

    #[test]
    fn pieces_drawn_backwards_are_turned_round() {
        let row =
            [("net", 300.0, 1.0, 30.0), ("brut", 200.0, 1.0, 30.0), ("mois", 10.0, 1.0, 30.0)];
        assert_eq!(read(&row), "mois brut net");
        let address = [
            ("Paris", 10.0, 3.0, 80.0),
            ("rue", 10.0, 2.0, 90.0),
            ("Anne", 10.0, 1.0, 70.0),
            ("Objet", 10.0, 6.0, 70.0),
        ];
        assert_eq!(read(&address), "Anne|rue|Paris|Objet");
    }

    #[test]
    fn scattered_columns_of_prose_are_read_one_after_the_other() {
        let mut drawn = Vec::new();
        for row in [4, 0, 5, 2, 1, 3] {
            drawn.push((["a", "b", "c", "d", "e", "f"][row], 10.0, row as f64, 200.0));
            drawn.push((["g", "h", "i", "j", "k", "l"][5 - row], 300.0, 5.0 - row as f64, 200.0));
        }
        assert_eq!(read(&drawn), "a|b|c|d|e|f|g|h|i|j|k|l");
    }

    #[test]
    fn a_scattered_table_is_read_row_by_row() {
        let drawn = [
            ("4", 300.0, 3.0, 20.0),
            ("a", 10.0, 0.0, 40.0),
            ("d", 10.0, 6.0, 40.0),
            ("1", 300.0, 0.0, 20.0),
            ("c", 10.0, 3.0, 40.0),
            ("e", 10.0, 9.0, 40.0),
            ("2", 300.0, 6.0, 20.0),
        ];
        assert_eq!(read(&drawn), "a 1|c 4|d 2|e");
    }
}
