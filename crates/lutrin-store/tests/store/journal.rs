//! The sealed journal on the disk: torn, damaged, lost, brought up to date.

use std::io::Write;

use lutrin_store::journal::{
    JournalIdentity, JournalRecipient, Record, Tail, UnsealError, read_frames,
};
use tempfile::TempDir;

use crate::given::{accepted, file, id, identity, journal, journaled, now, reopened, with_dossier};

#[tokio::test]
async fn a_torn_tail_is_removed_and_what_precedes_is_whole() {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.record_decision(&accepted(2, &dossier, "unit/NFA031"), now()).await.unwrap();
    store.close().await;
    let path = file(folder.path(), "journal.sealed");
    let whole = std::fs::read(&path).unwrap();
    // As a crash leaves it: the beginning of a third record.
    let mut file = std::fs::File::options().append(true).open(&path).unwrap();
    file.write_all(&whole[..150]).unwrap();
    let store = reopened(folder.path()).await;
    assert_eq!(store.opening_report().torn_bytes, 150);
    assert!(std::fs::read(&path).unwrap() == whole);
    store.record_decision(&accepted(3, &dossier, "cv"), now()).await.unwrap();
    assert_eq!(journaled(folder.path()), [id(1), id(2), id(3)]);
}

#[tokio::test]
async fn a_decision_that_the_journal_lost_is_sealed_again() {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.record_decision(&accepted(2, &dossier, "unit/NFA031"), now()).await.unwrap();
    store.close().await;
    let path = file(folder.path(), "journal.sealed");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
    let store = reopened(folder.path()).await;
    assert_eq!(store.opening_report().resealed, [id(2)]);
    assert_eq!(journaled(folder.path()), [id(1), id(2)]);
    store.close().await;
    std::fs::remove_file(&path).unwrap();
    let store = reopened(folder.path()).await;
    assert_eq!(store.opening_report().resealed, [id(1), id(2)]);
}

#[tokio::test]
async fn a_damaged_journal_is_kept_aside_and_written_anew() {
    let (folder, store, dossier) = with_dossier().await;
    for (number, slot) in [(1, "cv"), (2, "unit/NFA031"), (3, "payslip/vauban/2024-03")] {
        store.record_decision(&accepted(number, &dossier, slot), now()).await.unwrap();
    }
    store.save_draft(dossier.id, "opinion", "Bien", now()).await.unwrap();
    store.seal_draft(dossier.id, "opinion").await.unwrap();
    store.close().await;
    let path = file(folder.path(), "journal.sealed");
    let mut bytes = std::fs::read(&path).unwrap();
    let second = read_frames(&bytes).frames[1].at.clone();
    bytes[second.start + 40] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let store = reopened(folder.path()).await;
    assert!(store.opening_report().journal_set_aside);
    let kept = std::fs::read(file(folder.path(), "journal.damaged-1")).unwrap();
    assert!(kept == bytes);
    let read = read_frames(&kept);
    assert_eq!(read.tail, Tail::DamagedBefore { at: second.start });
    assert_eq!(read.frames.len(), 3, "only the damaged record is lost");
    assert_eq!(journaled(folder.path()), [id(1), id(2), id(3)]);
    let is_draft = |record: &Record| matches!(record, Record::Draft { text, .. } if text == "Bien");
    assert!(journal(folder.path()).iter().any(is_draft));
}

/// A profile whose databases are as after one decision, and its journal as after
/// some more.
async fn with_older_databases(later: &[(u128, &str)]) -> TempDir {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.close().await;
    let copy = tempfile::tempdir().unwrap();
    std::fs::create_dir(copy.path().join("profile")).unwrap();
    for name in ["dossiers.db", "documents.db", "key.id"] {
        std::fs::copy(file(folder.path(), name), file(copy.path(), name)).unwrap();
    }
    let store = reopened(folder.path()).await;
    for (number, slot) in later {
        store.record_decision(&accepted(*number, &dossier, slot), now()).await.unwrap();
    }
    store.close().await;
    let sealed = file(folder.path(), "journal.sealed");
    std::fs::copy(sealed, file(copy.path(), "journal.sealed")).unwrap();
    copy
}

