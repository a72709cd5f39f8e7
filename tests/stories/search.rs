//! Searching the files of a dossier: read in the background, found by word, gone with them.

use lutrin_app::desk::Desk;
use lutrin_app::error::ErrorCode;
use lutrin_app::id::{Digest, Masks};
use lutrin_app::view::{DossierFoundView, PageFoundView};
use lutrin_domain::id::DossierId;
use lutrin_specimens::PASSWORD as FILE_PASSWORD;
use lutrin_store::{RootKey, Store};
use lutrin_testkit::machine::Machine;
use lutrin_testkit::papers::{drawn, pdf};
use lutrin_testkit::service::{NADIA, TestService};
use lutrin_testkit::wait::until;

use crate::reading::locked_file;

const NIR: &str = "2 85 05 75 116 042 99";

/// A drawing for which a worker asks for gigabytes and dies: dashes of a millionth of a point.
const DEADLY: &str = "[0.000001] 0 d 0 0 m 100000 100000 l S";

/// A service with a dossier of these files, carried by a machine.
async fn carried(files: &[(&str, Vec<u8>)]) -> (TestService, Machine, DossierId) {
    let service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", files).await;
    let machine = Machine::at_work(&service, NADIA).await;
    (service, machine, dossier)
}

async fn search(desk: &Desk, dossier: DossierId, query: &str) -> DossierFoundView {
    desk.search_dossier(dossier, query).await.unwrap()
}

/// The totals, once every file was read.
async fn all_read(desk: &Desk, dossier: DossierId) -> DossierFoundView {
    until("every file was read", async || {
        let found = search(desk, dossier, "").await;
        (found.files > 0 && found.files_read == found.files).then_some(found)
    })
    .await
}

fn place(found: &PageFoundView) -> (&str, Option<u32>) {
    (&found.sha256, found.page)
}

