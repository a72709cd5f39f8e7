//! One door for decisions; what leaves, what comes back, what may be taken back.

use lutrin_domain::decision::VerdictOutcome;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::DecisionId;
use lutrin_domain::refusal::Refusal;
use lutrin_store::journal::Record;
use lutrin_store::{
    ChangesBatch, CursorText, Delivery, FeedPlace, OutboxState, PendingDecision, PushAnswers,
    PushOutcome, RecordError, SettleError, Settled, Store, Trouble, WithdrawError,
};

use crate::given::{
    FIRST, RESTORED, accepted, answers, applied, id, journal, journaled, now, on_a_sitting,
    reopened, replaced, settled, verdict, with_dossier,
};

fn acknowledged(position: u64) -> PushOutcome {
    PushOutcome::Acknowledged { position, received_at: now() }
}

fn refused() -> PushOutcome {
    PushOutcome::Refused { refusal: Refusal::OutOfScope, held: None }
}

async fn pending(store: &Store) -> Vec<DecisionId> {
    let waiting = store.pending().await.unwrap().into_iter();
    waiting.filter(|waiting| !waiting.in_flight).map(|waiting| waiting.decision).collect()
}

#[tokio::test]
async fn a_recorded_decision_is_kept_byte_for_byte_in_outbox_and_journal() {
    let (folder, store, dossier) = with_dossier().await;
    let made = accepted(1, &dossier, "cv");
    let recorded = store.record_decision(&made, now()).await.unwrap();
    assert_eq!((recorded.decision, recorded.seq), (id(1), 1));
    store.close().await;
    let store = reopened(folder.path()).await;
    let entry = store.outbox_entry(id(1)).await.unwrap().unwrap();
    assert_eq!(entry.stamped, made);
    assert_eq!(entry.stamped.decision.text(), made.decision.text());
    assert_eq!(entry.state, OutboxState::Pending);
    let stamped = Box::new(made);
    assert!(journal(folder.path()) == [Record::Decision { stamped, recorded_at: now() }]);
}

#[tokio::test]
async fn recording_again_changes_nothing_and_other_words_are_refused() {
    let (folder, store, dossier) = with_dossier().await;
    let made = accepted(1, &dossier, "cv");
    let first = store.record_decision(&made, now()).await.unwrap();
    assert_eq!(store.record_decision(&made, now()).await, Ok(first));
    let other = accepted(1, &dossier, "unit/NFA031");
    let error = store.record_decision(&other, now()).await.unwrap_err();
    assert_eq!(error, RecordError::SameIdOtherText);
    assert!(!error.is_retryable());
    assert_eq!(journaled(folder.path()), [id(1)]);
}

#[tokio::test]
async fn decisions_leave_in_the_order_they_were_made() {
    let (_folder, store, dossier) = with_dossier().await;
    for (number, slot) in [(30, "cv"), (10, "unit/NFA031"), (20, "payslip/vauban/2024-03")] {
        store.record_decision(&accepted(number, &dossier, slot), now()).await.unwrap();
    }
    assert_eq!(pending(&store).await, [id(30), id(10), id(20)]);
    let sent = store.mark_in_flight(&[id(30)], now()).await.unwrap();
    assert_eq!(sent, [accepted(30, &dossier, "cv")], "what leaves is what was recorded");
    assert_eq!(pending(&store).await, [id(10), id(20)]);
    let waiting = store.pending().await.unwrap();
    assert!(waiting[0].in_flight, "order is kept behind it too");
}

#[tokio::test]
async fn after_a_crash_a_decision_in_flight_is_simply_pending_again() {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.mark_in_flight(&[id(1)], now()).await.unwrap();
    assert!(pending(&store).await.is_empty());
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(pending(&store).await, [id(1)]);
    let entry = store.outbox_entry(id(1)).await.unwrap().unwrap();
    assert_eq!((entry.attempts, entry.last_attempt), (1, Some(now())));
    let error = store.withdraw(id(1), now()).await.unwrap_err();
    assert_eq!(error, WithdrawError::MayHaveLeft, "the service may have it");
}

