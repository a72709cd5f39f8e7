//! Signing in, refreshing, ending, revoking.

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::SignedDuration;
use lutrin_central::db::Standing;
use lutrin_central::reviewers::set_standing;
use lutrin_central::sign_in::{Pace, SignInLimits};
use lutrin_domain::id::DeviceId;
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::ProblemCode;
use lutrin_protocol::session::{Secret, SessionResponse};
use reqwest::{Method, StatusCode};
use uuid::Uuid;

use crate::support::*;

#[tokio::test]
async fn the_right_password_opens_a_session() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let session = nadia.session();
    assert_eq!(session.reviewer.name, "nadia");
    assert!(session.journal_recipient.starts_with("age1"));
    assert_eq!(session.expires_at.duration_since(session.server_time).as_secs(), 300);
    assert_eq!(nadia.get(endpoint::CHANGES).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_one_answer() {
    let world = World::start().await;
    let device = Device::unknown(&world);
    for (login, password) in [("nadia", "faux"), ("personne", PASSWORD)] {
        let response = device.sign_in(login, password).await;
        assert_eq!(code(response).await, ProblemCode::BadCredentials);
    }
}

#[tokio::test]
async fn without_or_with_an_unknown_token_one_is_asked_to_sign_in() {
    let world = World::start().await;
    let none = world.request(Method::GET, endpoint::CHANGES).send().await.unwrap();
    assert_eq!(none.headers()["www-authenticate"], "Bearer");
    assert_eq!(code(none).await, ProblemCode::Unauthenticated);
    let unknown = world.request(Method::GET, endpoint::CHANGES).bearer_auth("x");
    assert_eq!(code(unknown.send().await.unwrap()).await, ProblemCode::Unauthenticated);
}

#[tokio::test]
async fn an_access_token_works_five_minutes() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    world.clock.advance(SignedDuration::from_secs(299));
    assert_eq!(nadia.get(endpoint::CHANGES).await.status(), StatusCode::OK);
    world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(code(nadia.get(endpoint::CHANGES).await).await, ProblemCode::Unauthenticated);
}

#[tokio::test]
async fn a_refresh_token_gives_the_next_and_is_used_up() {
    let world = World::start().await;
    let mut nadia = world.device("nadia").await;
    let first = nadia.session().refresh_token.clone();
    world.clock.advance(SignedDuration::from_hours(1));
    let next: SessionResponse = refresh(&world, &first).await.json().await.unwrap();
    let second = next.refresh_token.clone();
    assert_ne!(first.expose(), second.expose());
    nadia.session = Some(next);
    assert_eq!(nadia.get(endpoint::CHANGES).await.status(), StatusCode::OK);

    // The first one again: at once it is a copy of the request, and ends nothing.
    assert_eq!(code(refresh(&world, &first).await).await, ProblemCode::SessionEnded);
    assert_eq!(nadia.get(endpoint::CHANGES).await.status(), StatusCode::OK);
    // Later somebody has a copy of the token, so the whole session ends.
    world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(code(refresh(&world, &first).await).await, ProblemCode::SessionEnded);
    assert_eq!(code(nadia.get(endpoint::CHANGES).await).await, ProblemCode::Unauthenticated);
    assert_eq!(code(refresh(&world, &second).await).await, ProblemCode::SessionEnded);
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_is_asked_again() {
    let world = World::start().await;
    let mut nadia = world.device("nadia").await;
    let shown = nadia.session().refresh_token.clone();
    let lost: SessionResponse = refresh(&world, &shown).await.json().await.unwrap();
    let next: SessionResponse = refresh(&world, &shown).await.json().await.unwrap();
    assert_ne!(lost.refresh_token.expose(), next.refresh_token.expose());
    // Whoever caught the lost answer has nothing, and cannot end the session.
    nadia.session = Some(lost.clone());
    assert_eq!(code(nadia.get(endpoint::CHANGES).await).await, ProblemCode::Unauthenticated);
    assert_eq!(code(refresh(&world, &lost.refresh_token).await).await, ProblemCode::SessionEnded);
    nadia.session = Some(next.clone());
    assert_eq!(nadia.get(endpoint::CHANGES).await.status(), StatusCode::OK);
    let kept = world.data().db.journal(0, 100).await.unwrap();
    assert_eq!(kept.last().unwrap().entry.outcome, "repeated");

    // Now that the answer arrived, the old one again is somebody else's.
    world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(code(refresh(&world, &shown).await).await, ProblemCode::SessionEnded);
    assert_eq!(code(nadia.get(endpoint::CHANGES).await).await, ProblemCode::Unauthenticated);
    assert_eq!(code(refresh(&world, &next.refresh_token).await).await, ProblemCode::SessionEnded);
    let kept = world.data().db.journal(0, 100).await.unwrap();
    assert_eq!(kept.last().unwrap().entry.action, "refresh_reused");
}

#[tokio::test]
async fn an_answer_used_to_refresh_has_arrived() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let first = nadia.session().refresh_token.clone();
    let second: SessionResponse = refresh(&world, &first).await.json().await.unwrap();
    assert_eq!(refresh(&world, &second.refresh_token).await.status(), StatusCode::OK);
    assert_eq!(code(refresh(&world, &first).await).await, ProblemCode::SessionEnded);
}

