//! Photographs and scans of one page, turned upright, on white.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageError, ImageResult, Limits, Rgb, RgbImage};
use lutrin_preview::frame::Refusal;
use lutrin_preview::limits::raster_size;
use lutrin_preview::{Ceiling, DocumentFacts, Format, PageSize, Tile};

use super::tile::{self, Smaller};
use super::{PageSource, Raster, big_jpeg, heic};

/// The longest side of a picture that is decoded, in pixels.
pub(crate) const MAX_SIDE: u32 = 20_000;
/// The most a decoder may reserve: 85 megapixels of a photograph.
pub(crate) const MAX_DECODED_BYTES: u64 = 256 * 1024 * 1024;

/// A decoded picture, upright.
pub(crate) struct Photo {
    format: Format,
    pixels: RgbImage,
    smaller: Smaller,
}

impl Photo {
    /// Decodes the whole picture at once, so that a damaged one is known from the start.
    ///
    /// Of several images in one file the first is taken. A JPEG with more pixels than fit is
    /// made smaller while it is decoded; the other formats cannot be.
    pub(crate) fn decode(format: Format, bytes: &[u8]) -> Result<Self, Refusal> {
        let input = Cursor::new(bytes);
        let decoded = match format {
            Format::Jpeg => JpegDecoder::new(input).and_then(decode_upright),
            Format::Png => PngDecoder::with_limits(input, limits()).and_then(decode_upright),
            Format::Webp => WebPDecoder::new(input).and_then(decode_upright),
            Format::Gif => GifDecoder::new(input).and_then(decode_upright),
            Format::Bmp => BmpDecoder::new(input).and_then(decode_upright),
            Format::Heic => {
                return heic::decode(bytes).and_then(|upright| Self::of(format, upright));
            }
            Format::Tiff | Format::Pdf | Format::Docx | Format::Odt => {
                return Err(Refusal::Damaged);
            }
        };
        let upright = match decoded {
            Err(ImageError::Limits(_)) if format == Format::Jpeg => big_jpeg::decode(bytes)?,
            decoded => decoded.map_err(|error| refusal(&error))?,
        };
        Self::of(format, upright)
    }

    /// A picture that is already decoded and upright.
    pub(crate) fn of(format: Format, upright: DynamicImage) -> Result<Self, Refusal> {
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
        Ok(DocumentFacts::new(self.format, vec![self.size()]))
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

/// What a decoder's error means to the reader.
pub(crate) fn refusal(error: &ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooLarge { what: Ceiling::Pixels },
        _ => Refusal::Damaged,
    }
}

/// Decodes and turns upright within the limits.
pub(crate) fn decode_upright(mut decoder: impl ImageDecoder) -> ImageResult<DynamicImage> {
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
