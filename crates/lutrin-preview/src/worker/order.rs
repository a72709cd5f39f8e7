//! The order in which the lines of a page are read.
//!
//! Most files draw their lines in reading order, column after column; that order is kept,
//! for nothing seen on the page is worth as much. Where the lines jump up and down as no
//! reader does, they are put in order by their places.

use hayro::kurbo::Rect;

use super::words::Line;

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
pub(crate) fn in_reading_order(lines: Vec<Line>) -> Vec<Line> {
    let places: Vec<Rect> = lines.iter().map(Line::area).collect();
    let climbs = places.windows(2).filter(|pair| pair[1].y1 <= pair[0].y0).count();
    if lines.len() < FEW || climbs * 3 <= lines.len() {
        return lines;
    }
    arranged(lines, MAX_CUTS)
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
        let widths: Vec<f64> =
            areas.iter().filter(|area| side(area, x)).map(Rect::width).collect();
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
