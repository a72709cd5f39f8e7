//! Two people, or two machines of one, on the same dossier.

use lutrin_app::error::ErrorCode;
use lutrin_app::view::{
    ArbitrationView, ChoiceView, ChosenVerdictView, CitationView, ContactView, DossierView,
    HistoryStandingView, OutboxStateView, OutcomeView, PieceView, StandingView, WhyRefusedView,
    ZoneView,
};
use lutrin_domain::dossier::DossierState;
use lutrin_domain::id::{DossierId, SlotKey};
use lutrin_testkit::machine::{Machine, pieces};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{KARINE, NADIA, TestService};
use lutrin_testkit::wait::until;

const WHOLE_PAGE: CitationView = CitationView { page: 1, zone: None };
const FOOT: CitationView =
    CitationView { page: 1, zone: Some(ZoneView { x: 0, y: 9_000, width: 10_000, height: 1_000 }) };

fn verdict(outcome: OutcomeView, reasons: &[&str], cited: CitationView) -> ChosenVerdictView {
    let reasons = reasons.iter().map(ToString::to_string).collect();
    ChosenVerdictView { outcome, reasons, comment: None, citations: vec![cited] }
}

/// Nadia and Karine carry the same dossier, and the network is gone.
struct Table {
    service: TestService,
    nadia: Machine,
    karine: Machine,
    dossier: DossierId,
    piece: PieceView,
}

impl Table {
    async fn set(other: &str) -> Self {
        let mut service = TestService::start().await;
        let files = [("a.pdf", pdf(1, "a")), ("b.pdf", pdf(1, "b"))];
        let dossier = service.take_in("D3-2026-000001", &files).await;
        let nadia = Machine::at_work(&service, NADIA).await;
        let karine = Machine::at_work(&service, other).await;
        let piece = pieces(&nadia.open(dossier).await)[0].clone();
        karine.open(dossier).await;
        service.stop().await;
        for machine in [&nadia, &karine] {
            offline(machine).await;
        }
        Self { service, nadia, karine, dossier, piece }
    }

    /// Karine comes first.
    async fn meet(&mut self) {
        self.service.come_back().await;
        self.karine.sent().await;
        self.nadia.sent().await;
    }

    async fn opposed(other: &str) -> (Self, ArbitrationView) {
        let mut table = Self::set(other).await;
        let Self { karine, nadia, dossier, piece, .. } = &table;
        let accepted = verdict(OutcomeView::Accepted, &[], WHOLE_PAGE);
        karine.settle_with(*dossier, piece, accepted).await.unwrap();
        let rejected = verdict(OutcomeView::Rejected, &["illegible"], FOOT);
        nadia.settle_with(*dossier, piece, rejected).await.unwrap();
        table.meet().await;
        let view = until("what the other decided is here", async || {
            let view = arbitration(&table.nadia).await;
            view.can_choose.then_some(view)
        })
        .await;
        (table, view)
    }

    async fn settle(&self, view: &ArbitrationView, choice: ChoiceView, reason: &str) {
        let decision = view.decision.parse().unwrap();
        self.nadia.desk().await.arbitrate(decision, choice, reason.into()).await.unwrap();
        assert!(self.nadia.desk().await.arbitrations().await.unwrap().is_empty());
        self.nadia.sent().await;
    }
}

async fn offline(machine: &Machine) {
    until("the network is known to be gone", async || {
        let desk = machine.desk().await;
        desk.sync_now();
        (desk.exchange().await.unwrap().contact == ContactView::Offline).then_some(())
    })
    .await;
}