#[tokio::test]
async fn a_decision_that_has_not_left_can_be_withdrawn() {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.withdraw(id(1), now()).await.unwrap();
    store.withdraw(id(1), now()).await.unwrap();
    assert!(pending(&store).await.is_empty());
    assert!(journal(folder.path())[1..] == [Record::Withdrawn { decision: id(1), at: now() }]);
    let error = store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap_err();
    assert_eq!(error, RecordError::Withdrawn);
    assert!(store.mark_in_flight(&[id(1)], now()).await.unwrap().is_empty(), "it never leaves");
    settled(&store, 1, refused()).await;
    let entry = store.outbox_entry(id(1)).await.unwrap().unwrap();
    assert_eq!(entry.state, OutboxState::Withdrawn);
    assert_eq!(store.withdraw(id(9), now()).await, Err(WithdrawError::Unknown));
}

#[tokio::test]
async fn what_never_left_can_still_be_withdrawn_and_what_may_have_cannot() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.record_decision(&accepted(2, &dossier, "unit/NFA031"), now()).await.unwrap();
    store.mark_in_flight(&[id(1), id(2)], now()).await.unwrap();
    assert_eq!(store.withdraw(id(1), now()).await, Err(WithdrawError::MayHaveLeft));
    store.return_to_pending(&[id(1)], Delivery::NotSent).await.unwrap();
    store.return_to_pending(&[id(2)], Delivery::Unknown).await.unwrap();
    assert_eq!(pending(&store).await, [id(1), id(2)]);
    store.withdraw(id(1), now()).await.unwrap();
    assert_eq!(store.withdraw(id(2), now()).await, Err(WithdrawError::MayHaveLeft));
    // A later attempt that did not leave says nothing about the earlier one.
    store.mark_in_flight(&[id(2)], now()).await.unwrap();
    store.return_to_pending(&[id(2)], Delivery::NotSent).await.unwrap();
    assert_eq!(store.withdraw(id(2), now()).await, Err(WithdrawError::MayHaveLeft));
}

#[tokio::test]
async fn a_decision_on_which_another_builds_is_withdrawn_after_it() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let second = verdict(2, &dossier, "cv", VerdictOutcome::Rejected, Some(1));
    store.record_decision(&second, now()).await.unwrap();
    assert_eq!(store.withdraw(id(1), now()).await, Err(WithdrawError::BuiltUpon { by: id(2) }));
    store.withdraw(id(2), now()).await.unwrap();
    store.withdraw(id(1), now()).await.unwrap();
}

#[tokio::test]
async fn an_answer_is_kept_and_an_acknowledgement_is_not_taken_back() {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.record_decision(&accepted(2, &dossier, "unit/NFA031"), now()).await.unwrap();
    let held = Some(Box::new(dossier.clone()));
    let refusal = Refusal::Conflict { head: None };
    let outcome = PushOutcome::Refused { refusal: refusal.clone(), held: held.clone() };
    settled(&store, 1, acknowledged(11)).await;
    settled(&store, 1, refused()).await;
    settled(&store, 2, outcome).await;
    let unknown = store.settle_all(answers(FIRST, 3, refused())).await.unwrap();
    assert!(unknown.is_empty(), "an answer about another machine's decision");
    store.close().await;
    let store = reopened(folder.path()).await;
    let states: Vec<_> = store.outbox().await.unwrap().into_iter().map(|e| e.state).collect();
    let kept = OutboxState::Acknowledged { position: 11, received_at: now() };
    assert_eq!(states, [kept, OutboxState::Refused { refusal, held, settled: None }]);
    assert_eq!(store.withdraw(id(1), now()).await, Err(WithdrawError::Answered));
}

#[tokio::test]
async fn a_refused_decision_asks_for_attention_until_arbitrated() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    assert_eq!(store.arbitrate(id(1), now()).await, Err(SettleError::NotWaiting));
    settled(&store, 1, refused()).await;
    let counts = store.outbox_counts().await.unwrap();
    assert_eq!((counts.pending, counts.refused), (0, 1));
    assert_eq!(store.view(dossier.id).await.unwrap().unwrap().unsent.len(), 1);
    store.arbitrate(id(1), now()).await.unwrap();
    assert_eq!(store.outbox_counts().await.unwrap().refused, 0);
    let view = store.view(dossier.id).await.unwrap().unwrap();
    assert!(view.unsent.is_empty() && view.fold.refused.is_empty());
    assert_eq!(view.fold.dossier, dossier, "it still has no effect");
    assert_eq!(store.outbox_of(dossier.id).await.unwrap().len(), 1, "it stays readable");
}

