//! What is promised of papers, whatever the template.

use jiff::civil::{Date, date};
use serde_json::json;

use crate::{PaperError, Papers};

const LETTER: &str = r#"
#let d = json("data.json")
#set document(title: "Lettre")
#set page(width: 100pt, height: 50pt, margin: 5pt)
= #d.title
Fait le #datetime.today().display("[day]/[month]/[year]").
"#;

fn day() -> Date {
    date(2026, 11, 21)
}

fn problems(error: PaperError) -> Vec<crate::error::Problem> {
    match error {
        PaperError::Template(found) => found.problems,
        other => panic!("expected a template error, not {other:?}"),
    }
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let data = json!({ "title": "Décision" });
    let first = Papers::new().pdf(LETTER, &data, day()).unwrap();
    let again = Papers::new().pdf(LETTER, &data, day()).unwrap();
    assert!(first.starts_with(b"%PDF-1."));
    assert_eq!(first, again);
}

#[test]
fn the_date_given_is_the_date_of_the_file() {
    let data = json!({ "title": "Décision" });
    let papers = Papers::new();
    let first = papers.pdf(LETTER, &data, day()).unwrap();
    let later = papers.pdf(LETTER, &data, date(2026, 11, 22).at(10, 24, 0, 0)).unwrap();
    assert!(contains(&first, b"D:20261121000000"));
    assert!(contains(&later, b"D:20261122102400"));
}

#[test]
fn papers_are_made_from_several_threads() {
    let papers = Papers::new();
    let data = json!({ "title": "Avis" });
    let expected = papers.pdf(LETTER, &data, day()).unwrap();
    std::thread::scope(|scope| {
        let runs: Vec<_> =
            (0..2).map(|_| scope.spawn(|| papers.pdf(LETTER, &data, day()).unwrap())).collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), expected);
        }
    });
}

#[test]
fn a_mistake_in_a_template_is_named_with_its_line() {
    let error = Papers::new().pdf("Bonjour\n#let a = (\n", &json!({}), day()).unwrap_err();
    let found = problems(error);
    assert_eq!(found[0].line, Some(2));
    assert!(found[0].message.contains("unclosed"), "{:?}", found[0]);
}

#[test]
fn data_that_do_not_fit_are_a_template_error() {
    let error = Papers::new().pdf(LETTER, &json!({ "name": "x" }), day()).unwrap_err();
    assert!(error.to_string().contains("title"), "{error}");
}

#[test]
fn a_template_reaches_no_file_and_no_package() {
    let papers = Papers::new();
    for source in [
        "#read(\"/etc/hostname\")",
        "#read(\"main.typ\")",
        "#include \"other.typ\"",
        "#import \"@preview/cetz:0.4.0\"",
        "#image(\"logo.png\")",
    ] {
        let found = problems(papers.pdf(source, &json!({}), day()).unwrap_err());
        assert_eq!(found[0].line, Some(1), "{source}");
    }
}

#[test]
fn a_picture_has_the_size_of_its_page() {
    let data = json!({ "title": "Photo" });
    let picture = Papers::new().picture(LETTER, &data, day(), 2.0).unwrap();
    assert_eq!((picture.width, picture.height), (200, 100));
    assert_eq!(picture.pixels.len(), 200 * 100 * 4);
    assert!(picture.pixels.chunks_exact(4).all(|pixel| pixel[3] == 255));
    assert!(picture.pixels.chunks_exact(4).any(|pixel| pixel[0] < 60), "some ink is drawn");
}

#[test]
fn an_absurd_size_is_refused() {
    let data = json!({ "title": "Photo" });
    for scale in [0.0, 1e6, f32::NAN, f32::INFINITY] {
        let error = Papers::new().picture(LETTER, &data, day(), scale).unwrap_err();
        assert!(matches!(error, PaperError::Size { .. }), "{error:?}");
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
