//! The mirror: what the service last said, and nothing older.

use jiff::civil::date;
use lutrin_domain::dossier::DossierState;
use lutrin_domain::id::{DossierId, JurySessionId};
use lutrin_domain::jury::JurySession;
use lutrin_domain::refusal::Refusal;
use lutrin_store::{
    Carried, CarryChoice, ChangesBatch, CursorText, Epoch, FeedPlace, Jury, PushOutcome, Store,
    SummaryFilter,
};
use uuid::Uuid;

use crate::given::{
    FIRST, RESTORED, accepted, batch, catalogue_text, dossier, fresh, id, not_required, now,
    reopened, replaced, settled, with_dossier,
};

#[tokio::test]
async fn changes_and_cursor_move_together() {
    let (folder, store) = fresh().await;
    assert_eq!(store.cursor().await.unwrap(), None);
    let (first, second) = (dossier(1), dossier(2));
    let cursor = CursorText("epoch.1.12".into());
    let batch = ChangesBatch {
        place: Some(FeedPlace { cursor: cursor.clone(), epoch: FIRST }),
        ..batch(vec![(11, &first, true), (12, &second, false)])
    };
    store.apply_changes(batch).await.unwrap();
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.cursor().await.unwrap(), Some(cursor));
    assert_eq!(store.dossier(first.id).await.unwrap(), Some((11, first)));
    assert_eq!(store.dossier(second.id).await.unwrap(), None, "only its summary came");
    let listed = store.summary(second.id).await.unwrap().unwrap();
    assert_eq!((listed.summary, listed.held), (second.summary(), false));
}

#[tokio::test]
async fn what_is_older_changes_nothing() {
    let (_folder, store, older) = with_dossier().await;
    let newer = replaced(older.clone(), "cv");
    store.put_snapshot(12, &newer).await.unwrap();
    store.apply_changes(batch(vec![(11, &older, true)])).await.unwrap();
    assert_eq!(store.dossier(older.id).await.unwrap(), Some((12, newer.clone())));
    assert_eq!(store.summary(older.id).await.unwrap().unwrap().summary, newer.summary());
    store.apply_changes(batch(vec![(12, &newer, true)])).await.unwrap();
    assert_eq!(store.dossier(older.id).await.unwrap(), Some((12, newer)));
}

fn removal(position: u64, dossier: DossierId) -> ChangesBatch {
    ChangesBatch { removes: vec![(position, dossier)], ..ChangesBatch::default() }
}

