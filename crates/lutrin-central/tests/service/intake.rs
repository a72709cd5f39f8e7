//! Dossiers on their way in: over HTTP and from a folder.

use lutrin_central::import::{ImportError, ImportRequest, Why, import_folder};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::DossierState;
use lutrin_domain::id::{CenterCode, DiplomaCode};
use lutrin_domain::intake::Intake;
use lutrin_protocol::documents::IntakeResponse;
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::ProblemCode;
use reqwest::{Method, Response, StatusCode};

use crate::support::*;

async fn hand_over(admin: &Device<'_>, intake: &Intake) -> Response {
    admin.request(Method::POST, endpoint::INTAKE).json(intake).send().await.unwrap()
}

#[tokio::test]
async fn the_same_intake_twice_is_one_dossier() {
    let world = World::start().await;
    world.keep_files().await;
    let admin = world.device("administration").await;
    let intake = intake("A", "BES");
    let first = hand_over(&admin, &intake).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let first: IntakeResponse = first.json().await.unwrap();
    let again = hand_over(&admin, &intake).await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(again.json::<IntakeResponse>().await.unwrap(), first);
    // The reference is somebody's now.
    let mut other = intake;
    other.learner.first_name = "Dominique".into();
    assert_eq!(code(hand_over(&admin, &other).await).await, ProblemCode::Unprocessable);
}

#[tokio::test]
async fn a_dossier_names_only_documents_that_are_there() {
    let world = World::start().await;
    world.keep_files().await;
    let admin = world.device("administration").await;
    let mut missing = intake("A", "BES");
    missing.slots[0].files[0].sha256 = Digest::of(b"nowhere");
    let mut other_size = intake("A", "BES");
    other_size.slots[0].files[0].size_bytes = 3;
    for intake in [missing, other_size] {
        let problem = problem(hand_over(&admin, &intake).await).await;
        assert_eq!(problem.code, ProblemCode::Unprocessable);
        assert!(problem.detail.unwrap().contains("was not deposited"));
    }
}

#[tokio::test]
async fn a_path_in_a_file_name_is_refused() {
    let world = World::start().await;
    world.keep_files().await;
    let admin = world.device("administration").await;
    for name in ["../../etc/passwd", "a\\b.pdf", "..", "/cv.pdf"] {
        let mut intake = intake("A", "BES");
        intake.slots[0].files[0].file_name = name.into();
        let problem = problem(hand_over(&admin, &intake).await).await;
        assert_eq!(problem.status, 422, "{name}");
        let detail = problem.detail.unwrap();
        assert!(!detail.contains(name), "the name itself is not repeated");
    }
}

#[tokio::test]
async fn w11_an_unknown_status_is_taken_in_as_it_came() {
    let world = World::start().await;
    let mut unknown = intake("A", "BES");
    unknown.status = "EN_ATTENTE_RECTORAT".into();
    let dossier = world.dossier_of(unknown).await;
    assert_eq!(dossier.state, DossierState::Unknown("EN_ATTENTE_RECTORAT".into()));
}

#[tokio::test]
async fn a_folder_of_any_files_becomes_a_dossier() {
    let world = World::start().await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("bulletin_03-2024.pdf", b"one");
    write("a\\b: été (1).PDF", b"two");
    write("copie.pdf", b"one");
    write("vide", b"");
    write(".hidden", b"no");
    std::fs::create_dir(folder.path().join("sous-dossier")).unwrap();
    let large = std::fs::File::create(folder.path().join("trop grand.pdf")).unwrap();
    large.set_len(50 * 1024 * 1024 + 1).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("lien.pdf")).unwrap();

    let data = world.other_data().await;
    let mut request = ImportRequest::new(folder.path());
    request.reference = Some("CORPUS".into());
    let imported = import_folder(&data, request.clone()).await.unwrap();
    assert_eq!(imported.files, 4);
    let skipped: Vec<_> = imported.skipped.iter().map(|s| (s.name.as_str(), s.why)).collect();
    let links = if cfg!(unix) { vec![("lien.pdf", Why::Link)] } else { vec![] };
    let others = [("sous-dossier", Why::Folder), ("trop grand.pdf", Why::TooLarge)];
    assert_eq!(skipped, [links, others.to_vec()].concat());

    let dossier = world.held(imported.dossier).await;
    let pieces: Vec<_> = dossier
        .slots
        .iter()
        .map(|s| (s.key.as_str(), s.kind.as_str(), s.deposits[0].file_name.as_str()))
        .collect();
    assert_eq!(
        pieces,
        [
            ("import/001", "other_piece", "a_b: été (1).PDF"),
            ("import/002", "payslip", "bulletin_03-2024.pdf"),
            ("import/003", "other_piece", "copie.pdf"),
            ("import/004", "other_piece", "vide"),
        ]
    );
    // The running service gives it out.
    let nadia = world.device("nadia").await;
    assert_eq!(nadia.snapshot(imported.dossier).await.dossier, dossier);
    let bytes = nadia.get(&endpoint::document(Digest::of(b"two"))).await.bytes().await.unwrap();
    assert_eq!(bytes, "two");

    let again = import_folder(&data, request.clone()).await.unwrap();
    assert_eq!(again.dossier, imported.dossier, "the same folder is the same dossier");
    write("ajout.pdf", b"three");
    let again = import_folder(&data, request).await.unwrap_err();
    assert!(matches!(again, ImportError::ReferenceTaken(_)), "{again}");
}

#[tokio::test]
async fn an_import_names_known_things() {
    let world = World::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut diploma = ImportRequest::new(folder.path());
    diploma.diploma = DiplomaCode::new("XYZ");
    let error = import_folder(world.data(), diploma).await.unwrap_err();
    assert!(error.to_string().contains("CRN0400A"), "{error}");
    let mut center = ImportRequest::new(folder.path());
    center.center = CenterCode::new("XYZ");
    let error = import_folder(world.data(), center).await.unwrap_err();
    assert!(matches!(error, ImportError::UnknownCenter { .. }));
    let absent = ImportRequest::new(folder.path().join("absent"));
    let error = import_folder(world.data(), absent).await.unwrap_err();
    assert!(matches!(error, ImportError::Folder(_)));
}
