//! The keyring, the store, and what prevents opening them.

use lutrin_app::error::ErrorCode;
use lutrin_app::given::KeyringError;
use lutrin_app::view::PhaseView;
use lutrin_testkit::machine::Machine;
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{NADIA, TestService};

async fn signed_in() -> (TestService, Machine) {
    let service = TestService::start().await;
    service.take_in("D3-2026-000001", &[("a.pdf", pdf(1, "a"))]).await;
    let machine = Machine::new().await;
    machine.sign_in(&service, NADIA).await.unwrap();
    (service, machine)
}

/// Every file of a folder and of those in it.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_nothing_is_stored() {
    let service = TestService::start().await;
    let machine = Machine::new().await;
    for (failure, code) in [
        (KeyringError::Missing, ErrorCode::KeyringMissing),
        (KeyringError::Locked, ErrorCode::KeyringLocked),
        (KeyringError::Denied, ErrorCode::KeyringDenied),
        (KeyringError::Failed, ErrorCode::KeyringFailed),
    ] {
        machine.keyring().fail(Some(failure));
        let error = machine.sign_in(&service, NADIA).await.unwrap_err();
        assert_eq!((error.code, error.retry), (code, true));
        assert!(files(machine.folder()).is_empty(), "no dossier, no token, no list");
    }
    machine.keyring().fail(None);
    machine.sign_in(&service, NADIA).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_in_the_keyring_and_nothing_is_readable_on_the_disk() {
    let (service, mut machine) = signed_in().await;
    machine.carry(&service).await;
    machine.quit().await;
    let secrets = machine.keyring().secrets();
    assert_eq!(secrets.iter().map(Vec::len).collect::<Vec<_>>(), [32]);
    for path in files(machine.folder()) {
        let bytes = std::fs::read(&path).unwrap();
        for canary in ["Aubertin", "D3-2026-000001", "refresh", "%PDF"] {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} in {:?}", path.file_name());
        }
        assert!(!bytes.windows(32).any(|window| window == secrets[0]), "the key is on the disk");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_key_is_a_named_state_and_the_old_copy_is_kept() {
    let (service, mut machine) = signed_in().await;
    machine.quit().await;
    machine.keyring().change_secrets();
    machine.start().await;
    let session = machine.app().session().await;
    assert_eq!(session.phase, PhaseView::Blocked);
    let block = session.block.unwrap();
    assert_eq!((block.error.code, block.can_start_over), (ErrorCode::StoreWrongKey, true));

    let before = files(machine.folder()).len();
    machine.app().start_over().await.unwrap();
    assert!(files(machine.folder()).len() >= before, "the old files are renamed and kept");
    machine.sign_in(&service, NADIA).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_lost_the_key_says_so_and_a_retry_works() {
    let (_service, mut machine) = signed_in().await;
    machine.quit().await;
    machine.keyring().fail(Some(KeyringError::Locked));
    machine.start().await;
    let block = machine.app().session().await.block.unwrap();
    assert_eq!((block.error.code, block.can_start_over), (ErrorCode::KeyringLocked, false));
    machine.keyring().fail(None);
    assert_eq!(machine.app().open().await.phase, PhaseView::Ready);

    machine.quit().await;
    machine.keyring().lose_secrets();
    machine.start().await;
    let block = machine.app().session().await.block.unwrap();
    assert_eq!(block.error.code, ErrorCode::KeyringKeyMissing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_store_is_a_named_state_and_nothing_is_recreated() {
    let (_service, mut machine) = signed_in().await;
    machine.quit().await;
    let database = files(machine.folder())
        .into_iter()
        .find(|path| path.file_name().is_some_and(|name| name == "dossiers.db"))
        .unwrap();
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xAA);
    std::fs::write(&database, &bytes).unwrap();
    machine.start().await;
    let block = machine.app().session().await.block.unwrap();
    assert_eq!(block.error.code, ErrorCode::StoreDamaged);
    assert_eq!(std::fs::read(&database).unwrap(), bytes, "untouched");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_keyring_asks_a_person_the_window_can_say_so() {
    let (_service, mut machine) = signed_in().await;
    machine.quit().await;
    machine.begin();
    let asked = machine.keyring().asks_a_person();
    let (opened, ()) = tokio::join!(machine.app().open(), async {
        for _ in 0..3 {
            tokio::task::yield_now().await;
            assert_eq!(machine.app().session().await.phase, PhaseView::Opening);
        }
        drop(asked);
    });
    assert_eq!(opened.phase, PhaseView::Ready);
}
