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
async fn the_ten_examples_are_made_once_and_the_accounts_work() {
    let world = World::start().await;
    let data = world.other_data().await;
    let report = seed(&data, SeedRequest::new(7)).await.unwrap();
    assert_eq!((report.dossiers, report.new), (10, 10));
    let again = seed(&data, SeedRequest::new(7)).await.unwrap();
    assert_eq!((again.dossiers, again.new), (10, 0));
    let refused = seed(&data, SeedRequest::new(8)).await;
    assert!(matches!(refused, Err(SeedError::OtherSeed)), "{refused:?}");

    let ids = dossiers(&world).await;
    assert_eq!(ids.len(), 10, "each is planned for a sitting");
    everything_is_in_the_catalogue(&world, &ids).await;
    everybody_can_sign_in(&world).await;
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
