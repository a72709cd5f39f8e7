//! The feed, what is carried, juries, and scope.

use lutrin_central::deposit::deposit_bytes;
use lutrin_central::reviewers::set_scope;
use lutrin_domain::id::{CenterCode, DossierId, SlotKey};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Scope;
use lutrin_protocol::changes::{Change, ChangesResponse, CompareRequest, HeldDossier};
use lutrin_protocol::endpoint;
use lutrin_protocol::juries::{CarriedResponse, CarryRequest, JuriesResponse};
use lutrin_protocol::limits::{COMPARED_DOSSIERS, SNAPSHOTS_PAGE};
use lutrin_protocol::problem::ProblemCode;
use lutrin_protocol::push::PushOutcome;
use reqwest::{Method, StatusCode};
use uuid::Uuid;

use crate::support::*;

fn positions(changes: &[Change]) -> Vec<u64> {
    changes
        .iter()
        .map(|change| match change {
            Change::Put { position, .. } | Change::Remove { position, .. } => *position,
        })
        .collect()
}

fn ids(changes: &[Change]) -> Vec<DossierId> {
    changes
        .iter()
        .map(|change| match change {
            Change::Put { summary, .. } => summary.id,
            Change::Remove { dossier, .. } => *dossier,
        })
        .collect()
}

fn snapshots(changes: &[Change]) -> usize {
    let whole = |change: &&Change| matches!(change, Change::Put { snapshot: Some(_), .. });
    changes.iter().filter(whole).count()
}

async fn carry(device: &Device<'_>, carry: &CarryRequest) -> CarriedResponse {
    let request = device.request(Method::PUT, endpoint::CARRIED).json(carry);
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn each_dossier_stands_once_with_its_newest_state() {
    let world = World::start().await;
    let first = world.dossier("A", "BES").await;
    let second = world.dossier("B", "LYO").await;
    let slot = SlotKey::new("cv");
    deposit_bytes(world.data(), first.id, &slot, "cv 2.pdf", "v2".into()).await.unwrap();
    let nadia = world.device("nadia").await;
    let page = nadia.changes(None).await;
    assert_eq!(ids(&page.changes), [second.id, first.id]);
    assert_eq!(positions(&page.changes), [2, 3]);
    assert!(!page.more);
    assert_eq!(page.cursor.position, 3);
    assert_eq!(snapshots(&page.changes), 0, "nothing is carried");
}

#[tokio::test]
async fn nothing_new_is_an_empty_page_with_the_same_cursor() {
    let world = World::start().await;
    world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let page = nadia.changes(None).await;
    let again = nadia.changes(Some(&page.cursor.to_string())).await;
    assert!(again.changes.is_empty());
    assert_eq!(again.cursor, page.cursor);
    assert_eq!(again.juries_rev, page.juries_rev);
}

#[tokio::test]
async fn what_is_carried_comes_whole_and_in_pages() {
    let world = World::start().await;
    let jury = world.jury(1, "2027-01-15").await;
    for number in 0..SNAPSHOTS_PAGE + 3 {
        let mut intake = intake(&format!("C{number:02}"), "BES");
        intake.jury = Some(jury.id);
        world.dossier_of(intake).await;
    }
    let alone = world.dossier("D", "BES").await;
    let nadia = world.device("nadia").await;
    let asked = CarryRequest { juries: vec![jury.id], dossiers: vec![] };
    let carried = carry(&nadia, &asked).await;
    assert_eq!(carried.carry, asked);
    assert_eq!(carried.dossiers.len(), SNAPSHOTS_PAGE + 3);

    let first = nadia.changes(None).await;
    assert!(first.more);
    assert_eq!(snapshots(&first.changes), SNAPSHOTS_PAGE);
    let rest = nadia.changes(Some(&first.cursor.to_string())).await;
    assert!(!rest.more);
    assert_eq!(snapshots(&rest.changes), 3);
    assert_eq!(ids(&rest.changes).last(), Some(&alone.id));
    assert_eq!(first.changes.len() + rest.changes.len(), SNAPSHOTS_PAGE + 4);
}

#[tokio::test]
async fn what_is_carried_is_each_devices_own() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let [one, two] = [world.device("nadia").await, world.device("nadia").await];
    let asked = CarryRequest { juries: vec![], dossiers: vec![dossier.id] };
    assert_eq!(carry(&one, &asked).await.dossiers, [dossier.id]);
    assert_eq!(snapshots(&one.changes(None).await.changes), 1);
    assert_eq!(snapshots(&two.changes(None).await.changes), 0);
    let carried = carry(&one, &CarryRequest::default()).await;
    assert!(carried.dossiers.is_empty());
    let shown: CarriedResponse = one.get(endpoint::CARRIED).await.json().await.unwrap();
    assert_eq!(shown, carried);
}

