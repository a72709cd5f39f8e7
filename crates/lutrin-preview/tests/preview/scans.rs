//! TIFF scans and faxes of one page or many.

use std::io::Cursor;

use image::{ImageFormat, Rgb};
use lutrin_preview::{Ceiling, Format, PageSize, PreviewError, Unsupported};
use tiff::encoder::{Compression, DeflateLevel, TiffEncoder, colortype};
use tiff::tags::Tag;

use crate::made::{CORNERS, encoded, photo};
use crate::support::{open, pixels, refusal, room};

const BLACK: Rgb<u8> = Rgb([0; 3]);
const WHITE: Rgb<u8> = Rgb([255; 3]);

/// A scan with one page of [`photo`] for each compression.
fn scan(compressions: &[Compression]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let photo = photo();
    for compression in compressions {
        encoder = encoder.with_compression(*compression);
        encoder.write_image::<colortype::RGB8>(96, 64, photo.as_raw()).unwrap();
    }
    bytes.into_inner()
}

#[tokio::test]
async fn each_compression_is_read() {
    let pages = [
        Compression::Uncompressed,
        Compression::Lzw,
        Compression::Deflate(DeflateLevel::Balanced),
        Compression::Packbits,
    ];
    let document = open(&room(), scan(&pages)).await.unwrap();
    assert_eq!(document.facts().format, Format::Tiff);
    assert_eq!(document.facts().pages, [PageSize { width: 96.0, height: 64.0 }; 4]);
    // Forwards, backwards, and again.
    for page in [1, 2, 3, 4, 2, 2, 1] {
        let picture = pixels(&document.page(page, 96).await.unwrap());
        assert_eq!(picture, photo(), "page {page}");
    }
    let error = document.page(5, 96).await.unwrap_err();
    assert_eq!(error, PreviewError::NoSuchPage { page: 5, pages: 4 });
}

/// A directory of a TIFF and its data.
struct Directory {
    entries: Vec<(u16, u16, u32, u32)>,
    strip: Vec<u8>,
}

const SHORT: u16 = 3;
const LONG: u16 = 4;

impl Directory {
    /// A page of 16 by 4, one bit each, in one strip.
    fn fax(compression: u32, strip: &[u8]) -> Self {
        let entries = vec![
            (256, LONG, 1, 16),
            (257, LONG, 1, 4),
            (258, SHORT, 1, 1),
            (259, SHORT, 1, compression),
            (262, SHORT, 1, 0),
            (277, SHORT, 1, 1),
            (278, LONG, 1, 4),
        ];
        Self { entries, strip: strip.to_vec() }
    }

    fn with(mut self, tag: u16, kind: u16, value: u32) -> Self {
        self.entries.retain(|entry| entry.0 != tag);
        self.entries.push((tag, kind, 1, value));
        self
    }
}

/// A TIFF of those directories, little end first.
fn tiff_of(directories: Vec<Directory>) -> Vec<u8> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let mut pointer = 4;
    for mut directory in directories {
        let strip = u32::try_from(bytes.len()).unwrap();
        bytes.extend(&directory.strip);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        let length = u32::try_from(directory.strip.len()).unwrap();
        directory.entries.push((273, LONG, 1, strip));
        directory.entries.push((279, LONG, 1, length));
        directory.entries.sort_unstable();
        let place = u32::try_from(bytes.len()).unwrap();
        bytes[pointer..pointer + 4].copy_from_slice(&place.to_le_bytes());
        bytes.extend(u16::try_from(directory.entries.len()).unwrap().to_le_bytes());
        for (tag, kind, count, value) in directory.entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(count.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        pointer = bytes.len();
        bytes.extend([0; 4]);
    }
    bytes
}

/// Bits written as text, in bytes.
fn bits(text: &str) -> Vec<u8> {
    let bits: Vec<u8> = text.bytes().filter(|c| *c != b' ').map(|c| c - b'0').collect();
    bits.chunks(8)
        .map(|byte| byte.iter().zip((0..8).rev()).fold(0, |sum, (bit, place)| sum | bit << place))
        .collect()
}

