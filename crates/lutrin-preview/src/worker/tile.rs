//! A part of a picture, enlarged or made smaller.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use lutrin_preview::Tile;

use super::source::Raster;

/// A picture made smaller, kept for the neighbours of a tile.
#[derive(Default)]
pub(crate) struct Smaller {
    size: (u32, u32),
    pixels: RgbImage,
}

/// The part of the picture that the tile says; the tile lies on the picture.
pub(crate) fn cut(pixels: &RgbImage, smaller: &mut Smaller, tile: Tile) -> Raster {
    let Tile { scale, x, y, width, height } = tile;
    let part = if scale >= 1.0 {
        enlarged(pixels, tile)
    } else {
        let side = |length: u32| (f64::from(length) * f64::from(scale)).round().max(1.0) as u32;
        let size = (side(pixels.width()), side(pixels.height()));
        if smaller.size != size {
            let pixels = imageops::resize(pixels, size.0, size.1, FilterType::Triangle);
            *smaller = Smaller { size, pixels };
        }
        let right = x.min(size.0 - 1);
        let bottom = y.min(size.1 - 1);
        let (width, height) = (width.min(size.0 - right), height.min(size.1 - bottom));
        imageops::crop_imm(&smaller.pixels, right, bottom, width, height).to_image()
    };
    let (width, height) = part.dimensions();
    Raster { width, height, rgb: part.into_raw() }
}

/// Each pixel between the four nearest ones of the picture.
fn enlarged(pixels: &RgbImage, tile: Tile) -> RgbImage {
    let scale = f64::from(tile.scale);
    let place = |column: u32, length: u32| {
        let at = ((f64::from(column) + 0.5) / scale - 0.5).clamp(0.0, f64::from(length - 1));
        let first = at.floor() as u32;
        (first, (first + 1).min(length - 1), at - at.floor())
    };
    RgbImage::from_fn(tile.width, tile.height, |column, row| {
        let (left, right, across) = place(tile.x + column, pixels.width());
        let (top, bottom, down) = place(tile.y + row, pixels.height());
        let between = |channel: usize| {
            let at = |x, y| f64::from(pixels.get_pixel(x, y).0[channel]);
            let upper = at(left, top) * (1.0 - across) + at(right, top) * across;
            let lower = at(left, bottom) * (1.0 - across) + at(right, bottom) * across;
            (upper * (1.0 - down) + lower * down).round() as u8
        };
        Rgb([between(0), between(1), between(2)])
    })
}
