//! Drafts, settings, traces of reading, and what is remembered of the service.

use jiff::SignedDuration;
use lutrin_domain::digest::Digest;
use lutrin_domain::reviewer::Role;
use lutrin_store::journal::Record;
use lutrin_store::{Contact, PageTrace, RefreshToken};

use crate::given::{dossier, fresh, journal, new_profile, now, reopened};

#[tokio::test]
async fn a_draft_is_saved_each_time_and_sealed_once_per_text() {
    let (folder, store) = fresh().await;
    let dossier = dossier(1).id;
    assert!(!store.seal_draft(dossier, "opinion").await.unwrap(), "there is none");
    store.save_draft(dossier, "opinion", "Bien", now()).await.unwrap();
    assert!(store.seal_draft(dossier, "opinion").await.unwrap());
    assert!(!store.seal_draft(dossier, "opinion").await.unwrap(), "the journal has it");
    store.save_draft(dossier, "opinion", "Bien", now()).await.unwrap();
    assert!(!store.seal_draft(dossier, "opinion").await.unwrap(), "the text is the same");
    store.save_draft(dossier, "opinion", "Très bien", now()).await.unwrap();
    store.save_draft(dossier, "request", "Merci de", now()).await.unwrap();
    assert!(store.seal_draft(dossier, "opinion").await.unwrap());
    store.close().await;
    let store = reopened(folder.path()).await;
    let draft = store.draft(dossier, "opinion").await.unwrap().unwrap();
    assert_eq!((draft.text.as_str(), draft.saved_at), ("Très bien", now()));
    assert_eq!(store.drafts_of(dossier).await.unwrap().len(), 2);
    let sealed = journal(folder.path()).into_iter().map(|record| match record {
        Record::Draft { text, .. } => text,
        _ => unreachable!("nothing was decided"),
    });
    assert_eq!(sealed.collect::<Vec<_>>(), ["Bien", "Très bien"]);
    store.delete_draft(dossier, "opinion").await.unwrap();
    assert_eq!(store.draft(dossier, "opinion").await.unwrap(), None);
    assert_eq!(store.drafts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn drafts_sealed_again_and_again_do_not_fill_the_journal() {
    let (folder, store) = fresh().await;
    let dossier = dossier(1).id;
    for round in 0..30 {
        let text = format!("{round}{}", "x".repeat(400_000));
        store.save_draft(dossier, "opinion", &text, now()).await.unwrap();
        store.seal_draft(dossier, "opinion").await.unwrap();
    }
    let length = std::fs::metadata(crate::given::file(folder.path(), "journal.sealed"));
    assert!(length.unwrap().len() < 9 * 1024 * 1024);
    let last = journal(folder.path()).pop().unwrap();
    assert!(matches!(last, Record::Draft { text, .. } if text.starts_with("29x")));
}

#[tokio::test]
async fn settings_are_kept_and_forgotten() {
    let (folder, store) = fresh().await;
    store.set_setting("columns", Some("name,state")).await.unwrap();
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.setting("columns").await.unwrap().as_deref(), Some("name,state"));
    store.set_setting("columns", None).await.unwrap();
    assert_eq!(store.setting("columns").await.unwrap(), None);
}

#[tokio::test]
async fn pages_remember_how_they_were_turned_and_when_seen() {
    let (_folder, store) = fresh().await;
    let file = Digest::of(b"scan");
    store.set_rotations(file, &[(2, 1), (2, 5)]).await.unwrap();
    store.mark_seen(file, 2, now()).await.unwrap();
    store.mark_seen(file, 1, now()).await.unwrap();
    let traces = store.page_traces(file).await.unwrap();
    let seen_at = Some(now());
    assert_eq!(
        traces,
        [
            PageTrace { page: 1, quarter_turns: 0, seen_at },
            PageTrace { page: 2, quarter_turns: 1, seen_at },
        ]
    );
    assert!(store.page_traces(Digest::of(b"other")).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_remembered_of_the_service_outlives_a_restart() {
    let (folder, store) = fresh().await;
    assert!(store.refresh_token().await.unwrap().is_none());
    assert_eq!(store.last_contact().await.unwrap(), None);
    let token = RefreshToken::new("once-only");
    let behind = now() - SignedDuration::from_secs(90);
    let contact = Contact::heard(behind, now());
    assert_eq!((contact.clock_offset.as_secs(), contact.service_time()), (-90, behind));
    let mut reviewer = new_profile().profile.reviewer;
    reviewer.roles.push(Role::LocalLead);
    store.set_refresh_token(Some(token.clone())).await.unwrap();
    store.set_last_contact(contact, None).await.unwrap();
    store.set_reviewer(&reviewer).await.unwrap();
    store.close().await;
    let store = reopened(folder.path()).await;
    assert!(store.refresh_token().await.unwrap() == Some(token));
    assert_eq!(store.last_contact().await.unwrap(), Some(contact));
    assert_eq!(store.profile().await.unwrap().reviewer, reviewer);
    store.set_refresh_token(None).await.unwrap();
    assert!(store.refresh_token().await.unwrap().is_none());
}
