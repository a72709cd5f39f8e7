//! What must leave this machine leaves whole, with a receipt; what was not sent does not.

use jiff::civil::date;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::JurySessionId;
use lutrin_domain::jury::JurySession;
use lutrin_domain::refusal::Refusal;
use lutrin_protocol::lease::LeaseTerms;
use lutrin_protocol::receipts::{Erasure, digest_of};
use lutrin_store::journal::{Record, read_frames};
use lutrin_store::{
    CarryChoice, ChangesBatch, Contact, DocumentText, Jury, OutboxState, PushOutcome, Store,
    TextState, export_journal, sealed_work,
};
use uuid::Uuid;

use crate::given::*;

fn left(position: u64, dossier: &Dossier) -> ChangesBatch {
    ChangesBatch { removes: vec![(position, dossier.id)], ..ChangesBatch::default() }
}

async fn received(store: &Store, text: &str) -> Digest {
    let (bytes, sha256) = (text.as_bytes().to_vec(), Digest::of(text.as_bytes()));
    store.begin_document(sha256, bytes.len() as u64).await.unwrap();
    store.append_chunk(sha256, 0, bytes.into()).await.unwrap();
    store.finish_document(sha256).await.unwrap();
    let pages = vec![(1, format!("{CANARY} {text}"))];
    let text = DocumentText { version: 1, state: TextState::Whole, blank: 0, pages };
    store.put_text(sha256, text).await.unwrap();
    store.mark_seen(sha256, 1, now()).await.unwrap();
    sha256
}

#[tokio::test]
async fn a_dossier_out_of_scope_leaves_with_its_files_texts_and_traces() {
    let (_folder, store, gone) = with_dossier().await;
    let stays = replaced(dossier(2), "cv");
    store.put_snapshot(11, &stays).await.unwrap();
    // The two name the same report; only the one that leaves names the first curriculum.
    let shared = received(&store, "unit/NFA031").await;
    let own = received(&store, "cv").await;
    store.apply_changes(left(12, &gone)).await.unwrap();
    let erased = store.erase_due(now()).await.unwrap();
    let [erased] = erased.as_slice() else { panic!("{erased:?}") };
    assert_eq!(
        (erased.dossiers.as_slice(), erased.documents.as_slice()),
        (&[gone.id][..], &[own][..])
    );
    let receipt = &erased.receipt;
    assert_eq!(
        (receipt.cause, receipt.dossiers, receipt.files, receipt.decisions),
        (Erasure::ScopeLost, 1, 1, 0)
    );
    assert_eq!(receipt.digest, digest_of([gone.id]));
    assert!(store.summary(gone.id).await.unwrap().is_none());
    assert_eq!(store.received(own).await.unwrap(), None);
    assert!(store.received(shared).await.unwrap().is_some());
    assert!(store.page_traces(own).await.unwrap().is_empty());
    assert_eq!(store.page_traces(shared).await.unwrap().len(), 1);
    let found = store.search_texts(CANARY, &[own, shared]).await.unwrap();
    assert_eq!(found.pages.len(), 1, "the text of the one that stays");
    assert_eq!(store.erase_due(now()).await.unwrap(), [], "once");
    // The receipt is kept, and told once.
    let kept = store.receipts().await.unwrap();
    assert_eq!((kept.len(), kept[0].told, &kept[0].receipt), (1, false, receipt));
    assert_eq!(store.receipts_to_tell().await.unwrap().as_slice(), std::slice::from_ref(receipt));
    store.receipts_are_known(&[receipt.id]).await.unwrap();
    assert!(store.receipts().await.unwrap()[0].told);
    assert_eq!(store.receipts_to_tell().await.unwrap(), []);
}

