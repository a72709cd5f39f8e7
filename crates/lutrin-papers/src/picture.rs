//! A page as pixels, for what must look scanned or photographed.

use typst_layout::Page;
use typst_render::RenderOptions;

use crate::PaperError;

/// The largest side drawn. An A4 page at 600 dots per inch has 7,016 pixels;
/// beyond, a mistake is likelier than a need.
const LARGEST_SIDE: u32 = 8_000;

/// An opaque page: four bytes per pixel (red, green, blue, 255), rows from the
/// top, without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `width × height × 4` bytes.
    pub pixels: Vec<u8>,
}

impl Picture {
    pub(crate) fn of(page: &Page, pixels_per_point: f32) -> Result<Self, PaperError> {
        let size = page.frame.size();
        // A float too large saturates, which the comparison then refuses.
        let width = (size.x.to_pt() as f32 * pixels_per_point).round() as u32;
        let height = (size.y.to_pt() as f32 * pixels_per_point).round() as u32;
        if width == 0 || height == 0 || width.max(height) > LARGEST_SIDE {
            return Err(PaperError::Size { width, height });
        }
        let options =
            RenderOptions { pixel_per_pt: f64::from(pixels_per_point).into(), render_bleed: false };
        let drawn = typst_render::render(page, &options);
        Ok(Self { width: drawn.width(), height: drawn.height(), pixels: drawn.take() })
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}
