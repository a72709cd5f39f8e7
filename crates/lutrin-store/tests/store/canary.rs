//! Nothing of what people wrote or sent is on the disk in clear.

use std::path::Path;

use lutrin_domain::digest::Digest;
use lutrin_domain::refusal::Refusal;
use lutrin_store::{PushOutcome, RefreshToken};

use crate::given::{CANARY, accepted, now, settled, with_dossier};

/// Every file under a folder, with what it holds.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            found.push((name, std::fs::read(&path).unwrap()));
        }
    }
    found
}

fn assert_absent(folder: &Path, words: &[&str]) {
    for (name, bytes) in files(folder) {
        for word in words {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word:?} is in {name}");
        }
    }
}

#[tokio::test]
async fn no_file_holds_what_was_entrusted_to_the_store() {
    let (folder, store, dossier) = with_dossier().await;
    let document = CANARY.repeat(100_000).into_bytes();
    let sha256 = Digest::of(&document);
    store.begin_document(sha256, document.len() as u64).await.unwrap();
    store.append_chunk(sha256, 0, document.into()).await.unwrap();
    store.finish_document(sha256).await.unwrap();
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let held = Some(Box::new(dossier.clone()));
    let outcome = PushOutcome::Refused { refusal: Refusal::OutOfScope, held };
    settled(&store, 1, outcome).await;
    store.save_draft(dossier.id, "opinion", &format!("Pour {CANARY}"), now()).await.unwrap();
    store.seal_draft(dossier.id, "opinion").await.unwrap();
    store.set_refresh_token(Some(RefreshToken::new("token-canary-4711"))).await.unwrap();
    let words = [CANARY, "canarine", "Lefèvre", "lefevre", "token-canary-4711", "D3-2026-000001"];
    let names: Vec<_> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
    for expected in ["dossiers.db-wal", "documents.db-wal", "journal.sealed"] {
        assert!(names.iter().any(|name| name == expected), "{expected} is looked into");
    }
    assert_absent(folder.path(), &words);
    store.close().await;
    assert_absent(folder.path(), &words);
}

#[tokio::test]
async fn what_is_printed_for_a_log_holds_no_name() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.save_draft(dossier.id, "opinion", CANARY, now()).await.unwrap();
    let view = store.view(dossier.id).await.unwrap();
    let listed = store.summary(dossier.id).await.unwrap();
    let (outbox, drafts) = (store.outbox().await.unwrap(), store.drafts().await.unwrap());
    let printed =
        format!("{store:?} {listed:?} {outbox:?} {drafts:?} {:?}", view.map(|v| v.unsent));
    assert!(!printed.contains(CANARY) && !printed.contains("Lefèvre"), "{printed}");
}
