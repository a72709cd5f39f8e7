//! Photographs and scans.

use image::imageops::FilterType;
use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use lutrin_preview::limits::MAX_RASTER_PIXELS;
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
async fn each_format_shows_its_picture() {
    let pool = room();
    for (written, format) in [
        (ImageFormat::Jpeg, Format::Jpeg),
        (ImageFormat::Png, Format::Png),
        (ImageFormat::Tiff, Format::Tiff),
        (ImageFormat::WebP, Format::Webp),
        (ImageFormat::Gif, Format::Gif),
        (ImageFormat::Bmp, Format::Bmp),
    ] {
        let document = open(&pool, encoded(&photo(), written)).await.unwrap();
        assert_eq!(document.facts().format, format);
        assert_eq!(document.facts().pages, [PageSize { width: 96.0, height: 64.0 }]);
        assert_eq!(corners(&document).await, [0, 1, 2, 3], "{format:?}");
    }
}

#[tokio::test]
async fn of_several_images_the_first_is_shown() {
    let mut gif = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut gif);
    let frames = [photo(), RgbImage::from_pixel(96, 64, CORNERS[0])];
    for frame in frames {
        let frame = image::DynamicImage::from(frame).into_rgba8();
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    let pool = room();
    let document = open(&pool, gif).await.unwrap();
    assert_eq!(document.facts().pages.len(), 1);
    assert_eq!(corners(&document).await, [0, 1, 2, 3]);

    let document = open(&pool, animated_webp()).await.unwrap();
    assert_eq!(document.facts().pages, [PageSize { width: 96.0, height: 64.0 }]);
    assert_eq!(corners(&document).await, [0, 1, 2, 3]);
}

/// Two frames, the first being [`photo`]: the chunks of two still pictures in another order.
fn animated_webp() -> Vec<u8> {
    let chunk = |name: &[u8], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        let padding = vec![0; content.len() % 2];
        [name, &length, content, &padding].concat()
    };
    let size = [95, 0, 0, 63, 0, 0];
    let frame = |picture: &RgbImage| {
        let still = encoded(picture, ImageFormat::WebP);
        let head = [&[0; 6][..], &size, &[100, 0, 0, 0]].concat();
        chunk(b"ANMF", &[&head, &still[12..]].concat())
    };
    let is_animated = 2;
    let content = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[&[is_animated, 0, 0, 0][..], &size].concat()),
        chunk(b"ANIM", &[0; 6]),
        frame(&photo()),
        frame(&RgbImage::from_pixel(96, 64, CORNERS[0])),
    ]
    .concat();
    chunk(b"RIFF", &content)
}

#[tokio::test]
async fn heic_is_shown_in_one_piece_or_in_tiles() {
    let pool = room();
    let large = image::imageops::resize(&photo(), 1200, 800, FilterType::Nearest);
    for picture in [photo(), large] {
        let (width, height) = picture.dimensions();
        let bytes = heic(&picture);
        assert_eq!(bytes.windows(4).any(|four| four == b"grid"), width > 1000);
        let document = open(&pool, bytes).await.unwrap();
        assert_eq!(document.facts().format, Format::Heic);
        let size = PageSize { width: width as f32, height: height as f32 };
        assert_eq!(document.facts().pages, [size]);
        assert_eq!(corners(&document).await, [0, 1, 2, 3]);
    }
}

#[tokio::test]
async fn heic_is_turned_as_its_file_says() {
    let pool = room();
    let large = image::imageops::resize(&photo(), 1200, 800, FilterType::Nearest);
    // Quarter turns to the left.
    for (quarters, expected) in [(1, [1, 2, 3, 0]), (2, [2, 3, 0, 1]), (3, [3, 0, 1, 2])] {
        for picture in [photo(), large.clone()] {
            let mut bytes = heic(&picture);
            // A property of the main picture that is of no use here: its depth, or the
            // size of the grid, which is said elsewhere too.
            let name: &[u8] =
                if picture.width() > 1000 { b"ispe\0\0\0\0\0\0\x04\xb0" } else { b"pixi" };
            let place = bytes.windows(name.len()).rposition(|part| part == name).unwrap();
            bytes[place..place + 5].copy_from_slice(&[b'i', b'r', b'o', b't', quarters]);
            let document = open(&pool, bytes).await.unwrap();
            assert_eq!(corners(&document).await, expected, "{quarters} {:?}", picture.dimensions());
        }
    }
}

fn heic(picture: &RgbImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    let options = heifer::EncodeOptions { quality: 95, max_threads: 1 };
    heifer::encode_rgb8(width, height, picture.as_raw(), &options).unwrap()
}

#[tokio::test]
async fn a_heic_that_claims_too_much_is_refused_before_it_is_decoded() {
    let mut bytes = heic(&photo());
    let place = bytes.windows(4).position(|four| four == b"ispe").unwrap() + 8;
    bytes[place..place + 8].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    assert_eq!(refusal(bytes).await, PreviewError::TooLarge { what: Ceiling::Pixels });
    let whole = heic(&photo());
    assert_eq!(refusal(&whole[..whole.len() / 2]).await, PreviewError::Damaged);
}

#[tokio::test]
async fn a_photograph_of_very_many_pixels_is_made_smaller_and_a_larger_one_is_named() {
    let pool = room();
    // 92 megapixels of one colour for each corner.
    let picture = RgbImage::from_fn(11_712, 7_808, |x, y| {
        CORNERS[match (x < 5_856, y < 3_904) {
            (true, true) => 0,
            (false, true) => 1,
            (false, false) => 2,
            (true, false) => 3,
        }]
    });
    let document = open(&pool, encoded(&picture, ImageFormat::Jpeg)).await.unwrap();
    drop(picture);
    let [size] = document.facts().pages[..] else { panic!("one page") };
    assert!(size.width < 11_712.0 && size.width * size.height >= 16e6, "{size:?}");
    assert_eq!(corners(&document).await, [0, 1, 2, 3]);
    let largest = document.page(1, u32::MAX).await.unwrap();
    assert!(largest.width * largest.height <= MAX_RASTER_PIXELS);

    // 150 megapixels by what its head says.
    let mut larger = encoded(&photo(), ImageFormat::Jpeg);
    let head = larger.windows(2).position(|two| two == b"\xff\xc0").unwrap();
    larger[head + 5..head + 9].copy_from_slice(&[0x27, 0x10, 0x3a, 0x98]);
    assert_eq!(refusal(larger).await, PreviewError::TooLarge { what: Ceiling::Pixels });
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
