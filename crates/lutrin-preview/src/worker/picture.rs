//! Photographs and scans: JPEG and PNG, turned upright, on white.

use std::io::Cursor;

use image::codecs::{jpeg::JpegDecoder, png::PngDecoder};
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageError, ImageResult, Limits, Rgb, RgbImage};
use lutrin_preview::frame::Refusal;
use lutrin_preview::limits::raster_size;
use lutrin_preview::{Ceiling, DocumentFacts, Format, PageSize, Tile};

use super::tile::{self, Smaller};
use super::{PageSource, Raster};

/// The longest side of a picture that is decoded, in pixels.
const MAX_SIDE: u32 = 20_000;
/// The most a decoder may reserve: 85 megapixels of a photograph.
const MAX_DECODED_BYTES: u64 = 256 * 1024 * 1024;

/// A decoded picture, upright.
pub(crate) struct Photo {
    format: Format,
    pixels: RgbImage,
    smaller: Smaller,
}

impl Photo {
    /// Decodes the whole picture at once, so that a damaged one is known from the start.
    pub(crate) fn decode(format: Format, bytes: &[u8]) -> Result<Self, Refusal> {
        let upright = match format {
            Format::Jpeg => JpegDecoder::new(Cursor::new(bytes)).and_then(decode_upright),
            Format::Png => {
                PngDecoder::with_limits(Cursor::new(bytes), limits()).and_then(decode_upright)
            }
            Format::Pdf => return Err(Refusal::Damaged),
        };
        let upright = upright.map_err(|error| match error {
            ImageError::Limits(_) => Refusal::TooLarge { what: Ceiling::Pixels },
            _ => Refusal::Damaged,
        })?;
        let pixels = on_white(upright);
        if pixels.is_empty() {
            return Err(Refusal::Damaged);
        }
        Ok(Self { format, pixels, smaller: Smaller::default() })
    }

    fn size(&self) -> PageSize {
        let (width, height) = self.pixels.dimensions();
        PageSize { width: width as f32, height: height as f32 }
    }
}

impl PageSource for Photo {
    fn facts(&self) -> Result<DocumentFacts, Refusal> {
        Ok(DocumentFacts { format: self.format, pages: vec![self.size()] })
    }

    fn draw(&mut self, _only: usize, width_px: u32) -> Result<Raster, Refusal> {
        let (width, height) = raster_size(self.format, self.size(), width_px);
        let rgb = if (width, height) == self.pixels.dimensions() {
            self.pixels.as_raw().clone()
        } else {
            // Weighs every pixel it leaves out: small print stays legible.
            imageops::resize(&self.pixels, width, height, FilterType::Triangle).into_raw()
        };
        Ok(Raster { width, height, rgb })
    }

    fn tile(&mut self, _only: usize, tile: Tile) -> Result<Raster, Refusal> {
        Ok(tile::cut(&self.pixels, &mut self.smaller, tile))
    }
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    limits
}

fn decode_upright(mut decoder: impl ImageDecoder) -> ImageResult<DynamicImage> {
    // Checks the sides; the bytes are not checked by the decoders themselves.
    decoder.set_limits(limits())?;
    limits().reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The picture as it looks on white paper.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, alpha] = picture.get_pixel(x, y).0;
        let alpha = u16::from(alpha);
        let blend = |c: u8| ((u16::from(c) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        Rgb([blend(r), blend(g), blend(b)])
    })
}