#[tokio::test]
async fn a_cursor_from_elsewhere_is_gone() {
    let world = World::start().await;
    world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let cursor = nadia.changes(None).await.cursor;
    let mut other_epoch = cursor;
    other_epoch.epoch = Uuid::from_u128(1);
    let mut other_scope = cursor;
    other_scope.scope_rev += 1;
    let mut future = cursor;
    future.position += 1;
    for gone in [other_epoch, other_scope, future] {
        let response = nadia.get(&format!("{}?cursor={gone}", endpoint::CHANGES)).await;
        assert_eq!(response.status(), StatusCode::GONE);
        assert_eq!(code(response).await, ProblemCode::CursorGone);
    }
    let response = nadia.get(&format!("{}?cursor=hier", endpoint::CHANGES)).await;
    assert_eq!(code(response).await, ProblemCode::Malformed);
}

#[tokio::test]
async fn w12_a_reviewer_of_a_centre_sees_its_dossiers_only() {
    let world = World::start().await;
    let ours = world.dossier("A", "BES").await;
    let theirs = world.dossier("B", "LYO").await;
    let paul = world.device("paul").await;
    let page = paul.changes(None).await;
    assert_eq!(ids(&page.changes), [ours.id]);
    assert_eq!(page.cursor.position, 2, "what others' dossiers did is not asked for again");
    assert_eq!(paul.snapshot(ours.id).await.dossier, ours);
    for id in [theirs.id, DossierId(Uuid::from_u128(404))] {
        let response = paul.get(&endpoint::dossier(id)).await;
        assert_eq!(code(response).await, ProblemCode::NotFound);
    }
    assert_eq!(code(paul.get("/v1/dossiers/A").await).await, ProblemCode::NotFound);
    let asked = CarryRequest { juries: vec![], dossiers: vec![ours.id, theirs.id] };
    assert_eq!(carry(&paul, &asked).await.dossiers, [ours.id]);
}

#[tokio::test]
async fn juries_come_next_first_with_their_dossiers() {
    let world = World::start().await;
    let past = world.jury(1, "2026-07-17").await;
    let later = world.jury(2, "2027-03-12").await;
    let next = world.jury(3, "2026-12-11").await;
    let before: JuriesResponse =
        world.device("nadia").await.get(endpoint::JURIES).await.json().await.unwrap();
    let mut joining = intake("B", "BES");
    joining.jury = Some(next.id);
    let dossier = world.dossier_of(joining).await;

    let nadia: JuriesResponse =
        world.device("nadia").await.get(endpoint::JURIES).await.json().await.unwrap();
    let order: Vec<_> = nadia.juries.iter().map(|entry| entry.session.id).collect();
    assert_eq!(order, [next.id, later.id, past.id]);
    assert_eq!(nadia.juries[0].dossiers, [dossier.id]);
    assert!(nadia.juries_rev > before.juries_rev, "a dossier joined a sitting");
    // A centre is shown the sittings of its dossiers.
    let paul: JuriesResponse =
        world.device("paul").await.get(endpoint::JURIES).await.json().await.unwrap();
    assert_eq!(paul.juries.len(), 1);
}

#[tokio::test]
async fn an_administrator_reads_no_dossier_and_a_reviewer_administers_nothing() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let admin = world.device("administration").await;
    let dossier = endpoint::dossier(dossier.id);
    for path in [endpoint::CHANGES, endpoint::CARRIED, endpoint::JURIES, &dossier] {
        assert_eq!(code(admin.get(path).await).await, ProblemCode::NotAllowed, "{path}");
    }
    let nadia = world.device("nadia").await;
    let request = nadia.request(Method::POST, endpoint::INTAKE).json(&intake("B", "BES"));
    assert_eq!(code(request.send().await.unwrap()).await, ProblemCode::NotAllowed);
}

fn removed(changes: &[Change]) -> Vec<DossierId> {
    let removed = |change: &Change| match change {
        Change::Remove { dossier, .. } => Some(*dossier),
        Change::Put { .. } => None,
    };
    changes.iter().filter_map(removed).collect()
}

