//! The glyphs of a page, heard from hayro instead of drawn.

use hayro::hayro_interpret::font::{Glyph, GlyphRun, PositionedGlyph};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro::kurbo::{Affine, BezPath, Point};
use lutrin_preview::limits::MAX_GLYPHS;

use super::words::PlacedGlyph;

/// Units of a glyph's own space in the height of its font.
const EM: f64 = 1000.0;
/// The width of a glyph that does not tell its own.
const USUAL_WIDTH: f32 = 500.0;

/// A device that keeps glyphs and draws nothing.
#[derive(Default)]
pub(crate) struct GlyphListener {
    /// The glyphs in the order they are drawn, invisible ones too: the text of a scan
    /// that was read by its scanner is drawn invisible.
    pub(crate) glyphs: Vec<PlacedGlyph>,
    /// Whether there were more than [`MAX_GLYPHS`].
    pub(crate) more: bool,
}

impl<'a> Device<'a> for GlyphListener {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let downwards = matches!(run.writing_mode(), WritingMode::Vertical);
        for glyph in run.glyphs() {
            if self.glyphs.len() == MAX_GLYPHS {
                self.more = true;
                return;
            }
            self.glyphs.extend(placed(glyph, props.transform, downwards));
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// The glyph where it is on the page, unless it is nowhere.
fn placed(glyph: &PositionedGlyph<'_>, to_page: Affine, downwards: bool) -> Option<PlacedGlyph> {
    let transform = to_page * glyph.transform();
    let width = match &**glyph {
        Glyph::Outline(outline) => outline.advance_width(),
        Glyph::Type3(drawing) => drawing.advance_width(),
    };
    let width = f64::from(width.unwrap_or(USUAL_WIDTH));
    let start = transform * Point::ORIGIN;
    let end = transform * if downwards { Point::new(0.0, -EM) } else { Point::new(width, 0.0) };
    let up = transform * Point::new(0.0, EM) - start;
    let numbers = [start.x, start.y, end.x, end.y, up.x, up.y];
    let letters = glyph.as_unicode().map(|letters| match letters {
        BfString::Char(letter) => letter.to_string(),
        BfString::String(letters) => letters,
    });
    let somewhere = numbers.iter().all(|number| number.is_finite()) && up.hypot() > 1e-3;
    somewhere.then_some(PlacedGlyph { letters: letters.filter(|it| is_told(it)), start, end, up })
}

/// Some files say that a glyph has no letter by naming the letter of nothing.
fn is_told(letters: &str) -> bool {
    !letters.is_empty()
        && !letters.chars().all(|sign| matches!(sign, '\0' | '\u{fffd}' | '\u{ffff}'))
}
