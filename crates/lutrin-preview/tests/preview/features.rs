//! What a PDF holds beside its pages, and what it says of itself.

use lutrin_preview::limits::{MAX_FACT_CHARS, MAX_WALKED};
use lutrin_preview::{Document, Features, Origin};

use crate::made::{BLUE_SQUARE, pdf, pdf_of, stream};
use crate::support::{open, room};

/// A document with those entries in its catalogue and in its page, and more objects, which
/// are numbered from 5.
fn with(catalogue: &str, page: &str, more: &[&str]) -> Vec<u8> {
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {page} >>"),
        stream(BLUE_SQUARE.content, ""),
    ];
    objects.extend(more.iter().map(|object| (*object).to_owned()));
    pdf(&objects)
}

async fn features(bytes: Vec<u8>) -> Features {
    opened(bytes).await.facts().features
}

async fn opened(bytes: Vec<u8>) -> Document {
    open(&room(), bytes).await.unwrap()
}

const NONE: Features = Features {
    javascript: false,
    launch_actions: false,
    submit_actions: false,
    links: 0,
    embedded_files: 0,
    multimedia: false,
    form: false,
    xfa: false,
    signature_fields: 0,
    signatures: 0,
    encrypted: false,
    optional_content: false,
    partial: false,
};

#[tokio::test]
async fn a_plain_document_has_none() {
    assert_eq!(features(pdf_of(&[BLUE_SQUARE])).await, NONE);
}

