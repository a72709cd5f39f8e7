//! Decisions on their way out.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use lutrin_protocol::problem::ProblemCode;
use lutrin_store::{ChangesBatch, OutboxState};
use lutrin_sync::progress::Contact;
use serde_json::json;

use crate::given::{FIRST, Machine, RESTORED, applied, changes, dossier, id, pushed, usual};
use crate::scripted::{Reply, Scripted};

const BOTH: [(u128, &str); 2] = [(1, "cv"), (2, "unit/NFA031")];

#[tokio::test]
async fn a_decision_the_service_cannot_read_is_told_and_the_others_arrive() {
    let service = Scripted::start(|asked| {
        if pushed(asked).contains(&id(1)) {
            Reply::Problem(ProblemCode::Malformed)
        } else {
            usual(asked)
        }
    })
    .await;
    let machine = Machine::new(&service, &BOTH).await;
    machine.until("the other arrives", async |machine| machine.is_acknowledged(2).await).await;
    let entry = machine.store.outbox_entry(id(1)).await.unwrap().unwrap();
    assert_eq!(entry.state, OutboxState::Pending);
    let trouble = entry.trouble.unwrap();
    assert_eq!(
        (trouble.code.as_str(), trouble.request.as_deref()),
        ("malformed", Some("request-7"))
    );
}

#[tokio::test]
async fn a_decision_left_out_of_an_answer_is_sent_again() {
    let service = Scripted::start(|asked| match pushed(asked).as_slice() {
        [_, second] => applied(FIRST, &[*second]),
        _ => usual(asked),
    })
    .await;
    let machine = Machine::new(&service, &BOTH).await;
    machine.until("one arrives", async |machine| machine.is_acknowledged(2).await).await;
    machine.shows("the round is over", |progress| progress.contact == Contact::Online).await;
    machine.exchange.nudge();
    machine.until("both arrive", async |machine| machine.is_acknowledged(1).await).await;
}

#[tokio::test]
async fn a_service_that_lacks_the_catalogue_has_refused_nothing() {
    let service = Scripted::start(|asked| {
        if pushed(asked).is_empty() {
            return usual(asked);
        }
        let refusal = json!({"code": "catalogue_missing"});
        let results = json!([{"decision": id(1), "outcome": "refused", "refusal": refusal}]);
        Reply::Json(json!({"results": results, "server_time": "2026-11-21T09:00:00Z"}))
    })
    .await;
    let machine = Machine::new(&service, &BOTH[..1]).await;
    machine.shows("the round is over", |progress| progress.contact == Contact::Online).await;
    assert_eq!(machine.state(1).await, OutboxState::Pending);
}

#[tokio::test]
async fn a_restored_service_is_told_what_is_carried_and_sent_what_it_lost() {
    static RESTORED_NOW: AtomicBool = AtomicBool::new(false);
    let service = Scripted::start(|asked| {
        let restored = RESTORED_NOW.load(Ordering::Relaxed);
        match asked.what.as_str() {
            what if !restored || !what.contains(" /v1/changes") && !what.contains("decisions") => {
                usual(asked)
            }
            "GET /v1/changes" => changes(RESTORED, 5, &json!([])),
            "POST /v1/changes/compare" => Reply::Problem(ProblemCode::CursorGone),
            what if what.contains(&FIRST.to_string()) => Reply::Problem(ProblemCode::CursorGone),
            what if what.contains("changes") => changes(RESTORED, 5, &json!([])),
            _ => applied(RESTORED, &pushed(asked)),
        }
    })
    .await;
    let machine = Machine::new(&service, &BOTH[..1]).await;
    machine.until("it arrives", async |machine| machine.is_acknowledged(1).await).await;
    machine.shows("the round is over", |progress| progress.contact == Contact::Online).await;
    assert!(service.asked("PUT /v1/carried").is_empty());
    RESTORED_NOW.store(true, Ordering::Relaxed);
    machine.exchange.nudge();
    machine
        .until("it is sent again", async |_| service.asked("POST /v1/decisions").len() == 2)
        .await;
    // Once more once its epoch is known: it may have been put back in between.
    assert!(!service.asked("PUT /v1/carried").is_empty());
    // The dossier it does not name any more is all that is carried: a person is asked.
    let shown = machine.shows("a person is asked", |progress| !progress.removal.is_empty()).await;
    assert_eq!(shown.removal.len(), 1);
}

#[tokio::test]
async fn an_ended_session_waits_for_a_person_and_hides_nothing() {
    let service = Scripted::start(|asked| match asked.what.as_str() {
        "POST /v1/sessions/refresh" => Reply::Problem(ProblemCode::SessionEnded),
        _ => usual(asked),
    })
    .await;
    let machine = Machine::new(&service, &BOTH).await;
    let shown =
        machine.shows("it asks", |progress| progress.contact == Contact::SignInNeeded).await;
    assert_eq!(shown.next_attempt, None, "asking again with a used token helps nobody");
    assert!(service.asked("POST /v1/decisions").is_empty());
    let entry = machine.store.outbox_entry(id(1)).await.unwrap().unwrap();
    assert!(!entry.may_have_left, "it can still be withdrawn");
}

#[tokio::test]
async fn what_the_service_says_is_heard_where_nothing_can_be_erased() {
    static REVOKED: AtomicBool = AtomicBool::new(false);
    let service = Scripted::start(|asked| match REVOKED.load(Ordering::Relaxed) {
        true => Reply::Problem(ProblemCode::DeviceRevoked),
        false => usual(asked),
    })
    .await;
    let machine = Machine::new(&service, &[]).await;
    machine.shows("one exchange went well", |progress| progress.contact == Contact::Online).await;
    // A text was begun on a dossier that leaves, and the file it is put apart in cannot be
    // written.
    let (store, left) = (&machine.store, dossier().id);
    store
        .save_draft(left, "note", "un mot", "2026-11-21T09:00:00Z".parse().unwrap())
        .await
        .unwrap();
    std::fs::create_dir(machine.folder.path().join("profile/apart.sealed")).unwrap();
    let leaves = ChangesBatch { removes: vec![(40, left)], ..ChangesBatch::default() };
    store.apply_changes(leaves).await.unwrap();
    REVOKED.store(true, Ordering::Relaxed);
    machine.exchange.nudge();
    let shown = machine.shows("the exchange stopped", |progress| progress.error.is_some()).await;
    assert_eq!(shown.error.unwrap().code(), "device_revoked");
}

#[tokio::test]
async fn a_service_that_tells_of_a_change_is_asked_at_once() {
    static PAGES: AtomicU32 = AtomicU32::new(0);
    let service = Scripted::start(|asked| match asked.what.split('?').next().unwrap() {
        "GET /v1/about" => crate::given::about(&["events"]),
        "GET /v1/events" => {
            Reply::Events(":\n\nevent: changed\nid: 31\ndata: {\"position\":31}\n\n".into())
        }
        "GET /v1/changes" => {
            PAGES.fetch_add(1, Ordering::Relaxed);
            usual(asked)
        }
        _ => usual(asked),
    })
    .await;
    let machine = Machine::new(&service, &[]).await;
    machine.shows("it listens", |progress| progress.listening).await;
    machine.until("it asks", async |_| PAGES.load(Ordering::Relaxed) >= 2).await;
}
