//! What lies over a page: form fields, annotations, warnings.

use std::fs;

use image::{Rgb, RgbImage};
use lutrin_preview::limits::{MAX_FIELD_BYTES, MAX_FIELDS};
use lutrin_preview::{FieldKind, PageLayers, Warning};

use crate::made::{BLUE_SQUARE, encoded, form, pdf, pdf_of, photo, stream, with_annotations};
use crate::support::{corpus, open, pixels, room};

const WHITE: Rgb<u8> = Rgb([255, 255, 255]);

async fn layers_of(bytes: Vec<u8>) -> PageLayers {
    open(&room(), bytes).await.unwrap().page_layers(1).await.unwrap()
}

/// The kind and the value of the only field, if there is one.
async fn field(entries: &str) -> Option<(FieldKind, String)> {
    let mut fields = layers_of(form("", entries)).await.fields;
    assert!(fields.len() <= 1);
    fields.pop().map(|field| (field.kind, field.value))
}

#[tokio::test]
async fn a_page_with_nothing_over_it_has_no_layers() {
    for bytes in [pdf_of(&[BLUE_SQUARE]), encoded(&photo(), image::ImageFormat::Jpeg)] {
        let document = open(&room(), bytes).await.unwrap();
        assert_eq!(document.page_layers(1).await.unwrap(), PageLayers::default());
        assert_eq!(document.annotations(1, 300).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_value_that_is_not_drawn_is_told() {
    let told = |kind, value: &str| Some((kind, value.to_owned()));
    let text = FieldKind::Text;
    for (entries, expected) in [
        ("/FT /Tx /V (Anne Martin)", told(text, "Anne Martin")),
        ("/FT /Tx /V <FEFF00C9006C006F0064006900650020>", told(text, "Élodie")),
        ("/FT /Tx /V (un\\rdeux)", told(text, "un\ndeux")),
        ("/FT /Tx /V (Anne) /AP << /N 9 0 R >>", None),
        ("/FT /Tx /V (Anne) /AP << /N 10 0 R >>", told(text, "Anne")),
        ("/FT /Tx /V (Anne) /AP << >>", told(text, "Anne")),
        ("/FT /Tx /V (Anne) /F 2", None),
        ("/FT /Tx /V ()", None),
        ("/FT /Tx /V (  )", None),
        ("/FT /Tx", None),
        ("/FT /Tx /V (secret) /Ff 8192", None),
        ("/FT /Sig /V (signed)", None),
        ("/V (no kind)", None),
        (
            "/FT /Ch /V (fr) /Opt [[(en) (Anglais)] [(fr) (Fran\\347ais)]]",
            told(FieldKind::Choice, "Français"),
        ),
        ("/FT /Ch /V [(a) (b)] /Opt [(a) (b) (c)]", told(FieldKind::Choice, "a, b")),
        ("/FT /Btn /V /Oui", told(FieldKind::Ticked, "Oui")),
        ("/FT /Btn /V /Oui /AS /Off", None),
        ("/FT /Btn /V /Off", None),
        ("/FT /Btn /Ff 65536 /V /Oui", None),
        ("/Parent 7 0 R", told(text, "of the parent")),
        ("/Parent 7 0 R /V (own)", told(text, "own")),
        ("/Parent 8 0 R", None),
        ("/FT /Tx /V (NIR 1 84 12 76 451 089 46)", told(text, "NIR • •• •• •• ••• ••• ••")),
    ] {
        assert_eq!(field(entries).await, expected, "{entries}");
    }
}

#[tokio::test]
async fn a_field_has_its_place_on_the_page_as_shown() {
    let field = layers_of(form("", "/FT /Tx /V (Anne)")).await.fields.remove(0);
    // The widget is [100 700 300 720] on a page 842 high.
    let lutrin_preview::PageBox { left, top, right, bottom } = field.area;
    assert_eq!((left, top, right, bottom), (100.0, 122.0, 300.0, 142.0));
}

#[tokio::test]
async fn values_and_fields_beyond_the_ceilings_are_cut() {
    let long = "é".repeat(MAX_FIELD_BYTES);
    let value: String = long.chars().map(|_| "\\351").collect();
    let (_, cut) = field(&format!("/FT /Tx /V ({value})")).await.unwrap();
    assert_eq!(cut, long[..MAX_FIELD_BYTES]);

    let widget = "<< /Subtype /Widget /FT /Tx /V (x) /Rect [1 1 9 9] >> ".repeat(MAX_FIELDS + 5);
    assert_eq!(layers_of(with_annotations(&widget)).await.fields.len(), MAX_FIELDS);
}

/// A red square as the appearance of an annotation that is [100 700 200 800].
const DRAWN: &str = "/Rect [100 700 200 800] /AP << /N 6 0 R >>";

/// The colour at the middle of that square, on a picture as wide as the page.
fn middle(picture: &RgbImage) -> Rgb<u8> {
    *picture.get_pixel(150, 842 - 750)
}

#[tokio::test]
async fn annotations_are_a_picture_of_their_own() {
    let stamp = format!("<< /Subtype /Stamp {DRAWN} >>");
    let document = open(&room(), with_annotations(&stamp)).await.unwrap();
    assert_eq!(middle(&pixels(&document.page(1, 595).await.unwrap())), WHITE);
    let layer = pixels(&document.annotations(1, 595).await.unwrap().unwrap());
    assert_eq!(middle(&layer), Rgb([255, 0, 0]));
    assert_eq!(*layer.get_pixel(300, 300), WHITE, "white where nothing is laid");
    assert!(document.page_layers(1).await.unwrap().annotations);
}

#[tokio::test]
async fn fields_that_are_drawn_are_part_of_the_page() {
    let field = format!("<< /Subtype /Widget /FT /Tx {DRAWN} >>");
    let document = open(&room(), with_annotations(&field)).await.unwrap();
    assert_eq!(middle(&pixels(&document.page(1, 595).await.unwrap())), Rgb([255, 0, 0]));
    assert_eq!(document.annotations(1, 595).await.unwrap(), None);

    // Beside a highlight too, which stays in its layer.
    let highlight =
        "<< /Subtype /Highlight /Rect [300 100 400 200] /C [1 1 0] /AP << /N 7 0 R >> >>";
    let both = with_annotations(&format!("{field} {highlight}"));
    let document = open(&room(), both).await.unwrap();
    let page = pixels(&document.page(1, 595).await.unwrap());
    let layer = pixels(&document.annotations(1, 595).await.unwrap().unwrap());
    let marked = |picture: &RgbImage| *picture.get_pixel(350, 842 - 150);
    assert_eq!((middle(&page), marked(&page)), (Rgb([255, 0, 0]), WHITE));
    assert_eq!((middle(&layer), marked(&layer)), (WHITE, Rgb([255, 255, 0])));
}

#[tokio::test]
async fn simple_marks_without_an_appearance_are_drawn() {
    let quad = "/Rect [100 700 200 720] /QuadPoints [100 720 200 720 100 700 200 700]";
    for (mark, x, y, expected) in [
        (format!("/Subtype /Highlight {quad}"), 150, 710, Rgb([255, 255, 0])),
        (format!("/Subtype /Highlight {quad} /C [0 1 0]"), 150, 710, Rgb([0, 255, 0])),
        (format!("/Subtype /Highlight {quad} /C [0 0 1 0]"), 150, 710, Rgb([255, 255, 0])),
        ("/Subtype /Highlight /Rect [100 700 200 720]".into(), 150, 710, Rgb([255, 255, 0])),
        (format!("/Subtype /Highlight {quad}"), 150, 730, WHITE),
        (format!("/Subtype /Underline {quad} /C [1 0 0]"), 150, 702, Rgb([255, 0, 0])),
        (format!("/Subtype /StrikeOut {quad} /C [1 0 0]"), 150, 710, Rgb([255, 0, 0])),
        (
            "/Subtype /Square /Rect [100 700 200 720] /C [1 0 0] /IC [0 0 1] /BS << /W 4 >>".into(),
            150,
            710,
            Rgb([0, 0, 255]),
        ),
        (
            "/Subtype /Square /Rect [100 700 200 720] /C [1 0 0] /BS << /W 4 >>".into(),
            150,
            718,
            Rgb([255, 0, 0]),
        ),
    ] {
        let document = open(&room(), with_annotations(&format!("<< {mark} >>"))).await.unwrap();
        // Twice the size, so that a line of a point is a whole pixel somewhere.
        let layer = pixels(&document.annotations(1, 1190).await.unwrap().unwrap());
        let (x, y) = (x * 2, (842 - y) * 2);
        let near: Vec<_> = (0..3).map(|row| *layer.get_pixel(x, y - 1 + row)).collect();
        assert!(near.contains(&expected), "{mark}: {near:?}");
        assert_eq!(document.page_layers(1).await.unwrap().warnings, [], "{mark}");
    }
    let squiggle = format!("<< /Subtype /Squiggly {quad} /C [1 0 0] >>");
    let document = open(&room(), with_annotations(&squiggle)).await.unwrap();
    let layer = pixels(&document.annotations(1, 595).await.unwrap().unwrap());
    assert!(layer.pixels().filter(|pixel| **pixel != WHITE).count() > 50);
}

#[tokio::test]
async fn what_could_not_be_drawn_is_told() {
    let told = |warning| vec![warning];
    let annotated = with_annotations;
    let with_resources = |resources: &str, content: &str, others: &[&str]| {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R \
                 /Resources << {resources} >> >>"
            ),
            stream(content, ""),
        ];
        objects.extend(others.iter().map(|other| (*other).to_owned()));
        pdf(&objects)
    };
    let image = stream(
        "no JPEG",
        "/Type /XObject /Subtype /Image /Width 9 /Height 9 \
        /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
    );
    for (bytes, expected) in [
        (annotated("<< /Subtype /Ink /Rect [1 1 9 9] >>"), told(Warning::UndrawnAnnotation)),
        (
            annotated("<< /Subtype /Stamp /Rect [1 1 9 9] /AP << /N /nothing >> >>"),
            told(Warning::UndrawnAnnotation),
        ),
        (
            annotated("<< /Subtype /Link /Rect [1 1 9 9] >> << /Subtype /Text /Rect [1 1 9 9] >>"),
            vec![],
        ),
        (
            with_resources("/XObject << /I 5 0 R >>", "50 0 0 50 0 0 cm /I Do", &[&image]),
            told(Warning::UnreadableImage),
        ),
        (
            with_resources(
                "/Font << /F << /Type /Font /Subtype /Type0 /BaseFont /KozMin /Encoding \
                 /90ms-RKSJ-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont \
                 /KozMin /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> \
                 >>] >> >>",
                "",
                &[],
            ),
            told(Warning::MissingFont),
        ),
        (
            with_resources(
                "/Font << /F << /Type /Font /Subtype /Nothing >> >>",
                "BT /F 9 Tf (x) Tj ET",
                &[],
            ),
            told(Warning::UnsupportedFont),
        ),
        (dynamic_form(), told(Warning::DynamicForm)),
    ] {
        let document = open(&room(), bytes).await.unwrap();
        assert_eq!(document.page_layers(1).await.unwrap().warnings, expected);
        // The same after the page was drawn, text read, and asked again.
        document.page(1, 200).await.unwrap();
        document.text(1).await.unwrap();
        assert_eq!(document.page_layers(1).await.unwrap().warnings, expected, "asked again");
    }
}

/// A form of the kind that only one program shows.
fn dynamic_form() -> Vec<u8> {
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA [] >> >>".into(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>".into(),
    ])
}

