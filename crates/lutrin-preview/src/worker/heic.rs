//! HEIC pictures, as telephones make them.
//!
//! A telephone stores a photograph as a grid of tiles. The decoder would put it together
//! itself, but counts the processors first, for which the standard library opens files:
//! death in the sandbox. So the tiles are put together here, one after the other.

use heifer::heifer_isobmff::boxes::Property;
use heifer::heifer_isobmff::{HeifFile, ItemId};
use heifer::{Error, Options};
use image::{DynamicImage, GenericImageView, Rgb, RgbImage, imageops};
use lutrin_preview::frame::Refusal;
use lutrin_preview::limits::{MAX_DECODED_BYTES, MAX_DECODED_SIDE};
use lutrin_preview::{Ceiling, Unsupported};

/// The most tiles of a grid; a telephone's photograph of 48 megapixels has 192.
const MAX_TILES: usize = 4096;

/// Decodes the main picture and turns it upright.
pub(crate) fn decode(bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    let file = HeifFile::parse(bytes).map_err(|_| Refusal::Damaged)?;
    let id = file.primary_id;
    match kind(&file, id)? {
        b"hvc1" => decode_whole(&file, bytes),
        b"grid" => decode_grid(&file, id),
        _ => Err(Refusal::Unsupported { what: Unsupported::Heic }),
    }
}

fn decode_whole(file: &HeifFile<'_>, bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    if let Some((width, height)) = file.image_size(file.primary_id).map_err(|_| Refusal::Damaged)? {
        check_size(width, height)?;
    }
    let options = Options { max_threads: 1, max_pixels: MAX_DECODED_BYTES / 4 };
    // Crop, rotation and mirror are applied.
    let image = heifer::decode_rgba8(bytes, &options).map_err(|error| refusal(&error))?;
    image::RgbaImage::from_raw(image.width, image.height, image.data)
        .map(DynamicImage::from)
        .ok_or(Refusal::Damaged)
}

fn decode_grid(file: &HeifFile<'_>, id: ItemId) -> Result<DynamicImage, Refusal> {
    let grid = file.grid(id).map_err(|_| Refusal::Damaged)?;
    check_size(grid.output_width, grid.output_height)?;
    let tiles = file.referenced_items(id, b"dimg");
    let columns = usize::from(grid.columns);
    if tiles.len() != usize::from(grid.rows) * columns || tiles.len() > MAX_TILES {
        return Err(Refusal::Damaged);
    }
    let mut canvas = RgbImage::from_pixel(grid.output_width, grid.output_height, Rgb([255; 3]));
    let mut first_size = None;
    for (index, &tile) in tiles.iter().enumerate() {
        let picture = decode_tile(file, tile)?;
        let size = *first_size.get_or_insert(picture.dimensions());
        if picture.dimensions() != size {
            return Err(Refusal::Damaged);
        }
        let at = |place: usize, side: u32| place as i64 * i64::from(side);
        let (x, y) = (at(index % columns, size.0), at(index / columns, size.1));
        imageops::replace(&mut canvas, &picture, x, y);
    }
    turn_upright(file, id, canvas.into())
}

fn decode_tile(file: &HeifFile<'_>, tile: ItemId) -> Result<RgbImage, Refusal> {
    if kind(file, tile)? != b"hvc1" {
        return Err(Refusal::Unsupported { what: Unsupported::Heic });
    }
    if let Some((width, height)) = file.image_size(tile).map_err(|_| Refusal::Damaged)? {
        check_size(width, height)?;
    }
    let image = heifer::decode_item(file, tile, 1).map_err(|error| refusal(&error))?;
    RgbImage::from_raw(image.width, image.height, image.to_rgb8()).ok_or(Refusal::Damaged)
}

/// Applies what the file says is to be done to the picture, in the order of the file.
fn turn_upright(
    file: &HeifFile<'_>,
    id: ItemId,
    mut picture: DynamicImage,
) -> Result<DynamicImage, Refusal> {
    for property in file.item_properties(id).map_err(|_| Refusal::Damaged)? {
        picture = match *property {
            Property::Rotation(1) => picture.rotate270(),
            Property::Rotation(2) => picture.rotate180(),
            Property::Rotation(3) => picture.rotate90(),
            Property::Mirror(true) => picture.flipv(),
            Property::Mirror(false) => picture.fliph(),
            Property::CleanAperture { width, height, horiz_offset, vert_offset } => {
                let (columns, rows) = picture.dimensions();
                let (x, wide) = aperture(columns, width, horiz_offset)?;
                let (y, high) = aperture(rows, height, vert_offset)?;
                picture.crop_imm(x, y, wide, high)
            }
            _ => picture,
        };
    }
    Ok(picture)
}

/// Where the part to be shown begins and how long it is, along one side: its length and
/// the distance of its middle from that of the picture, as fractions.
fn aperture(side: u32, length: (u32, u32), offset: (i32, u32)) -> Result<(u32, u32), Refusal> {
    if length.1 == 0 || offset.1 == 0 {
        return Err(Refusal::Damaged);
    }
    let length = f64::from(length.0) / f64::from(length.1);
    let middle = f64::from(offset.0) / f64::from(offset.1) + f64::from(side) / 2.0;
    let begin = (middle - length / 2.0).round().clamp(0.0, f64::from(side));
    Ok((begin as u32, length.round().clamp(0.0, f64::from(side) - begin) as u32))
}

fn kind<'a>(file: &'a HeifFile<'_>, id: ItemId) -> Result<&'a [u8; 4], Refusal> {
    file.item(id).map(|item| &item.item_type.0).map_err(|_| Refusal::Damaged)
}

fn check_size(width: u32, height: u32) -> Result<(), Refusal> {
    let bytes = u64::from(width) * u64::from(height) * 3;
    if width > MAX_DECODED_SIDE || height > MAX_DECODED_SIDE || bytes > MAX_DECODED_BYTES {
        return Err(Refusal::TooLarge { what: Ceiling::Pixels });
    }
    Ok(())
}

fn refusal(error: &Error) -> Refusal {
    match error {
        Error::Unsupported(_) => Refusal::Unsupported { what: Unsupported::Heic },
        _ => Refusal::Damaged,
    }
}