#[tokio::test]
async fn a_later_decision_on_its_subject_settles_a_refused_one_as_long_as_it_may_count() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let on_it = verdict(2, &dossier, "cv", VerdictOutcome::Rejected, Some(1));
    store.record_decision(&on_it, now()).await.unwrap();
    settled(&store, 1, refused()).await;
    let open = || async { store.outbox_counts().await.unwrap().refused };
    assert_eq!(open().await, 1, "what builds on it settles nothing");
    settled(&store, 2, refused()).await;
    assert_eq!(open().await, 2);
    let anew = accepted(3, &dossier, "cv");
    store.record_decision(&anew, now()).await.unwrap();
    assert_eq!(open().await, 0, "both are settled by what was decided anew");
    assert!(!store.outbox_entry(id(1)).await.unwrap().unwrap().is_waiting());
    store.withdraw(id(3), now()).await.unwrap();
    assert_eq!(open().await, 2, "and open again without it");
    store.record_decision(&accepted(4, &dossier, "cv"), now()).await.unwrap();
    settled(&store, 4, refused()).await;
    assert_eq!(open().await, 3, "or when it was refused too");
}

#[tokio::test]
async fn what_was_settled_stays_so_when_what_settled_it_is_forgotten() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    settled(&store, 1, refused()).await;
    let anew = accepted(2, &dossier, "cv");
    store.record_decision(&anew, now()).await.unwrap();
    settled(&store, 2, acknowledged(11)).await;
    store.put_snapshot(11, &applied(&dossier, &[&anew])).await.unwrap();
    assert_eq!(store.prune_acknowledged(FIRST, 11).await, Ok(1));
    assert_eq!(store.outbox().await.unwrap().len(), 1, "the refused one stays readable");
    assert_eq!(store.outbox_counts().await.unwrap().refused, 0);
}

#[tokio::test]
async fn only_what_a_person_filed_away_is_opened_again() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    settled(&store, 1, refused()).await;
    let how = || async {
        match store.outbox_entry(id(1)).await.unwrap().unwrap().state {
            OutboxState::Refused { settled, .. } => settled,
            other => panic!("{other:?}"),
        }
    };
    store.arbitrate(id(1), now()).await.unwrap();
    assert_eq!(how().await, Some(Settled::FiledAway(now())));
    store.reopen(id(1)).await.unwrap();
    assert_eq!(how().await, None);
    let anew = accepted(2, &dossier, "cv");
    store.record_decision(&anew, now()).await.unwrap();
    assert_eq!(how().await, Some(Settled::Decided(now())));
    settled(&store, 2, acknowledged(11)).await;
    store.put_snapshot(11, &applied(&dossier, &[&anew])).await.unwrap();
    assert_eq!(store.prune_acknowledged(FIRST, 11).await, Ok(1));
    store.reopen(id(1)).await.unwrap();
    assert_eq!(how().await, Some(Settled::Decided(now())), "also when that one is forgotten");
}

#[tokio::test]
async fn what_is_about_no_dossier_is_settled_too() {
    let (_folder, store, _) = with_dossier().await;
    store.record_decision(&on_a_sitting(1), now()).await.unwrap();
    settled(&store, 1, refused()).await;
    assert_eq!(store.outbox_counts().await.unwrap().refused, 1);
    store.record_decision(&on_a_sitting(2), now()).await.unwrap();
    assert_eq!(store.outbox_counts().await.unwrap().refused, 0);
}

#[tokio::test]
async fn what_is_forgotten_settles_nothing_by_a_decision_that_stays() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    settled(&store, 1, refused()).await;
    store.record_decision(&accepted(2, &dossier, "cv"), now()).await.unwrap();
    store.record_decision(&accepted(3, &dossier, "unit/NFA031"), now()).await.unwrap();
    store.withdraw(id(3), now()).await.unwrap();
    assert_eq!(store.prune_acknowledged(FIRST, 11).await, Ok(1), "the withdrawn one");
    assert_eq!(store.outbox_counts().await.unwrap().refused, 0, "2 settles 1 while it may count");
    settled(&store, 2, refused()).await;
    assert_eq!(store.outbox_counts().await.unwrap().refused, 2, "and 1 asks again without it");
}

