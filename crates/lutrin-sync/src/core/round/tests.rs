use lutrin_protocol::changes::ChangesResponse;
use lutrin_protocol::problem::{Problem, ProblemCode};
use uuid::Uuid;

use super::*;
use crate::error::Unreached;

fn cursor(position: u64) -> Cursor {
    Cursor { epoch: Uuid::from_u128(1), scope_rev: 1, position }
}

fn changes(position: u64, more: bool) -> Event {
    let response = ChangesResponse {
        changes: vec![],
        people: Vec::new(),
        cursor: cursor(position),
        more,
        juries_rev: 4,
        backup_watermark: 0,
        server_time: jiff::Timestamp::UNIX_EPOCH,
        lease: None,
    };
    Event::Changes(Box::new(ReadChanges { response, unreadable: vec![] }))
}

fn place(cursor: Option<Cursor>) -> Event {
    Event::Place(Place {
        cursor,
        rebuilding: false,
        juries_rev: Some(4),
        carry_to_tell: None,
        may_lack: true,
    })
}

fn problem(code: ProblemCode) -> CallError {
    CallError::Problem { problem: Box::new(Problem::new(code, "r")), retry_after: None }
}

fn is_network(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Push(_)
            | Effect::PutCarried(_)
            | Effect::FetchChanges(_)
            | Effect::Compare(_)
            | Effect::FetchJuries
            | Effect::FetchSnapshot(_)
            | Effect::FetchCatalogue(_)
    )
}

fn id(number: u128) -> DecisionId {
    DecisionId(Uuid::from_u128(number))
}

/// A service, and the outbox it empties: every effect is answered as the driver
/// would, a push by `push`.
struct World {
    outbox: Vec<Waiting>,
    pushes: Vec<usize>,
    troubled: Vec<DecisionId>,
    effects: Vec<Effect>,
}

impl World {
    /// An outbox of decisions on subjects of their own.
    fn of(count: u128) -> Self {
        let waiting = |number: u128| Waiting {
            decision: id(number),
            subject: number.to_string(),
            based_on: None,
            bytes: 500,
            held: false,
        };
        let outbox = (1..=count).map(waiting).collect();
        Self { outbox, pushes: vec![], troubled: vec![], effects: vec![] }
    }

    fn run(&mut self, push: impl Fn(&[DecisionId]) -> Option<CallError>) -> Round {
        let mut round = Round::new();
        let mut effect = round.step(Event::Start);
        while effect != Effect::Finish {
            assert!(self.effects.len() < 500, "a round ends");
            self.effects.push(effect.clone());
            effect = round.step(self.answer(effect, &push));
        }
        round
    }

    fn answer(
        &mut self,
        effect: Effect,
        push: impl Fn(&[DecisionId]) -> Option<CallError>,
    ) -> Event {
        match effect {
            Effect::LoadOutbox => Event::Outbox(self.outbox.clone()),
            Effect::Push(sent) => {
                self.pushes.push(sent.len());
                let server_time = jiff::Timestamp::UNIX_EPOCH;
                let response = PushResponse { results: vec![], epoch: None, server_time };
                Event::Pushed(push(&sent).map_or(Ok(response), Err))
            }
            Effect::Settle { sent, .. } => {
                self.outbox.retain(|waiting| !sent.contains(&waiting.decision));
                Event::Done
            }
            Effect::NoteTrouble { decision, .. } => {
                self.troubled.push(decision);
                Event::Done
            }
            Effect::LoadPlace => place(Some(cursor(7))),
            Effect::FetchChanges(_) => changes(7, false),
            Effect::LoadWants => Event::Wants(Wants::default()),
            _ => Event::Done,
        }
    }

    fn pulls(&self) -> usize {
        self.effects.iter().filter(|effect| matches!(effect, Effect::FetchChanges(_))).count()
    }
}

#[test]
fn with_nothing_new_a_round_is_one_request() {
    let mut world = World::of(0);
    world.run(|_| None);
    assert_eq!(world.effects.iter().filter(|effect| is_network(effect)).count(), 1);
}

#[test]
fn with_nothing_new_nothing_is_written_down_or_looked_for() {
    let mut round = Round::new();
    round.step(Event::Start);
    assert_eq!(round.step(Event::Outbox(vec![])), Effect::LoadPlace);
    let carry_to_tell = None;
    let cursor_here = Some(cursor(7));
    let here = Place {
        cursor: cursor_here,
        rebuilding: false,
        juries_rev: Some(4),
        carry_to_tell,
        may_lack: false,
    };
    assert_eq!(round.step(Event::Place(here)), Effect::FetchChanges(cursor_here));
    assert_eq!(round.step(changes(7, false)), Effect::LoadOutbox);
    assert_eq!(round.step(Event::Outbox(vec![])), Effect::Finish);
}

