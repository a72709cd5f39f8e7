//! Take along, work without a network, push back.

use lutrin_app::id::Masks;
use lutrin_app::view::{AssessmentView, DraftView, OutboxStateView, OutcomeView, PhaseView};
use lutrin_domain::assessment::Level;
use lutrin_domain::decision::VerdictOutcome;
use lutrin_testkit::machine::{Machine, pieces};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{KARINE, NADIA, TestService};
use lutrin_testkit::wait::until;

fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![("bulletin-01.pdf", pdf(1, "janvier")), ("contrat.pdf", pdf(4, "contrat"))]
}

#[tokio::test(flavor = "multi_thread")]
async fn work_made_offline_arrives_once_and_a_colleague_sees_it() {
    let mut service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &files()).await;
    let mut nadia = Machine::new().await;
    nadia.sign_in(&service, NADIA).await.unwrap();
    nadia.carry(&service).await;
    service.stop().await;

    let opened = nadia.open(dossier).await;
    let both = pieces(&opened);
    assert!(both.iter().all(|piece| piece.deposit.as_ref().unwrap().here));
    let contract = both[1].deposit.as_ref().unwrap().sha256.parse().unwrap();
    let picture = nadia.desk().await.page(contract, 4, 600, Masks::Down).await.unwrap();
    assert_eq!(picture.width, 600, "the fourth page is read without a network");
    nadia.settle(dossier, both[0], OutcomeView::Accepted, &[]).await.unwrap();
    nadia.settle(dossier, both[1], OutcomeView::Rejected, &["illegible"]).await.unwrap();
    let draft = DraftView { reasons: "Vingt-six mois".into(), ..DraftView::default() };
    nadia.desk().await.save_draft(dossier, Level::National, draft).await.unwrap();

    nadia.quit().await;
    nadia.start().await;
    assert_eq!(nadia.app().session().await.phase, PhaseView::Ready, "opened without a network");
    let opened = nadia.open(dossier).await;
    assert_eq!(opened.unsent, 2);
    assert_eq!(opened.review.national.draft.as_ref().unwrap().reasons, "Vingt-six mois");
    let sign = AssessmentView::Favourable;
    let desk = nadia.desk().await;
    let signed = desk.sign_assessment(dossier, Level::National, sign, "Conforme.".into()).await;
    assert!(signed.unwrap().review.national.signed.unwrap().unsent, "à l'envoi");

    service.come_back().await;
    nadia.sent().await;
    let held = service.held(dossier).await;
    assert_eq!(held.applied.len(), 3, "exactly these decisions, once");
    let outcomes: Vec<_> =
        held.slots.iter().map(|slot| slot.deposits[0].verdicts.value().unwrap().outcome).collect();
    assert_eq!(outcomes, [VerdictOutcome::Accepted, VerdictOutcome::Rejected]);
    assert!(held.review.national.value().is_some());

    let karine = Machine::new().await;
    karine.sign_in(&service, KARINE).await.unwrap();
    karine.carry(&service).await;
    let seen = karine.open(dossier).await;
    let verdict = pieces(&seen)[0].deposit.as_ref().unwrap().verdict.clone().unwrap();
    assert!(verdict.outcome == OutcomeView::Accepted && !verdict.mine);
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_withdraws_before_it_left_and_revokes_after() {
    let mut service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &files()).await;
    let nadia = Machine::new().await;
    nadia.sign_in(&service, NADIA).await.unwrap();
    nadia.carry(&service).await;
    let desk = nadia.desk().await;

    let opened = nadia.open(dossier).await;
    nadia.settle(dossier, pieces(&opened)[0], OutcomeView::Accepted, &[]).await.unwrap();
    nadia.sent().await;
    let undone = desk.undo(dossier).await.unwrap();
    assert!(!undone.withdrawn, "it had left: revoked");
    nadia.sent().await;
    assert_eq!(service.held(dossier).await.applied.len(), 2);

    service.stop().await;
    until("the exchange knows it is offline", async || {
        desk.sync_now();
        (desk.exchange().await.unwrap().contact == lutrin_app::view::ContactView::Offline)
            .then_some(())
    })
    .await;
    let opened = nadia.open(dossier).await;
    nadia.settle(dossier, pieces(&opened)[1], OutcomeView::SecondLook, &[]).await.unwrap();
    let undone = desk.undo(dossier).await.unwrap();
    assert_eq!(undone.slot.as_deref(), Some(pieces(&opened)[1].slot.as_str()));
    assert!(undone.withdrawn, "it had not left");
    assert!(!undone.dossier.can_undo);
    service.come_back().await;
    nadia.sent().await;
    assert_eq!(service.held(dossier).await.applied.len(), 2, "what was withdrawn never left");
}

#[tokio::test(flavor = "multi_thread")]
async fn w01_a_verdict_on_a_file_replaced_meanwhile_is_kept_and_accepts_nothing() {
    let mut service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &files()).await;
    let nadia = Machine::new().await;
    nadia.sign_in(&service, NADIA).await.unwrap();
    nadia.carry(&service).await;
    service.stop().await;
    let opened = nadia.open(dossier).await;
    let slot = pieces(&opened)[0].slot.clone();
    nadia.settle(dossier, pieces(&opened)[0], OutcomeView::Accepted, &[]).await.unwrap();
    service.run_unreachable().await;
    service.replace(dossier, &slot, "bulletin-01-v2.pdf", pdf(1, "janvier, version 2")).await;
    service.stop().await;
    service.come_back().await;

    nadia.sent().await;
    let desk = nadia.desk().await;
    let row = until("the refusal is listed", async || {
        desk.outbox().await.unwrap().into_iter().find(|r| r.state == OutboxStateView::Refused)
    })
    .await;
    assert_eq!(row.refusal.unwrap().params["refusal"], "superseded");
    let seen = until("the new version is here", async || {
        let seen = nadia.open(dossier).await;
        (pieces(&seen)[0].deposit.as_ref()?.replaces == 1).then_some(seen)
    })
    .await;
    assert_eq!(pieces(&seen)[0].state, "deposited", "version 2 is to be examined");
    assert!(pieces(&seen)[0].deposit.as_ref().unwrap().verdict.is_none(), "no silent acceptance");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reception_that_was_stopped_goes_on_where_it_was() {
    let service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &files()).await;
    let mut nadia = Machine::new().await;
    nadia.sign_in(&service, NADIA).await.unwrap();
    let desk = nadia.desk().await;
    until("the sittings are known", async || {
        (!desk.work_list().await.unwrap().juries.is_empty()).then_some(())
    })
    .await;
    desk.carry_jury(service.jury).await.unwrap();
    desk.stop_receiving().await.unwrap();
    nadia.quit().await;
    nadia.start().await;
    let desk = nadia.desk().await;
    let stopped =
        until("what is to receive is counted", async || desk.exchange().await.unwrap().transfer)
            .await;
    assert!(stopped.stopped, "the choice outlives the program");
    desk.resume_receiving().await.unwrap();
    nadia.carry(&service).await;
    let opened = nadia.open(dossier).await;
    assert!(pieces(&opened).iter().all(|piece| piece.deposit.as_ref().unwrap().here));
}
