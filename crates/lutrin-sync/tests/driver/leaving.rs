//! A machine that is shut out, and what it hands in.

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::id::DeviceId;
use lutrin_protocol::problem::ProblemCode;
use lutrin_store::Holdings;
use lutrin_sync::address::ServiceAddress;
use lutrin_sync::client::Client;
use lutrin_sync::departure::{Departure, Erasure, Leaving};
use lutrin_sync::error::CallError;
use serde_json::json;
use uuid::Uuid;

use crate::given::about;
use crate::scripted::{Reply, Scripted};

fn at() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

fn departure(service: &Scripted) -> (Departure, Client) {
    let leaving = Leaving {
        service: service.url(),
        id: Uuid::from_u128(7),
        device: DeviceId(Uuid::from_u128(3)),
        cause: Erasure::DeviceRevoked,
        holdings: Holdings::default(),
        at: at(),
        work: b"sealed",
    };
    let client = Client::new(ServiceAddress::parse(&service.url()).unwrap()).unwrap();
    (Departure::new(leaving, |_| [5; 64]), client)
}

fn sealed() -> Result<Vec<u8>, CallError> {
    Ok(b"sealed".to_vec())
}

#[tokio::test]
async fn what_is_sealed_and_not_taken_holds_up_no_receipt_and_waits_for_hours() {
    let service = Scripted::start(|asked| match asked.what.as_str() {
        "GET /v1/about" => about(&["receipts"]),
        "POST /v1/receipts" => Reply::Json(json!({})),
        _ => Reply::Problem(ProblemCode::TooLarge),
    })
    .await;
    let (mut departure, client) = departure(&service);
    let refused = departure.deliver(&client, at(), sealed).await.unwrap_err();
    assert_eq!(refused.problem(), Some(&ProblemCode::TooLarge));
    assert_eq!((departure.handed_in, departure.told), (false, true));
    let hours = SignedDuration::from_hours;
    assert!(!departure.is_due(at() + hours(5)) && departure.is_due(at() + hours(6)));
    assert!(departure.is_due(at() - hours(1)), "the clock was set back");
    departure.deliver(&client, at() + hours(5), sealed).await.unwrap();
    departure.deliver(&client, at() + hours(6), sealed).await.unwrap_err();
    let asked = |what| service.asked(what).len();
    assert_eq!((asked("PUT /v1/journal"), asked("POST /v1/receipts")), (2, 1));
}

#[tokio::test]
async fn what_was_handed_in_is_not_read_again() {
    let service = Scripted::start(|asked| match asked.what.as_str() {
        "GET /v1/about" => about(&["receipts"]),
        "POST /v1/receipts" => Reply::Problem(ProblemCode::Internal),
        _ => Reply::Json(json!({
            "records": 1, "applied": 1, "known": 0, "refused": 0, "withdrawn": 0, "drafts": 0,
            "unverified": 0, "unreadable": 0,
        })),
    })
    .await;
    let (mut departure, client) = departure(&service);
    departure.deliver(&client, at(), sealed).await.unwrap_err();
    assert_eq!((departure.handed_in, departure.told), (true, false));
    assert!(departure.is_due(at()), "the receipt is told as soon as it can be");
    let read = || unreachable!("it was handed in");
    departure.deliver::<CallError>(&client, at(), read).await.unwrap_err();
}

#[tokio::test]
async fn a_service_that_knows_nothing_of_departures_is_sent_nothing() {
    let service = Scripted::start(|_| about(&["journal"])).await;
    let (mut departure, client) = departure(&service);
    departure.deliver(&client, at(), sealed).await.unwrap();
    assert_eq!(service.asked("P").len(), 0);
    assert!(departure.is_due(at()), "it may be another one tomorrow");
}
