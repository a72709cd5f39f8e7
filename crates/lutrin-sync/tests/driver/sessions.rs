//! Tokens on a network that sends requests twice.

use std::sync::atomic::{AtomicU32, Ordering};

use lutrin_protocol::problem::ProblemCode;
use lutrin_sync::progress::Contact;

use crate::given::{Machine, usual};
use crate::scripted::{Asked, Reply, Scripted};

fn shown(asked: &Asked) -> Option<&str> {
    asked.body["refresh_token"].as_str()
}

/// The usual session with another refresh token.
fn session(asked: &Asked, next: &str) -> Reply {
    let Reply::Json(mut session) = usual(asked) else { unreachable!() };
    session["refresh_token"] = next.into();
    Reply::Json(session)
}

#[tokio::test]
async fn an_answer_that_the_service_took_back_costs_no_password() {
    let refused = AtomicU32::new(0);
    let service = Scripted::start(move |asked| match (asked.what.as_str(), shown(asked)) {
        // What came first was taken back: the network had sent the request twice.
        (_, Some("r")) if refused.load(Ordering::Relaxed) == 0 => session(asked, "taken back"),
        (_, Some("r")) => session(asked, "the next"),
        (_, Some(_)) => Reply::Problem(ProblemCode::SessionEnded),
        (what, _) if what.contains("/changes") && refused.fetch_add(1, Ordering::Relaxed) == 0 => {
            Reply::Problem(ProblemCode::Unauthenticated)
        }
        _ => usual(asked),
    })
    .await;
    let machine = Machine::new(&service, &[]).await;
    machine.shows("the exchange goes on", |progress| progress.contact == Contact::Online).await;
    let asked = service.asked("POST /v1/sessions/refresh");
    let asked: Vec<_> = asked.iter().filter_map(shown).collect();
    assert_eq!(asked, ["r", "taken back", "r"]);
    let kept = machine.store.refresh_token().await.unwrap().unwrap();
    assert_eq!(kept.expose(), "the next");
}

#[tokio::test]
async fn what_worked_before_is_not_shown_again_once_the_session_ends() {
    let asked_for_changes = AtomicU32::new(0);
    let service = Scripted::start(move |asked| match (asked.what.as_str(), shown(asked)) {
        (_, Some("r")) => session(asked, "the next"),
        (_, Some(_)) => Reply::Problem(ProblemCode::SessionEnded),
        (what, _)
            if what.contains("/changes")
                && asked_for_changes.fetch_add(1, Ordering::Relaxed) > 0 =>
        {
            Reply::Problem(ProblemCode::Unauthenticated)
        }
        _ => usual(asked),
    })
    .await;
    let machine = Machine::new(&service, &[]).await;
    machine.shows("one exchange went well", |progress| progress.contact == Contact::Online).await;
    machine.exchange.nudge();
    machine.shows("sign in", |progress| progress.contact == Contact::SignInNeeded).await;
    let asked = service.asked("POST /v1/sessions/refresh");
    let asked: Vec<_> = asked.iter().filter_map(shown).collect();
    assert_eq!(asked, ["r", "the next"], "an old token would look stolen");
}
