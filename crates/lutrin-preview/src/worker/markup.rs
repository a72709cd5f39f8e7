//! Annotations: what was laid over a page after it was made.
//!
//! Form fields and links are part of the page; all other annotations are a layer of their
//! own. Marks that have no appearance of their own (`/AP`) are drawn here when they are
//! simple: an annotator's highlight is often only a colour and four corners.

use hayro::hayro_interpret::util::{RectExt, TransformExt};
use hayro::hayro_syntax::object::{Array, Dict, Name, Rect};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{self, Affine, BezPath, Point, Shape, Stroke};
use hayro::vello_cpu::RenderContext;
use hayro::vello_cpu::color::{AlphaColor, Srgb};
use lutrin_preview::limits::MAX_ANNOTATIONS;

use super::fields::HIDDEN;

/// The most marks of one annotation: a highlight of some pages of text.
const MAX_QUADS: usize = 1_000;
/// How flat a curve or a corner must be, in points.
const TOLERANCE: f64 = 0.1;

/// What is laid over a page.
#[derive(Default)]
pub(crate) struct Markup {
    /// The boxes, in the page's own space, of fields and links that hayro draws.
    pub(crate) fields: Vec<kurbo::Rect>,
    /// Whether there are other annotations that hayro draws.
    pub(crate) drawn: bool,
    /// Marks to be drawn here.
    pub(crate) marks: Vec<Mark>,
    /// Whether there are annotations that nobody draws.
    pub(crate) undrawn: bool,
}

/// A mark without an appearance of its own.
pub(crate) struct Mark {
    colour: AlphaColor<Srgb>,
    shape: MarkShape,
}

enum MarkShape {
    Filled(BezPath),
    Stroked(BezPath, f64),
}

impl Markup {
    /// Looks through the annotations of a page.
    pub(crate) fn of(page: &Page<'_>) -> Self {
        let mut markup = Self::default();
        let annotations = page.raw().get::<Array<'_>>("Annots");
        let annotations = annotations.iter().flat_map(|all| all.iter::<Dict<'_>>());
        for annotation in annotations.take(MAX_ANNOTATIONS) {
            markup.add(&annotation);
        }
        markup
    }

    fn add(&mut self, annotation: &Dict<'_>) {
        if annotation.get::<u32>("F").unwrap_or(0) & HIDDEN != 0 {
            return;
        }
        let kind = annotation.get::<Name<'_>>("Subtype");
        let kind = kind.as_deref().unwrap_or_default();
        let drawn = annotation.get::<Dict<'_>>("AP").is_some();
        match kind {
            b"Widget" | b"Link" if drawn => {
                let place = annotation.get::<Rect>("Rect").map(|place| place.to_kurbo());
                self.fields.extend(place);
            }
            b"Widget" | b"Link" | b"Popup" => {}
            _ if drawn => self.drawn = true,
            // A note is an icon beside the page, and its text is not on the page.
            b"Text" | b"FileAttachment" | b"Sound" | b"Movie" | b"Screen" => {}
            kind => {
                let before = self.marks.len();
                self.marks.extend(marks_of(kind, annotation));
                self.undrawn |= self.marks.len() == before;
            }
        }
    }

    /// Says whether there is a layer to show.
    pub(crate) fn is_layer(&self) -> bool {
        self.drawn || !self.marks.is_empty()
    }
}

/// Draws the marks; `to_picture` leads from the page's own space to pixels.
pub(crate) fn draw_marks(marks: &[Mark], context: &mut RenderContext, to_picture: Affine) {
    context.set_transform(to_picture);
    for mark in marks {
        context.set_paint(mark.colour);
        match &mark.shape {
            MarkShape::Filled(path) => context.fill_path(path),
            MarkShape::Stroked(path, width) => {
                context.set_stroke(Stroke::new(*width));
                context.stroke_path(path);
            }
        }
    }
}

/// The box of a field as it is in a picture, in whole pixels around it.
pub(crate) fn pixels_of(field: kurbo::Rect, page: &Page<'_>, scale: Affine) -> kurbo::Rect {
    (scale * page.initial_transform(true).to_kurbo()).transform_rect_bbox(field).expand()
}

fn marks_of(kind: &[u8], annotation: &Dict<'_>) -> Vec<Mark> {
    let opacity = annotation.get::<f32>("CA").unwrap_or(1.0);
    let colour = |key, usual| colour(annotation, key, usual, opacity);
    let over_quads = |colour: Option<AlphaColor<Srgb>>, shape: fn([Point; 4]) -> MarkShape| {
        let quads = quads(annotation);
        let mark = |quad| colour.map(|colour| Mark { colour, shape: shape(quad) });
        quads.into_iter().filter_map(mark).collect()
    };
    match kind {
        b"Highlight" => over_quads(colour("C", Some([1.0, 1.0, 0.0])), highlight),
        b"Underline" => over_quads(colour("C", Some([0.0; 3])), underline),
        b"StrikeOut" => over_quads(colour("C", Some([0.0; 3])), strike_out),
        b"Squiggly" => over_quads(colour("C", Some([0.0; 3])), squiggle),
        b"Square" | b"Circle" => {
            let Some(place) = place(annotation) else { return Vec::new() };
            let width = border(annotation);
            let inside = place.inset(-width / 2.0);
            let path = match kind {
                b"Square" => inside.to_path(TOLERANCE),
                _ => kurbo::Ellipse::from_rect(inside).to_path(TOLERANCE),
            };
            let filled = MarkShape::Filled(path.clone());
            let stroked = MarkShape::Stroked(path, width);
            let filled = colour("IC", None).map(|colour| Mark { colour, shape: filled });
            let stroked = colour("C", Some([0.0; 3])).map(|colour| Mark { colour, shape: stroked });
            filled.into_iter().chain(stroked.filter(|_| width > 0.0)).collect()
        }
        _ => Vec::new(),
    }
}

/// A colour in one of three systems; none when it is to be left out.
fn colour(
    annotation: &Dict<'_>,
    key: &str,
    usual: Option<[f32; 3]>,
    opacity: f32,
) -> Option<AlphaColor<Srgb>> {
    let rgb = match annotation.get::<Array<'_>>(key) {
        None => usual?,
        Some(parts) => {
            let parts: Vec<f32> =
                parts.iter::<f32>().take(5).map(|part| part.clamp(0.0, 1.0)).collect();
            match parts[..] {
                [grey] => [grey; 3],
                [red, green, blue] => [red, green, blue],
                [cyan, magenta, yellow, black] => {
                    [cyan, magenta, yellow].map(|ink| (1.0 - ink) * (1.0 - black))
                }
                _ => return None,
            }
        }
    };
    let [red, green, blue] = rgb;
    Some(AlphaColor::new([red, green, blue, opacity.clamp(0.0, 1.0)]))
}

