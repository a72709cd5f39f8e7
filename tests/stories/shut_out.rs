//! Until when a copy may be read, and what becomes of it when it may not be kept (cases W04
//! and D04): locked it loses nothing, erased it leaves no trace of anybody.

use std::path::Path;

use jiff::SignedDuration;
use lutrin_app::Copy;
use lutrin_app::error::ErrorCode;
use lutrin_app::given::Keyring as _;
use lutrin_app::view::{DossierView, OutcomeView, PhaseView, ShutOutView};
use lutrin_central::db::Standing;
use lutrin_central::reviewers::set_standing;
use lutrin_domain::id::DossierId;
use lutrin_testkit::machine::{Machine, pieces};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{KARINE, NADIA, TestService, copy_folder};
use lutrin_testkit::wait::until;
use serde_json::Value;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Nadia, with a dossier on her machine.
async fn at_the_desk() -> (TestService, Machine, DossierId) {
    let service = TestService::start().await;
    let files = [("a.pdf", pdf(1, "a")), ("b.pdf", pdf(1, "b"))];
    let dossier = service.take_in("D3-2026-000001", &files).await;
    let machine = Machine::at_work(&service, NADIA).await;
    (service, machine, dossier)
}

async fn accept(machine: &Machine, dossier: DossierId, piece: usize) -> DossierView {
    let opened = machine.open(dossier).await;
    machine.settle(dossier, pieces(&opened)[piece], OutcomeView::Accepted, &[]).await.unwrap()
}

async fn phase_is(machine: &Machine, phase: PhaseView) {
    until("the session is as it should be", async || {
        (machine.app().session().await.phase == phase).then_some(())
    })
    .await;
}

/// While no machine reaches it, the service shuts the one of Nadia out.
async fn revoke_away(service: &mut TestService) {
    service.run_unreachable().await;
    revoke(service).await;
    service.stop().await;
    service.come_back().await;
}

async fn revoke(service: &TestService) {
    let (data, device) = (service.data(), service.device_of(NADIA).await);
    assert!(data.db.revoke_device(device, &data.command_trace()).await.unwrap());
}

async fn erased_at_service(service: &TestService) -> Vec<String> {
    let erased = service.journal().await.into_iter().filter(|entry| entry.action == "erased");
    erased.map(|entry| entry.outcome).collect()
}

async fn told_is(service: &TestService, erased: &str) {
    until("the receipt is told", async || {
        (erased_at_service(service).await == [erased]).then_some(())
    })
    .await;
}

async fn handed_in(machine: &Machine) -> ShutOutView {
    until("the sealed work is handed in", async || {
        let view = machine.app().session().await.shut_out?;
        view.handed_in.then_some(view)
    })
    .await
}