#[tokio::test]
async fn a_refresh_token_works_a_month() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    world.clock.advance(SignedDuration::from_hours(30 * 24));
    let response = refresh(&world, &nadia.session().refresh_token).await;
    assert_eq!(code(response).await, ProblemCode::SessionEnded);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let ended = nadia.request(Method::DELETE, endpoint::CURRENT_SESSION).send().await.unwrap();
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(nadia.get(endpoint::CHANGES).await).await, ProblemCode::Unauthenticated);
    let response = refresh(&world, &nadia.session().refresh_token).await;
    assert_eq!(code(response).await, ProblemCode::SessionEnded);
}

#[tokio::test]
async fn a_revoked_device_is_told_so_everywhere() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let data = world.other_data().await;
    assert!(data.db.revoke_device(nadia.id, &data.command_trace()).await.unwrap());
    assert_eq!(code(nadia.get(endpoint::CHANGES).await).await, ProblemCode::DeviceRevoked);
    let refreshed = refresh(&world, &nadia.session().refresh_token).await;
    assert_eq!(code(refreshed).await, ProblemCode::DeviceRevoked);
    let again = nadia.sign_in("nadia", PASSWORD).await;
    assert_eq!(code(again).await, ProblemCode::DeviceRevoked);
    // Her other machine goes on.
    let other = world.device("nadia").await;
    assert_eq!(other.get(endpoint::CHANGES).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_device_is_one_reviewers_and_keeps_its_key() {
    let world = World::start().await;
    let mut nadia = world.device("nadia").await;
    let taken = nadia.sign_in("paul", PASSWORD).await;
    assert_eq!(code(taken).await, ProblemCode::Unprocessable);
    nadia.key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    let other_key = nadia.sign_in("nadia", PASSWORD).await;
    assert_eq!(code(other_key).await, ProblemCode::Unprocessable);
}

#[tokio::test]
async fn a_key_that_signs_nothing_is_refused() {
    let world = World::start().await;
    // The neutral element: every signature would verify.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    for key in [hex::encode(neutral), "abc".to_owned(), String::new()] {
        let body = serde_json::json!({
            "login": "nadia", "password": PASSWORD, "device": DeviceId(Uuid::now_v7()),
            "device_name": "un portable", "device_key": key,
        });
        let response = world.request(Method::POST, endpoint::SESSIONS).json(&body).send().await;
        assert_eq!(code(response.unwrap()).await, ProblemCode::Unprocessable);
    }
}