#[tokio::test]
async fn a_dossier_that_leaves_the_scope_leaves_its_work_readable_until_it_is_settled() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.apply_changes(removal(11, dossier.id)).await.unwrap();
    assert!(store.summary(dossier.id).await.unwrap().unwrap().left);
    let seen = store.view(dossier.id).await.unwrap().unwrap();
    assert_eq!(seen.unsent.len(), 1, "the piece and the names are still there");
    assert_eq!(store.erase_due(now()).await.unwrap(), [], "a decision waits to leave");
    settled(&store, 1, PushOutcome::Acknowledged { position: 12, received_at: now() }).await;
    store.erase_due(now()).await.unwrap();
    assert!(store.summary(dossier.id).await.unwrap().is_none());
    assert!(store.dossier(dossier.id).await.unwrap().is_none());
    assert_eq!(store.outbox_of(dossier.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_dossier_that_comes_back_at_once_was_not_erased() {
    let (_folder, store, dossier) = with_dossier().await;
    store.save_draft(dossier.id, "opinion", "À revoir", now()).await.unwrap();
    store.apply_changes(removal(11, dossier.id)).await.unwrap();
    assert!(store.view(dossier.id).await.unwrap().is_some());
    store.apply_changes(batch(vec![(12, &dossier, true)])).await.unwrap();
    assert!(!store.summary(dossier.id).await.unwrap().unwrap().left, "it came back");
    assert_eq!(store.erase_due(now()).await.unwrap(), []);
    assert_eq!(store.drafts_of(dossier.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn without_work_a_dossier_that_left_is_gone_and_an_older_removal_removes_nothing() {
    let (_folder, store, dossier) = with_dossier().await;
    store.apply_changes(removal(9, dossier.id)).await.unwrap();
    assert_eq!(store.erase_due(now()).await.unwrap(), []);
    assert!(store.dossier(dossier.id).await.unwrap().is_some(), "it was put after it");
    store.apply_changes(removal(10, dossier.id)).await.unwrap();
    store.erase_due(now()).await.unwrap();
    assert!(store.summary(dossier.id).await.unwrap().is_none());
    assert!(store.dossier(dossier.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_rebuild_takes_older_positions_and_keeps_the_outbox() {
    let (folder, store, kept) = with_dossier().await;
    let (gone, left) = (dossier(2), dossier(3));
    store.put_snapshot(900, &left).await.unwrap();
    store.put_snapshot(900, &gone).await.unwrap();
    store.put_snapshot(900, &kept).await.unwrap();
    store.record_decision(&accepted(1, &kept, "cv"), now()).await.unwrap();
    store.record_decision(&accepted(2, &left, "cv"), now()).await.unwrap();
    store.rebuild_begin().await.unwrap();
    assert_eq!(store.cursor().await.unwrap(), None);
    assert!(store.dossier(kept.id).await.unwrap().is_some(), "what is held stays readable");
    // A crash in the middle.
    store.close().await;
    let store = reopened(folder.path()).await;
    assert!(store.is_rebuilding().await.unwrap());
    let restored = replaced(kept.clone(), "unit/NFA031");
    store.apply_changes(batch(vec![(3, &restored, true)])).await.unwrap();
    assert_eq!(store.dossier(kept.id).await.unwrap(), Some((3, restored.clone())));
    store.apply_changes(batch(vec![(2, &kept, true)])).await.unwrap();
    assert_eq!(store.dossier(kept.id).await.unwrap(), Some((3, restored)), "guarded again");
    assert_eq!(store.rebuild_unseen().await.unwrap(), [gone.id, left.id]);
    store.rebuild_sweep().await.unwrap();
    let erased = store.erase_due(now()).await.unwrap();
    assert_eq!(erased.iter().flat_map(|erased| &erased.dossiers).collect::<Vec<_>>(), [&gone.id]);
    assert!(!store.is_rebuilding().await.unwrap());
    assert!(store.summary(gone.id).await.unwrap().is_none());
    assert!(store.summary(left.id).await.unwrap().unwrap().left, "work waits on it");
    let outbox = store.outbox().await.unwrap();
    let ids: Vec<_> = outbox.iter().map(lutrin_store::OutboxEntry::decision).collect();
    assert_eq!(ids, [id(1), id(2)]);
}

#[tokio::test]
async fn a_new_state_of_the_mirror_shows_in_lists_under_the_outbox() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.summaries(SummaryFilter::default()).await.unwrap();
    let mut newer = replaced(dossier.clone(), "unit/NFA031");
    newer.state = DossierState::CorrectionRequested;
    store.put_snapshot(11, &newer).await.unwrap();
    let listed = store.summary(dossier.id).await.unwrap().unwrap();
    assert_eq!(listed.summary.state, DossierState::CorrectionRequested);
    assert_eq!(listed.summary.pieces.fine, 1, "the unsent verdict is still over it");
}

#[tokio::test]
async fn what_is_no_longer_carried_leaves_unless_work_waits() {
    let (_folder, store) = fresh().await;
    store.put_catalogue(&catalogue_text()).await.unwrap();
    let dossiers: Vec<_> = (1..=3).map(dossier).collect();
    for dossier in &dossiers {
        store.put_snapshot(10, dossier).await.unwrap();
    }
    let singly: Vec<_> = dossiers.iter().rev().map(|dossier| dossier.id).collect();
    let choice = CarryChoice { juries: Vec::new(), dossiers: singly.clone() };
    assert!(ask(&store, choice.clone()).await.is_empty());
    assert_eq!(store.carried().await.unwrap(), Carried { choice, following: singly });
    let files = store.carried_files().await.unwrap();
    assert_eq!(files.len(), 9);
    assert_eq!(files[0].dossier, dossiers[2].id, "in order of need");
    assert_eq!(files[0].sha256, dossiers[2].current_files()[0].sha256);
    store.record_decision(&accepted(1, &dossiers[0], "cv"), now()).await.unwrap();
    let left = ask(&store, CarryChoice::default()).await;
    assert_eq!(left, [dossiers[1].id, dossiers[2].id]);
    assert!(store.dossier(dossiers[1].id).await.unwrap().is_none());
    assert!(store.summary(dossiers[1].id).await.unwrap().is_some(), "it is still in the scope");
    assert!(store.view(dossiers[0].id).await.unwrap().is_some());
    assert!(store.carried_files().await.unwrap().is_empty());
    let kept = store.mirrored_files().await.unwrap();
    assert_eq!(kept.len(), 3, "the files under unsent work");
    assert!(kept.iter().all(|file| file.dossier == dossiers[0].id));
}

async fn ask(store: &Store, what: CarryChoice) -> Vec<DossierId> {
    store.carry(move |choice| *choice = what).await.unwrap()
}

fn jury(dossiers: Vec<DossierId>) -> Jury {
    let session = JurySession {
        id: JurySessionId(Uuid::from_u128(5)),
        label: "Titres comptables".into(),
        date: date(2026, 12, 1),
        file_closing_date: date(2026, 11, 25),
        diplomas: Vec::new(),
    };
    Jury { session, dossiers }
}

#[tokio::test]
async fn what_a_sitting_gains_or_loses_follows_what_is_carried() {
    let (_folder, store, here) = with_dossier().await;
    let (second, single) = (dossier(2).id, dossier(3).id);
    let jury = jury(vec![second, here.id]);
    store.put_juries(4, std::slice::from_ref(&jury)).await.unwrap();
    ask(&store, CarryChoice { juries: vec![jury.session.id], dossiers: vec![single] }).await;
    assert_eq!(store.carried().await.unwrap().following, [second, here.id, single]);
    let without = Jury { dossiers: vec![second], ..jury };
    store.put_juries(5, &[without]).await.unwrap();
    assert_eq!(store.carried().await.unwrap().following, [second, single]);
    assert!(store.dossier(here.id).await.unwrap().is_none(), "nothing waits on it");
}

#[tokio::test]
async fn sittings_are_replaced_with_their_revision() {
    let (_folder, store) = fresh().await;
    assert_eq!(store.juries_rev().await.unwrap(), None);
    let jury = jury(vec![dossier(2).id, dossier(1).id]);
    store.put_juries(4, std::slice::from_ref(&jury)).await.unwrap();
    assert_eq!(store.juries().await.unwrap(), [jury]);
    store.put_juries(5, &[]).await.unwrap();
    assert!(store.juries().await.unwrap().is_empty());
    assert_eq!(store.juries_rev().await.unwrap(), Some(5));
}

#[tokio::test]
async fn what_is_carried_and_not_here_yet_is_told_in_order() {
    let (_folder, store, here) = with_dossier().await;
    let (second, third) = (dossier(2).id, dossier(3).id);
    ask(&store, CarryChoice { juries: Vec::new(), dossiers: vec![third, here.id, second] }).await;
    assert_eq!(store.missing_snapshots().await.unwrap(), [third, second]);
    store.put_snapshot(11, &dossier(3)).await.unwrap();
    assert_eq!(store.missing_snapshots().await.unwrap(), [second]);
    let lacks = async |id| store.lacks_snapshot(id).await.unwrap();
    assert!(lacks(second).await && !lacks(third).await);
    assert!(!lacks(dossier(4).id).await, "it is not carried");
}

#[tokio::test]
async fn what_is_carried_is_told_once_and_again_after_a_rebuild() {
    let (_folder, store, here) = with_dossier().await;
    assert_eq!(store.carry_to_tell().await.unwrap(), None);
    let chosen = |dossiers: Vec<_>| CarryChoice { dossiers, ..CarryChoice::default() };
    let first = chosen(vec![here.id]);
    ask(&store, first.clone()).await;
    assert_eq!(store.carry_to_tell().await.unwrap(), Some(first.clone()));
    let second = chosen(vec![here.id, dossier(2).id]);
    ask(&store, second.clone()).await;
    store.carry_is_known(&first).await.unwrap();
    assert_eq!(store.carry_to_tell().await.unwrap(), Some(second.clone()), "chosen meanwhile");
    store.carry_is_known(&second).await.unwrap();
    assert_eq!(store.carry_to_tell().await.unwrap(), None);
    ask(&store, second.clone()).await;
    assert_eq!(store.carry_to_tell().await.unwrap(), None, "nothing else is asked for");
    store.rebuild_begin().await.unwrap();
    assert_eq!(store.carry_to_tell().await.unwrap(), Some(second));
}

#[tokio::test]
async fn a_dossier_of_which_nothing_could_be_read_outlives_a_rebuild() {
    let (_folder, store, dossier) = with_dossier().await;
    store.rebuild_begin().await.unwrap();
    let still_there = vec![(2, dossier.id)];
    store.apply_changes(ChangesBatch { still_there, ..ChangesBatch::default() }).await.unwrap();
    store.rebuild_sweep().await.unwrap();
    assert_eq!(store.erase_due(now()).await.unwrap(), []);
    assert_eq!(store.dossier(dossier.id).await.unwrap(), Some((10, dossier.clone())));
    let readable = replaced(dossier, "cv");
    store.put_snapshot(3, &readable).await.unwrap();
    let listed = store.summary(readable.id).await.unwrap().unwrap();
    assert_eq!(listed.summary, readable.summary(), "positions count anew");
}

#[tokio::test]
async fn what_was_refused_for_want_of_the_dossier_is_sent_when_it_is_there() {
    let (_folder, store, dossier) = with_dossier().await;
    for (number, slot) in [(1, "cv"), (2, "unit/NFA031"), (3, "payslip/vauban/2024-03")] {
        store.record_decision(&accepted(number, &dossier, slot), now()).await.unwrap();
    }
    let refused = |refusal| PushOutcome::Refused { refusal, held: None };
    settled(&store, 1, refused(Refusal::OutOfScope)).await;
    settled(&store, 2, refused(Refusal::OutOfScope)).await;
    settled(&store, 3, refused(Refusal::ReasonMissing)).await;
    store.arbitrate(id(2), now()).await.unwrap();
    store.apply_changes(removal(11, dossier.id)).await.unwrap();
    store.apply_changes(batch(vec![(12, &dossier, true)])).await.unwrap();
    let pending = store.pending().await.unwrap();
    assert_eq!(pending.iter().map(|waiting| waiting.decision).collect::<Vec<_>>(), [id(1)]);
    settled(&store, 1, refused(Refusal::OutOfScope)).await;
    store.apply_changes(batch(vec![(13, &dossier, true)])).await.unwrap();
    assert!(store.pending().await.unwrap().is_empty(), "once, not at every change");
}

#[tokio::test]
async fn what_was_refused_is_sent_also_if_the_dossier_stayed_here_meanwhile() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    // A restored service lacks the dossier; before it leaves, a person is asked.
    let refused = PushOutcome::Refused { refusal: Refusal::OutOfScope, held: None };
    settled(&store, 1, refused.clone()).await;
    store.rebuild_begin().await.unwrap();
    store.apply_changes(batch(vec![(3, &dossier, true)])).await.unwrap();
    assert_eq!(store.pending().await.unwrap().len(), 1);
    settled(&store, 1, refused).await;
    store.apply_changes(batch(vec![(4, &dossier, true)])).await.unwrap();
    assert!(store.pending().await.unwrap().is_empty(), "once in a life of the service");
}

#[tokio::test]
async fn what_was_refused_for_want_of_its_file_is_sent_when_the_dossier_changes() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let refused = PushOutcome::Refused { refusal: Refusal::UnknownSubject, held: None };
    settled(&store, 1, refused).await;
    assert!(store.pending().await.unwrap().is_empty());
    store.apply_changes(batch(vec![(12, &dossier, true)])).await.unwrap();
    assert_eq!(store.pending().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_copy_that_is_older_than_the_list_is_asked_for_again() {
    let (_folder, store, here) = with_dossier().await;
    ask(&store, CarryChoice { juries: Vec::new(), dossiers: vec![here.id] }).await;
    assert!(store.missing_snapshots().await.unwrap().is_empty());
    // It changed while the service did not know that it is carried.
    store.apply_changes(batch(vec![(12, &replaced(here.clone(), "cv"), false)])).await.unwrap();
    assert_eq!(store.missing_snapshots().await.unwrap(), [here.id]);
    assert!(store.lacks_snapshot(here.id).await.unwrap());
    assert_eq!(store.carried_here().await.unwrap(), [here.id], "it is read meanwhile");
    store.put_snapshot(12, &replaced(here.clone(), "cv")).await.unwrap();
    assert!(store.missing_snapshots().await.unwrap().is_empty());
    // What could not be read is not asked for again and again.
    let still_there = vec![(15, here.id)];
    store.apply_changes(ChangesBatch { still_there, ..ChangesBatch::default() }).await.unwrap();
    assert!(store.missing_snapshots().await.unwrap().is_empty());
}

#[tokio::test]
async fn subjects_of_two_dossiers_do_not_wait_for_each_other() {
    let (_folder, store, first) = with_dossier().await;
    store.put_snapshot(11, &dossier(2)).await.unwrap();
    store.record_decision(&not_required(1, &first, "cv"), now()).await.unwrap();
    store.record_decision(&not_required(2, &dossier(2), "cv"), now()).await.unwrap();
    let pending = store.pending().await.unwrap();
    assert_ne!(pending[0].subject, pending[1].subject);
}

#[tokio::test]
async fn a_restored_service_counts_its_sittings_anew() {
    let (_folder, store, _) = with_dossier().await;
    store.put_juries(4, &[jury(vec![])]).await.unwrap();
    store.rebuild_begin().await.unwrap();
    assert_eq!(store.juries_rev().await.unwrap(), None, "4 may mean another state now");
    assert_eq!(store.juries().await.unwrap().len(), 1, "shown until others come");
}

#[tokio::test]
async fn a_service_in_another_epoch_is_told_again_what_is_carried() {
    let (_folder, store, here) = with_dossier().await;
    let place = |epoch: Epoch| {
        let cursor = CursorText(format!("{}.1.9", epoch.0));
        ChangesBatch { place: Some(FeedPlace { cursor, epoch }), ..ChangesBatch::default() }
    };
    let choice = CarryChoice { juries: Vec::new(), dossiers: vec![here.id] };
    ask(&store, choice.clone()).await;
    store.carry_is_known(&choice).await.unwrap();
    store.apply_changes(place(FIRST)).await.unwrap();
    assert_eq!(store.carry_to_tell().await.unwrap(), None, "the first that is heard of");
    store.apply_changes(place(RESTORED)).await.unwrap();
    assert_eq!(store.carry_to_tell().await.unwrap(), Some(choice));
}
