//! Until when what is here may be read, whatever is done to the clock.

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::lease::Lease;
use lutrin_protocol::lease::LeaseTerms;
use lutrin_store::{Contact, Store};

use crate::given::{fresh, now, reopened};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn heard(store: &Store, local: Timestamp, service: Timestamp, days: i32) {
    let contact = Contact::heard(service, local);
    let terms = LeaseTerms { until: service + DAY * days, retention_days: 15 };
    store.set_last_contact(contact, Some(terms)).await.unwrap();
}

#[tokio::test]
async fn a_lease_ends_by_trusted_time_across_restarts_and_clocks_set_back() {
    let (folder, store) = fresh().await;
    assert_eq!(store.lease(now()), Lease::Open { until: None }, "nothing is lent yet");
    heard(&store, now(), now(), 14).await;
    let end = now() + DAY * 14;
    assert_eq!(store.lease(now() + DAY * 13), Lease::Open { until: Some(end) });
    store.note_time(now() + DAY * 13).await.unwrap();
    store.close().await;

    // The clock is set back while the program is closed.
    let store = reopened(folder.path()).await;
    let back = now() - DAY * 400;
    assert!(store.clock_was_set_back(back));
    assert_eq!(store.trusted_time(back), now() + DAY * 13);
    store.note_time(back).await.unwrap();
    assert_eq!(store.lease(back + DAY), Lease::Expired { since: end });
    store.note_time(back + DAY).await.unwrap();
    // And once more: what is over stays over.
    assert_eq!(store.lease(back - DAY * 400), Lease::Expired { since: end });
    store.close().await;
    let store = reopened(folder.path()).await;
    assert_eq!(store.lease(Timestamp::UNIX_EPOCH), Lease::Expired { since: end });

    // The service alone opens it again.
    heard(&store, back, now() + DAY * 20, 14).await;
    assert_eq!(store.lease(back), Lease::Open { until: Some(now() + DAY * 34) });
    assert!(!store.clock_was_set_back(back));
}

#[tokio::test]
async fn a_service_that_lends_without_end_leaves_no_lease() {
    let (_folder, store) = fresh().await;
    heard(&store, now(), now(), 1).await;
    let contact = Contact::heard(now(), now());
    store.set_last_contact(contact, None).await.unwrap();
    assert_eq!(store.lease(now() + DAY * 1_000), Lease::Open { until: None });
    assert_eq!(store.retention_days(), None);
}
