//! The exchange with the real service: what changed is told, nothing is lost by a backup
//! that is put back, and much is not taken away without asking.

use std::time::Duration;

use lutrin_app::view::{CopyView, OutcomeView};
use lutrin_central::backup::backup;
use lutrin_central::restore::{Occupied, restore};
use lutrin_central::sources::Sources;
use lutrin_domain::id::DossierId;
use lutrin_testkit::machine::{Machine, pieces};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{NADIA, TestService};
use lutrin_testkit::wait::until;

fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![("a.pdf", pdf(1, "a")), ("b.pdf", pdf(1, "b"))]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_tells_is_here_long_before_the_next_poll() {
    let service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &files()).await;
    let nadia = Machine::at_work(&service, NADIA).await;
    let opened = nadia.open(dossier).await;
    let slot = pieces(&opened)[0].slot.clone();
    service.replace(dossier, &slot, "a-2.pdf", pdf(1, "a, version 2")).await;
    // Nobody presses F9; a poll would come after a minute.
    let seen = until("the new version is here", async || {
        let seen = nadia.open(dossier).await;
        (pieces(&seen)[0].deposit.as_ref()?.replaces == 1).then_some(seen)
    });
    tokio::time::timeout(Duration::from_secs(30), seen).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_put_back_from_a_backup_gets_again_what_it_had_taken() {
    let mut service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &files()).await;
    let nadia = Machine::at_work(&service, NADIA).await;
    let opened = nadia.open(dossier).await;
    nadia.settle(dossier, pieces(&opened)[0], OutcomeView::Accepted, &[]).await.unwrap();
    nadia.sent().await;
    let shelf = tempfile::tempdir().unwrap();
    let backed_up = backup(service.data(), shelf.path()).await.unwrap();

    nadia.settle(dossier, pieces(&opened)[1], OutcomeView::Accepted, &[]).await.unwrap();
    nadia.sent().await;
    assert_eq!(service.held(dossier).await.applied.len(), 2);
    service.stop().await;
    let sources = Sources::system();
    restore(&backed_up.folder, service.folder(), Occupied::SetAside, &sources).await.unwrap();
    service.run_unreachable().await;
    assert_eq!(service.held(dossier).await.applied.len(), 1, "the backup is older");
    service.stop().await;
    service.come_back().await;

    // A restore ends every session.
    until("the session is over", async || {
        let desk = nadia.desk().await;
        desk.sync_now();
        let contact = desk.exchange().await.unwrap().contact;
        (contact == lutrin_app::view::ContactView::SignInNeeded).then_some(())
    })
    .await;
    let password = lutrin_testkit::service::PASSWORD.to_owned();
    nadia.app().sign_in_again(password).await.unwrap();
    until("both verdicts are there again", async || {
        (service.held(dossier).await.applied.len() == 2).then_some(())
    })
    .await;
    nadia.sent().await;
    let opened = nadia.open(dossier).await;
    assert!(pieces(&opened).iter().all(|piece| piece.state == "accepted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn much_is_not_taken_away_without_asking() {
    let service = TestService::start().await;
    let mut dossiers: Vec<DossierId> = Vec::new();
    for number in 1..=8 {
        let reference = format!("D3-2026-00000{number}");
        dossiers.push(service.take_in(&reference, &files()).await);
    }
    let nadia = Machine::at_work(&service, NADIA).await;
    let desk = nadia.desk().await;
    for dossier in &dossiers[..6] {
        let data = service.data();
        data.db.withdraw(*dossier, &data.command_trace()).await.unwrap().unwrap();
    }
    desk.sync_now();
    let asked = until("a person is asked", async || {
        let removal = desk.exchange().await.unwrap().removal;
        (removal.len() == 6).then_some(removal)
    })
    .await;
    assert!(asked.iter().all(|row| row.learner == "Camille Aubertin"));
    let rows = desk.work_list().await.unwrap().dossiers;
    let here = rows.iter().filter(|row| matches!(row.copy, CopyView::Complete { .. })).count();
    assert_eq!(here, 8, "all is here until somebody says yes");

    desk.confirm_removal();
    until("they have left", async || {
        (desk.work_list().await.unwrap().dossiers.len() == 2).then_some(())
    })
    .await;
    assert!(desk.exchange().await.unwrap().removal.is_empty());
}
