//! PDFs and what is not read at all.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use image::Rgb;
use lutrin_preview::limits::{MAX_INPUT_BYTES, MAX_RASTER_PIXELS};
use lutrin_preview::{Ceiling, Format, PageSize, PreviewError, Unsupported};

use crate::made::{BLUE_SQUARE, Page, pdf, pdf_of};
use crate::support::{impatient_room, open, pixels, refusal, room};

const BLUE: Rgb<u8> = Rgb([0, 0, 255]);
const WHITE: Rgb<u8> = Rgb([255, 255, 255]);

#[tokio::test]
async fn a_pdf_tells_its_pages_and_draws_them() {
    let bytes = pdf_of(&[
        BLUE_SQUARE,
        Page { entries: "/MediaBox [0 0 200 100] /Rotate 90", content: "" },
        Page { entries: "/MediaBox [0 0 595 842] /CropBox [95 42 595 842]", content: "" },
    ]);
    let document = open(&room(), bytes).await.unwrap();
    let facts = document.facts();
    assert_eq!(facts.format, Format::Pdf);
    let size = |width, height| PageSize { width, height };
    // Rotation and crop are applied: sizes are those of what is shown.
    assert_eq!(facts.pages, [size(595.0, 842.0), size(100.0, 200.0), size(500.0, 800.0)]);

    let picture = document.page(1, 595).await.unwrap();
    assert_eq!((picture.width, picture.height), (595, 842));
    let drawn = pixels(&picture);
    assert_eq!(*drawn.get_pixel(200, 842 - 200), BLUE, "inside the square, from the bottom");
    assert_eq!(*drawn.get_pixel(200, 200), WHITE, "a page is on white");
    let turned = document.page(2, 50).await.unwrap();
    assert_eq!((turned.width, turned.height), (50, 100));
}

#[tokio::test]
async fn a_page_keeps_its_picture_when_asked_again() {
    let document = open(&room(), pdf_of(&[BLUE_SQUARE])).await.unwrap();
    let first = document.page(1, 300).await.unwrap();
    let worker = document.worker_id();
    assert_eq!(document.page(1, 300).await.unwrap(), first);
    assert_eq!(document.worker_id(), worker, "one worker serves the whole document");
}

#[tokio::test]
async fn a_page_that_is_not_there_is_named() {
    let document = open(&room(), pdf_of(&[BLUE_SQUARE])).await.unwrap();
    for page in [0, 2, u32::MAX] {
        let error = document.page(page, 100).await.unwrap_err();
        assert_eq!(error, PreviewError::NoSuchPage { page, pages: 1 });
    }
    document.page(1, 100).await.unwrap();
}

#[tokio::test]
async fn a_picture_too_large_to_be_sent_is_made_smaller() {
    let document = open(&room(), pdf_of(&[BLUE_SQUARE])).await.unwrap();
    let picture = document.page(1, u32::MAX).await.unwrap();
    assert!(picture.width * picture.height <= MAX_RASTER_PIXELS);
    assert!(picture.width > 3000, "as large as allowed: {picture:?}");
}

#[tokio::test]
async fn a_page_of_a_kilometre_is_refused_and_its_neighbour_is_not() {
    let giant = Page { entries: "/MediaBox [0 0 3000000 3000000]", content: "" };
    let document = open(&room(), pdf_of(&[giant, BLUE_SQUARE])).await.unwrap();
    let error = document.page(1, 600).await.unwrap_err();
    assert_eq!(error, PreviewError::TooLarge { what: Ceiling::PageSize });
    document.page(2, 600).await.unwrap();
}

#[tokio::test]
async fn too_many_pages_are_refused() {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    let kids = "<< /Type /Page /MediaBox [0 0 9 9] >> ".repeat(10_001);
    objects.push(format!("<< /Type /Pages /Count 10001 /Kids [{kids}] >>"));
    let error = refusal(pdf(&objects)).await;
    assert_eq!(error, PreviewError::TooLarge { what: Ceiling::Pages });
}

#[tokio::test]
async fn junk_before_the_document_is_passed_over_if_it_is_short() {
    let document = pdf_of(&[BLUE_SQUARE]);
    let behind = |junk: usize| [vec![b'x'; junk], document.clone()].concat();
    for junk in [1, 500, 1019] {
        let opened = open(&room(), behind(junk)).await.unwrap();
        let picture = pixels(&opened.page(1, 595).await.unwrap());
        assert_eq!(*picture.get_pixel(200, 842 - 200), BLUE, "behind {junk} bytes");
    }
    let what = Unsupported::Text;
    assert_eq!(refusal(behind(5000)).await, PreviewError::Unsupported { what });
}

