//! What the reviewer sees: the mirror with the outbox folded over it.

use lutrin_domain::apply::fold;
use lutrin_domain::decision::VerdictOutcome;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{DossierState, SlotState};
use lutrin_domain::id::{CenterCode, SlotKey};
use lutrin_domain::refusal::Refusal;
use lutrin_store::{PushOutcome, SummaryFilter, ViewError};

use crate::given::{
    accepted, applied, catalogue, dossier, fresh, id, now, replaced, revoked, settled, verdict,
    with_dossier,
};

#[tokio::test]
async fn the_view_is_the_fold_of_mirror_and_outbox() {
    let (_folder, store, dossier) = with_dossier().await;
    let made = [
        accepted(1, &dossier, "cv"),
        verdict(2, &dossier, "cv", VerdictOutcome::Rejected, Some(1)),
        accepted(3, &dossier, "unit/NFA031"),
        revoked(4, &dossier, "unit/NFA031", 3),
        // Based on nothing where something stands: refused here, sent all the same.
        verdict(5, &dossier, "cv", VerdictOutcome::SecondLook, None),
    ];
    for stamped in &made {
        store.record_decision(stamped, now()).await.unwrap();
    }
    let view = store.view(dossier.id).await.unwrap().unwrap();
    assert_eq!(view.fold, fold(&catalogue(), dossier.clone(), &made));
    assert_eq!(view.fold.refused.len(), 1);
    assert_eq!((view.position, view.unsent.len()), (10, 5));
}

#[tokio::test]
async fn w01_a_verdict_on_a_replaced_file_is_history() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let newer = replaced(dossier.clone(), "cv");
    store.put_snapshot(11, &newer).await.unwrap();
    let view = store.view(dossier.id).await.unwrap().unwrap();
    let by = newer.slot(&SlotKey::new("cv")).unwrap().deposits.last().unwrap().id;
    assert_eq!(view.fold.refused, [(id(1), Refusal::Superseded { by })]);
    assert_eq!(view.fold.dossier, newer, "the new version waits for its own verdict");
    assert_eq!(view.unsent.len(), 1, "it is still sent, so that history is complete");
}

#[tokio::test]
async fn a_refused_decision_in_the_middle_takes_only_what_builds_on_it() {
    let (_folder, store, dossier) = with_dossier().await;
    let other = accepted(3, &dossier, "unit/NFA031");
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let second = verdict(2, &dossier, "cv", VerdictOutcome::Rejected, Some(1));
    store.record_decision(&second, now()).await.unwrap();
    store.record_decision(&other, now()).await.unwrap();
    let refusal = Refusal::OutOfScope;
    let outcome = PushOutcome::Refused { refusal: refusal.clone(), held: None };
    settled(&store, 1, outcome).await;
    let view = store.view(dossier.id).await.unwrap().unwrap();
    let depends = Refusal::DependsOnRefused { refused: id(1) };
    assert_eq!(view.fold.refused, [(id(1), refusal), (id(2), depends)]);
    assert_eq!(view.fold.dossier, applied(&dossier, &[&other]));
}

#[tokio::test]
async fn a_withdrawn_decision_has_no_effect() {
    let (_folder, store, dossier) = with_dossier().await;
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    store.withdraw(id(1), now()).await.unwrap();
    let view = store.view(dossier.id).await.unwrap().unwrap();
    assert_eq!(view.fold.dossier, dossier);
    assert!(view.fold.refused.is_empty() && view.unsent.is_empty());
}

#[tokio::test]
async fn an_acknowledged_decision_shows_before_and_after_the_mirror_has_it() {
    let (_folder, store, dossier) = with_dossier().await;
    let made = accepted(1, &dossier, "cv");
    store.record_decision(&made, now()).await.unwrap();
    let acknowledged = PushOutcome::Acknowledged { position: 11, received_at: now() };
    settled(&store, 1, acknowledged).await;
    let after = applied(&dossier, &[&made]);
    assert_eq!(store.view(dossier.id).await.unwrap().unwrap().fold.dossier, after);
    let listed = store.summary(dossier.id).await.unwrap().unwrap();
    assert_eq!((listed.summary.pieces.fine, listed.unsent), (1, 0));
    store.put_snapshot(11, &after).await.unwrap();
    let view = store.view(dossier.id).await.unwrap().unwrap();
    assert_eq!((view.fold.dossier, view.fold.refused), (after, Vec::new()));
}