#[tokio::test]
async fn acknowledged_decisions_are_kept_until_a_backup_and_the_mirror_have_them() {
    let (folder, store, dossier) = with_dossier().await;
    let decisions = [accepted(1, &dossier, "cv"), accepted(2, &dossier, "unit/NFA031")];
    for (made, position) in decisions.iter().zip([11, 12]) {
        store.record_decision(made, now()).await.unwrap();
        settled(&store, made.decision.id().0.as_u128(), acknowledged(position)).await;
    }
    store.record_decision(&accepted(3, &dossier, "payslip/vauban/2024-03"), now()).await.unwrap();
    store.withdraw(id(3), now()).await.unwrap();
    assert_eq!(store.prune_acknowledged(FIRST, 20).await, Ok(1), "the mirror lacks the first two");
    let mirror = applied(&dossier, &[&decisions[0], &decisions[1]]);
    store.put_snapshot(12, &mirror).await.unwrap();
    assert_eq!(store.prune_acknowledged(FIRST, 10).await, Ok(0), "no backup has them");
    assert_eq!(store.prune_acknowledged(FIRST, 11).await, Ok(1));
    assert_eq!(journaled(folder.path()), [id(2)], "the journal forgets with the outbox");
    assert_eq!(store.view(dossier.id).await.unwrap().unwrap().fold.dossier, mirror);
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.outbox().await.unwrap().len(), 1);
    assert!(store.opening_report().resealed.is_empty());
}

#[tokio::test]
async fn a_refusal_keeps_both_sides_whatever_a_later_answer_leaves_out() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    settled(&store, 1, refused()).await;
    let mirror = Some(Box::new(dossier.clone()));
    assert_eq!(held(&store, 1).await, mirror, "what the service last said, for want of better");
    let theirs = Some(Box::new(replaced(dossier, "unit/NFA031")));
    let refusal = Refusal::Conflict { head: None };
    settled(&store, 1, PushOutcome::Refused { refusal, held: theirs.clone() }).await;
    settled(&store, 1, refused()).await;
    assert_eq!(held(&store, 1).await, theirs);
}

async fn held(store: &Store, decision: u128) -> Option<Box<Dossier>> {
    match store.outbox_entry(id(decision)).await.unwrap().unwrap().state {
        OutboxState::Refused { held, .. } => held,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_push_left_unanswered_waits_again_and_nothing_overtakes_it() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.record_decision(&accepted(2, &dossier, "unit/NFA031"), now()).await.unwrap();
    store.mark_in_flight(&[id(1), id(2)], now()).await.unwrap();
    let answered = PushAnswers { sent: vec![id(1), id(2)], ..answers(FIRST, 2, acknowledged(11)) };
    assert_eq!(store.settle_all(answered).await.unwrap(), [dossier.id]);
    assert_eq!(pending(&store).await, [id(1)]);
    assert_eq!(store.withdraw(id(1), now()).await, Err(WithdrawError::MayHaveLeft));
}

#[tokio::test]
async fn what_was_in_flight_when_the_sender_ended_is_sent_again() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.mark_in_flight(&[id(1)], now()).await.unwrap();
    store.forget_in_flight().await.unwrap();
    assert_eq!(pending(&store).await, [id(1)]);
    assert_eq!(store.withdraw(id(1), now()).await, Err(WithdrawError::MayHaveLeft));
}

#[tokio::test]
async fn trouble_with_a_decision_is_kept_until_it_is_answered() {
    let (folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let trouble = Trouble { code: "malformed".into(), request: Some("r".into()), next_try: now() };
    store.note_trouble(id(1), &trouble).await.unwrap();
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.pending().await.unwrap()[0].trouble, Some(trouble.clone()));
    let entry = store.outbox_entry(id(1)).await.unwrap().unwrap();
    assert_eq!((entry.state, entry.trouble), (OutboxState::Pending, Some(trouble)));
    settled(&store, 1, acknowledged(11)).await;
    assert_eq!(store.outbox_entry(id(1)).await.unwrap().unwrap().trouble, None);
}

