//! Office documents as text.

use std::io::{Cursor, Write};

use lutrin_preview::ParagraphKind::{Body, Heading, ListItem, TableRow};
use lutrin_preview::limits::{MAX_FLOW_BYTES, MAX_PARAGRAPHS};
use lutrin_preview::{Flow, Format, ParagraphKind, PreviewError, Unsupported};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::made::{BLUE_SQUARE, pdf_of};
use crate::support::{open, refusal, room};

/// An archive of those parts.
pub fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        // An OpenDocument file has its type in clear at its beginning.
        let method = match *name {
            "mimetype" => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const STYLES: &str = r#"<w:styles xmlns:w="w">
    <w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style>
    <w:style w:styleId="Titre2"><w:name w:val="Heading 2"/></w:style>
    <w:style w:styleId="Partie"><w:name w:val="Partie"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
    <w:style w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>"#;

/// A Word document with that body.
pub fn docx(body: &str) -> Vec<u8> {
    let document = format!(r#"<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#);
    archive(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/styles.xml", STYLES),
        ("word/document.xml", &document),
    ])
}

/// An OpenDocument text with that body.
pub fn odt(body: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:text="t">
        <office:automatic-styles><style:style>p</style:style></office:automatic-styles>
        <office:body><office:text>{body}</office:text></office:body></office:document-content>"#
    );
    archive(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", &content)])
}

async fn flow(bytes: Vec<u8>) -> Flow {
    open(&room(), bytes).await.unwrap().flow().await.unwrap()
}

fn told(flow: &Flow) -> Vec<(ParagraphKind, &str)> {
    flow.paragraphs.iter().map(|paragraph| (paragraph.kind, paragraph.text.as_str())).collect()
}

#[tokio::test]
async fn a_word_document_is_its_paragraphs_in_order() {
    let bytes = docx(
        r#"<w:p><w:pPr><w:pStyle w:val="Titre1"/></w:pPr><w:r><w:t>Parcours</w:t></w:r></w:p>
        <w:p><w:pPr><w:pStyle w:val="Partie"/></w:pPr><w:r><w:t>Détail</w:t></w:r></w:p>
        <w:p><w:r><w:t xml:space="preserve">Été </w:t></w:r><w:r><w:t>&amp; hiver&#x2019;</w:t></w:r></w:p>
        <w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>
        <w:p/>
        <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr><w:r><w:t>un</w:t></w:r></w:p>
        <w:tbl>
          <w:tr><w:tc><w:p><w:r><w:t>Année</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Lieu</w:t></w:r></w:p></w:tc></w:tr>
          <w:tr><w:tc><w:p><w:r><w:t>2024</w:t></w:r></w:p><w:p><w:r><w:t>et 2025</w:t></w:r></w:p></w:tc>
            <w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Paris</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:tr>
        </w:tbl>
        <w:p><w:r><w:t>fin</w:t></w:r></w:p>"#,
    );
    let document = open(&room(), bytes).await.unwrap();
    assert_eq!(document.facts().format, Format::Docx);
    assert_eq!(document.facts().pages, []);
    let flow = document.flow().await.unwrap();
    assert!(!flow.truncated);
    let expected = [
        (Heading(1), "Parcours"),
        (Heading(3), "Détail"),
        (Body, "Été & hiver’"),
        (Body, "a b c"),
        (ListItem, "un"),
        (TableRow, "Année\tLieu"),
        (TableRow, "2024 et 2025\tParis"),
        (Body, "fin"),
    ];
    assert_eq!(told(&flow), expected);
    assert_eq!(document.flow().await.unwrap(), flow, "as often as it is asked for");
}

#[tokio::test]
async fn what_is_not_shown_by_word_is_not_read() {
    let bytes = docx(
        r#"<w:p><w:del><w:r><w:delText>non</w:delText></w:r></w:del>
        <w:moveFrom><w:r><w:t>non</w:t></w:r></w:moveFrom>
        <w:ins><w:r><w:t>oui</w:t></w:r></w:ins>
        <w:r><w:instrText>HYPERLINK non</w:instrText></w:r>
        <mc:AlternateContent><mc:Choice><w:r><w:t>, une fois</w:t></w:r></mc:Choice>
        <mc:Fallback><w:r><w:t>non</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"#,
    );
    assert_eq!(told(&flow(bytes).await), [(Body, "oui, une fois")]);
}

#[tokio::test]
async fn headers_footers_and_notes_are_read_once() {
    let part = |text: &str| format!("<w:hdr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:hdr>");
    let body = "<w:document><w:p><w:r><w:t>texte</w:t></w:r></w:p></w:document>";
    let bytes = archive(&[
        ("word/document.xml", body),
        ("word/header1.xml", &part("tête")),
        ("word/header2.xml", &part("tête")),
        ("word/footnotes.xml", &part("note")),
        ("word/footer1.xml", &part("pied")),
    ]);
    let expected = [(Body, "tête"), (Body, "texte"), (Body, "note"), (Body, "pied")];
    assert_eq!(told(&flow(bytes).await), expected);
}

#[tokio::test]
async fn an_opendocument_text_is_its_paragraphs_in_order() {
    let bytes = odt(r#"<text:tracked-changes><text:p>non</text:p></text:tracked-changes>
        <text:h text:outline-level="2">Parcours</text:h>
        <text:p>Été<text:s text:c="3"/>et <text:span>hiver</text:span><text:line-break/>fin<office:annotation><text:p>non</text:p></office:annotation></text:p>
        <text:list><text:list-item><text:p>un</text:p></text:list-item></text:list>
        <table:table><table:table-row><table:table-cell><text:p>2024</text:p></table:table-cell>
          <table:table-cell><text:p>Paris</text:p></table:table-cell></table:table-row></table:table>"#);
    let document = open(&room(), bytes).await.unwrap();
    assert_eq!(document.facts().format, Format::Odt);
    let flow = document.flow().await.unwrap();
    let expected = [
        (Heading(2), "Parcours"),
        (Body, "Été et hiver fin"),
        (ListItem, "un"),
        (TableRow, "2024\tParis"),
    ];
    assert_eq!(told(&flow), expected);
}

#[tokio::test]
async fn a_flow_has_no_page_and_a_page_is_no_flow() {
    let pool = room();
    let document = open(&pool, docx("")).await.unwrap();
    assert_eq!(document.page(1, 100).await.unwrap_err(), PreviewError::NotPaged);
    assert_eq!(document.flow().await.unwrap(), Flow::default());
    let document = open(&pool, pdf_of(&[BLUE_SQUARE])).await.unwrap();
    assert_eq!(document.flow().await.unwrap_err(), PreviewError::NotAFlow);
}

#[tokio::test]
async fn entities_are_neither_expanded_nor_fetched() {
    let body = "<w:p><w:r><w:t>a&deep;b&file;c</w:t></w:r></w:p>";
    let document = format!(
        r#"<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY deep "&a;&a;&a;">
        <!ENTITY file SYSTEM "file:///etc/passwd">]><w:document>{body}</w:document>"#
    );
    let bytes = archive(&[("word/document.xml", &document)]);
    assert_eq!(told(&flow(bytes).await), [(Body, "abc")]);
}

#[tokio::test]
async fn a_part_that_grows_without_end_is_read_to_its_ceiling() {
    // 300 MB of letters in 300 KB.
    let text = "a".repeat(300 * 1024 * 1024);
    let bytes = docx(&format!("<w:p><w:r><w:t>avant</w:t></w:r></w:p><w:p><w:r><w:t>{text}"));
    assert!(bytes.len() < 1024 * 1024);
    let flow = flow(bytes).await;
    assert!(flow.truncated);
    assert_eq!(told(&flow)[0], (Body, "avant"));
    let bytes: usize = flow.paragraphs.iter().map(|paragraph| paragraph.text.len()).sum();
    assert!(bytes <= MAX_FLOW_BYTES);
}

#[tokio::test]
async fn long_texts_and_many_paragraphs_are_cut() {
    let long = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "é".repeat(MAX_FLOW_BYTES));
    let cut = flow(docx(&long)).await;
    assert!(cut.truncated);
    assert_eq!(cut.paragraphs[0].text.len(), MAX_FLOW_BYTES);

    let many = "<w:p><w:r><w:t>a</w:t></w:r></w:p>".repeat(MAX_PARAGRAPHS + 1);
    let cut = flow(docx(&many)).await;
    assert_eq!((cut.paragraphs.len(), cut.truncated), (MAX_PARAGRAPHS, true));
}

