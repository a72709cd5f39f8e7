//! How large the picture of a page is: one computation for the worker and the parent.

use crate::format::{Format, PageSize};
use crate::limits::{MAX_RASTER_PIXELS, MAX_RASTER_SIDE};

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
    use crate::limits::MAX_PAGE_SIDE;

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