#[test]
fn a_first_batch_then_the_pull_then_the_rest() {
    let mut world = World::of(450);
    world.run(|_| None);
    assert_eq!(world.pushes, [200, 200, 50]);
    let requests: Vec<_> = world.effects.iter().filter(|effect| is_network(effect)).collect();
    assert!(matches!(requests[1], Effect::FetchChanges(_)), "the pull does not wait for the rest");
    assert_eq!(world.pulls(), 2, "what the rest changed comes too");
    assert!(world.outbox.is_empty());
}

#[test]
fn one_poisoned_decision_is_found_and_held_and_blocks_no_other() {
    let mut world = World::of(200);
    let poisoned = id(77);
    let round = world.run(|sent| sent.contains(&poisoned).then(|| problem(ProblemCode::Malformed)));
    assert_eq!(world.troubled, [poisoned]);
    assert_eq!(world.outbox.len(), 1, "every other one arrived");
    assert!(world.pushes.len() <= 30, "halving, not one by one: {:?}", world.pushes);
    assert_eq!(round.error(), None, "it is told with the decision");
}

#[test]
fn several_poisoned_decisions_in_a_row_block_no_other() {
    let mut world = World::of(40);
    let poisoned: Vec<_> = (1..=7).map(id).collect();
    world.run(|sent| {
        sent.iter().any(|id| poisoned.contains(id)).then(|| problem(ProblemCode::Internal))
    });
    assert_eq!(world.troubled, poisoned);
    assert_eq!(world.outbox.len(), poisoned.len());
}

#[test]
fn a_decision_is_not_held_for_a_service_that_failed_once() {
    let failed = std::cell::Cell::new(false);
    let mut world = World::of(1);
    let round = world.run(|_| (!failed.replace(true)).then(|| problem(ProblemCode::Internal)));
    assert_eq!((world.pushes.as_slice(), world.outbox.len()), ([1, 1].as_slice(), 0));
    assert!(world.troubled.is_empty() && round.error().is_none());
}

#[test]
fn a_service_that_fails_at_everything_is_not_asked_for_ever() {
    let mut world = World::of(200);
    let round = world.run(|_| Some(problem(ProblemCode::Internal)));
    assert!(world.pushes.len() < 20, "{:?}", world.pushes);
    assert_eq!(world.pulls(), 2, "the pull goes on");
    assert!(round.error().is_some());
}

#[test]
fn what_is_no_fault_of_the_decisions_is_not_sought_in_them() {
    for error in [
        problem(ProblemCode::TooMany),
        problem(ProblemCode::Unavailable),
        CallError::Unreachable(Unreached::NoAnswer),
    ] {
        let mut world = World::of(200);
        let round = world.run(|_| Some(error.clone()));
        assert_eq!((world.pushes.as_slice(), world.pulls()), ([200].as_slice(), 1), "{error}");
        assert_eq!(round.error(), Some(&error));
        assert!(world.troubled.is_empty());
    }
}

#[test]
fn a_decision_that_is_not_answered_does_not_make_the_round_endless() {
    let mut round = Round::new();
    round.step(Event::Start);
    let waiting = World::of(1).outbox;
    assert_eq!(round.step(Event::Outbox(waiting.clone())), Effect::Push(vec![id(1)]));
    let server_time = jiff::Timestamp::UNIX_EPOCH;
    let response = PushResponse { results: vec![], epoch: None, server_time };
    assert!(matches!(round.step(Event::Pushed(Ok(response))), Effect::Settle { .. }));
    assert_eq!(round.step(Event::Done), Effect::LoadPlace);
    round.step(place(Some(cursor(7))));
    assert_eq!(round.step(changes(7, false)), Effect::LoadWants);
    assert_eq!(round.step(Event::Wants(Wants::default())), Effect::LoadOutbox);
    assert_eq!(round.step(Event::Outbox(waiting)), Effect::Finish);
}

#[test]
fn a_pull_that_fails_does_not_keep_the_rest_from_leaving() {
    let mut round = Round::new();
    round.step(Event::Start);
    round.step(Event::Outbox(vec![]));
    round.step(place(Some(cursor(7))));
    let failed = problem(ProblemCode::Internal);
    assert_eq!(round.step(Event::PullFailed(failed.clone())), Effect::LoadOutbox);
    assert_eq!(round.step(Event::Outbox(World::of(1).outbox)), Effect::Push(vec![id(1)]));
    let server_time = jiff::Timestamp::UNIX_EPOCH;
    let response = PushResponse { results: vec![], epoch: None, server_time };
    round.step(Event::Pushed(Ok(response)));
    assert_eq!(round.step(Event::Done), Effect::LoadOutbox);
    assert_eq!(round.step(Event::Outbox(vec![])), Effect::Finish);
    assert_eq!(round.error(), Some(&failed));
}

