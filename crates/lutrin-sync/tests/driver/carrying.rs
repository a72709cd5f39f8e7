//! What is carried: documents on their way in, dossiers on their way out.

use lutrin_domain::digest::Digest;
use lutrin_sync::progress::{Contact, FileFailure};
use serde_json::json;

use crate::given::{FILES, FIRST, Machine, changes, dossier, usual};
use crate::scripted::{Reply, Scripted};

fn path(file: usize) -> String {
    format!("GET /v1/documents/{}", Digest::of(FILES[file]))
}

#[tokio::test]
async fn a_file_whose_connection_always_breaks_starves_no_other() {
    let service = Scripted::start(|asked| match &asked.what {
        what if *what == path(0) => Reply::Bytes(Vec::new(), FILES[0].len()),
        what if *what == path(1) => Reply::Bytes(FILES[1].to_vec(), 0),
        _ => usual(asked),
    })
    .await;
    let machine = Machine::new(&service, &[]).await;
    machine.shows("the other is here", |progress| progress.receiving.files_done == 1).await;
    let read = machine.store.read_document(Digest::of(FILES[1])).await.unwrap();
    assert_eq!(read.as_deref(), Some(FILES[1]));
    machine.until("the first is tried again", async |_| service.asked(&path(0)).len() >= 2).await;
}

#[tokio::test]
async fn a_file_that_is_wrong_is_told_and_waits() {
    let service = Scripted::start(|asked| match &asked.what {
        what if *what == path(0) => Reply::Bytes(vec![b'x'; FILES[0].len()], 0),
        what if *what == path(1) => Reply::Bytes(FILES[1].to_vec(), 0),
        _ => usual(asked),
    })
    .await;
    let machine = Machine::new(&service, &[]).await;
    let told = [(Digest::of(FILES[0]), FileFailure::Mismatch)];
    machine.shows("it is told", |progress| progress.receiving.failed == told).await;
    machine.shows("the other is here", |progress| progress.receiving.files_done == 1).await;
    // Rings make nothing due: it was asked for once.
    for _ in 0..3 {
        machine.shows("a round is over", |progress| progress.contact == Contact::Online).await;
        machine.exchange.read_first(None);
        machine.exchange.read_first(Some(dossier().id));
        machine.exchange.nudge();
    }
    assert_eq!(service.asked(&path(0)).len(), 1);
    assert_eq!(machine.store.read_document(Digest::of(FILES[0])).await.unwrap(), None);
}

#[tokio::test]
async fn a_pull_that_would_empty_the_machine_asks_first() {
    let service = Scripted::start(|asked| {
        let gone = json!([{"change": "remove", "position": 40, "dossier": dossier().id}]);
        match asked.what.split('?').next().unwrap() {
            "GET /v1/changes" => changes(FIRST, 40, &gone),
            _ => usual(asked),
        }
    })
    .await;
    let machine = Machine::new(&service, &[]).await;
    let shown = machine.shows("a person is asked", |progress| !progress.removal.is_empty()).await;
    assert!(shown.removal.contains(&dossier().id));
    assert!(machine.store.dossier(dossier().id).await.unwrap().is_some(), "nothing left");
    machine.exchange.confirm_removal();
    let gone =
        async |machine: &Machine| machine.store.dossier(dossier().id).await.unwrap().is_none();
    machine.until("it leaves", gone).await;
    machine.shows("nobody is asked any more", |progress| progress.removal.is_empty()).await;
}

#[tokio::test]
async fn a_limit_of_rate_outlives_the_program() {
    let service = Scripted::start(usual).await;
    let mut machine = Machine::new(&service, &[]).await;
    assert_eq!(machine.exchange.receive_limit(), None);
    machine.exchange.set_receive_limit(Some(250_000)).await.unwrap();
    machine.start_again(&service).await;
    assert_eq!(machine.exchange.receive_limit(), Some(250_000));
    machine.exchange.set_receive_limit(None).await.unwrap();
    machine.start_again(&service).await;
    assert_eq!(machine.exchange.receive_limit(), None);
}
