//! Leaving the desk, and a system without a keyring: nothing is hidden, nothing is lost.

use lutrin_app::error::ErrorCode;
use lutrin_app::given::KeyringError;
use lutrin_app::view::{DossierView, OutcomeView, PhaseView};
use lutrin_app::{Copy, Credentials};
use lutrin_domain::id::DossierId;
use lutrin_testkit::machine::{Machine, credentials, pieces};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{KARINE, NADIA, PASSWORD, TestService};

const PHRASE: &str = "trois chevaux gris sous la pluie";

/// Nadia, with a dossier on her machine.
async fn at_the_desk() -> (TestService, Machine, DossierId) {
    let service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &[("a.pdf", pdf(1, "a"))]).await;
    let machine = Machine::at_work(&service, NADIA).await;
    (service, machine, dossier)
}

async fn accept(machine: &Machine, dossier: DossierId) -> DossierView {
    let opened = machine.open(dossier).await;
    machine.settle(dossier, pieces(&opened)[0], OutcomeView::Accepted, &[]).await.unwrap()
}

/// Whether there is anything on the disk of a machine.
fn is_bare(machine: &Machine) -> bool {
    std::fs::read_dir(machine.folder()).unwrap().next().is_none()
}

fn with_passphrase(service: &TestService, login: &str, phrase: &str) -> Credentials {
    let passphrase = Some(phrase.to_owned());
    Credentials { passphrase, ..credentials(&service.url(), login, PASSWORD) }
}

#[tokio::test(flavor = "multi_thread")]
async fn unsent_work_stays_sealed_and_leaves_when_its_author_comes_back() {
    let (mut service, mut machine, dossier) = at_the_desk().await;
    service.stop().await;
    accept(&machine, dossier).await;
    assert_eq!(machine.app().leaving().await.unwrap().unsent, 1);
    let erased = machine.app().sign_out(Copy::Erased).await.unwrap_err();
    assert_eq!((erased.code, erased.params["count"].as_str()), (ErrorCode::UnsentWork, "1"));

    let left = machine.app().sign_out(Copy::Kept).await.unwrap();
    assert_eq!((left.phase, left.last_login.as_deref()), (PhaseView::SignedOut, Some(NADIA)));
    machine.quit().await;
    machine.start().await;
    let session = machine.app().session().await;
    assert_eq!(session.phase, PhaseView::SignedOut, "a copy that was left is not opened");
    let away = machine.sign_in(&service, NADIA).await.unwrap_err();
    assert_eq!(away.code, ErrorCode::ServiceUnreachable, "the password is asked of the service");
    assert_eq!(machine.app().session().await.phase, PhaseView::SignedOut);

    service.come_back().await;
    machine.sign_in(&service, NADIA).await.unwrap();
    machine.sent().await;
    assert_eq!(service.held(dossier).await.applied.len(), 1, "what she had decided, once");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_of_one_machine_have_a_copy_each() {
    let (service, machine, dossier) = at_the_desk().await;
    accept(&machine, dossier).await;
    machine.sent().await;
    machine.app().sign_out(Copy::Kept).await.unwrap();

    machine.sign_in(&service, KARINE).await.unwrap();
    let list = machine.desk().await.work_list().await.unwrap();
    assert!(list.juries.iter().all(|jury| !jury.carried), "she took nothing along yet");
    machine.app().sign_out(Copy::Kept).await.unwrap();

    machine.sign_in(&service, NADIA).await.unwrap();
    assert_eq!(machine.open(dossier).await.unsent, 0, "her copy is as she left it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_does_not_open_a_copy_that_was_left() {
    let (service, machine, _dossier) = at_the_desk().await;
    machine.app().sign_out(Copy::Kept).await.unwrap();
    let wrong = credentials(&service.url(), NADIA, "autre mot de passe");
    assert_eq!(machine.app().sign_in(wrong).await.unwrap_err().code, ErrorCode::BadCredentials);
    assert_eq!(machine.app().session().await.phase, PhaseView::SignedOut);
    machine.sign_in(&service, NADIA).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_copy_leaves_no_file_and_no_key() {
    let (service, machine, dossier) = at_the_desk().await;
    accept(&machine, dossier).await;
    machine.sent().await;
    machine.app().sign_out(Copy::Erased).await.unwrap();
    assert!(is_bare(&machine) && machine.keyring().secrets().is_empty());
    machine.sign_in(&service, NADIA).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_opens_for_the_service_alone() {
    let (mut service, machine, dossier) = at_the_desk().await;
    service.stop().await;
    accept(&machine, dossier).await;
    let outside = tempfile::tempdir().unwrap();
    let path = outside.path().join("lutrin.sealed");
    let size = machine.app().export_work(&path).await.unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes.len() as u64, size);
    let frames = lutrin_store::journal::read_frames(&bytes).frames;
    assert_eq!(frames.len(), 1, "the decision");
    for canary in ["accepted", "D3-2026", "settle"] {
        let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "{canary} can be read");
    }
    let nowhere = outside.path().join("no").join("such").join("folder");
    let refused = machine.app().export_work(&nowhere).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::StoreDisk);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_a_passphrase_opens_the_copy() {
    let service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &[("a.pdf", pdf(1, "a"))]).await;
    let mut machine = Machine::new().await;
    machine.keyring().fail(Some(KeyringError::Missing));
    let short = machine.app().sign_in(with_passphrase(&service, NADIA, "trop court")).await;
    assert_eq!(short.unwrap_err().code, ErrorCode::PassphraseUnfit);
    assert!(is_bare(&machine), "nothing was begun");

    machine.app().sign_in(with_passphrase(&service, NADIA, PHRASE)).await.unwrap();
    machine.carry(&service).await;
    accept(&machine, dossier).await;
    machine.quit().await;
    machine.start().await;
    assert_eq!(machine.app().session().await.phase, PhaseView::Locked);
    let wrong = machine.app().unlock("trois chevaux gris".to_owned()).await.unwrap_err();
    assert_eq!((wrong.code, wrong.retry), (ErrorCode::PassphraseWrong, true));
    assert_eq!(machine.app().session().await.phase, PhaseView::Locked);
    let opened = machine.app().unlock(PHRASE.to_owned()).await.unwrap();
    assert_eq!(opened.phase, PhaseView::Ready);
    machine.sent().await;
    assert_eq!(service.held(dossier).await.applied.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_left_asks_for_its_passphrase_besides_the_password() {
    let service = TestService::start().await;
    let machine = Machine::new().await;
    machine.keyring().fail(Some(KeyringError::Missing));
    machine.app().sign_in(with_passphrase(&service, NADIA, PHRASE)).await.unwrap();
    machine.app().sign_out(Copy::Kept).await.unwrap();
    let needed = machine.sign_in(&service, NADIA).await.unwrap_err();
    assert_eq!(needed.code, ErrorCode::PassphraseNeeded);
    let other = with_passphrase(&service, NADIA, "une autre longue phrase");
    assert_eq!(machine.app().sign_in(other).await.unwrap_err().code, ErrorCode::PassphraseWrong);
    machine.app().sign_in(with_passphrase(&service, NADIA, PHRASE)).await.unwrap();
}