fn border(annotation: &Dict<'_>) -> f64 {
    let style = annotation.get::<Dict<'_>>("BS").and_then(|style| style.get::<f64>("W"));
    let old = || annotation.get::<Array<'_>>("Border")?.iter::<f64>().nth(2);
    style.or_else(old).unwrap_or(1.0).clamp(0.0, 20.0)
}

fn place(annotation: &Dict<'_>) -> Option<kurbo::Rect> {
    annotation.get::<Rect>("Rect").map(|place| place.to_kurbo())
}

/// The marked pieces of text: top left, top right, bottom left, bottom right of each, as
/// programs write them and not as the standard says. Without any, the whole place.
fn quads(annotation: &Dict<'_>) -> Vec<[Point; 4]> {
    let numbers: Vec<f64> = annotation
        .get::<Array<'_>>("QuadPoints")
        .map(|numbers| numbers.iter::<f64>().take(MAX_QUADS * 8).collect())
        .unwrap_or_default();
    let quads: Vec<[Point; 4]> = numbers
        .chunks_exact(8)
        .map(|quad| [0, 2, 4, 6].map(|at| Point::new(quad[at], quad[at + 1])))
        .collect();
    if !quads.is_empty() {
        return quads;
    }
    let whole = |place: kurbo::Rect| {
        [(place.x0, place.y1), (place.x1, place.y1), (place.x0, place.y0), (place.x1, place.y0)]
            .map(Point::from)
    };
    place(annotation).map(whole).into_iter().collect()
}

fn highlight([top_left, top_right, bottom_left, bottom_right]: [Point; 4]) -> MarkShape {
    let mut path = BezPath::new();
    path.move_to(top_left);
    path.line_to(top_right);
    path.line_to(bottom_right);
    path.line_to(bottom_left);
    path.close_path();
    MarkShape::Filled(path)
}

/// A line of a fourteenth of the height, from one point to another.
fn ruled(height: f64, from: Point, to: Point) -> MarkShape {
    let mut path = BezPath::new();
    path.move_to(from);
    path.line_to(to);
    MarkShape::Stroked(path, thickness(height))
}

fn thickness(height: f64) -> f64 {
    (height / 14.0).clamp(0.5, 5.0)
}

fn underline([top_left, _, bottom_left, bottom_right]: [Point; 4]) -> MarkShape {
    let height = top_left.distance(bottom_left);
    let up = (top_left - bottom_left) * 0.1;
    ruled(height, bottom_left + up, bottom_right + up)
}

fn strike_out([top_left, top_right, bottom_left, bottom_right]: [Point; 4]) -> MarkShape {
    let height = top_left.distance(bottom_left);
    ruled(height, top_left.midpoint(bottom_left), top_right.midpoint(bottom_right))
}

fn squiggle([top_left, _, bottom_left, bottom_right]: [Point; 4]) -> MarkShape {
    let up = (top_left - bottom_left) * 0.12;
    let along = bottom_right - bottom_left;
    // As many teeth as are seen, whatever the shape of the place.
    let teeth = (along.hypot() / up.hypot().max(0.5)).clamp(1.0, 500.0) as u32;
    let mut path = BezPath::new();
    path.move_to(bottom_left);
    for tooth in 1..=teeth {
        let base = bottom_left + along * (f64::from(tooth) / f64::from(teeth));
        path.line_to(if tooth % 2 == 1 { base + up } else { base });
    }
    MarkShape::Stroked(path, thickness(top_left.distance(bottom_left)))
}
