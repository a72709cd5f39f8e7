//! JPEGs of more pixels than fit: made smaller while they are decoded.
//!
//! The blocks of a JPEG can be decoded to a half, a quarter or an eighth of their size,
//! which costs no more memory than the smaller picture. Only another decoder than the
//! usual one can do it; it is used for nothing else.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{CodingProcess, Decoder, ImageInfo, PixelFormat};
use lutrin_preview::Ceiling;
use lutrin_preview::frame::Refusal;
use lutrin_preview::limits::MAX_RASTER_PIXELS;

use super::picture::MAX_DECODED_BYTES;

const TOO_LARGE: Refusal = Refusal::TooLarge { what: Ceiling::Pixels };

/// Decodes a JPEG to at least as many pixels as are ever sent, and turns it upright.
pub(crate) fn decode(bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    let mut decoder = Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(MAX_DECODED_BYTES as usize);
    decoder.read_info().map_err(|_| Refusal::Damaged)?;
    let full = decoder.info().ok_or(Refusal::Damaged)?;
    if coefficients(&full) > MAX_DECODED_BYTES {
        return Err(TOO_LARGE);
    }
    let pixels = f64::from(full.width) * f64::from(full.height);
    let factor = (f64::from(MAX_RASTER_PIXELS) / pixels).sqrt().min(1.0);
    let side = |length: u16| (f64::from(length) * factor).ceil() as u16;
    let (width, height) =
        decoder.scale(side(full.width), side(full.height)).map_err(|_| Refusal::Damaged)?;
    let samples = u64::from(width) * u64::from(height) * full.pixel_format.pixel_bytes() as u64;
    if samples > MAX_DECODED_BYTES {
        return Err(TOO_LARGE);
    }
    let samples = decoder.decode().map_err(|_| Refusal::Damaged)?;
    let (width, height) = (u32::from(width), u32::from(height));
    let mut picture = match full.pixel_format {
        PixelFormat::L8 => GrayImage::from_raw(width, height, samples).map(DynamicImage::from),
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, samples).map(DynamicImage::from),
        PixelFormat::CMYK32 => {
            RgbImage::from_raw(width, height, without_ink(&samples)).map(DynamicImage::from)
        }
        PixelFormat::L16 => None,
    }
    .ok_or(Refusal::Damaged)?;
    let orientation = decoder.exif_data().and_then(Orientation::from_exif_chunk);
    picture.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(picture)
}

/// What the decoder keeps of a progressive JPEG until its end, in bytes: everything.
fn coefficients(full: &ImageInfo) -> u64 {
    let samples = u64::from(full.width) * u64::from(full.height);
    match full.coding_process {
        CodingProcess::DctProgressive => samples * full.pixel_format.pixel_bytes() as u64 * 2,
        CodingProcess::DctSequential | CodingProcess::Lossless => 0,
    }
}

/// Red, green and blue of the four inks, which JPEGs store as the light they let through.
fn without_ink(cmyk: &[u8]) -> Vec<u8> {
    let through = |ink: u8, black: u8| (u16::from(ink) * u16::from(black) / 255) as u8;
    cmyk.chunks_exact(4)
        .flat_map(|pixel| [0, 1, 2].map(|ink| through(pixel[ink], pixel[3])))
        .collect()
}
