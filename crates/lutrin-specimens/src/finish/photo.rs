//! A page photographed on a table with a telephone held upright.
//!
//! The sensor is wide, so the pixels lie on their side and EXIF orientation 6
//! says to turn them a quarter clockwise: the way most telephones write.

use jiff::civil::Date;
use lutrin_papers::Picture;

use super::{Grain, Raster};

/// The page is drawn at 108 dots per inch, about what is left of it in a photo
/// of 1,200 by 1,600 pixels.
pub(crate) const PHOTO_SCALE: f32 = 1.5;

const WIDTH: usize = 1_200;
const HEIGHT: usize = 1_600;

/// Where the corners of the page fall in the upright photo: top left, top
/// right, bottom right, bottom left.
const CORNERS: [(f32, f32); 4] =
    [(148.0, 112.0), (1_068.0, 152.0), (1_142.0, 1_496.0), (66.0, 1_452.0)];

/// Makes a JPEG of a page on a wooden table.
pub(crate) fn photograph(
    page: &Picture,
    grain: u64,
    taken: Date,
) -> Result<Vec<u8>, image::ImageError> {
    let to_page = unit_square_of(CORNERS);
    let mut noise = Grain(grain | 1);
    let mut upright = vec![[0u8; 3]; WIDTH * HEIGHT];
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let (u, v) = to_page.map(x as f32, y as f32);
            let colour = if (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v) {
                paper(page, u, v)
            } else {
                table(x as i32, y as i32, &mut noise).map(|value| value - shadow(u, v))
            };
            upright[y * WIDTH + x] = lit(colour, x as i32, y as i32, &mut noise);
        }
    }
    on_its_side(&upright).jpeg(82, Some(exif(taken)))
}

/// A projective map from the photo to the unit square of the page.
struct Projection([f32; 9]);

impl Projection {
    fn map(&self, x: f32, y: f32) -> (f32, f32) {
        let m = &self.0;
        let w = m[6] * x + m[7] * y + m[8];
        ((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w)
    }
}

/// The map that sends these corners to the unit square: the adjugate of
/// Heckbert's square-to-quadrilateral map ("Fundamentals of Texture Mapping",
/// 1989).
fn unit_square_of([p0, p1, p2, p3]: [(f32, f32); 4]) -> Projection {
    let (sx, sy) = (p0.0 - p1.0 + p2.0 - p3.0, p0.1 - p1.1 + p2.1 - p3.1);
    let (dx1, dy1) = (p1.0 - p2.0, p1.1 - p2.1);
    let (dx2, dy2) = (p3.0 - p2.0, p3.1 - p2.1);
    let det = dx1 * dy2 - dx2 * dy1;
    let g = (sx * dy2 - dx2 * sy) / det;
    let h = (dx1 * sy - sx * dy1) / det;
    let (a, b, c) = (p1.0 - p0.0 + g * p1.0, p3.0 - p0.0 + h * p3.0, p0.0);
    let (d, e, f) = (p1.1 - p0.1 + g * p1.1, p3.1 - p0.1 + h * p3.1, p0.1);
    Projection([
        e - f * h,
        c * h - b,
        b * f - c * e,
        f * g - d,
        a - c * g,
        c * d - a * f,
        d * h - e * g,
        b * g - a * h,
        a * e - b * d,
    ])
}

/// The page at (u, v), between its four nearest pixels.
fn paper(page: &Picture, u: f32, v: f32) -> [i32; 3] {
    let (x, y) = (u * (page.width - 1) as f32, v * (page.height - 1) as f32);
    let (left, top) = (x as usize, y as usize);
    let (across, down) = ((x.fract() * 256.0) as i32, (y.fract() * 256.0) as i32);
    let width = page.width as usize;
    let right = (left + 1).min(width - 1);
    let bottom = (top + 1).min(page.height as usize - 1);
    let at =
        |x: usize, y: usize, channel: usize| i32::from(page.pixels[(y * width + x) * 4 + channel]);
    std::array::from_fn(|channel| {
        let upper = at(left, top, channel) * (256 - across) + at(right, top, channel) * across;
        let lower =
            at(left, bottom, channel) * (256 - across) + at(right, bottom, channel) * across;
        (upper * (256 - down) + lower * down) >> 16
    })
}

/// How much darker the table is near the page: a lamp on the left throws a
/// soft shadow to the right and below.
fn shadow(u: f32, v: f32) -> i32 {
    let right = (u - 1.0).max(-u * 3.0).max(0.0);
    let below = (v - 1.0).max(-v * 3.0).max(0.0);
    (46.0 - (right + below) * 1_900.0).max(0.0) as i32
}

/// A wooden table: veins of several widths along the grain, boards of
/// different tints, dark joints between them.
fn table(x: i32, y: i32, noise: &mut Grain) -> [i32; 3] {
    let board = x / 310;
    let bent = x * 8 + (y - 700 - board * 230) * (y - 300) / 5_000 + board * 77;
    let vein = |width: i32, depth: i32| ((bent % width) - width / 2).abs() * depth * 2 / width;
    let joint = if x % 310 < 3 { -38 } else { 0 };
    let shade =
        vein(130, 12) + vein(47, 8) + vein(389, 10) + (board * 53 % 17) + joint + noise.next(10);
    [138 + shade, 101 + shade, 68 + shade]
}

/// Light from the top left, a warm lamp, and the grain of the sensor.
fn lit(colour: [i32; 3], x: i32, y: i32, noise: &mut Grain) -> [u8; 3] {
    let light = 262 - (x + y) * 70 / (WIDTH + HEIGHT) as i32;
    let grain = noise.next(11);
    let tint = [0, -4, -16];
    std::array::from_fn(|channel| {
        let value = colour[channel] * 236 / 255 * light / 256 + tint[channel] + grain;
        value.clamp(0, 255) as u8
    })
}

/// Turns the picture a quarter anticlockwise, as the sensor saw it.
fn on_its_side(upright: &[[u8; 3]]) -> Raster {
    let mut bytes = Vec::with_capacity(upright.len() * 3);
    for y in 0..WIDTH {
        for x in 0..HEIGHT {
            bytes.extend(upright[x * WIDTH + (WIDTH - 1 - y)]);
        }
    }
    Raster { width: HEIGHT as u32, height: WIDTH as u32, depth: 3, bytes }
}

/// A little-endian TIFF block with the orientation and the date.
fn exif(taken: Date) -> Vec<u8> {
    const ASCII: u16 = 2;
    const SHORT: u16 = 3;
    let date = format!("{:04}:{:02}:{:02} 18:32:07\0", taken.year(), taken.month(), taken.day());
    let entries: [(u16, u16, u32, u32); 2] =
        [(0x0112, SHORT, 1, 6), (0x0132, ASCII, date.len() as u32, 8 + 2 + 2 * 12 + 4)];
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    block.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        block.extend(tag.to_le_bytes());
        block.extend(kind.to_le_bytes());
        block.extend(count.to_le_bytes());
        block.extend(value.to_le_bytes());
    }
    block.extend(0u32.to_le_bytes());
    block.extend(date.bytes());
    block
}