async fn arbitration(machine: &Machine) -> ArbitrationView {
    let mut all = machine.desk().await.arbitrations().await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn outcome(view: &DossierView) -> Option<OutcomeView> {
    pieces(view)[0].deposit.as_ref()?.verdict.as_ref().map(|verdict| verdict.outcome)
}

/// What the other machine shows once it has heard.
async fn shown(machine: &Machine, dossier: DossierId, expected: OutcomeView) {
    until("the other machine shows it", async || {
        machine.desk().await.sync_now();
        (outcome(&machine.open(dossier).await) == Some(expected)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn w02_opposite_verdicts_show_both_sides_and_block_only_their_piece() {
    let (table, view) = Table::opposed(KARINE).await;
    assert_eq!((view.why, view.can_choose, view.can_ask), (WhyRefusedView::Opposed, true, true));
    assert_eq!((view.mine.value.as_str(), view.mine.mine), ("rejected", true));
    let theirs = view.theirs.unwrap();
    assert_eq!((theirs.value.as_str(), theirs.mine), ("accepted", false));
    assert_eq!(theirs.name.as_deref(), Some("Karine Soulier"), "who it was is known");
    assert_eq!((&*view.mine.citations, &*theirs.citations), (&[FOOT][..], &[WHOLE_PAGE][..]));
    assert_eq!(view.mine.file.unwrap(), theirs.file.unwrap(), "both saw the same file");
    assert!(!view.rules.is_empty(), "what the rule says of the reason");
    let opened = table.nadia.open(table.dossier).await;
    assert_eq!(opened.contested, 1);
    assert!(pieces(&opened)[0].contested && !pieces(&opened)[1].contested);
    let other = pieces(&opened)[1].clone();
    table.nadia.settle(table.dossier, &other, OutcomeView::Accepted, &[]).await.unwrap();
    table.nadia.sent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn w02_mine_is_kept_with_a_reason_and_theirs_stays_in_the_history() {
    let (table, view) = Table::opposed(KARINE).await;
    let desk = table.nadia.desk().await;
    let decision = view.decision.parse().unwrap();
    let refused = desk.arbitrate(decision, ChoiceView::Mine, " ".into()).await.unwrap_err();
    assert_eq!(refused.params["refusal"], "words_missing");
    table.settle(&view, ChoiceView::Mine, "le verso manque").await;
    let again = desk.arbitrate(decision, ChoiceView::Mine, "a".into()).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::NothingToArbitrate);
    shown(&table.karine, table.dossier, OutcomeView::Rejected).await;
    let history = table.karine.desk().await.history(table.dossier).await.unwrap();
    let aside = history.iter().find(|row| row.standing == HistoryStandingView::SetAside).unwrap();
    assert_eq!((aside.mine, aside.value.as_deref()), (true, Some("accepted")));
    assert_eq!(aside.set_aside_by.as_deref(), Some("Nadia Ferrand"));
    assert_eq!(aside.set_aside_reason.as_deref(), Some("le verso manque"));
    let rows = table.nadia.desk().await.outbox().await.unwrap();
    let states: Vec<_> = rows.iter().map(|row| row.state).collect();
    assert_eq!(states, [OutboxStateView::Acknowledged, OutboxStateView::Settled]);
}

#[tokio::test(flavor = "multi_thread")]
async fn w02_theirs_is_kept_and_mine_stays_in_the_history() {
    let (table, view) = Table::opposed(KARINE).await;
    table.settle(&view, ChoiceView::Theirs, "la convention le dit").await;
    shown(&table.nadia, table.dossier, OutcomeView::Accepted).await;
    until("Karine reads that Nadia had said otherwise", async || {
        table.karine.desk().await.sync_now();
        let history = table.karine.desk().await.history(table.dossier).await.unwrap();
        let aside = |row: &&_| {
            let row: &lutrin_app::view::HistoryRowView = row;
            row.standing == HistoryStandingView::SetAside && !row.mine
        };
        history.iter().find(aside).map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn w02_a_second_look_opens_the_piece_for_both() {
    let (table, view) = Table::opposed(KARINE).await;
    table.settle(&view, ChoiceView::SecondLook, "").await;
    shown(&table.karine, table.dossier, OutcomeView::SecondLook).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn w02_the_same_verdict_merges_alone() {
    let mut table = Table::set(KARINE).await;
    for machine in [&table.karine, &table.nadia] {
        machine.settle(table.dossier, &table.piece, OutcomeView::Accepted, &[]).await.unwrap();
    }
    table.meet().await;
    assert!(table.nadia.desk().await.arbitrations().await.unwrap().is_empty());
    until("both verdicts are in the history", async || {
        let history = table.nadia.desk().await.history(table.dossier).await.unwrap();
        let verdicts = history.iter().filter(|row| row.kind == "settle_piece");
        let mut standings: Vec<_> = verdicts.map(|row| (row.mine, row.standing)).collect();
        standings.sort_by_key(|(mine, _)| *mine);
        let agreed = (true, HistoryStandingView::Agrees);
        (standings == [(false, HistoryStandingView::InForce), agreed]).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_machines_of_one_reviewer_meet_like_two_people() {
    let (table, view) = Table::opposed(NADIA).await;
    assert!(view.theirs.as_ref().unwrap().mine, "it was the same person, elsewhere");
    table.settle(&view, ChoiceView::Mine, "relu au bureau").await;
    shown(&table.karine, table.dossier, OutcomeView::Rejected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn w01_a_verdict_on_a_replaced_file_waits_with_the_new_file_and_is_settled_by_judging_it() {
    let mut table = Table::set(KARINE).await;
    let slot = SlotKey::new(&table.piece.slot);
    table.nadia.settle(table.dossier, &table.piece, OutcomeView::Accepted, &[]).await.unwrap();
    table.service.run_unreachable().await;
    table.service.replace(table.dossier, &table.piece.slot, "a-2.pdf", pdf(1, "a, 2")).await;
    table.service.stop().await;
    table.meet().await;
    let view = until("the new file is here", async || {
        let view = arbitration(&table.nadia).await;
        view.newer.as_ref()?.file.here.then_some(view)
    })
    .await;
    assert_eq!((view.why, view.can_choose), (WhyRefusedView::Replaced, false));
    assert!(view.theirs.is_none());
    let newer = view.newer.unwrap();
    assert_eq!(SlotKey::new(newer.slot), slot);
    let opened = table.nadia.open(table.dossier).await;
    let piece = pieces(&opened)[0].clone();
    assert_eq!(piece.state, "deposited", "nothing was accepted in silence");
    table.nadia.settle(table.dossier, &piece, OutcomeView::Accepted, &[]).await.unwrap();
    assert!(table.nadia.desk().await.arbitrations().await.unwrap().is_empty());
    table.nadia.sent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn w01_after_a_replacement_the_earlier_verdict_and_file_are_here_to_compare() {
    let service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &[("a.pdf", pdf(1, "a"))]).await;
    let nadia = Machine::at_work(&service, NADIA).await;
    let opened = nadia.open(dossier).await;
    let piece = pieces(&opened)[0].clone();
    assert!(opened.news.is_empty(), "nothing is new at the first look");
    nadia.settle(dossier, &piece, OutcomeView::Rejected, &["illegible"]).await.unwrap();
    nadia.sent().await;
    nadia.desk().await.looked(dossier).await.unwrap();
    service.replace(dossier, &piece.slot, "a-2.pdf", pdf(1, "a, 2")).await;
    let opened = until("the new version and the old one are here", async || {
        nadia.desk().await.sync_now();
        let opened = nadia.open(dossier).await;
        let piece = pieces(&opened)[0].clone();
        let earlier = piece.earlier?;
        (earlier.file.here && piece.deposit?.here).then_some(opened)
    })
    .await;
    let earlier = pieces(&opened)[0].earlier.clone().unwrap();
    assert_eq!((earlier.verdict.outcome, earlier.verdict.mine), (OutcomeView::Rejected, true));
    assert_eq!(earlier.verdict.reasons, ["illegible"]);
    let told: Vec<_> = opened.news.iter().map(|news| news.news.as_str()).collect();
    assert_eq!(told, ["replaced"]);
    nadia.desk().await.looked(dossier).await.unwrap();
    assert!(nadia.open(dossier).await.news.is_empty(), "seen is seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn w03_what_was_decided_before_a_transmission_was_known_is_kept_and_can_be_filed_away() {
    let mut table = Table::set(KARINE).await;
    table.nadia.settle(table.dossier, &table.piece, OutcomeView::Accepted, &[]).await.unwrap();
    table.service.run_unreachable().await;
    let data = table.service.data();
    let moved = |mut dossier: lutrin_domain::dossier::Dossier| {
        dossier.state = DossierState::JuryReady;
        Ok(dossier)
    };
    data.db.change_dossier(table.dossier, &moved, &data.command_trace()).await.unwrap();
    table.service.stop().await;
    table.meet().await;
    let view = arbitration(&table.nadia).await;
    assert_eq!((view.why, view.can_choose), (WhyRefusedView::Moved, false));
    table.settle(&view, ChoiceView::FileAway, "").await;
    let desk = table.nadia.desk().await;
    let row = desk.outbox().await.unwrap().remove(0);
    assert_eq!((row.state, row.can_reopen), (OutboxStateView::Settled, true));
    desk.reopen_arbitration(view.decision.parse().unwrap()).await.unwrap();
    assert_eq!(arbitration(&table.nadia).await.decision, view.decision);
    let opened = until("the dossier is read only here", async || {
        desk.sync_now();
        let opened = table.nadia.open(table.dossier).await;
        (!opened.writable).then_some(opened)
    })
    .await;
    assert_eq!(opened.light.light, StandingView::Fails);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_is_seen_by_others_turns_their_light_amber_and_locks_nothing() {
    let service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &[("a.pdf", pdf(1, "a"))]).await;
    let nadia = Machine::at_work(&service, NADIA).await;
    let karine = Machine::at_work(&service, KARINE).await;
    assert_eq!(karine.open(dossier).await.light.light, StandingView::Holds);
    let mine = nadia.desk().await.reserve(dossier, 4).await.unwrap();
    assert!(mine.reservation.unwrap().mine && mine.light.light == StandingView::Holds);
    nadia.sent().await;
    let seen = until("Karine sees who works on it", async || {
        karine.desk().await.sync_now();
        let opened = karine.open(dossier).await;
        opened.reservation.is_some().then_some(opened)
    })
    .await;
    let by = seen.reservation.clone().unwrap();
    assert_eq!((by.name.as_deref(), by.mine), (Some("Nadia Ferrand"), false));
    assert_eq!(seen.light.light, StandingView::Unknown);
    let piece = pieces(&seen)[0].clone();
    karine.settle(dossier, &piece, OutcomeView::Accepted, &[]).await.unwrap();
    assert!(nadia.desk().await.reserve(dossier, 0).await.unwrap().reservation.is_none());
    let too_long = nadia.desk().await.reserve(dossier, 25).await.unwrap_err();
    assert_eq!(too_long.code, ErrorCode::InvalidRequest);
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanges_are_written_down_with_the_receipt_of_the_service() {
    let (table, _) = Table::opposed(KARINE).await;
    let past = async |machine: &Machine| machine.desk().await.past_exchanges().await.unwrap();
    // It is written down once the round has ended.
    until("both exchanges are written down", async || {
        let mine = past(&table.nadia).await;
        let theirs = past(&table.karine).await;
        let refused = mine.iter().any(|past| (past.sent, past.refused) == (1, 1));
        let sent = theirs.iter().find(|past| past.sent == 1)?;
        (refused && sent.refused == 0 && sent.receipt.is_some()).then_some(())
    })
    .await;
    let past = past(&table.karine).await;
    let offline = past.iter().find(|past| past.failure.is_some()).unwrap();
    assert_eq!(offline.failure.as_deref(), Some("unreachable"));
    assert!(past.iter().any(|past| past.files > 0 && past.bytes > 0.0), "{past:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_verdict_cites_is_shown_with_it_and_names_a_place_on_a_page() {
    let service = TestService::start().await;
    let dossier = service.take_in("D3-2026-000001", &[("a.pdf", pdf(1, "a"))]).await;
    let nadia = Machine::at_work(&service, NADIA).await;
    let piece = pieces(&nadia.open(dossier).await)[0].clone();
    let beyond = ZoneView { x: 9_000, y: 0, width: 1_001, height: 10 };
    let beyond = CitationView { page: 1, zone: Some(beyond) };
    let refused = nadia
        .settle_with(dossier, &piece, verdict(OutcomeView::Accepted, &[], beyond))
        .await
        .unwrap_err();
    assert_eq!(refused.params["refusal"], "citation_invalid");
    let cited = verdict(OutcomeView::Accepted, &[], FOOT);
    let view = nadia.settle_with(dossier, &piece, cited).await.unwrap();
    let shown = |view: &DossierView| {
        let deposit = pieces(view)[0].deposit.clone().unwrap();
        deposit.verdict.unwrap().citations
    };
    assert_eq!(shown(&view), [FOOT]);
    nadia.sent().await;
    assert_eq!(shown(&nadia.open(dossier).await), [FOOT], "as the service gave it back");
    let history = nadia.desk().await.history(dossier).await.unwrap();
    assert_eq!(history[0].citations, [FOOT]);
}