#[tokio::test]
async fn what_is_nested_without_end_ends_at_most_its_own_worker() {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>";
    let deep_array = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let in_catalogue = pdf(&[
        format!("<< /Type /Catalog /Pages 2 0 R /Deep {deep_array} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        page.to_owned(),
    ]);
    // Twenty thousand folders of pages inside each other, and one that is inside itself.
    let mut folders = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    folders.extend((3..20_003).map(|next| format!("<< /Type /Pages /Kids [{next} 0 R] >>")));
    folders.push(page.to_owned());
    let circle = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>".to_owned(),
        page.to_owned(),
    ]);
    let content = "q ".repeat(1_000_000);
    let saved_states = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>".to_owned(),
        crate::made::stream(&content, ""),
    ]);
    let pool = room();
    for (name, bytes) in [
        ("array", in_catalogue),
        ("folders", pdf(&folders)),
        ("circle", circle),
        ("saved states", saved_states),
    ] {
        let outcome = match open(&pool, bytes).await {
            Ok(document) => document.page(1, 100).await.map(drop),
            Err(error) => Err(error),
        };
        let named = [PreviewError::Damaged, PreviewError::Crashed, PreviewError::TimedOut];
        assert!(outcome.as_ref().map_or_else(|error| named.contains(error), |()| true), "{name}");
        println!("{name}: {outcome:?}");
    }
    open(&pool, pdf_of(&[BLUE_SQUARE])).await.unwrap();
}

#[tokio::test]
async fn a_page_that_unpacks_without_end_is_stopped_at_the_ceiling_of_memory() {
    // A gigabyte of spaces, packed twice: a few thousand bytes.
    let spaces = packed(packed(io::repeat(b' ').take(1 << 30)).as_slice());
    let mut bytes = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>".to_owned(),
        "<< >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>".to_owned(),
    ]);
    let place = bytes.windows(7).position(|part| part == b"5 0 obj").unwrap();
    let head = format!(
        "4 0 obj\n<< /Filter [/FlateDecode /FlateDecode] /Length {} >>\nstream\n",
        spaces.len()
    );
    let stream = [head.as_bytes(), &spaces, b"\nendstream\nendobj\n"].concat();
    bytes.splice(place..place, stream);
    assert!(bytes.len() < 200_000);

    let pool = impatient_room(Duration::from_secs(8));
    let document = open(&pool, bytes).await.unwrap();
    let error = document.page(1, 9).await.unwrap_err();
    assert!(matches!(error, PreviewError::Crashed | PreviewError::TimedOut), "{error:?}");
    document.page(2, 9).await.unwrap();
}

/// Bytes that `FlateDecode` unpacks to those.
fn packed(bytes: impl io::Read) -> Vec<u8> {
    let mut packed = Vec::new();
    let level = flate2::Compression::fast();
    flate2::read::ZlibEncoder::new(bytes, level).read_to_end(&mut packed).unwrap();
    packed
}

#[tokio::test]
async fn nothing_and_too_much_are_refused_without_a_worker() {
    assert_eq!(refusal(Vec::new()).await, PreviewError::Empty);
    let error = refusal(vec![b' '; MAX_INPUT_BYTES + 1]).await;
    assert_eq!(error, PreviewError::TooLarge { what: Ceiling::Bytes });
}

#[tokio::test]
async fn the_largest_file_allowed_is_read() {
    let mut bytes = pdf_of(&[BLUE_SQUARE]);
    bytes.resize(MAX_INPUT_BYTES, b' ');
    // Where the table of objects is found again after 50 MB of nothing is hayro's affair;
    // that the whole file reaches it is ours.
    match open(&room(), bytes).await {
        Ok(document) => assert_eq!(document.facts().pages.len(), 1),
        Err(error) => assert_eq!(error, PreviewError::Damaged),
    }
}

#[tokio::test]
async fn what_is_not_read_is_named() {
    let table: [(&[u8], Unsupported); 5] = [
        (b"{\\rtf1\\ansi", Unsupported::RichText),
        (b"\0\0\0\x18ftypavif\0\0\0\0", Unsupported::Avif),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Unsupported::OldOfficeDocument),
        (b"Bonjour", Unsupported::Text),
        (b"\x01\x02\x03\x04", Unsupported::Unknown),
    ];
    for (bytes, what) in table {
        assert_eq!(refusal(bytes).await, PreviewError::Unsupported { what });
    }
}

#[tokio::test]
async fn a_pdf_cut_anywhere_is_read_or_refused() {
    let whole: Vec<u8> = pdf_of(&[BLUE_SQUARE]);
    let pool = room();
    for length in (9..whole.len()).step_by(23) {
        match open(&pool, &whole[..length]).await {
            Ok(document) => drop(document.page(1, 100).await.unwrap()),
            Err(error) => assert_eq!(error, PreviewError::Damaged, "cut at {length}"),
        }
    }
}

#[tokio::test]
async fn documents_are_served_side_by_side() {
    let pool = room();
    let bytes: Arc<[u8]> = pdf_of(&[BLUE_SQUARE]).into();
    let one = pool.open(bytes.clone()).await.unwrap();
    let other = pool.open(bytes).await.unwrap();
    assert_ne!(one.worker_id(), other.worker_id());
    let (from_one, from_other) = tokio::join!(one.page(1, 200), other.page(1, 200));
    assert_eq!(from_one.unwrap(), from_other.unwrap());
}

#[test]
fn a_page_may_be_awaited_on_any_thread() {
    fn is_send<T: Send>(_: &T) {}
    fn is_shared<T: Send + Sync>() {}
    is_shared::<lutrin_preview::Document>();
    is_shared::<lutrin_preview::Pool>();
    is_send(&room().open(Arc::from(b"".as_slice())));
    let _page = |document: &'static lutrin_preview::Document| is_send(&document.page(1, 1));
}
