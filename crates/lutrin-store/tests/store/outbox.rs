//! One door for decisions; what leaves, what comes back, what may be taken back.

use lutrin_domain::decision::VerdictOutcome;
use lutrin_domain::id::DecisionId;
use lutrin_domain::refusal::Refusal;
use lutrin_store::journal::Record;
use lutrin_store::{
    Delivery, OutboxState, PushOutcome, RecordError, SettleError, Store, WithdrawError,
};

use crate::given::{
    accepted, applied, id, journal, journaled, now, reopened, verdict, with_dossier,
};

fn acknowledged(position: u64) -> PushOutcome {
    PushOutcome::Acknowledged { position, received_at: now() }
}

fn refused() -> PushOutcome {
    PushOutcome::Refused { refusal: Refusal::OutOfScope, held: None }
}

async fn pending(store: &Store) -> Vec<DecisionId> {
    let batch = store.pending_batch(50).await.unwrap();
    batch.iter().map(lutrin_store::OutboxEntry::decision).collect()
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
    let first: Vec<_> = store.pending_batch(1).await.unwrap();
    assert_eq!(first.first().unwrap().decision(), id(30));
    store.mark_in_flight(&[id(30)], now()).await.unwrap();
    let next = store.pending_batch(1).await.unwrap();
    assert_eq!(next.first().unwrap().decision(), id(10), "those in flight are left out");
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
    assert_eq!(store.settle(id(1), refused()).await, Err(SettleError::NotWaiting));
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
    store.settle(id(1), acknowledged(11)).await.unwrap();
    store.settle(id(1), refused()).await.unwrap();
    store.settle(id(2), outcome).await.unwrap();
    assert_eq!(store.settle(id(3), refused()).await, Err(SettleError::Unknown));
    store.close().await;
    let store = reopened(folder.path()).await;
    let states: Vec<_> = store.outbox().await.unwrap().into_iter().map(|e| e.state).collect();
    let kept = OutboxState::Acknowledged { position: 11, received_at: now() };
    assert_eq!(states, [kept, OutboxState::Refused { refusal, held, arbitrated_at: None }]);
    assert_eq!(store.withdraw(id(1), now()).await, Err(WithdrawError::Answered));
}

#[tokio::test]
async fn a_refused_decision_asks_for_attention_until_arbitrated() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    assert_eq!(store.arbitrate(id(1), now()).await, Err(SettleError::NotWaiting));
    store.settle(id(1), refused()).await.unwrap();
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
async fn acknowledged_decisions_are_kept_until_a_backup_and_the_mirror_have_them() {
    let (folder, store, dossier) = with_dossier().await;
    let decisions = [accepted(1, &dossier, "cv"), accepted(2, &dossier, "unit/NFA031")];
    for (made, position) in decisions.iter().zip([11, 12]) {
        store.record_decision(made, now()).await.unwrap();
        store.settle(made.decision.id(), acknowledged(position)).await.unwrap();
    }
    store.record_decision(&accepted(3, &dossier, "payslip/vauban/2024-03"), now()).await.unwrap();
    store.withdraw(id(3), now()).await.unwrap();
    assert_eq!(store.prune_acknowledged(20).await, Ok(1), "the mirror lacks the first two");
    let mirror = applied(&dossier, &[&decisions[0], &decisions[1]]);
    store.put_snapshot(12, &mirror).await.unwrap();
    assert_eq!(store.prune_acknowledged(10).await, Ok(0), "no backup has them");
    assert_eq!(store.prune_acknowledged(11).await, Ok(1));
    assert_eq!(journaled(folder.path()), [id(2)], "the journal forgets with the outbox");
    assert_eq!(store.view(dossier.id).await.unwrap().unwrap().fold.dossier, mirror);
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.outbox().await.unwrap().len(), 1);
    assert!(store.opening_report().resealed.is_empty());
}

#[tokio::test]
async fn a_restored_service_is_sent_everything_that_is_kept() {
    let (_folder, store, dossier) = with_dossier().await;
    for (number, slot) in [(1, "cv"), (2, "unit/NFA031"), (3, "payslip/vauban/2024-03")] {
        store.record_decision(&accepted(number, &dossier, slot), now()).await.unwrap();
    }
    store.settle(id(1), acknowledged(11)).await.unwrap();
    store.settle(id(2), refused()).await.unwrap();
    assert_eq!(store.replay_acknowledged().await, Ok(1));
    assert_eq!(pending(&store).await, [id(1), id(3)], "in the order they were made");
}