#[tokio::test]
async fn a_file_that_comes_while_its_dossier_is_erased_does_not_stay() {
    let (_folder, store, gone) = with_dossier().await;
    let sha256 = Digest::of(b"cv");
    let begun = store.begin_wanted(sha256, 2).await.unwrap();
    assert!(begun.is_some_and(|status| status.received == 0));
    store.apply_changes(left(11, &gone)).await.unwrap();
    store.erase_due(now()).await.unwrap();
    assert!(store.append_chunk(sha256, 0, (*b"cv").into()).await.is_err());
    // And one that was planned before, and is begun after.
    assert_eq!(store.begin_wanted(sha256, 2).await.unwrap(), None);
    assert_eq!(store.received(sha256).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_refused_stays_as_it_was_written_and_what_was_held_against_it_goes() {
    let (folder, store, gone) = with_dossier().await;
    store.record_decision(&accepted(1, &gone, "cv"), now()).await.unwrap();
    store.apply_changes(left(11, &gone)).await.unwrap();
    assert_eq!(store.erase_due(now()).await.unwrap(), [], "it waits to leave");
    let held = Some(Box::new(gone.clone()));
    settled(&store, 1, PushOutcome::Refused { refusal: Refusal::OutOfScope, held }).await;
    let erased = store.erase_due(now()).await.unwrap();
    assert_eq!(erased[0].receipt.decisions, 1);
    let kept = store.outbox_entry(id(1)).await.unwrap().unwrap();
    assert_eq!(kept.stamped, accepted(1, &gone, "cv"));
    assert!(matches!(kept.state, OutboxState::Refused { held: None, .. }), "{:?}", kept.state);
    assert_eq!(journaled(folder.path()), [id(1)]);
}

#[tokio::test]
async fn a_text_not_finished_is_sealed_apart_and_no_rewriting_takes_it_away() {
    let (folder, store, gone) = with_dossier().await;
    store.save_draft(gone.id, "opinion", "À revoir", now()).await.unwrap();
    store.apply_changes(left(11, &gone)).await.unwrap();
    store.erase_due(now()).await.unwrap();
    assert!(store.drafts().await.unwrap().is_empty());
    store.record_decision(&accepted(1, &dossier(2), "cv"), now()).await.unwrap();
    settled(&store, 1, PushOutcome::Acknowledged { position: 1, received_at: now() }).await;
    store.prune_acknowledged(FIRST, 5).await.unwrap();
    let exported = folder.path().join("exported");
    export_journal(folder.path(), &exported).unwrap();
    let bytes = std::fs::read(&exported).unwrap();
    assert_eq!(bytes, sealed_work(folder.path()).unwrap());
    let said: Vec<_> =
        read_frames(&bytes).frames.iter().map(|frame| frame.unseal(&identity()).unwrap()).collect();
    let [Record::Draft { dossier, text, .. }] = said.as_slice() else { panic!("{}", said.len()) };
    assert_eq!((*dossier, text.as_str()), (gone.id, "À revoir"));
}

#[tokio::test]
async fn the_copies_of_a_sitting_that_is_over_leave_and_its_line_stays() {
    let (_folder, store, other) = with_dossier().await;
    let jury = JurySessionId(Uuid::from_u128(5));
    let mut planned = dossier(2);
    planned.jury = Some(jury);
    let session = JurySession {
        id: jury,
        label: "Titres".into(),
        date: date(2026, 11, 10),
        file_closing_date: date(2026, 11, 1),
        diplomas: vec![],
    };
    let dossiers = vec![planned.id];
    store.put_juries(1, &[Jury { session, dossiers }]).await.unwrap();
    let choose = move |choice: &mut CarryChoice| {
        *choice = CarryChoice { juries: vec![jury], dossiers: vec![other.id] };
    };
    store.carry(choose).await.unwrap();
    store.put_snapshot(10, &dossier(1)).await.unwrap();
    store.put_snapshot(11, &planned).await.unwrap();
    let own = received(&store, "cv").await;
    let contact = Contact::heard(now(), now());
    let terms = |days| LeaseTerms { until: now(), retention_days: days };
    store.set_last_contact(contact, Some(terms(11))).await.unwrap();
    assert_eq!(store.erase_due(now()).await.unwrap(), [], "eleven days after, it is kept");
    store.set_last_contact(contact, Some(terms(10))).await.unwrap();
    store.record_decision(&accepted(1, &planned, "cv"), now()).await.unwrap();
    assert_eq!(store.erase_due(now()).await.unwrap(), [], "a decision waits to leave");
    settled(&store, 1, PushOutcome::Acknowledged { position: 12, received_at: now() }).await;
    let erased = store.erase_due(now()).await.unwrap();
    assert_eq!(erased[0].receipt.cause, Erasure::SessionOver);
    assert_eq!(erased[0].dossiers, [planned.id]);
    // The other dossier names the same file.
    assert!(store.received(own).await.unwrap().is_some() && erased[0].documents.is_empty());
    assert!(store.dossier(planned.id).await.unwrap().is_none());
    assert!(store.summary(planned.id).await.unwrap().is_some(), "it is still in the scope");
    assert!(store.carried().await.unwrap().choice.juries.is_empty());
    assert!(store.carry_to_tell().await.unwrap().is_some(), "the service is told");
}