#[test]
fn a_cursor_from_another_epoch_rebuilds_the_mirror() {
    let mut round = Round::new();
    round.step(place(Some(cursor(7))));
    round.step(Event::CursorGone);
    assert!(matches!(round.step(Event::Held(vec![])), Effect::Compare(_)));
    assert_eq!(round.step(Event::CursorGone), Effect::BeginRebuild);
    assert_eq!(round.step(Event::Done), Effect::LoadPlace);
    let carry = CarryRequest { juries: vec![], dossiers: vec![DossierId(Uuid::from_u128(3))] };
    let carry_to_tell = Some(carry.clone());
    let here = Place {
        cursor: None,
        rebuilding: true,
        juries_rev: Some(4),
        carry_to_tell,
        may_lack: false,
    };
    assert_eq!(round.step(Event::Place(here)), Effect::PutCarried(carry), "before it is asked");
    round.step(Event::Sent);
    assert_eq!(round.step(Event::Done), Effect::FetchChanges(None));
    assert!(matches!(round.step(changes(1, true)), Effect::StoreChanges(_)));
    assert_eq!(round.step(Event::Done), Effect::FetchChanges(Some(cursor(1))));
    assert!(matches!(round.step(changes(2, false)), Effect::StoreChanges(_)));
    assert_eq!(round.step(Event::Done), Effect::WeighRebuild);
    assert_eq!(round.step(Event::Removal(Removal::default())), Effect::EndRebuild);
    assert_eq!(round.step(Event::Done), Effect::LoadWants);
    assert_eq!(round.step(Event::Wants(Wants::default())), Effect::LoadOutbox, "sent again");
}

#[test]
fn a_service_that_keeps_saying_gone_does_not_loop_and_is_no_success() {
    let mut round = Round::new();
    round.step(place(None));
    assert_eq!(round.step(Event::CursorGone), Effect::BeginRebuild);
    round.step(Event::Done);
    round.step(place(None));
    round.step(Event::CursorGone);
    assert_eq!(round.step(Event::Outbox(vec![])), Effect::Finish);
    assert_eq!(round.error(), Some(&CallError::CursorLoop));
}

#[test]
fn a_page_that_does_not_move_is_not_asked_for_again() {
    let mut round = Round::new();
    round.step(place(Some(cursor(7))));
    assert_eq!(round.step(changes(7, true)), Effect::LoadWants);
}

#[test]
fn what_the_service_lacks_is_asked_for_once_a_round() {
    let wanted = DossierId(Uuid::from_u128(3));
    let wants = || Event::Wants(Wants { snapshots: vec![wanted], catalogues: vec![] });
    let mut round = Round::new();
    assert_eq!(round.step(wants()), Effect::FetchSnapshot(wanted));
    assert_eq!(round.step(Event::Snapshot(None)), Effect::LoadWants);
    assert_eq!(round.step(wants()), Effect::LoadOutbox);
}

fn leaving(count: u128) -> Removal {
    let leaving = (0..count).map(|n| DossierId(Uuid::from_u128(n))).collect();
    Removal { leaving, carried: 10, confirmed: BTreeSet::new() }
}

#[test]
fn a_rebuild_that_would_empty_the_machine_asks_and_the_outbox_goes_on() {
    let mut round = Round::new();
    round.step(Event::Start);
    round.step(Event::Outbox(vec![]));
    let here = Place {
        cursor: None,
        rebuilding: true,
        juries_rev: Some(4),
        carry_to_tell: None,
        may_lack: false,
    };
    round.step(Event::Place(here));
    round.step(changes(2, false));
    assert_eq!(round.step(Event::Done), Effect::WeighRebuild);
    let removal = leaving(10);
    let asked = Effect::AskRemoval(removal.leaving.clone());
    assert_eq!(round.step(Event::Removal(removal)), asked);
    assert_eq!(round.step(Event::Done), Effect::LoadOutbox);
    assert_eq!(round.step(Event::Outbox(World::of(1).outbox)), Effect::Push(vec![id(1)]));
    assert!(round.asked() && round.error().is_none());
}