#[tokio::test]
async fn elements_too_deep_end_the_text() {
    let deep = format!("<w:p><w:r><w:t>avant</w:t></w:r></w:p>{}", "<w:p>".repeat(100_000));
    let flow = flow(docx(&deep)).await;
    assert!(flow.truncated);
    assert_eq!(told(&flow), [(Body, "avant")]);
}

#[tokio::test]
async fn damaged_office_documents_are_read_as_far_as_they_go_or_refused() {
    let whole = docx("<w:p><w:r><w:t>Bonjour</w:t></w:r></w:p>");
    assert_eq!(refusal(&whole[..whole.len() / 2]).await, PreviewError::Damaged);
    let nothing = archive(&[("mimetype", "application/vnd.oasis.opendocument.text")]);
    assert_eq!(refusal(nothing).await, PreviewError::Damaged);
    let cut = archive(&[("word/document.xml", "<w:document><w:p><w:r><w:t>Bonjour</w:t>")]);
    let cut = flow(cut).await;
    assert_eq!((told(&cut), cut.truncated), (vec![(Body, "Bonjour")], true));
    let crossed = archive(&[("word/document.xml", "<a><p><t>un</t></p><p><t>deux</q></a>")]);
    let crossed = flow(crossed).await;
    assert_eq!((told(&crossed), crossed.truncated), (vec![(Body, "un"), (Body, "deux")], true));
}

#[tokio::test]
async fn an_opendocument_text_behind_a_password_is_named() {
    let manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
    let bytes = archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "\u{1}\u{2}\u{3}"),
        ("META-INF/manifest.xml", manifest),
    ]);
    let what = Unsupported::ProtectedOfficeDocument;
    assert_eq!(refusal(bytes).await, PreviewError::Unsupported { what });
}

#[tokio::test]
async fn other_archives_are_named() {
    let table = [
        (vec![("xl/workbook.xml", "")], Unsupported::ExcelWorkbook),
        (vec![("ppt/presentation.xml", "")], Unsupported::PowerPointPresentation),
        (
            vec![("mimetype", "application/vnd.oasis.opendocument.spreadsheet")],
            Unsupported::OpenDocumentSpreadsheet,
        ),
        (
            vec![("mimetype", "application/vnd.oasis.opendocument.presentation")],
            Unsupported::OpenDocumentPresentation,
        ),
        (vec![("mimetype", "application/epub+zip")], Unsupported::Ebook),
        (vec![("Index/Document.iwa", "")], Unsupported::AppleDocument),
        (vec![("photo.jpg", ""), ("notes/word/document.xml", "")], Unsupported::Zip),
    ];
    for (parts, what) in table {
        assert_eq!(refusal(archive(&parts)).await, PreviewError::Unsupported { what });
    }
}
