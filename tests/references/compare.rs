//! How far two pictures of one page are from each other.

use image::GrayImage;
use image_compare::{Algorithm, gray_similarity_structure};

/// Of 255 levels, how many a pixel may be lighter or darker: another processor rounds
/// otherwise.
const LEVELS: u8 = 40;

/// The share of pixels that are not the same; all of them if the sizes differ.
pub fn changed(one: &GrayImage, other: &GrayImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return 1.0;
    }
    let pairs = one.as_raw().iter().zip(other.as_raw());
    let changed = pairs.filter(|(one, other)| one.abs_diff(**other) > LEVELS).count();
    changed as f64 / one.as_raw().len().max(1) as f64
}

/// The structural similarity (SSIM; 1 is the same) and where it is low: dark.
pub fn resemblance(one: &GrayImage, other: &GrayImage) -> (f64, GrayImage) {
    let found = gray_similarity_structure(&Algorithm::MSSIMSimple, one, other).unwrap();
    (found.score, found.image.to_color_map().into_luma8())
}

/// Where two pictures differ: white where they do not, darker the more they do.
pub fn difference(one: &GrayImage, other: &GrayImage) -> GrayImage {
    GrayImage::from_fn(one.width(), one.height(), |x, y| {
        let theirs = other.get_pixel_checked(x, y).map_or(0, |pixel| pixel.0[0]);
        image::Luma([255 - one.get_pixel(x, y).0[0].abs_diff(theirs)])
    })
}