#[tokio::test]
async fn a_decision_caught_by_a_crash_before_it_was_confirmed_was_not_made() {
    let folder = with_older_databases(&[(2, "unit/NFA031")]).await;
    let store = reopened(folder.path()).await;
    let report = store.opening_report();
    assert_eq!((report.withdrawn, report.unconfirmed.as_slice()), (Some(id(2)), [].as_slice()));
    assert_eq!(store.outbox().await.unwrap().len(), 1);
    assert!(
        matches!(journal(folder.path())[2], Record::Withdrawn { decision, .. } if decision == id(2))
    );
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.opening_report().withdrawn, None, "it is said once");
    assert_eq!(journal(folder.path()).len(), 3);
}

#[tokio::test]
async fn a_journal_ahead_of_its_databases_is_told_and_keeps_everything() {
    let later = [(2, "unit/NFA031"), (3, "payslip/vauban/2024-03")];
    let folder = with_older_databases(&later).await;
    let store = reopened(folder.path()).await;
    let report = store.opening_report();
    assert_eq!(
        (report.withdrawn, report.unconfirmed.as_slice()),
        (None, [id(2), id(3)].as_slice())
    );
    assert_eq!(journaled(folder.path()), [id(1), id(2), id(3)]);
}

#[tokio::test]
async fn only_the_service_reads_the_journal() {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let bytes = std::fs::read(file(folder.path(), "journal.sealed")).unwrap();
    let frame = &read_frames(&bytes).frames[0];
    assert_eq!(frame.decision, Some(id(1)));
    let other = age::x25519::Identity::generate();
    let text = age::secrecy::ExposeSecret::expose_secret(&other.to_string()).to_owned();
    let other = text.parse::<JournalIdentity>().unwrap();
    assert_eq!(frame.unseal(&other), Err(UnsealError::NotOurs));
    assert!(frame.unseal(&identity()).is_ok());
}

#[tokio::test]
async fn a_new_recipient_reads_all_that_is_kept_and_what_follows() {
    let (folder, store, dossier) = with_dossier().await;
    for (number, slot) in [(1, "cv"), (2, "unit/NFA031")] {
        store.record_decision(&accepted(number, &dossier, slot), now()).await.unwrap();
    }
    store.withdraw(id(2), now()).await.unwrap();
    store.save_draft(dossier.id, "opinion", "Bien", now()).await.unwrap();
    let other = age::x25519::Identity::generate();
    let recipient: JournalRecipient = other.to_public().to_string().parse().unwrap();
    store.set_journal_recipient(&recipient).await.unwrap();
    store.record_decision(&accepted(3, &dossier, "unit/NFA031"), now()).await.unwrap();
    let read = || {
        let bytes = std::fs::read(file(folder.path(), "journal.sealed")).unwrap();
        let frames = read_frames(&bytes).frames;
        let text = age::secrecy::ExposeSecret::expose_secret(&other.to_string()).to_owned();
        let identity: JournalIdentity = text.parse().unwrap();
        frames.iter().map(|frame| frame.unseal(&identity).unwrap()).collect::<Vec<_>>()
    };
    let records = read();
    assert!(
        matches!(&records[0], Record::Decision { stamped, .. } if stamped.decision.id() == id(1))
    );
    assert!(matches!(records[1], Record::Withdrawn { decision, .. } if decision == id(2)));
    assert!(matches!(&records[2], Record::Draft { text, .. } if text == "Bien"));
    assert!(
        matches!(&records[3], Record::Decision { stamped, .. } if stamped.decision.id() == id(3))
    );
    store.set_journal_recipient(&recipient).await.unwrap();
    assert_eq!(read().len(), 4, "the same recipient changes nothing");
    store.close().await;
    let store = reopened(folder.path()).await;
    assert!(store.opening_report().resealed.is_empty());
}
