//! Photographs and scans.

use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use lutrin_preview::{Ceiling, Document, Format, PageSize, PreviewError};

use crate::made::{CORNERS, encoded, photo, photo_with_orientation};
use crate::support::{open, pixels, refusal, room};

/// Which colour of [`CORNERS`] is in each corner of the page, clockwise from top left.
async fn corners(document: &Document) -> [usize; 4] {
    let picture = pixels(&document.page(1, 1000).await.unwrap());
    let (right, bottom) = (picture.width() - 8, picture.height() - 8);
    [(8, 8), (right, 8), (right, bottom), (8, bottom)].map(|(x, y)| {
        let seen = picture.get_pixel(x, y);
        let distance = |colour: &Rgb<u8>| -> u32 {
            colour.0.iter().zip(seen.0).map(|(a, b)| u32::from(a.abs_diff(b))).sum()
        };
        (0..4).min_by_key(|index| distance(&CORNERS[*index])).unwrap()
    })
}

#[tokio::test]
async fn photographs_are_turned_upright_in_all_eight_ways() {
    // From the definition of the tag: where the stored corners go when shown.
    let shown = [
        (1, [0, 1, 2, 3]),
        (2, [1, 0, 3, 2]),
        (3, [2, 3, 0, 1]),
        (4, [3, 2, 1, 0]),
        (5, [0, 3, 2, 1]),
        (6, [3, 0, 1, 2]),
        (7, [2, 1, 0, 3]),
        (8, [1, 2, 3, 0]),
    ];
    let pool = room();
    for (orientation, expected) in shown {
        let document = open(&pool, photo_with_orientation(orientation)).await.unwrap();
        let (width, height) = if orientation < 5 { (96.0, 64.0) } else { (64.0, 96.0) };
        assert_eq!(document.facts().format, Format::Jpeg);
        assert_eq!(document.facts().pages, [PageSize { width, height }], "{orientation}");
        assert_eq!(corners(&document).await, expected, "orientation {orientation}");
    }
}

#[tokio::test]
async fn a_png_keeps_its_pixels_and_is_never_enlarged() {
    let document = open(&room(), encoded(&photo(), ImageFormat::Png)).await.unwrap();
    assert_eq!(document.facts().format, Format::Png);
    let picture = document.page(1, 5000).await.unwrap();
    assert_eq!(pixels(&picture), photo());
    let smaller = document.page(1, 48).await.unwrap();
    assert_eq!((smaller.width, smaller.height), (48, 32));
}

#[tokio::test]
async fn what_is_transparent_is_shown_on_white() {
    let glass = RgbaImage::from_fn(3, 1, |x, _| Rgba([200, 0, 0, [0, 51, 255][x as usize]]));
    let mut png = std::io::Cursor::new(Vec::new());
    glass.write_to(&mut png, ImageFormat::Png).unwrap();
    let document = open(&room(), png.into_inner()).await.unwrap();
    let seen = pixels(&document.page(1, 3).await.unwrap());
    let expected = [[255, 255, 255], [244, 204, 204], [200, 0, 0]];
    assert_eq!(seen.pixels().map(|pixel| pixel.0).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_name_of_a_file_is_not_asked() {
    // A JPEG that its owner called `contrat.pdf` is only bytes here.
    let document = open(&room(), encoded(&photo(), ImageFormat::Jpeg)).await.unwrap();
    assert_eq!(document.facts().format, Format::Jpeg);
}

#[tokio::test]
async fn damaged_pictures_are_refused() {
    let png = encoded(&photo(), ImageFormat::Png);
    assert_eq!(refusal(&png[..png.len() / 2]).await, PreviewError::Damaged);
    assert_eq!(refusal(&png[..20]).await, PreviewError::Damaged);
    let jpeg = encoded(&photo(), ImageFormat::Jpeg);
    assert_eq!(refusal(&jpeg[..30]).await, PreviewError::Damaged);
    assert_eq!(refusal(b"\xff\xd8\xff garbage".as_slice()).await, PreviewError::Damaged);
}

#[tokio::test]
async fn a_picture_that_claims_too_much_is_refused_before_it_is_decoded() {
    let mut png = encoded(&RgbImage::new(1, 1), ImageFormat::Png);
    // 60,000 × 60,000 in 70 bytes: width, height, and the checksum that goes with them.
    png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(refusal(png).await, PreviewError::TooLarge { what: Ceiling::Pixels });
}

/// The checksum of PNG chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}
