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
use lutrin_preview::limits::{MAX_DECODED_BYTES, MAX_DECODED_SIDE};
use lutrin_preview::raster::raster_size;
use lutrin_preview::{Ceiling, DocumentFacts, Format, PageSize, Tile};

use super::heic;
use super::source::{PageSource, Raster};
use super::tile::{self, Smaller};

/// [`MAX_DECODED_BYTES`] for a JPEG, which is made smaller at once: 134 megapixels, more than the
/// telephones of 2026 take. No decoder without threads makes it smaller while it decodes.
const MAX_JPEG_BYTES: u64 = 384 * 1024 * 1024;

/// A decoded picture, upright.
pub(crate) struct Photo {
    format: Format,
    pixels: RgbImage,
    smaller: Smaller,
}

impl Photo {
    /// Decodes the whole picture at once, so that a damaged one is known from the start.
    ///
    /// Of several images in one file the first is taken.
    pub(crate) fn decode(format: Format, bytes: &[u8]) -> Result<Self, Refusal> {
        let input = Cursor::new(bytes);
        let decoded = match format {
            Format::Jpeg => JpegDecoder::new(input)
                .and_then(|decoder| decode_upright_within(decoder, jpeg_limit(bytes))),
            Format::Png => {
                PngDecoder::with_limits(input, limits(MAX_DECODED_BYTES)).and_then(decode_upright)
            }
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
        Self::of(format, decoded.map_err(|error| refusal(&error))?)
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

fn limits(bytes: u64) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_DECODED_SIDE);
    limits.max_image_height = Some(MAX_DECODED_SIDE);
    limits.max_alloc = Some(bytes);
    limits
}

/// How large a JPEG may be once decoded. One that is written in several passes is kept
/// whole until the last, at twice the size and more, beside its pixels.
fn jpeg_limit(bytes: &[u8]) -> u64 {
    const IN_PASSES: [u8; 4] = [0xc2, 0xc6, 0xca, 0xce];
    let mut place = 2;
    // Segments begin with 0xff and their name, then their length, which counts itself.
    while let Some(&[0xff, name, high, low]) = bytes.get(place..place + 4) {
        if matches!(name, 0xc0..=0xcf) && !matches!(name, 0xc4 | 0xc8 | 0xcc) {
            let in_passes = IN_PASSES.contains(&name);
            return if in_passes { MAX_DECODED_BYTES / 2 } else { MAX_JPEG_BYTES };
        }
        place += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    MAX_DECODED_BYTES / 2
}

/// What a decoder's error means to the reader.
pub(crate) fn refusal(error: &ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooLarge { what: Ceiling::Pixels },
        _ => Refusal::Damaged,
    }
}

/// Decodes and turns upright within the usual limits.
pub(crate) fn decode_upright(decoder: impl ImageDecoder) -> ImageResult<DynamicImage> {
    decode_upright_within(decoder, MAX_DECODED_BYTES)
}

fn decode_upright_within(mut decoder: impl ImageDecoder, most: u64) -> ImageResult<DynamicImage> {
    // Checks the sides; the bytes are not checked by the decoders themselves.
    decoder.set_limits(limits(most))?;
    limits(most).reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    if picture.as_bytes().len() as u64 > MAX_DECODED_BYTES {
        picture = picture.thumbnail(picture.width() / 2, picture.height() / 2);
    }
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