const EOL: &str = "000000000001";
/// Eight white, eight black, by the tables of group 3.
const HALF: &str = "10011 000101";

/// The left half white, the right half black, four rows, in each way a fax is written.
fn faxes() -> Vec<(&'static str, Directory)> {
    let group_3 = [EOL, HALF].concat().repeat(4) + &EOL.repeat(6);
    // A first row by itself, the others by their likeness to the one above.
    let group_3_2d =
        format!("{EOL}1{HALF} {EOL}011 {EOL}011 {EOL}011 {}", format!("{EOL}1").repeat(6));
    let group_4 = format!("001{HALF} 11 11 11 {EOL}{EOL}");
    let aligned = format!("{HALF}00000").repeat(4);
    let turned: Vec<u8> = bits(&group_4).iter().map(|byte| byte.reverse_bits()).collect();
    vec![
        ("modified Huffman", Directory::fax(2, &bits(&aligned))),
        ("group 3", Directory::fax(3, &bits(&group_3))),
        ("group 3 in two dimensions", Directory::fax(3, &bits(&group_3_2d)).with(292, LONG, 1)),
        ("group 4", Directory::fax(4, &bits(&group_4))),
        ("group 4 from the right", Directory::fax(4, &turned).with(266, SHORT, 2)),
        ("not compressed", Directory::fax(1, &[0, 0xff].repeat(4))),
        ("packed", Directory::fax(32773, &[0x01, 0x00, 0xff].repeat(4))),
    ]
}

#[tokio::test]
async fn faxes_are_read() {
    let (names, directories): (Vec<_>, Vec<_>) = faxes().into_iter().unzip();
    let document = open(&room(), tiff_of(directories)).await.unwrap();
    assert_eq!(document.facts().pages, vec![PageSize { width: 16.0, height: 4.0 }; names.len()]);
    for (page, name) in (1..).zip(names) {
        let picture = pixels(&document.page(page, 16).await.unwrap());
        for (x, y, pixel) in picture.enumerate_pixels() {
            assert_eq!(*pixel, if x < 8 { WHITE } else { BLACK }, "{name} at {x}, {y}");
        }
    }
}

#[tokio::test]
async fn a_fax_may_be_negative_turned_or_cut() {
    let group_4 = bits(&format!("001{HALF} 11 11 11 {EOL}{EOL}"));
    let fax = || Directory::fax(4, &group_4);
    let document = open(
        &room(),
        tiff_of(vec![
            fax().with(262, SHORT, 1),
            fax().with(274, SHORT, 6),
            Directory::fax(4, &bits(&format!("001{HALF} 11 {EOL}{EOL}"))),
        ]),
    )
    .await
    .unwrap();
    let size = |width, height| PageSize { width, height };
    assert_eq!(document.facts().pages, [size(16.0, 4.0), size(4.0, 16.0), size(16.0, 4.0)]);
    let negative = pixels(&document.page(1, 16).await.unwrap());
    assert_eq!((negative.get_pixel(0, 0), negative.get_pixel(15, 3)), (&BLACK, &WHITE));
    let turned = pixels(&document.page(2, 4).await.unwrap());
    assert_eq!((turned.get_pixel(0, 0), turned.get_pixel(0, 15)), (&WHITE, &BLACK));
    let cut = pixels(&document.page(3, 16).await.unwrap());
    assert_eq!((cut.get_pixel(15, 1), cut.get_pixel(15, 3)), (&BLACK, &WHITE));
}

