//! The picture of a page, and the checks it passes before anyone decodes it.

use crate::limits::{MAX_RASTER_PIXELS, MAX_RASTER_SIDE};

/// The picture of a page: a PNG, eight bits each of red, green and blue.
#[derive(Clone, PartialEq, Eq)]
pub struct PagePicture {
    /// The PNG as the window receives it.
    pub png: Vec<u8>,
    /// Its columns.
    pub width: u32,
    /// Its rows.
    pub height: u32,
}

impl std::fmt::Debug for PagePicture {
    /// Leaves the pixels out: they are somebody's papers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { png, width, height } = self;
        write!(f, "PagePicture({width} x {height}, {} bytes)", png.len())
    }
}

impl PagePicture {
    /// Takes what a worker sent if it is, as far as its frame tells, a PNG of that size.
    ///
    /// `expected` is the size computed on this side. A pixel of difference is allowed:
    /// the page's size travelled as decimal text.
    pub(crate) fn from_worker(
        png: Vec<u8>,
        (width, height): (u32, u32),
        expected: (u32, u32),
    ) -> Option<Self> {
        let near = width.abs_diff(expected.0) <= 1 && height.abs_diff(expected.1) <= 1;
        let bounded = (1..=MAX_RASTER_SIDE).contains(&width)
            && (1..=MAX_RASTER_SIDE).contains(&height)
            && width * height <= MAX_RASTER_PIXELS;
        (near && bounded && is_rgb_png(&png, width, height)).then_some(Self { png, width, height })
    }
}

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Length and name of the first chunk.
const IHDR: &[u8] = b"\x00\x00\x00\x0dIHDR";
/// Eight bits, colour type 2 (RGB), the only compression and filter, not interlaced.
const RGB8: &[u8] = &[8, 2, 0, 0, 0];
/// The whole last chunk.
const IEND: &[u8] = b"\x00\x00\x00\x00IEND\xae\x42\x60\x82";

/// Says whether the bytes begin as an RGB PNG of that size does and end as a PNG ends.
fn is_rgb_png(png: &[u8], width: u32, height: u32) -> bool {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let head = [SIGNATURE, IHDR, &size, RGB8].concat();
    png.starts_with(&head) && png.ends_with(IEND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, colour: png::ColorType, samples: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(colour);
        let mut writer = encoder.write_header().unwrap();
        let pixels = vec![0; width as usize * height as usize * samples];
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn a_true_png_is_taken() {
        let bytes = png(5, 7, png::ColorType::Rgb, 3);
        let picture = PagePicture::from_worker(bytes.clone(), (5, 7), (5, 8)).unwrap();
        assert_eq!((picture.width, picture.height), (5, 7));
        assert_eq!(picture.png, bytes);
    }

    #[test]
    fn a_png_that_is_not_what_it_says_is_refused() {
        let good = png(5, 7, png::ColorType::Rgb, 3);
        let taken = |bytes: Vec<u8>, size, expected| {
            PagePicture::from_worker(bytes, size, expected).is_some()
        };
        assert!(!taken(good.clone(), (7, 5), (7, 5)), "sizes differ from the header");
        assert!(!taken(good.clone(), (5, 7), (50, 70)), "not the size that was expected");
        assert!(!taken(good[1..].to_vec(), (5, 7), (5, 7)), "no signature");
        assert!(!taken(good[..good.len() - 1].to_vec(), (5, 7), (5, 7)), "no end");
        let grey = png(5, 7, png::ColorType::Grayscale, 1);
        assert!(!taken(grey, (5, 7), (5, 7)), "not RGB");
        assert!(!taken(Vec::new(), (0, 0), (0, 0)), "nothing");
        let huge = (u32::MAX, u32::MAX);
        assert!(!taken(good, huge, huge), "above the ceilings");
    }
}