#[tokio::test]
async fn too_many_attempts_are_told_to_wait() {
    let slow =
        |burst| Pace { burst: NonZeroU32::new(burst).unwrap(), period: Duration::from_secs(600) };
    let world = World::start_with(|mut settings| {
        settings.sign_in =
            SignInLimits { login: slow(2), address: slow(100), ..SignInLimits::default() };
        settings
    })
    .await;
    let device = Device::unknown(&world);
    for _ in 0..2 {
        let wrong = device.sign_in("nadia", "faux").await;
        assert_eq!(code(wrong).await, ProblemCode::BadCredentials);
    }
    let response = device.sign_in("nadia", PASSWORD).await;
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=601).contains(&wait), "{wait}");
    assert_eq!(code(response).await, ProblemCode::TooMany);
    // Somebody else is not held up.
    assert_eq!(Device::unknown(&world).sign_in("paul", PASSWORD).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn of_a_thousand_passwords_tried_on_one_login_few_are_looked_at() {
    let period = Duration::from_millis(300);
    let world = World::start_with(|mut settings| {
        let many = Pace { burst: NonZeroU32::new(100_000).unwrap(), period };
        let login = Pace { burst: NonZeroU32::new(10).unwrap(), period };
        settings.sign_in = SignInLimits { login, address: many, ..SignInLimits::default() };
        settings
    })
    .await;
    let device = Device::unknown(&world);
    let started = std::time::Instant::now();
    let mut looked_at = 0;
    for _ in 0..1_000 {
        match code(device.sign_in("nadia", "faux").await).await {
            ProblemCode::BadCredentials => looked_at += 1,
            other => assert_eq!(other, ProblemCode::TooMany),
        }
    }
    let due = 11 + started.elapsed().as_millis() / period.as_millis();
    assert!((10..=due).contains(&looked_at), "{looked_at} of 1,000 looked at, {due} at most");
    assert_eq!(Device::unknown(&world).sign_in("paul", PASSWORD).await.status(), StatusCode::OK);
    // The right one is let in as soon as it is its turn.
    let deadline = started + Duration::from_secs(60);
    while device.sign_in("nadia", PASSWORD).await.status() != StatusCode::OK {
        assert!(std::time::Instant::now() < deadline);
        tokio::time::sleep(period).await;
    }
}

#[tokio::test]
async fn of_a_thousand_logins_tried_from_one_address_few_are_looked_at() {
    let period = Duration::from_millis(500);
    let world = World::start_with(|mut settings| {
        let address = Pace { burst: NonZeroU32::new(20).unwrap(), period };
        settings.sign_in = SignInLimits { address, ..SignInLimits::default() };
        settings
    })
    .await;
    let device = Device::unknown(&world);
    let started = std::time::Instant::now();
    let mut looked_at = 0;
    for number in 0..1_000 {
        match code(device.sign_in(&format!("login {number}"), "faux").await).await {
            ProblemCode::BadCredentials => looked_at += 1,
            other => assert_eq!(other, ProblemCode::TooMany),
        }
    }
    let due = 21 + started.elapsed().as_millis() / period.as_millis();
    assert!((20..=due).contains(&looked_at), "{looked_at} of 1,000 looked at, {due} at most");
}

#[tokio::test]
async fn refreshes_and_requests_of_a_session_have_a_pace() {
    let world = World::start_with(|mut settings| {
        let slow = Pace { burst: NonZeroU32::new(2).unwrap(), period: Duration::from_secs(600) };
        settings.sign_in = SignInLimits { refresh: slow, session: slow, ..SignInLimits::default() };
        settings
    })
    .await;
    let nadia = world.device("nadia").await;
    let token = Secret("unknown".into());
    for expected in [ProblemCode::SessionEnded, ProblemCode::SessionEnded, ProblemCode::TooMany] {
        assert_eq!(code(refresh(&world, &token).await).await, expected);
    }
    for _ in 0..2 {
        assert_eq!(nadia.get(endpoint::CHANGES).await.status(), StatusCode::OK);
    }
    assert_eq!(code(nadia.get(endpoint::CHANGES).await).await, ProblemCode::TooMany);
    let other = world.device("nadia").await;
    assert_eq!(other.get(endpoint::CHANGES).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_disabled_account_is_told_so_to_whoever_knows_its_password() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let data = world.other_data().await;
    set_standing(&data, "nadia", Standing::Disabled).await.unwrap();
    assert_eq!(code(nadia.get(endpoint::CHANGES).await).await, ProblemCode::Unauthenticated);
    let refreshed = refresh(&world, &nadia.session().refresh_token).await;
    assert_eq!(code(refreshed).await, ProblemCode::AccountDisabled);
    let right = nadia.sign_in("nadia", PASSWORD).await;
    assert_eq!(code(right).await, ProblemCode::AccountDisabled);
    assert_eq!(code(nadia.sign_in("nadia", "faux").await).await, ProblemCode::BadCredentials);
    assert_eq!(world.device("paul").await.get(endpoint::CHANGES).await.status(), StatusCode::OK);
    set_standing(&data, "nadia", Standing::Enabled).await.unwrap();
    assert_eq!(nadia.sign_in("nadia", PASSWORD).await.status(), StatusCode::OK);
}