#[tokio::test]
async fn a_dossier_that_is_withdrawn_is_told_to_those_who_could_see_it() {
    let world = World::start().await;
    let dossier = world.dossier("A", "BES").await;
    let other = world.dossier("B", "LYO").await;
    let [nadia, paul] = [world.device("nadia").await, world.device("paul").await];
    let before = [nadia.changes(None).await.cursor, paul.changes(None).await.cursor];
    let trace = world.data().command_trace();
    let position = world.data().db.withdraw(dossier.id, &trace).await.unwrap().unwrap();
    assert_eq!(world.data().db.withdraw(dossier.id, &trace).await.unwrap(), None);
    for (device, cursor) in [&nadia, &paul].into_iter().zip(before) {
        let page = device.changes(Some(&cursor.to_string())).await;
        assert_eq!(removed(&page.changes), [dossier.id]);
        assert_eq!((page.changes.len(), page.cursor.position), (1, position));
    }
    let gone = nadia.get(&endpoint::dossier(dossier.id)).await;
    assert_eq!(code(gone).await, ProblemCode::NotFound);
    let file = endpoint::document(dossier.slots[0].deposits[0].sha256);
    assert_eq!(paul.get(&file).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(nadia.get(&file).await.status(), StatusCode::OK, "the other dossier has it too");
    assert_eq!(ids(&nadia.changes(None).await.changes), [other.id]);
    // Taken in again, it is the same dossier, and nobody is told to let go of it.
    let again = world.dossier("A", "BES").await;
    assert_eq!(again.id, dossier.id);
    assert_eq!(again.slots[0].deposits[0].id, dossier.slots[0].deposits[0].id);
    let page = nadia.changes(Some(&before[0].to_string())).await;
    assert_eq!((removed(&page.changes), ids(&page.changes)), (vec![], vec![dossier.id]));
}

#[tokio::test]
async fn another_scope_makes_cursors_gone_and_shows_what_it_holds() {
    let world = World::start().await;
    let ours = world.dossier("A", "BES").await;
    let theirs = world.dossier("B", "LYO").await;
    let paul = world.device("paul").await;
    let cursor = paul.changes(None).await.cursor;
    let data = world.other_data().await;
    let lyon = Scope::Centers(vec![CenterCode::new("LYO")]);
    set_scope(&data, "paul", &lyon).await.unwrap();
    let gone = paul.get(&format!("{}?cursor={cursor}", endpoint::CHANGES)).await;
    assert_eq!(code(gone).await, ProblemCode::CursorGone);
    let page = paul.changes(None).await;
    assert_eq!(ids(&page.changes), [theirs.id]);
    assert_eq!(page.cursor.scope_rev, cursor.scope_rev + 1);
    let refused = paul.push(&[paul.accept(&ours, SLOT)]).await;
    assert!(matches!(&refused[0], PushOutcome::Refused { refusal: Refusal::OutOfScope, .. }));
    assert!(set_scope(&data, "personne", &lyon).await.is_err());
    assert!(set_scope(&data, "paul", &Scope::Centers(vec![])).await.is_err());
}

#[tokio::test]
async fn after_a_change_of_scope_only_what_differs_is_told() {
    let world = World::start().await;
    let kept = world.dossier("A", "BES").await;
    let left = world.dossier("B", "BFC").await;
    let new = world.dossier("C", "LYO").await;
    let scope = |centers: [&str; 2]| Scope::Centers(centers.map(CenterCode::new).to_vec());
    set_scope(world.data(), "paul", &scope(["BES", "BFC"])).await.unwrap();
    let paul = world.device("paul").await;
    let page = paul.changes(None).await;
    assert_eq!(ids(&page.changes), [kept.id, left.id]);
    set_scope(world.data(), "paul", &scope(["BES", "LYO"])).await.unwrap();
    let gone = paul.get(&format!("{}?cursor={}", endpoint::CHANGES, page.cursor)).await;
    assert_eq!(gone.status(), StatusCode::GONE);
    let held = |dossiers: &[(DossierId, u64)]| {
        let held = dossiers.iter();
        held.map(|(dossier, position)| HeldDossier { dossier: *dossier, position: *position })
            .collect()
    };
    let epoch = page.cursor.epoch;
    let request = CompareRequest { epoch, held: held(&[(kept.id, 1), (left.id, 2)]) };
    let answer = paul.request(Method::POST, endpoint::COMPARE).json(&request);
    let differs: ChangesResponse = answer.send().await.unwrap().json().await.unwrap();
    assert_eq!(ids(&differs.changes), [left.id, new.id]);
    assert!(matches!(differs.changes[0], Change::Remove { .. }));
    assert!(!differs.more);
    let again = paul.changes(Some(&differs.cursor.to_string())).await;
    assert!(again.changes.is_empty(), "the cursor is good");
    let other = CompareRequest { epoch: Uuid::from_u128(9), held: Vec::new() };
    let answer = paul.request(Method::POST, endpoint::COMPARE).json(&other).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::GONE, "positions of another epoch say nothing");
    let held = vec![HeldDossier { dossier: kept.id, position: 1 }; COMPARED_DOSSIERS + 1];
    let too_many = CompareRequest { epoch, held };
    let answer = paul.request(Method::POST, endpoint::COMPARE).json(&too_many).send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
}