#[tokio::test]
async fn without_its_catalogue_a_dossier_is_listed_and_not_opened() {
    let (_folder, store) = fresh().await;
    let dossier = dossier(1);
    store.put_snapshot(10, &dossier).await.unwrap();
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let missing = ViewError::CatalogueMissing { catalogue: dossier.catalogue };
    assert_eq!(store.view(dossier.id).await.unwrap_err(), missing);
    assert_eq!(store.summary(dossier.id).await.unwrap().unwrap().unsent, 1);
    assert_eq!(store.missing_catalogues().await.unwrap(), [dossier.catalogue]);
    let hash = store.put_catalogue(&crate::given::catalogue_text()).await.unwrap();
    assert_eq!(hash, dossier.catalogue);
    assert!(store.missing_catalogues().await.unwrap().is_empty());
    let view = store.view(dossier.id).await.unwrap().unwrap();
    assert_eq!(*view.catalogue, catalogue());
    assert!(store.put_catalogue("not a catalogue").await.is_err());
    assert_eq!(store.catalogue(Digest::of(b"other")).await.unwrap(), None);
}

#[tokio::test]
async fn lists_show_what_the_outbox_changes() {
    let (_folder, store, dossier) = with_dossier().await;
    let before = store.summary(dossier.id).await.unwrap().unwrap();
    assert_eq!((before.summary.pieces.open, before.unsent, before.held), (3, 0, true));
    store.record_decision(&accepted(1, &dossier, "cv"), now()).await.unwrap();
    let rejected = verdict(2, &dossier, "unit/NFA031", VerdictOutcome::Rejected, None);
    store.record_decision(&rejected, now()).await.unwrap();
    let listed = store.summaries(SummaryFilter::default()).await.unwrap();
    let pieces = listed[0].summary.pieces;
    assert_eq!((pieces.fine, pieces.issues, pieces.open), (1, 1, 1));
    assert_eq!(listed[0].unsent, 2);
    store.withdraw(id(2), now()).await.unwrap();
    let pieces = store.summary(dossier.id).await.unwrap().unwrap().summary.pieces;
    assert_eq!((pieces.fine, pieces.issues, pieces.open), (1, 0, 2));
    let view = store.view(dossier.id).await.unwrap().unwrap();
    let slot = view.fold.dossier.slot(&SlotKey::new("cv")).unwrap().state();
    assert_eq!(slot, SlotState::Accepted);
}

#[tokio::test]
async fn lists_are_filtered_and_sorted_by_name() {
    let (_folder, store) = fresh().await;
    for number in [3, 1, 2] {
        store.put_snapshot(10, &dossier(number)).await.unwrap();
    }
    let ids = async |filter: SummaryFilter| {
        let listed = store.summaries(filter).await.unwrap();
        listed.iter().map(|listed| listed.summary.id).collect::<Vec<_>>()
    };
    let all = [dossier(1).id, dossier(2).id, dossier(3).id];
    assert_eq!(ids(SummaryFilter::default()).await, all);
    let by_words = |words: &str| SummaryFilter { words: Some(words.into()), ..Default::default() };
    assert_eq!(ids(by_words("lefevre2 zenobie")).await, [dossier(2).id]);
    assert_eq!(ids(by_words("d3-2026-000003")).await, [dossier(3).id]);
    assert!(ids(by_words("nobody")).await.is_empty());
    let states = vec![DossierState::DnfReview];
    assert!(ids(SummaryFilter { states, ..Default::default() }).await.is_empty());
    let centers = vec![CenterCode::new("BFC")];
    assert_eq!(ids(SummaryFilter { centers, ..Default::default() }).await, all);
}