/// The names on the disk of a machine.
fn on_disk(machine: &Machine) -> Vec<String> {
    let entries = std::fs::read_dir(machine.folder()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// No profile and no key is left, only what is said of them.
fn assert_bare(machine: &Machine) {
    assert_eq!(on_disk(machine), ["departures"]);
    assert!(machine.keyring().secrets().is_empty());
}

/// Puts a profile back that was erased, as it lies when the power goes after its erasure was
/// written down.
fn begin_erasing_again(machine: &Machine, profile: &str, copy: &Path, key: &[u8]) {
    let folder = machine.folder().join(profile);
    std::fs::create_dir(&folder).unwrap();
    copy_folder(copy, &folder);
    machine.keyring().write(profile, key).unwrap();
    let departures = std::fs::read_dir(machine.folder().join("departures")).unwrap();
    let mut written = departures.map(|entry| entry.unwrap().path());
    let written = written.find(|path| path.extension().is_some_and(|end| end == "json")).unwrap();
    let mut departed: Value = serde_json::from_slice(&std::fs::read(&written).unwrap()).unwrap();
    departed["folder"] = profile.into();
    std::fs::write(&written, departed.to_string()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_ends_locks_what_is_read_and_one_contact_opens_it() {
    let (mut service, mut machine, dossier) = at_the_desk().await;
    service.stop().await;
    accept(&machine, dossier, 0).await;
    machine.clock().set_off(DAY * 13);
    assert_eq!(machine.app().session().await.phase, PhaseView::Ready);
    let station = machine.app().station().await.unwrap();
    assert!(station.lease_ends_soon && station.dossiers == 1 && station.size > 0.0);

    machine.clock().set_off(DAY * 15);
    let locked = machine.app().session().await;
    assert_eq!(locked.phase, PhaseView::Expired);
    assert_eq!(locked.expired.unwrap().unsent, 1);
    assert_eq!(machine.app().at_desk().await.err().unwrap().code, ErrorCode::LeaseExpired);
    let outside = tempfile::tempdir().unwrap();
    assert!(machine.app().export_work(&outside.path().join("work")).await.unwrap() > 0);
    // Closed, then started with the clock set back, and set back again while it runs.
    machine.quit().await;
    machine.clock().set_off(-DAY * 10);
    machine.start().await;
    assert_eq!(machine.app().session().await.phase, PhaseView::Expired);
    machine.clock().set_off(-DAY * 400);
    machine.quit().await;
    machine.start().await;
    assert_eq!(machine.app().session().await.phase, PhaseView::Expired);
    let exchange = machine.app().at_exchange().await.unwrap();
    assert_eq!(exchange.exchange().await.unwrap().pending, 1, "the exchange goes on");

    service.come_back().await;
    exchange.sync_now();
    phase_is(&machine, PhaseView::Ready).await;
    machine.sent().await;
    assert_eq!(service.held(dossier).await.applied.len(), 1);
    machine.open(dossier).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_machine_hands_in_what_it_sealed_and_keeps_nothing_else() {
    let (mut service, mut machine, dossier) = at_the_desk().await;
    service.stop().await;
    accept(&machine, dossier, 0).await;
    machine.quit().await;
    revoke_away(&mut service).await;
    machine.start().await;
    let handed_in = handed_in(&machine).await;
    assert_eq!((handed_in.cause.as_str(), handed_in.unsent), ("device_revoked", 1));
    assert_eq!(service.held(dossier).await.applied.len(), 1, "it was made before");
    told_is(&service, "device_revoked 1 2 1").await;
    assert_bare(&machine);
    // It is said until somebody has read it.
    machine.quit().await;
    machine.start().await;
    assert_eq!(machine.app().session().await.phase, PhaseView::ShutOut);
    let read = machine.app().acknowledge_shut_out().await.unwrap();
    assert_eq!(read.phase, PhaseView::SignedOut);
    machine.quit().await;
    machine.start().await;
    assert_eq!(machine.app().session().await.phase, PhaseView::SignedOut);
    // The person may go on, on what is then another installation.
    machine.sign_in(&service, NADIA).await.unwrap();
    let receipts = machine.app().station().await.unwrap().receipts;
    assert_eq!((receipts.len(), receipts[0].told), (1, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_erased_when_its_owner_comes_back() {
    let (mut service, machine, dossier) = at_the_desk().await;
    service.stop().await;
    accept(&machine, dossier, 0).await;
    machine.app().sign_out(Copy::Kept).await.unwrap();
    service.come_back().await;
    set_standing(service.data(), NADIA, Standing::Disabled).await.unwrap();
    let refused = machine.sign_in(&service, NADIA).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::AccountDisabled);
    let told = machine.app().session().await;
    assert_eq!(told.phase, PhaseView::ShutOut);
    assert_eq!(told.shut_out.unwrap().cause, "account_disabled");
    assert_bare(&machine);
    handed_in(&machine).await;
    assert_eq!(service.held(dossier).await.applied.len(), 1, "it was made before");
    told_is(&service, "account_disabled 1 2 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_in_the_middle_of_an_erasure_opens_nothing_and_finishes_it() {
    let (mut service, mut machine, dossier) = at_the_desk().await;
    service.stop().await;
    accept(&machine, dossier, 0).await;
    machine.quit().await;
    let (profile, key) = (on_disk(&machine).remove(0), machine.keyring().secrets().remove(0));
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&machine.folder().join(&profile), copy.path());
    revoke_away(&mut service).await;
    machine.start().await;
    handed_in(&machine).await;
    told_is(&service, "device_revoked 1 2 1").await;
    machine.quit().await;

    service.stop().await;
    begin_erasing_again(&machine, &profile, copy.path(), &key);
    machine.start().await;
    assert_eq!(machine.app().session().await.phase, PhaseView::ShutOut);
    assert_bare(&machine);
    assert_eq!(machine.app().acknowledge_shut_out().await.unwrap().phase, PhaseView::SignedOut);
    machine.quit().await;
    machine.start().await;
    assert_eq!(machine.app().session().await.phase, PhaseView::SignedOut, "it was read");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_the_disk_refuses_is_said_and_tried_again() {
    let (mut service, machine, dossier) = at_the_desk().await;
    service.stop().await;
    accept(&machine, dossier, 0).await;
    let in_the_way = machine.folder().join("departures");
    std::fs::write(&in_the_way, "").unwrap();
    revoke_away(&mut service).await;
    machine.desk().await.sync_now();
    let refused =
        until("nothing is open any more", async || machine.app().at_exchange().await.err());
    assert_eq!(refused.await.code, ErrorCode::StoreDisk);
    let block = machine.app().open().await.block.unwrap();
    assert_eq!((block.error.code, block.can_start_over), (ErrorCode::StoreDisk, false));
    let outside = tempfile::tempdir().unwrap();
    assert!(machine.app().export_work(&outside.path().join("work")).await.unwrap() > 0);
    assert_eq!(machine.keyring().secrets().len(), 1, "nothing is erased that is not put aside");

    std::fs::remove_file(&in_the_way).unwrap();
    machine.app().open().await;
    handed_in(&machine).await;
    assert_eq!(service.held(dossier).await.applied.len(), 1);
    assert_bare(&machine);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_is_told_at_the_next_start_where_a_colleague_has_a_copy_too() {
    let service = TestService::start().await;
    let mut machine = Machine::new().await;
    machine.sign_in(&service, KARINE).await.unwrap();
    machine.app().sign_out(Copy::Kept).await.unwrap();
    machine.sign_in(&service, NADIA).await.unwrap();
    revoke(&service).await;
    machine.desk().await.sync_now();
    phase_is(&machine, PhaseView::ShutOut).await;
    machine.quit().await;
    machine.start().await;
    assert_eq!(machine.app().session().await.phase, PhaseView::ShutOut);
    machine.app().acknowledge_shut_out().await.unwrap();
    machine.sign_in(&service, KARINE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copies_of_a_sitting_that_is_over_are_erased_without_anybody_asking() {
    let (service, machine, dossier) = at_the_desk().await;
    accept(&machine, dossier, 0).await;
    machine.sent().await;
    let planned = machine.app().station().await.unwrap().erasure.unwrap();
    assert_eq!(planned.day, "2026-12-27", "sixteen days after the eleventh of December");
    // The sitting turns out to have been long ago.
    let mut session = machine_sitting(&service).await;
    session.date = jiff::civil::date(2026, 1, 9);
    let data = service.data();
    data.db.put_jury(&session, &data.command_trace()).await.unwrap();
    let desk = machine.desk().await;
    desk.sync_now();
    until("the copy is erased", async || {
        desk.sync_now();
        let receipts = machine.app().station().await.unwrap().receipts;
        (receipts.len() == 1 && receipts[0].cause == "session_over").then_some(())
    })
    .await;
    let gone = desk.open_dossier(dossier).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::DossierNotCarried);
    let again = desk.carry_jury(service.jury).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::SittingOver);
    told_is(&service, "session_over 1 2 0").await;
}

async fn machine_sitting(service: &TestService) -> lutrin_domain::jury::JurySession {
    let everywhere = lutrin_domain::reviewer::Scope::Everywhere;
    let (_, juries) = service.data().db.juries(&everywhere).await.unwrap();
    juries.into_iter().next().unwrap().session
}
