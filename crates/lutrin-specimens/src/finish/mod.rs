//! What happens to a page between the printer and the deposit: scanned,
//! photographed, locked or damaged.

mod locked;
mod photo;
mod scan;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

pub(crate) use locked::{PASSWORD, lock};
pub(crate) use photo::{PHOTO_SCALE, photograph};
pub(crate) use scan::{SCAN_SCALE, scan};

/// Cuts a PDF in the middle: the end, where readers look first, is gone.
pub(crate) fn damage(mut pdf: Vec<u8>) -> Vec<u8> {
    pdf.truncate(pdf.len() * 55 / 100);
    pdf
}

/// A grey or colour picture being worked on, rows from the top.
struct Raster {
    width: u32,
    height: u32,
    /// Bytes per pixel: 1 or 3.
    depth: usize,
    bytes: Vec<u8>,
}

impl Raster {
    fn jpeg(&self, quality: u8, exif: Option<Vec<u8>>) -> Result<Vec<u8>, image::ImageError> {
        use image::ImageEncoder as _;
        let colour = if self.depth == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
        let mut file = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
        if let Some(exif) = exif {
            encoder.set_exif_metadata(exif).map_err(image::ImageError::Unsupported)?;
        }
        encoder.write_image(&self.bytes, self.width, self.height, colour)?;
        Ok(file)
    }
}

/// Grain of a sensor: a cheap generator, since a page has millions of pixels.
struct Grain(u64);

impl Grain {
    /// A value between −`spread` and `spread`, more often near 0.
    fn next(&mut self, spread: i32) -> i32 {
        // xorshift64: good enough for grain, the same on every machine.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let two = [(self.0 >> 20) as i32 & 0xff, (self.0 >> 40) as i32 & 0xff];
        (two[0] + two[1] - 255) * spread / 255
    }
}