#[tokio::test]
async fn a_jpeg_inside_a_scan_is_read() {
    let jpeg = encoded(&photo(), ImageFormat::Jpeg);
    const YCBCR: u32 = 6;
    let mut page = Directory::fax(7, &jpeg)
        .with(256, LONG, 96)
        .with(257, LONG, 64)
        .with(278, LONG, 64)
        .with(262, SHORT, YCBCR)
        .with(277, SHORT, 3);
    page.entries.retain(|entry| entry.0 != 258);
    // Eight bits for each of three: the list is written before the strip.
    let mut bytes = tiff_of(vec![page.with(258, SHORT, 8)]);
    let place = u32::try_from(bytes.len()).unwrap();
    bytes.extend([8, 0, 8, 0, 8, 0]);
    let entry = [258_u16.to_le_bytes(), SHORT.to_le_bytes()].concat();
    let at = bytes.windows(4).rposition(|four| four == entry).unwrap();
    bytes[at + 4..at + 8].copy_from_slice(&3_u32.to_le_bytes());
    bytes[at + 8..at + 12].copy_from_slice(&place.to_le_bytes());
    let document = open(&room(), bytes).await.unwrap();
    let picture = pixels(&document.page(1, 96).await.unwrap());
    for (x, y, corner) in [(8, 8, 0), (88, 8, 1), (88, 56, 2), (8, 56, 3)] {
        let seen = picture.get_pixel(x, y);
        let near = seen.0.iter().zip(CORNERS[corner].0).all(|(a, b)| a.abs_diff(b) < 16);
        assert!(near, "{seen:?} at {x}, {y}");
    }
}

#[tokio::test]
async fn a_smaller_copy_is_not_a_page() {
    let group_4 = bits(&format!("001{HALF} 11 11 11 {EOL}{EOL}"));
    let fax = || Directory::fax(4, &group_4);
    let bytes = tiff_of(vec![fax(), fax().with(254, LONG, 1), fax().with(254, LONG, 2)]);
    assert_eq!(open(&room(), bytes).await.unwrap().facts().pages.len(), 2);
}

#[tokio::test]
async fn what_is_damaged_behind_the_first_page_ends_the_list() {
    let whole = scan(&[Compression::Uncompressed, Compression::Uncompressed]);
    let mut circle = whole.clone();
    // The second directory is the last thing in the file and ends by naming the next one.
    let end = circle.len() - 4;
    let first = circle[4..8].to_vec();
    circle[end..].copy_from_slice(&first);
    let pool = room();
    for bytes in [circle, whole[..whole.len() - 30].to_vec()] {
        let document = open(&pool, bytes).await.unwrap();
        assert!((1..=2).contains(&document.facts().pages.len()));
        assert_eq!(pixels(&document.page(1, 96).await.unwrap()), photo());
    }
}

#[tokio::test]
async fn scans_that_are_not_read_are_named() {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let mut page = encoder.new_image::<colortype::Gray8>(4, 4).unwrap();
    const PALETTE: u16 = 3;
    page.encoder().write_tag(Tag::PhotometricInterpretation, PALETTE).unwrap();
    page.encoder().write_tag(Tag::ColorMap, &[0_u16; 768][..]).unwrap();
    page.write_data(&[0; 16]).unwrap();
    let document = open(&room(), bytes.into_inner()).await.unwrap();
    let error = document.page(1, 4).await.unwrap_err();
    assert_eq!(error, PreviewError::Unsupported { what: Unsupported::Tiff });

    assert_eq!(refusal(b"II*\0\x08\0\0\0".as_slice()).await, PreviewError::Damaged);
    let nothing = Directory::fax(4, b"");
    let document = open(&room(), tiff_of(vec![nothing])).await.unwrap();
    assert_eq!(document.page(1, 16).await.unwrap_err(), PreviewError::Damaged);
}

#[tokio::test]
async fn a_scan_that_claims_too_much_is_refused_before_it_is_decoded() {
    for compression in [1, 4] {
        let giant = Directory::fax(compression, b"abc").with(256, LONG, 60_000);
        let giant = giant.with(257, LONG, 60_000).with(278, LONG, 60_000);
        let document = open(&room(), tiff_of(vec![giant])).await.unwrap();
        let error = document.page(1, 100).await.unwrap_err();
        assert_eq!(error, PreviewError::TooLarge { what: Ceiling::Pixels }, "{compression}");
    }
}

#[tokio::test]
async fn too_many_pages_are_refused() {
    let fax = || Directory::fax(4, &[0x33]);
    let error = refusal(tiff_of((0..10_001).map(|_| fax()).collect())).await;
    assert_eq!(error, PreviewError::TooLarge { what: Ceiling::Pages });
}