#[test]
fn removals_of_a_page_are_weighed_before_anything_of_it_is_written_down() {
    let dossier = DossierId(Uuid::from_u128(3));
    let page = || {
        let Event::Changes(mut page) = changes(9, false) else { unreachable!() };
        page.response.changes = vec![Change::Remove { position: 9, dossier }];
        Event::Changes(page)
    };
    let mut round = Round::new();
    round.step(place(Some(cursor(7))));
    assert_eq!(round.step(page()), Effect::WeighRemoval(vec![dossier]));
    assert!(matches!(round.step(Event::Removal(leaving(2))), Effect::StoreChanges(_)));
    let mut round = Round::new();
    round.step(place(Some(cursor(7))));
    round.step(page());
    assert!(matches!(round.step(Event::Removal(leaving(3))), Effect::AskRemoval(_)));
}

/// What leaves in a round of one decision whose base the service never has, with or
/// without news in the pull.
fn pushes_of_an_early_decision(news: bool) -> Vec<Vec<DecisionId>> {
    let outbox = World::of(1).outbox;
    let early = PushResult {
        id: id(1),
        outcome: PushOutcome::Refused { refusal: Refusal::BaseUnknown { base: id(9) }, held: None },
    };
    let mut pushes = Vec::new();
    let mut round = Round::new();
    let mut effect = round.step(Event::Start);
    for _ in 0..50 {
        let event = match effect {
            Effect::Finish => return pushes,
            Effect::LoadOutbox => Event::Outbox(outbox.clone()),
            Effect::Push(sent) => {
                pushes.push(sent);
                let server_time = jiff::Timestamp::UNIX_EPOCH;
                let results = vec![early.clone()];
                Event::Pushed(Ok(PushResponse { results, epoch: None, server_time }))
            }
            Effect::LoadPlace => place(Some(cursor(7))),
            Effect::FetchChanges(_) if news => {
                let Event::Changes(mut changes) = changes(8, false) else { unreachable!() };
                let dossier = DossierId(Uuid::from_u128(5));
                changes.unreadable.push((8, dossier));
                Event::Changes(changes)
            }
            Effect::FetchChanges(_) => changes(7, false),
            Effect::LoadWants => Event::Wants(Wants::default()),
            _ => Event::Done,
        };
        effect = round.step(event);
    }
    panic!("a round ends")
}

#[test]
fn what_came_too_early_leaves_again_after_news_and_once_in_a_round() {
    assert_eq!(pushes_of_an_early_decision(true), [[id(1)], [id(1)]]);
    assert_eq!(pushes_of_an_early_decision(false), [[id(1)]]);
}

/// A round whose cursor is gone, up to what is asked next.
fn with_cursor_gone(held: usize) -> (Round, Effect) {
    let mut round = Round::new();
    round.step(Event::Start);
    round.step(Event::Outbox(vec![]));
    round.step(place(Some(cursor(7))));
    assert_eq!(round.step(Event::CursorGone), Effect::BeginComparison);
    let held = (0..held as u128).map(|id| (DossierId(Uuid::from_u128(id)), 3)).collect();
    let effect = round.step(Event::Held(held));
    (round, effect)
}

#[test]
fn after_a_change_of_scope_what_is_held_is_compared_until_nothing_differs() {
    let (mut round, effect) = with_cursor_gone(2);
    let Effect::Compare(request) = effect else { panic!("{effect:?}") };
    assert_eq!(request.epoch, cursor(7).epoch);
    assert_eq!(request.held.len(), 2);
    let page = |more: bool| {
        let Event::Changes(mut page) = changes(20, more) else { unreachable!() };
        page.unreadable.push((4, DossierId(Uuid::from_u128(9))));
        Event::Changes(page)
    };
    let Effect::StoreChanges(first) = round.step(page(true)) else { panic!("not stored") };
    assert_eq!(first.response.cursor, cursor(7), "it does not count yet");
    assert_eq!(round.step(Event::Done), Effect::BeginComparison);
    assert!(matches!(round.step(Event::Held(vec![])), Effect::Compare(_)));
    let Effect::StoreChanges(last) = round.step(page(false)) else { panic!("not stored") };
    assert_eq!(last.response.cursor, cursor(20));
    assert_eq!(round.step(Event::Done), Effect::LoadWants, "and the round goes on");
}

#[test]
fn what_cannot_be_compared_is_asked_for_whole() {
    let (mut round, effect) = with_cursor_gone(2);
    assert!(matches!(effect, Effect::Compare(_)));
    assert_eq!(round.step(Event::CursorGone), Effect::BeginRebuild, "another epoch");
    let (_, effect) = with_cursor_gone(limits::COMPARED_DOSSIERS + 1);
    assert_eq!(effect, Effect::BeginRebuild, "too many for one request");
}

#[test]
fn a_comparison_that_says_nothing_new_is_not_repeated() {
    let (mut round, _) = with_cursor_gone(2);
    let effect = round.step(changes(20, true));
    assert!(!matches!(effect, Effect::BeginComparison | Effect::Compare(_)), "{effect:?}");
}