#[tokio::test]
async fn each_feature_is_found_wherever_it_may_be() {
    let javascript = Features { javascript: true, ..NONE };
    let launch = Features { launch_actions: true, ..NONE };
    let form = Features { form: true, ..NONE };
    let annotation = |rest: &str| format!("<< /Type /Annot /Rect [0 0 9 9] {rest} >>");
    let uri = annotation("/Subtype /Link /A << /S /URI /URI (https://example.org) >>");
    let annots = "/Annots [5 0 R]";
    let table: Vec<(&str, Vec<u8>, Features)> = vec![
        (
            "a script when it opens",
            with("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "", &[]),
            javascript,
        ),
        (
            "a script by name",
            with(
                "/Names << /JavaScript << /Names [(a) 5 0 R] >> >>",
                "",
                &["<< /S /JavaScript /JS 6 0 R >>", &stream("app.alert(1)", "")],
            ),
            javascript,
        ),
        (
            "a script on a button, behind another action",
            with(
                "",
                annots,
                &[&annotation(
                    "/Subtype /Widget /AA << /D << /S /GoTo /Next << /S /JavaScript /JS (a) >> >> >>",
                )],
            ),
            javascript,
        ),
        (
            "a script when a page is shown",
            with("", "/AA << /O << /S /JavaScript /JS (a) >> >>", &[]),
            javascript,
        ),
        (
            "a script of a field that is on no page",
            with(
                "/AcroForm << /Fields [5 0 R] >>",
                "",
                &["<< /FT /Tx /T (a) /AA << /K << /S /JavaScript /JS (a) >> >> >>"],
            ),
            Features { javascript: true, ..form },
        ),
        (
            "a program to be started from a title",
            with(
                "/Outlines << /First 5 0 R >>",
                "",
                &["<< /Title (a) /A << /S /Launch /F (calc.exe) >> >>"],
            ),
            launch,
        ),
        (
            "a program to be started by a click",
            with("", annots, &[&annotation("/Subtype /Link /A << /S /Launch /F (a) >>")]),
            launch,
        ),
        (
            "a form that is sent",
            with("", annots, &[&annotation("/Subtype /Widget /A << /S /SubmitForm /F (a) >>")]),
            Features { submit_actions: true, ..NONE },
        ),
        (
            "two links and one within",
            with(
                "",
                "/Annots [5 0 R 6 0 R 7 0 R]",
                &[
                    &uri,
                    &annotation("/Subtype /Link /A << /S /GoToR /F (other.pdf) >>"),
                    &annotation("/Subtype /Link /Dest [3 0 R /Fit]"),
                ],
            ),
            Features { links: 2, ..NONE },
        ),
        (
            "two attachments",
            with(
                "/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>",
                "/Annots [7 0 R]",
                &[
                    "<< /Type /Filespec /F (a.txt) /EF << /F 6 0 R >> >>",
                    &stream("Bonjour", "/Type /EmbeddedFile"),
                    &annotation(
                        "/Subtype /FileAttachment /FS << /Type /Filespec /F (b) /EF << /F 6 0 R >> >>",
                    ),
                ],
            ),
            Features { embedded_files: 2, ..NONE },
        ),
        (
            "a film",
            with("", annots, &[&annotation("/Subtype /RichMedia")]),
            Features { multimedia: true, ..NONE },
        ),
        (
            "a form",
            with("/AcroForm << /Fields [5 0 R] >>", annots, &["<< /FT /Tx /T (a) >>"]),
            form,
        ),
        ("a form without fields", with("/AcroForm << /Fields [] >>", "", &[]), NONE),
        (
            "an XFA form",
            with("/AcroForm << /Fields [] /XFA 5 0 R >>", "", &[&stream("<xdp/>", "")]),
            Features { form: true, xfa: true, ..NONE },
        ),
        (
            "two places to sign, one signed",
            with(
                "/AcroForm << /Fields [5 0 R 6 0 R] >>",
                "",
                &[
                    "<< /FT /Sig /T (a) >>",
                    "<< /FT /Sig /T (b) /V << /Type /Sig /Contents <00> >> >>",
                ],
            ),
            Features { form: true, signature_fields: 2, signatures: 1, ..NONE },
        ),
        (
            "layers",
            with("/OCProperties << /OCGs [5 0 R] /D << >> >>", "", &["<< /Type /OCG /Name (a) >>"]),
            Features { optional_content: true, ..NONE },
        ),
    ];
    let pool = room();
    for (what, bytes, expected) in table {
        let document = open(&pool, bytes).await.unwrap();
        assert_eq!(document.facts().features, expected, "{what}");
        document.page(1, 50).await.unwrap();
    }
}

#[tokio::test]
async fn circles_are_walked_once() {
    let bytes = with(
        "/Outlines 5 0 R",
        "",
        &[
            "<< /First 6 0 R /Last 6 0 R >>",
            "<< /Title (a) /Next 6 0 R /First 5 0 R /A 7 0 R >>",
            "<< /S /URI /URI (a) /Next 7 0 R >>",
        ],
    );
    assert_eq!(features(bytes).await, Features { links: 1, ..NONE });
}

#[tokio::test]
async fn the_search_ends_at_its_ceiling_and_says_so() {
    let link = "<< /S /URI /URI (a) >> ".repeat(MAX_WALKED + 10);
    let many = features(with("/Many [5 0 R]", "", &[&format!("[{link}]")])).await;
    assert!(many.partial && many.links > 1000 && many.links as usize <= MAX_WALKED, "{many:?}");

    let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
    assert!(features(with(&format!("/Deep {deep}"), "", &[])).await.partial);
}

#[tokio::test]
async fn a_document_says_where_it_comes_from() {
    let bytes = with(
        "/Version /1.4",
        "",
        &["<< /Producer (LibreOffice 7.4) /Creator <FEFF00E9007400E9> \
         /CreationDate (D:20261121103000+01'00') /ModDate (D:2026) >>"],
    );
    let bytes = with_info(&bytes);
    let expected = Origin {
        version: Some("1.4".into()),
        producer: Some("LibreOffice 7.4".into()),
        creator: Some("été".into()),
        created: Some("2026-11-21T10:30:00+01:00".into()),
        modified: Some("2026-01-01T00:00:00+00:00".into()),
    };
    assert_eq!(opened(bytes).await.facts().origin, expected);

    let silent = Origin { version: Some("1.7".into()), ..Origin::default() };
    assert_eq!(opened(pdf_of(&[BLUE_SQUARE])).await.facts().origin, silent);
}

#[tokio::test]
async fn what_it_says_is_bounded_and_plain() {
    let long = "a".repeat(MAX_FACT_CHARS * 3);
    let info = format!("<< /Producer ({long}) /Creator (\\033[31m\\r\\n) /CreationDate (hier) >>");
    let document = opened(with_info(&with("", "", &[&info]))).await;
    let origin = &document.facts().origin;
    assert_eq!(origin.producer.as_deref(), Some(&long[..MAX_FACT_CHARS]));
    assert_eq!(origin.creator.as_deref(), Some("[31m"));
    assert_eq!(origin.created, None);
}

/// The document with its fifth object as what it says of itself.
fn with_info(bytes: &[u8]) -> Vec<u8> {
    let trailer = b"/Root 1 0 R";
    let place = bytes.windows(trailer.len()).rposition(|part| part == trailer).unwrap();
    [&bytes[..place], b"/Info 5 0 R ", &bytes[place..]].concat()
}