fn marked(found: &PageFoundView) -> Vec<&str> {
    found.snippet.iter().filter(|part| part.marked).map(|part| part.text.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_carried_is_found_by_word_in_every_file() {
    let files = [
        ("a.pdf", pdf(3, "Attestation employeur")),
        ("b.pdf", pdf(1, "Bulletin de paie, employeur Dupont")),
    ];
    let digests: Vec<String> =
        files.iter().map(|(_, bytes)| Digest::of(bytes).to_string()).collect();
    let (mut service, mut machine, dossier) = carried(&files).await;
    let desk = machine.desk().await;
    all_read(&desk, dossier).await;
    let found = search(&desk, dossier, "ÉMPLOYEÛR").await;
    let places: Vec<_> = found.pages.iter().map(place).collect();
    let (a, b) = (digests[0].as_str(), digests[1].as_str());
    assert_eq!(places, [(a, Some(1)), (a, Some(2)), (a, Some(3)), (b, Some(1))]);
    assert!(found.pages.iter().all(|page| marked(page) == ["employeur"]), "as it is written");
    assert!(!found.partial);
    let found = search(&desk, dossier, "dupont employ").await;
    assert_eq!(found.pages.iter().map(place).collect::<Vec<_>>(), [(b, Some(1))]);
    let sha256 = Digest::of(&files[1].1);
    let hits = desk.find_on_page(sha256, 1, "dupont employ").await.unwrap();
    assert_eq!(hits.len(), 2, "words that stand apart are each found on their page");
    assert_eq!(desk.find_on_page(sha256, 1, "employeur dupont").await.unwrap().len(), 1);
    assert!(search(&desk, dossier, "absent").await.pages.is_empty());
    // Without network and after a restart all of it is still here.
    drop(desk);
    service.stop().await;
    machine.quit().await;
    machine.start().await;
    let desk = machine.desk().await;
    let found = search(&desk, dossier, "page 3").await;
    assert_eq!(found.pages.iter().map(place).collect::<Vec<_>>(), [(a, Some(3))]);
    assert_eq!((found.files, found.files_read, found.files_unreadable), (2, 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_without_text_are_told_and_keep_no_other_from_being_read() {
    let files = [
        ("a.txt", b"Mes notes de stage, en clair.".to_vec()),
        ("b.pdf", [b"%PDF-1.4\n".as_slice(), &[0x5a; 300]].concat()),
        ("c.bmp", bmp()),
        ("d.pdf", pdf(1, "Attestation de stage")),
    ];
    let last = Digest::of(&files[3].1).to_string();
    let (_service, machine, dossier) = carried(&files).await;
    let desk = machine.desk().await;
    let totals = all_read(&desk, dossier).await;
    assert_eq!((totals.files, totals.files_unreadable, totals.pages_without_text), (4, 2, 1));
    let found = search(&desk, dossier, "stage").await;
    assert_eq!(found.pages.iter().map(place).collect::<Vec<_>>(), [(last.as_str(), Some(1))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_ends_its_worker_is_marked_once_and_the_next_one_is_read() {
    let page = |text: &str| format!("BT /F1 24 Tf 72 720 Td ({text}) Tj ET");
    let files = [
        ("a.pdf", drawn(&[DEADLY.to_owned()])),
        ("b.pdf", drawn(&[page("Contrat avant"), DEADLY.to_owned(), page("Contrat apres")])),
        ("c.pdf", pdf(1, "Contrat de travail")),
    ];
    let [bad, half, good] = [0, 1, 2].map(|file: usize| Digest::of(&files[file].1));
    let (_service, machine, dossier) = carried(&files).await;
    let desk = machine.desk().await;
    let totals = all_read(&desk, dossier).await;
    assert_eq!((totals.files_unreadable, totals.files_partial), (1, 1));
    let found = search(&desk, dossier, "contrat").await;
    let (half_told, good_told) = (half.to_string(), good.to_string());
    let places: Vec<_> = found.pages.iter().map(place).collect();
    assert_eq!(places, [(half_told.as_str(), Some(1)), (good_told.as_str(), Some(1))]);
    // Being searched in again is no reason to read them again: of the three deaths after
    // which a file is left alone, reading cost one.
    for _ in 0..5 {
        all_read(&desk, dossier).await;
    }
    for (file, page) in [(bad, 1), (half, 2)] {
        for _ in 0..2 {
            let error = desk.page(file, page, 600, Masks::Down).await.unwrap_err();
            assert_eq!(error.code, ErrorCode::DocumentCrashed);
        }
        let error = desk.page(file, page, 600, Masks::Down).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::DocumentUnreadable);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_cut_at_the_end_of_a_line_is_found_and_marked_in_both_halves() {
    let lines = "BT /F1 24 Tf 72 720 Td (mon expe-) Tj 0 -30 Td (rience de sous-) Tj
        0 -30 Td (traitant ici) Tj ET";
    let files = [("a.pdf", drawn(&[lines.to_owned()]))];
    let file = Digest::of(&files[0].1);
    let (_service, machine, dossier) = carried(&files).await;
    let desk = machine.desk().await;
    all_read(&desk, dossier).await;
    for query in ["expérience", "sous-traitant", "soustraitant", "rience", "ici experien"] {
        assert_eq!(search(&desk, dossier, query).await.pages.len(), 1, "{query}");
    }
    for query in ["expérience", "sous-traitant", "soustraitant"] {
        let hits = desk.find_on_page(file, 1, query).await.unwrap();
        assert_eq!((hits.len(), hits[0].boxes.len()), (1, 2), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_behind_a_password_is_found_once_somebody_opened_it() {
    let locked = locked_file();
    let sha256 = Digest::of(&locked);
    let (_service, mut machine, dossier) =
        carried(&[("a.pdf", locked), ("b.pdf", pdf(1, "Attestation"))]).await;
    let desk = machine.desk().await;
    let totals = all_read(&desk, dossier).await;
    assert_eq!((totals.files_locked, totals.files_unreadable), (1, 0));
    desk.open_document(sha256, Some("autre".into())).await.unwrap_err();
    desk.open_document(sha256, Some(FILE_PASSWORD.into())).await.unwrap();
    let content = desk.page_content(sha256, 1).await.unwrap();
    let is_word = |text: &&String| text.len() > 5 && text.chars().all(char::is_alphabetic);
    let word = content.words.iter().map(|word| &word.text).find(is_word).unwrap();
    until("the file is found", async || {
        let found = search(&desk, dossier, word).await;
        (found.files_locked == 0 && found.pages.len() == 1).then_some(())
    })
    .await;
    // The text stays, the password does not: it is neither in a text nor asked of nobody.
    assert!(search(&desk, dossier, FILE_PASSWORD).await.pages.is_empty());
    drop(desk);
    machine.quit().await;
    machine.start().await;
    let desk = machine.desk().await;
    let error = desk.open_document(sha256, None).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::DocumentPassword);
    let found = search(&desk, dossier, word).await;
    assert_eq!((found.pages.len(), found.files_read, found.files_locked), (1, 2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nir_is_in_no_index_and_nothing_stays_of_what_is_given_back() {
    let (service, mut machine, dossier) =
        carried(&[("a.pdf", pdf(1, &format!("1950, {NIR}, Oslo")))]).await;
    let desk = machine.desk().await;
    all_read(&desk, dossier).await;
    let found = search(&desk, dossier, "1950").await;
    let told: String = found.pages[0].snippet.iter().map(|part| part.text.as_str()).collect();
    assert!(told.contains("Oslo") && !told.contains("116"), "{told}");
    for part in [NIR, "285057511604299", "116", "042"] {
        assert!(search(&desk, dossier, part).await.pages.is_empty(), "{part}");
    }
    drop(desk);
    machine.quit().await;
    let store = opened(&machine).await;
    let digest = [Digest::of(&pdf(1, &format!("1950, {NIR}, Oslo")))];
    assert_eq!(store.search_texts("oslo", &digest).await.unwrap().pages.len(), 1);
    assert_eq!(store.search_texts("116", &digest).await.unwrap().pages, []);
    store.close().await;

    machine.start().await;
    let desk = machine.desk().await;
    desk.release_jury(service.jury).await.unwrap();
    let refused = desk.search_dossier(dossier, "oslo").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::DossierNotCarried);
    drop(desk);
    machine.quit().await;
    let store = opened(&machine).await;
    assert_eq!(store.search_texts("oslo", &digest).await.unwrap().pages, []);
    assert_eq!(store.text_totals(&digest, 1).await.unwrap().here, 0);
    store.close().await;
}

/// The store of a machine whose application has quit.
async fn opened(machine: &Machine) -> Store {
    let secret = machine.keyring().secrets().remove(0);
    let folders = std::fs::read_dir(machine.folder()).unwrap();
    let folder = folders.map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap();
    Store::open(&folder, &RootKey::new(secret.try_into().unwrap()), None).await.unwrap()
}

/// A picture of one white dot.
fn bmp() -> Vec<u8> {
    let mut file = b"BM".to_vec();
    for number in [58_u32, 0, 54, 40, 1, 1] {
        file.extend(number.to_le_bytes());
    }
    for number in [1_u16, 24] {
        file.extend(number.to_le_bytes());
    }
    for number in [0_u32, 4, 2_835, 2_835, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    file.extend([255, 255, 255, 0]);
    file
}
