//! Ceilings of the reading room, and the one computation of a picture's size.
//!
//! Worker and parent share them: the worker keeps to them, the parent believes nothing
//! and checks them again.

use crate::format::{Format, PageSize};

/// The largest file that is read: 50 MiB, five times what the deposit form accepts.
pub const MAX_INPUT_BYTES: usize = 50 * 1024 * 1024;

/// The most pages a document may have.
pub const MAX_PAGES: usize = 10_000;

/// The longest side of a page that is drawn, in points or pixels.
///
/// 17 metres: Acrobat stops at 14,400 points, and a page of 10⁵ points is only met in
/// files made to harm.
pub const MAX_PAGE_SIDE: f32 = 50_000.0;

/// The longest side of the picture of a page, in pixels.
pub const MAX_RASTER_SIDE: u32 = 8_000;

/// The most pixels in the picture of a page: 64 MB while it is drawn.
pub const MAX_RASTER_PIXELS: u32 = 16_000_000;

/// The longest side of a tile, in pixels.
pub const MAX_TILE_SIDE: u32 = 1_024;

/// The largest scale of a tile, in pixels for one unit of the page: sixteen times the
/// size of the paper on a usual screen.
pub const MAX_TILE_SCALE: f32 = 32.0;

/// The pages that have their text read; the others are only shown.
pub const MAX_TEXT_PAGES: u32 = 500;

/// The most words of a page: a newspaper has 5,000.
pub const MAX_WORDS: usize = 20_000;

/// The longest word, in characters; what is longer goes on in the next word.
pub const MAX_WORD_CHARS: usize = 256;

/// The most text of a page, in characters.
pub const MAX_PAGE_TEXT_CHARS: usize = 1_000_000;

/// The most glyphs of a page that are looked at for its text.
pub const MAX_GLYPHS: usize = 200_000;

/// The most form fields of a page that are told.
pub const MAX_FIELDS: usize = 2_000;

/// The longest value of a form field, in bytes; what is longer is cut.
pub const MAX_FIELD_BYTES: usize = 4_096;

/// The most annotations of a page that are looked at.
pub const MAX_ANNOTATIONS: usize = 5_000;

/// How many parents a form field may have.
pub const MAX_FIELD_DEPTH: usize = 32;

/// The most text a flow may have, in bytes: some two thousand pages.
pub const MAX_FLOW_BYTES: usize = 4 * 1024 * 1024;

/// The most paragraphs a flow may have.
pub const MAX_PARAGRAPHS: usize = 50_000;

/// The longest text among the facts of a document, in characters.
pub const MAX_FACT_CHARS: usize = 200;

/// How many objects of a PDF are looked at in search of its features.
pub const MAX_WALKED: usize = 100_000;

/// The size of the picture of `page` when it is wanted `width_px` wide.
///
/// Smaller than wanted where a ceiling would be passed, and never larger than the
/// original for a picture, whose pixels the window enlarges as well as we would.
pub fn raster_size(format: Format, page: PageSize, width_px: u32) -> (u32, u32) {
    let (width, height) = (f64::from(page.width), f64::from(page.height));
    let mut scale = f64::from(width_px.max(1)) / width;
    if format.is_picture() {
        scale = scale.min(1.0);
    }
    scale = scale
        .min(f64::from(MAX_RASTER_SIDE) / width.max(height))
        .min((f64::from(MAX_RASTER_PIXELS) / (width * height)).sqrt());
    let side = |length: f64| ((length * scale).round() as u32).clamp(1, MAX_RASTER_SIDE);
    let (columns, rows) = (side(width), side(height));
    // Rounding both sides up may pass the ceiling by a line.
    (columns, rows.min(MAX_RASTER_PIXELS / columns))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A4: PageSize = PageSize { width: 595.0, height: 842.0 };

    #[test]
    fn a_page_has_the_width_asked_for() {
        assert_eq!(raster_size(Format::Pdf, A4, 1240), (1240, 1755));
        assert_eq!(raster_size(Format::Pdf, A4, 0), (1, 1));
    }

    #[test]
    fn a_picture_is_never_enlarged() {
        let photo = PageSize { width: 400.0, height: 300.0 };
        assert_eq!(raster_size(Format::Jpeg, photo, 1240), (400, 300));
        assert_eq!(raster_size(Format::Jpeg, photo, 200), (200, 150));
    }

    #[test]
    fn a_ceiling_makes_the_picture_smaller_and_keeps_its_shape() {
        let (width, height) = raster_size(Format::Pdf, A4, u32::MAX);
        assert!(width * height > 15_900_000, "{width} x {height}");
        let strip = PageSize { width: 1.0, height: MAX_PAGE_SIDE };
        assert_eq!(raster_size(Format::Pdf, strip, 1240), (1, MAX_RASTER_SIDE));
    }

    proptest! {
        #[test]
        fn no_size_passes_a_ceiling(
            width in 0.001_f32..MAX_PAGE_SIDE,
            height in 0.001_f32..MAX_PAGE_SIDE,
            wanted in any::<u32>(),
        ) {
            let page = PageSize { width, height };
            for format in [Format::Pdf, Format::Png] {
                let (columns, rows) = raster_size(format, page, wanted);
                prop_assert!((1..=MAX_RASTER_SIDE).contains(&columns));
                prop_assert!((1..=MAX_RASTER_SIDE).contains(&rows));
                prop_assert!(columns * rows <= MAX_RASTER_PIXELS);
            }
        }
    }
}