#[tokio::test]
async fn real_forms_and_annotations_are_shown() {
    let folder = match corpus() {
        Ok(root) => root.join("files"),
        Err(why) => return println!("skipped: no collection of real documents, {why}"),
    };
    let pool = room();
    for (name, values) in [
        ("caseflow__lib__pdfs__Formal_Form9.pdf", &["Jane Veteran", "000-000-0000"][..]),
        ("pypdf__012-libreoffice-form__libreoffice-form.pdf", &[]),
        ("pypdf__010-pdflatex-forms__pdflatex-forms.pdf", &[]),
    ] {
        let document = open(&pool, fs::read(folder.join(name)).unwrap()).await.unwrap();
        let layers = document.page_layers(1).await.unwrap();
        let told: Vec<_> = layers.fields.iter().map(|field| field.value.as_str()).collect();
        let index = document.index_text(1).await.unwrap();
        println!("{name}: {} values, {:?}", told.len(), layers.warnings);
        for value in values {
            assert!(told.iter().any(|told| told.contains(value)), "{name}: {told:?}");
            assert!(index.contains(value), "{name}");
        }
    }
    let name = "pypdf__024-annotations__annotated_pdf.pdf";
    let document = open(&pool, fs::read(folder.join(name)).unwrap()).await.unwrap();
    assert!(document.page_layers(1).await.unwrap().annotations);
    let layer = pixels(&document.annotations(1, 600).await.unwrap().unwrap());
    assert!(layer.pixels().any(|pixel| *pixel != WHITE), "its marks have no appearance");
}
