//! Parts of pages, as a reader who zooms sees them.

use image::{ImageFormat, RgbImage, imageops};
use lutrin_preview::limits::MAX_TILE_SIDE;
use lutrin_preview::{Ceiling, Document, PreviewError, Tile};

use crate::made::{encoded, page_with_font, photo};
use crate::support::{open, pixels, room};

/// How far two pictures are apart, channel by channel: on average and at most.
fn distance(one: &RgbImage, other: &RgbImage) -> (f64, u8) {
    assert_eq!(one.dimensions(), other.dimensions());
    let apart: Vec<u8> = one.iter().zip(other.iter()).map(|(a, b)| a.abs_diff(*b)).collect();
    let sum: u64 = apart.iter().map(|apart| u64::from(*apart)).sum();
    (sum as f64 / apart.len() as f64, apart.into_iter().max().unwrap())
}

/// A tile of a document and the same part of its whole picture, of the given width.
async fn both(document: &Document, width_px: u32, tile: Tile) -> (RgbImage, RgbImage) {
    let whole = pixels(&document.page(1, width_px).await.unwrap());
    let part = pixels(&document.tile(1, tile).await.unwrap());
    let (width, height) = part.dimensions();
    (part, imageops::crop_imm(&whole, tile.x, tile.y, width, height).to_image())
}

async fn drawing() -> Document {
    let content = "0 0 1 rg 100 100 200 200 re f 1 0 0 RG 3 w 50 50 m 500 700 l S 0 g
        BT /F 14 Tf 120 400 Td (Certificat de travail) Tj 0 -20 Td (du 12/03/2024) Tj ET";
    let entries = "/MediaBox [-20 -30 580 770] /Rotate 90";
    open(&room(), page_with_font(entries, content)).await.unwrap()
}

#[tokio::test]
async fn a_tile_is_a_part_of_the_page() {
    let document = drawing().await;
    // 800 × 600 as shown, at scale 2.
    for (x, y) in [(0, 0), (512, 256), (700, 300), (1400, 1000)] {
        let tile = Tile { scale: 2.0, x, y, width: 512, height: 300 };
        let (part, cropped) = both(&document, 1600, tile).await;
        let (mean, worst) = distance(&part, &cropped);
        println!("{x},{y}: {mean:.4} on average, {worst} at most");
        assert!(mean < 0.1, "{x},{y}: {mean} {worst}");
    }
}

#[tokio::test]
async fn a_tile_of_a_picture_is_a_part_of_it() {
    let document = open(&room(), encoded(&photo(), ImageFormat::Png)).await.unwrap();
    for (scale, width_px) in [(1.0, 96), (0.5, 48)] {
        let tile = Tile { scale, x: 20, y: 10, width: 20, height: 15 };
        let (part, cropped) = both(&document, width_px, tile).await;
        assert_eq!(part, cropped, "{scale}");
    }
    let tile = Tile { scale: 4.0, x: 100, y: 60, width: 180, height: 140 };
    let enlarged = imageops::resize(&photo(), 384, 256, imageops::FilterType::Triangle);
    let expected = imageops::crop_imm(&enlarged, 100, 60, 180, 140).to_image();
    let part = pixels(&document.tile(1, tile).await.unwrap());
    assert!(distance(&part, &expected).1 <= 2, "{:?}", distance(&part, &expected));
}

#[tokio::test]
async fn a_tile_at_the_edge_is_smaller_and_one_beyond_is_refused() {
    let document = drawing().await;
    let tile = Tile { scale: 2.0, x: 1500, y: 1100, width: u32::MAX, height: 5000 };
    let picture = document.tile(1, tile).await.unwrap();
    assert_eq!((picture.width, picture.height), (100, 100));
    let large = document.tile(1, Tile { x: 0, y: 0, ..tile }).await.unwrap();
    assert_eq!((large.width, large.height), (MAX_TILE_SIDE, MAX_TILE_SIDE));
    for nowhere in [
        Tile { x: 1600, ..tile },
        Tile { width: 0, ..tile },
        Tile { scale: 0.0, ..tile },
        Tile { scale: f32::NAN, ..tile },
        Tile { scale: 1e6, ..tile },
    ] {
        let error = document.tile(1, nowhere).await.unwrap_err();
        assert_eq!(error, PreviewError::TooLarge { what: Ceiling::Tile });
    }
}

#[tokio::test]
async fn everything_of_a_page_comes_from_one_worker_that_read_it_once() {
    let document = drawing().await;
    let worker = document.worker_id();
    for _ in 0..3 {
        document.page(1, 300).await.unwrap();
        document.text(1).await.unwrap();
        document.page_layers(1).await.unwrap();
        let tile = Tile { scale: 3.0, x: 0, y: 0, width: 99, height: 99 };
        document.tile(1, tile).await.unwrap();
        document.in_background().index_text(1).await.unwrap();
    }
    // A worker is given a document once, by `open`, and refuses a second time.
    assert_eq!(document.worker_id(), worker);
}
