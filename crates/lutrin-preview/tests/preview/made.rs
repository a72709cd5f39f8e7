//! Documents made by the tests: small PDFs written by hand, pictures with known colours.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// A PDF with those objects, the first being its catalogue, and a true table of them.
pub fn pdf(objects: &[String]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(bytes.len());
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let table = bytes.len();
    let size = objects.len() + 1;
    bytes.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    bytes.extend(trailer.bytes());
    bytes
}

/// A stream object with more entries in its dictionary.
pub fn stream(content: &str, entries: &str) -> String {
    format!("<< /Length {} {entries} >>\nstream\n{content}\nendstream", content.len())
}

/// A page of a made PDF.
pub struct Page {
    /// Entries of the page's dictionary, its media box first.
    pub entries: &'static str,
    /// Its drawing.
    pub content: &'static str,
}

/// An A4 page with a blue square of 200 points, 100 from the left and from the bottom.
pub const BLUE_SQUARE: Page =
    Page { entries: "/MediaBox [0 0 595 842]", content: "0 0 1 rg 100 100 200 200 re f" };

/// A PDF with those pages.
pub fn pdf_of(pages: &[Page]) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", 3 + 2 * index)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()),
    ];
    for (index, page) in pages.iter().enumerate() {
        let content = 4 + 2 * index;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R {} /Resources << >> /Contents {content} 0 R >>",
            page.entries
        ));
        objects.push(stream(page.content, ""));
    }
    pdf(&objects)
}

/// A PDF of one page with those entries, whose drawing may write with the font `/F`.
pub fn page_with_font(entries: &str, content: &str) -> Vec<u8> {
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        format!(
            "<< /Type /Page /Parent 2 0 R {entries} /Contents 4 0 R \
             /Resources << /Font << /F {HELVETICA} >> >> >>"
        ),
        stream(content, ""),
    ])
}

const HELVETICA: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";

/// An A4 page with that drawing and one form field, [100 700 300 720], with those entries.
///
/// Objects it may name: 7, a parent with a kind and a value; 8, a parent that is its own;
/// 9, a drawing with text; 10, a drawing that shows nothing.
pub fn form(content: &str, entries: &str) -> Vec<u8> {
    let drawing = "/Type /XObject /Subtype /Form /BBox [0 0 200 20]";
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] /NeedAppearances true >> >>"
            .into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Annots [5 0 R] /Resources << /Font << /F {HELVETICA} >> >> >>"
        ),
        stream(content, ""),
        format!("<< /Type /Annot /Subtype /Widget /Rect [100 700 300 720] {entries} >>"),
        "<< >>".into(),
        "<< /FT /Tx /V (of the parent) >>".into(),
        "<< /Parent 8 0 R >>".into(),
        stream("/Tx BMC BT /F 9 Tf (x) Tj ET EMC", drawing),
        stream("/Tx BMC EMC", drawing),
    ])
}

/// An A4 page without a drawing, with those annotations.
///
/// Objects they may name: 6, a red square as an appearance; 7, a yellow one.
pub fn with_annotations(annotations: &str) -> Vec<u8> {
    let drawing = "/Type /XObject /Subtype /Form /BBox [0 0 100 100]";
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots 5 0 R >>"
            .into(),
        stream("", ""),
        format!("[ {annotations} ]"),
        stream("1 0 0 rg 0 0 100 100 re f", drawing),
        stream("1 1 0 rg 0 0 100 100 re f", drawing),
    ])
}

/// A PDF of three kilobytes whose second page takes 10¹² steps to draw: twelve forms,
/// each drawing the next one ten times. Its first page is the blue square.
pub fn endless_second_page() -> Vec<u8> {
    const LEVELS: usize = 12;
    let resources = |form: usize| format!("/Resources << /XObject << /F {form} 0 R >> >>");
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_owned(),
        stream(BLUE_SQUARE.content, ""),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {} /Contents 6 0 R >>",
            resources(7)
        ),
        stream("/F Do", ""),
    ];
    for level in 0..LEVELS {
        let last = level + 1 == LEVELS;
        let content = if last { "0 0 1 1 re f".to_owned() } else { "/F Do ".repeat(10) };
        let form =
            format!("/Type /XObject /Subtype /Form /BBox [0 0 100 100] {}", resources(8 + level));
        objects.push(stream(&content, &form));
    }
    pdf(&objects)
}

/// A PDF that makes hayro ask for gigabytes: a line in dashes of a millionth of a point.
pub fn greedy() -> Vec<u8> {
    pdf_of(&[Page {
        entries: "/MediaBox [0 0 595 842]",
        content: "[0.000001] 0 d 0 0 m 100000 100000 l S",
    }])
}

/// The four corners of [`photo`], from top left, clockwise.
pub const CORNERS: [Rgb<u8>; 4] =
    [Rgb([220, 20, 20]), Rgb([20, 200, 20]), Rgb([20, 20, 220]), Rgb([230, 230, 20])];

/// A picture of 96 × 64 in four parts, one colour each.
pub fn photo() -> RgbImage {
    RgbImage::from_fn(96, 64, |x, y| match (x < 48, y < 32) {
        (true, true) => CORNERS[0],
        (false, true) => CORNERS[1],
        (false, false) => CORNERS[2],
        (true, false) => CORNERS[3],
    })
}

/// A picture in a format.
pub fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The JPEG of [`photo`] with an EXIF orientation, as a camera writes it.
pub fn photo_with_orientation(orientation: u8) -> Vec<u8> {
    let jpeg = encoded(&photo(), ImageFormat::Jpeg);
    let exif = [
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01".as_slice(),
        b"\x01\x12\0\x03\0\0\0\x01\0",
        &[orientation, 0, 0],
        b"\0\0\0\0",
    ]
    .concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat()
}
