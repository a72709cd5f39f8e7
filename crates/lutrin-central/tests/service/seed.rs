//! Fictitious dossiers and demonstration accounts.

use lutrin_central::catalogues::SHIPPED;
use lutrin_central::seed::{DEMO_PASSWORD, SeedError, SeedRequest, seed};
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::id::DossierId;
use lutrin_domain::reviewer::Scope;
use reqwest::StatusCode;

use crate::support::*;

async fn dossiers(world: &World) -> Vec<DossierId> {
    let (_, juries) = world.data().db.juries(&Scope::Everywhere).await.unwrap();
    juries.into_iter().flat_map(|entry| entry.dossiers).collect()
}

#[tokio::test]
async fn a_seed_is_made_once_and_is_always_the_same() {
    let [one, two] = [World::start().await, World::start().await];
    let mut request = SeedRequest::new(7);
    request.today = Some("2026-11-21".parse().unwrap());
    let report = seed(one.data(), request.clone()).await.unwrap();
    assert_eq!((report.dossiers, report.new), (10, 10));

    let again = SeedRequest { today: None, ..request.clone() };
    let again = seed(one.data(), again).await.unwrap();
    assert_eq!((again.dossiers, again.new), (10, 0), "the day is that of the first run");
    assert_eq!(again.today, report.today);

    let other_data = two.other_data().await;
    seed(&other_data, request.clone()).await.unwrap();
    let ids = dossiers(&one).await;
    assert_eq!(ids, dossiers(&two).await, "identifiers come from the seed");
    for id in &ids {
        assert_eq!(one.held(*id).await, two.held(*id).await);
    }

    let more = SeedRequest { dossiers: Some(12), ..request.clone() };
    let report = seed(one.data(), more).await.unwrap();
    assert_eq!((report.dossiers, report.new), (12, 2));
    let other_day = SeedRequest { today: Some("2026-11-22".parse().unwrap()), ..request };
    let refused = seed(one.data(), other_day).await;
    assert!(matches!(refused, Err(SeedError::OtherDay)), "{refused:?}");

    everything_is_in_the_catalogue(&one, &ids).await;
    everybody_can_sign_in(&one).await;
}

async fn everything_is_in_the_catalogue(world: &World, ids: &[DossierId]) {
    let (_, catalogue) = Catalogue::read(SHIPPED).unwrap();
    for id in ids {
        let dossier = world.held(*id).await;
        assert!(catalogue.diploma(&dossier.diploma).is_some(), "{}", dossier.diploma);
        assert!(catalogue.center(&dossier.center).is_some(), "{}", dossier.center);
        for slot in &dossier.slots {
            assert!(catalogue.piece_kind(&slot.kind).is_some(), "{}", slot.kind);
        }
    }
}

async fn everybody_can_sign_in(world: &World) {
    for login in ["nadia.ferrand", "karine.soulier", "paul.meunier", "admin"] {
        let response = Device::unknown(world).sign_in(login, DEMO_PASSWORD).await;
        assert_eq!(response.status(), StatusCode::OK, "{login}");
    }
    let paul = Device::unknown(world);
    let session = paul.sign_in("paul.meunier", DEMO_PASSWORD).await.json().await.unwrap();
    let paul = Device { session: Some(session), ..paul };
    assert!(!paul.changes(None).await.changes.is_empty(), "his centre has dossiers");
}
