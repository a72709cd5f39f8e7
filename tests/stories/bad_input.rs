//! What goes wrong on the way: a clear answer, and nothing lost.

use std::net::SocketAddr;

use lutrin_app::error::ErrorCode;
use lutrin_app::view::{ContactView, OutcomeView, PhaseView};
use lutrin_testkit::machine::{Machine, credentials, pieces};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{NADIA, PASSWORD, TestService};
use lutrin_testkit::wait::until;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Something that answers HTTP and is not a service of ours.
async fn another_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            let _ = connection.read(&mut asked).await;
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
            let _ = connection.write_all(answer.as_bytes()).await;
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_or_password_is_said_and_stores_nothing() {
    let service = TestService::start().await;
    let machine = Machine::new().await;
    let other = another_server().await;
    let cases = [
        ("http://127.0.0.1:1".to_owned(), PASSWORD, ErrorCode::ServiceUnreachable),
        (format!("http://{other}"), PASSWORD, ErrorCode::ServiceNotLutrin),
        ("http://d3.example.fr".to_owned(), PASSWORD, ErrorCode::ServiceInsecure),
        ("n'importe quoi".to_owned(), PASSWORD, ErrorCode::ServiceAddressInvalid),
        (service.url(), "autre mot de passe", ErrorCode::BadCredentials),
    ];
    for (address, password, expected) in cases {
        let outcome = machine.app().sign_in(credentials(&address, NADIA, password)).await;
        assert_eq!(outcome.unwrap_err().code, expected, "{address}");
        assert_eq!(machine.app().session().await.phase, PhaseView::SignedOut);
        assert!(machine.keyring().secrets().is_empty(), "no key is left behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_whose_bytes_do_not_match_is_not_shown_and_the_rest_is() {
    let service = TestService::start().await;
    let good = pdf(1, "bon");
    let bad = pdf(1, "change en chemin");
    let files = [("bon.pdf", good.clone()), ("change.pdf", bad.clone())];
    let dossier = service.take_in("D3-2026-000001", &files).await;
    let digest = lutrin_domain::digest::Digest::of(&bad).to_string();
    let mut changed = bad.clone();
    changed[20] ^= 1;
    replace_content(service.folder(), &digest, &changed);

    let machine = Machine::new().await;
    machine.sign_in(&service, NADIA).await.unwrap();
    let desk = machine.desk().await;
    until("the sittings are known", async || {
        (!desk.work_list().await.unwrap().juries.is_empty()).then_some(())
    })
    .await;
    desk.carry_jury(service.jury).await.unwrap();
    let failed = until("the mismatch is said", async || {
        let transfer = desk.exchange().await.unwrap().transfer?;
        transfer.failed.first().cloned()
    })
    .await;
    assert_eq!(failed.code, ErrorCode::DocumentMismatch);
    let opened = until("the other file is here", async || {
        let opened = machine.open(dossier).await;
        pieces(&opened)[0].deposit.as_ref().unwrap().here.then_some(opened)
    })
    .await;
    assert!(!pieces(&opened)[1].deposit.as_ref().unwrap().here, "never shown");
    assert!(machine.settle(dossier, pieces(&opened)[0], OutcomeView::Accepted, &[]).await.is_ok());
}

fn replace_content(folder: &std::path::Path, digest: &str, bytes: &[u8]) {
    let mut replaced = false;
    let mut folders = vec![folder.join("documents")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if digest.ends_with(path.file_name().unwrap().to_str().unwrap()) {
                std::fs::write(path, bytes).unwrap();
                replaced = true;
            }
        }
    }
    assert!(replaced, "the service keeps the document under its digest");
}

#[tokio::test(flavor = "multi_thread")]
async fn w11_an_unknown_status_is_read_only_and_says_so() {
    let service = TestService::start().await;
    let files = [("a.pdf", pdf(1, "a"))];
    let dossier = service.take_in_as("D3-2026-000001", "CRN0400A", "EN_AUDIT", &files).await;
    let machine = Machine::at_work(&service, NADIA).await;
    let opened = machine.open(dossier).await;
    assert!(!opened.writable);
    assert_eq!(opened.read_only.as_ref().unwrap().params["refusal"], "unknown_state");
    let refused = machine.settle(dossier, pieces(&opened)[0], OutcomeView::Accepted, &[]).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::Refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_asks_to_sign_in_and_keeps_the_work() {
    let mut service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &[("a.pdf", pdf(1, "a"))]).await;
    let machine = Machine::at_work(&service, NADIA).await;
    service.stop().await;
    let opened = machine.open(dossier).await;
    machine.settle(dossier, pieces(&opened)[0], OutcomeView::Accepted, &[]).await.unwrap();
    service.come_back_after_a_year().await;

    let desk = machine.desk().await;
    until("signing in is asked for", async || {
        desk.sync_now();
        (desk.exchange().await.unwrap().contact == ContactView::SignInNeeded).then_some(())
    })
    .await;
    assert_eq!(desk.exchange().await.unwrap().pending, 1, "nothing is lost");
    let wrong = machine.app().sign_in_again("autre mot de passe".to_owned()).await;
    assert_eq!(wrong.unwrap_err().code, ErrorCode::BadCredentials);
    machine.app().sign_in_again(PASSWORD.to_owned()).await.unwrap();
    machine.sent().await;
    assert_eq!(service.held(dossier).await.applied.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn x14_x16_the_domain_refuses_the_wrong_assessment() {
    use lutrin_app::view::AssessmentView;
    use lutrin_domain::assessment::Level;

    let service = TestService::start().await;
    let files = [("rapport.pdf", pdf(1, "rapport"))];
    let title = service.take_in("D3-2026-000001", &files).await;
    let machine = Machine::at_work(&service, NADIA).await;
    let desk = machine.desk().await;
    let mark = AssessmentView::Mark { hundredths: 1_400 };
    let refused = desk.sign_assessment(title, Level::National, mark, String::new()).await;
    assert_eq!(refused.unwrap_err().params["refusal"], "wrong_assessment");
    let beyond = AssessmentView::Mark { hundredths: 2_001 };
    let refused = desk.sign_assessment(title, Level::National, beyond, String::new()).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::AssessmentInvalid);
}
