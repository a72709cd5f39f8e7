//! A profile of an earlier version, with unsent work, opened by this one.

use std::path::{Path, PathBuf};

use lutrin_store::{OutboxState, Store};
use tempfile::TempDir;

use crate::given::{dossier, file, id, key, now, reopened, settled};
use crate::old;

/// A folder with the profile of the first version.
async fn of_schema_1() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    old::of_schema_1(folder.path()).await;
    folder
}

fn copies(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder.join("profile")).unwrap();
    let paths = files.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.to_string_lossy().contains("before-")).collect()
}

async fn check_work(store: &Store) {
    let outbox = store.outbox().await.unwrap();
    assert_eq!(outbox.len(), 300);
    let of = |state: fn(&OutboxState) -> bool| outbox.iter().filter(|e| state(&e.state)).count();
    assert_eq!(of(|state| matches!(state, OutboxState::Pending)), 290);
    assert_eq!(of(|state| matches!(state, OutboxState::Acknowledged { .. })), 5);
    assert_eq!(of(|state| matches!(state, OutboxState::Refused { .. })), 3);
    assert_eq!(of(|state| matches!(state, OutboxState::Withdrawn)), 2);
    assert_eq!(store.drafts_of(dossier(1).id).await.unwrap()[0].text, "Avis en cours");
    assert!(store.opening_report().resealed.is_empty(), "the journal has it all as well");
}

#[tokio::test]
async fn unsent_work_of_an_earlier_version_is_all_there() {
    let folder = of_schema_1().await;
    let store = reopened(folder.path()).await;
    check_work(&store).await;
    let outbox = store.outbox_of(dossier(2).id).await.unwrap();
    assert!(store.view(dossier(2).id).await.unwrap().unwrap().unsent.len() > 90);
    assert_eq!(outbox[0].decision(), id(1), "in the order they were made");
}

#[tokio::test]
async fn the_copy_made_before_an_upgrade_stays_until_everything_has_arrived() {
    let folder = of_schema_1().await;
    let store = reopened(folder.path()).await;
    store.note_full_exchange().await.unwrap();
    store.close().await;
    let copy = copies(folder.path());
    assert_eq!(copy.len(), 1, "290 decisions wait: {copy:?}");
    // The copy is a profile as the first version left it, under the same key.
    let old = of_schema_1().await;
    std::fs::copy(&copy[0], file(old.path(), "dossiers.db")).unwrap();
    let of_copy = reopened(old.path()).await;
    check_work(&of_copy).await;

    let store = reopened(folder.path()).await;
    for waiting in store.pending().await.unwrap() {
        let number = waiting.decision.0.as_u128();
        let outcome = lutrin_store::PushOutcome::Acknowledged { position: 99, received_at: now() };
        settled(&store, number, outcome).await;
    }
    store.note_full_exchange().await.unwrap();
    assert!(copies(folder.path()).is_empty());
}

#[tokio::test]
async fn an_upgrade_that_was_interrupted_is_begun_again() {
    let folder = of_schema_1().await;
    std::fs::write(file(folder.path(), "dossiers.before-2.db"), b"half a copy").unwrap();
    let store = reopened(folder.path()).await;
    check_work(&store).await;
}

#[tokio::test]
async fn acknowledgements_of_an_earlier_version_are_of_the_epoch_it_knew() {
    let folder = of_schema_1().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.prune_acknowledged(crate::given::RESTORED, 900).await, Ok(2));
    let acknowledged = store.prune_acknowledged(crate::given::FIRST, 24).await.unwrap();
    assert_eq!(acknowledged, 0, "the mirror of position 10 does not show them yet");
    store.close().await;
    let again = Store::open(folder.path(), &key(), None).await.unwrap();
    assert_eq!(again.outbox().await.unwrap().len(), 298, "only what was withdrawn is forgotten");
}

#[tokio::test]
async fn work_added_to_an_earlier_version_is_like_its_own() {
    let folder = of_schema_1().await;
    old::more_work(folder.path(), 20).await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.outbox().await.unwrap().len(), 320);
    let report = store.opening_report();
    assert!(report.resealed.is_empty() && report.unconfirmed.is_empty(), "{report:?}");
}