async fn three_answered(store: &Store, dossier: &Dossier) {
    for (number, slot) in [(1, "cv"), (2, "unit/NFA031"), (3, "payslip/vauban/2024-03")] {
        store.record_decision(&accepted(number, dossier, slot), now()).await.unwrap();
    }
    settled(store, 1, acknowledged(11)).await;
    settled(store, 2, refused()).await;
}

#[tokio::test]
async fn a_restored_service_is_sent_everything_that_is_kept() {
    let (folder, store, dossier) = with_dossier().await;
    three_answered(&store, &dossier).await;
    store.rebuild_begin().await.unwrap();
    // A kill here once lost what follows: nothing told any more that the service
    // had been restored.
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(pending(&store).await, [id(3)], "a new scope is no reason to send again");
    let cursor = CursorText("0.1.1".into());
    let place = Some(FeedPlace { cursor, epoch: RESTORED });
    store.apply_changes(ChangesBatch { place, ..ChangesBatch::default() }).await.unwrap();
    assert_eq!(pending(&store).await, [id(1), id(3)], "in the order they were made");
    assert_eq!(store.withdraw(id(1), now()).await, Err(WithdrawError::MayHaveLeft));
}

#[tokio::test]
async fn an_answer_of_a_restored_service_tells_of_it_too() {
    let (_folder, store, dossier) = with_dossier().await;
    three_answered(&store, &dossier).await;
    store.settle_all(answers(RESTORED, 3, acknowledged(2))).await.unwrap();
    assert_eq!(pending(&store).await, [id(1)]);
    let states: Vec<_> = store.outbox().await.unwrap().into_iter().map(|e| e.state).collect();
    assert!(matches!(states[2], OutboxState::Acknowledged { position: 2, .. }));
}

#[tokio::test]
async fn a_watermark_of_another_epoch_forgets_nothing() {
    let (_folder, store, dossier) = with_dossier().await;
    three_answered(&store, &dossier).await;
    store.put_snapshot(12, &dossier).await.unwrap();
    assert_eq!(store.prune_acknowledged(RESTORED, 900).await, Ok(0));
    assert_eq!(store.prune_acknowledged(FIRST, 900).await, Ok(1));
}

#[tokio::test]
async fn what_builds_on_a_decision_that_is_not_there_waits_until_its_dossier_changes() {
    let (_folder, store, dossier) = with_dossier().await;
    for (number, slot, base) in [(2, "cv", 1), (4, "unit/NFA031", 3)] {
        let decision = verdict(number, &dossier, slot, VerdictOutcome::Accepted, Some(base));
        store.record_decision(&decision, now()).await.unwrap();
    }
    store.record_decision(&accepted(5, &dossier, "payslip/vauban/2024-03"), now()).await.unwrap();
    let next_try = "2026-12-01T09:00:00Z".parse().unwrap();
    for (number, base) in [(2, 1), (4, 3)] {
        settled(&store, number, PushOutcome::Early { base: id(base), next_try }).await;
    }
    settled(&store, 5, refused()).await;
    let waiting = store.pending().await.unwrap();
    let early = |one: &PendingDecision| one.trouble.as_ref().is_some_and(Trouble::is_early);
    assert!(waiting.len() == 2 && waiting.iter().all(early));
    assert_eq!(store.outbox_counts().await.unwrap().refused, 1);

    let position = store.dossier(dossier.id).await.unwrap().unwrap().0;
    store.put_snapshot(position + 1, &dossier).await.unwrap();
    let waiting = store.pending().await.unwrap();
    assert!(waiting.len() == 2 && waiting.iter().all(|one| one.trouble.is_none()));
}

#[tokio::test]
async fn what_builds_on_a_decision_refused_here_does_not_wait_for_it() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let second = verdict(2, &dossier, "cv", VerdictOutcome::Rejected, Some(1));
    store.record_decision(&second, now()).await.unwrap();
    settled(&store, 1, refused()).await;
    settled(&store, 2, PushOutcome::Early { base: id(1), next_try: now() }).await;
    let entry = store.outbox_entry(id(2)).await.unwrap().unwrap();
    let OutboxState::Refused { refusal, .. } = entry.state else { panic!("{:?}", entry.state) };
    assert_eq!(refusal, Refusal::DependsOnRefused { refused: id(1) });
}
