//! Reading documents: words, places, passwords, and what is never told.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::date;
use lutrin_app::desk::Desk;
use lutrin_app::error::ErrorCode;
use lutrin_app::id::{Digest, Masks};
use lutrin_app::view::{PageContentView, TextSourceView};
use lutrin_specimens::{PASSWORD as FILE_PASSWORD, Papers, SpecimenFile, ten_dossiers};
use lutrin_testkit::machine::{Machine, pieces};
use lutrin_testkit::papers::{endless_pdf, pdf};
use lutrin_testkit::service::{NADIA, TestService};
use tokio::time::timeout;

/// A carried dossier of these files, on an open desk; the digests in their order.
async fn reading(files: &[(&str, Vec<u8>)]) -> (TestService, Machine, Arc<Desk>, Vec<Digest>) {
    let service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", files).await;
    let machine = Machine::at_work(&service, NADIA).await;
    assert_eq!(pieces(&machine.open(dossier).await).len(), files.len());
    let desk = machine.desk().await;
    let digests = files.iter().map(|(_, bytes)| Digest::of(bytes)).collect();
    (service, machine, desk, digests)
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

fn words(content: &PageContentView) -> String {
    content.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_found_whatever_its_case_and_accents_and_lands_on_its_page() {
    let (_service, _machine, desk, digests) =
        reading(&[("a.pdf", pdf(3, "Attestation employeur"))]).await;
    desk.open_document(digests[0], None).await.unwrap();
    let found = desk.find_in_document(digests[0], "ÉMPLOYEUR, page 2").await.unwrap();
    let pages: Vec<_> = found.hits.iter().map(|hit| hit.page).collect();
    assert_eq!((pages, found.partial, found.pages_without_text), (vec![2], false, 0));
    // 24 points from the left edge of the text at 72 points, on a page of 842.
    let place = found.hits[0].boxes[0];
    assert!(place.left > 72.0 && place.top > 80.0 && place.top < 130.0, "{place:?}");
    assert_eq!(desk.find_in_document(digests[0], "employeur").await.unwrap().hits.len(), 3);
    assert!(desk.find_in_document(digests[0], "absent").await.unwrap().hits.is_empty());
    assert!(desk.find_in_document(digests[0], "  ").await.unwrap().hits.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nir_never_leaves_the_reading_room() {
    let nir = "2 85 05 75 116 042 99";
    let siret = "732 829 320 00074";
    let files = [
        ("a.pdf", pdf(1, &format!("1950 euros, NIR {nir}"))),
        ("b.pdf", pdf(1, &format!("SIRET {siret}"))),
    ];
    let (_service, _machine, desk, digests) = reading(&files).await;
    let content = desk.page_content(digests[0], 1).await.unwrap();
    assert_eq!(content.source, TextSourceView::Glyphs);
    let masked: Vec<_> = content.words.iter().filter(|word| word.masked).collect();
    assert!(!masked.is_empty() && masked.iter().all(|word| digits(&word.text) == 0));
    assert!(masked.iter().all(|word| word.area.is_some()), "its place is known, to be covered");
    assert!(words(&content).contains("1950"), "what is no NIR stays");
    assert!(words(&desk.page_content(digests[1], 1).await.unwrap()).contains(siret));
    // Nor as pixels, before its words are known to the window: only lifted it is seen.
    let page = async |masks| desk.page(digests[0], 1, 800, masks).await.unwrap();
    let (down, lifted) = (page(Masks::Down).await, page(Masks::Lifted).await);
    assert!(down.png != lifted.png);
    assert!(desk.prefetch_page(digests[0], 1, 900).await);
    let ahead = desk.page(digests[0], 1, 900, Masks::Down).await.unwrap();
    let again = desk.page(digests[0], 1, 900, Masks::Lifted).await.unwrap();
    assert!(ahead.png != again.png, "what is drawn ahead is masked too");
    for part in ["75 116 042", "285057511604299", nir] {
        assert!(desk.find_in_document(digests[0], part).await.unwrap().hits.is_empty(), "{part}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_asked_for_once_a_session() {
    let locked = locked_file();
    let (_service, mut machine, desk, digests) =
        reading(&[("bulletin.pdf", locked), ("b.pdf", pdf(1, "b"))]).await;
    let code = async |desk: &Desk, password: Option<&str>| {
        let opened = desk.open_document(digests[0], password.map(ToOwned::to_owned)).await;
        opened.map(|document| document.pages.len()).map_err(|error| error.code)
    };
    assert_eq!(code(&desk, None).await, Err(ErrorCode::DocumentPassword));
    assert_eq!(code(&desk, Some("autre")).await, Err(ErrorCode::DocumentPasswordWrong));
    assert_eq!(code(&desk, None).await, Err(ErrorCode::DocumentPassword), "it is not kept");
    assert!(code(&desk, Some(FILE_PASSWORD)).await.unwrap() > 0);
    assert!(code(&desk, None).await.unwrap() > 0, "known for the session");
    desk.page(digests[0], 1, 400, Masks::Down).await.unwrap();
    drop(desk);
    machine.quit().await;
    machine.start().await;
    let desk = machine.desk().await;
    assert_eq!(code(&desk, None).await, Err(ErrorCode::DocumentPassword), "kept nowhere");
    desk.page(digests[1], 1, 400, Masks::Down).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_read_says_what_it_is() {
    let (_service, _machine, desk, digests) = reading(&[
        ("cv.pdf", b"{\\rtf1 Curriculum}".to_vec()),
        ("notes.txt", "Mes notes de stage, en clair.".into()),
        ("photo.pdf", b"II*\0\x08\0\0\0\0\0".to_vec()),
    ])
    .await;
    for (digest, what) in digests.iter().zip([Some("rich_text"), Some("text"), None]) {
        let error = desk.open_document(*digest, None).await.unwrap_err();
        match what {
            Some(what) => {
                assert_eq!(error.code, ErrorCode::DocumentUnsupported);
                assert_eq!(error.params["what"], what);
            }
            None => assert_eq!(error.code, ErrorCode::DocumentDamaged),
        }
        assert!(desk.find_in_document(*digest, "stage").await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_drawn_ahead_is_given_up_when_the_reader_moves_on() {
    let (_service, _machine, desk, digests) = reading(&[("plan.pdf", endless_pdf(1))]).await;
    let plan = digests[0];
    desk.open_document(plan, None).await.unwrap();
    // Polled in this order: the page without end is being drawn when the other is asked for.
    let (ahead, shown) = tokio::join!(biased; desk.prefetch_page(plan, 1, 400), desk.page(plan, 2, 400, Masks::Down));
    assert!(!ahead, "given up, not drawn");
    shown.unwrap();
    // Given up for a reader, it is no page too heavy to be tried: it is drawn again.
    let again = desk.prefetch_page(plan, 1, 400);
    assert!(timeout(Duration::from_millis(200), again).await.is_err(), "it has no end");
    desk.page(plan, 2, 500, Masks::Down).await.unwrap();
}

/// The payslip that came behind a password.
pub fn locked_file() -> Vec<u8> {
    let specimens = ten_dossiers(1, date(2026, 11, 21), &Papers::new()).unwrap();
    let is_locked =
        |file: &&SpecimenFile| file.bytes.windows(8).any(|window| window == b"/Encrypt");
    let files = specimens.dossiers.iter().flat_map(|dossier| &dossier.files);
    files.clone().find(is_locked).unwrap().bytes.to_vec()
}
