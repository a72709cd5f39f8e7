//! Whole rounds.

use std::collections::{BTreeMap, BTreeSet};

use lutrin_domain::id::DecisionId;
use lutrin_protocol::limits::{BODY_BYTES, PUSH_DECISIONS};
use lutrin_sync::core::outbox::{Waiting, choose};
use lutrin_sync::core::round::Effect;
use proptest::prelude::*;

use crate::holds;
use crate::world::{World, decision};

/// Decisions on a few subjects, some of which build on an earlier one.
fn outbox(most: usize) -> impl Strategy<Value = Vec<Waiting>> {
    let one = (0..8u8, prop::option::weighted(0.3, any::<prop::sample::Index>()), 100..30_000u64);
    prop::collection::vec(one, 0..most).prop_map(|drawn| {
        let waiting =
            |(number, (subject, base, bytes)): (usize, (u8, Option<prop::sample::Index>, u64))| {
                let base = base.filter(|_| number > 0).map(|index| decision(index.index(number)));
                Waiting {
                    decision: decision(number),
                    subject: subject.to_string(),
                    based_on: base,
                    bytes,
                    held: false,
                }
            };
        drawn.into_iter().enumerate().map(waiting).collect()
    })
}

fn poisoned(most: usize) -> impl Strategy<Value = BTreeSet<DecisionId>> {
    prop::collection::btree_set((0..most).prop_map(decision), 0..6)
}

fn chances() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..300)
}

/// What waits on a poisoned decision: on its subject after it, or built upon it.
fn behind(outbox: &[Waiting], poisoned: &BTreeSet<DecisionId>) -> BTreeSet<DecisionId> {
    let (mut subjects, mut behind) = (BTreeSet::new(), BTreeSet::new());
    for one in outbox {
        if poisoned.contains(&one.decision)
            || subjects.contains(&one.subject)
            || one.based_on.is_some_and(|base| behind.contains(&base))
        {
            subjects.insert(one.subject.clone());
            behind.insert(one.decision);
        }
    }
    behind
}

fn pushes(world: &World) -> impl Iterator<Item = &Vec<DecisionId>> {
    world.effects.iter().filter_map(|effect| match effect {
        Effect::Push(sent) => Some(sent),
        _ => None,
    })
}

#[test]
fn a_round_ends_whatever_the_service_answers() {
    holds("a round ends", (outbox(60), poisoned(60), chances()), |(outbox, poisoned, chances)| {
        let mut world = World::new(outbox, poisoned, chances);
        prop_assert!(world.round(1500));
        Ok(())
    });
}

#[test]
fn order_per_subject_is_never_inverted() {
    holds("order", (outbox(60), poisoned(60), chances()), |(outbox, poisoned, chances)| {
        let mut world = World::new(outbox.clone(), poisoned, chances);
        world.round(1500);
        // What could not be read can be, later: nothing must have overtaken it.
        world.poisoned.clear();
        world.round(1500);
        world.round(1500);
        let subject: BTreeMap<_, _> = outbox.iter().map(|one| (one.decision, one)).collect();
        let mut last: BTreeMap<&str, DecisionId> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for id in &world.taken {
            let one = subject[id];
            let earlier = last.insert(&one.subject, *id);
            prop_assert!(earlier.is_none_or(|earlier| earlier < *id), "{} inverted", one.subject);
            // What it builds on was taken, or was not there.
            prop_assert!(one.based_on.is_none_or(|base| taken.contains(&base)), "base overtaken");
            taken.insert(*id);
        }
        Ok(())
    });
}

#[test]
fn nothing_is_sent_twice_once_it_was_answered_and_no_request_is_too_large() {
    holds("requests", (outbox(60), poisoned(60), chances()), |(outbox, poisoned, chances)| {
        let mut world = World::new(outbox.clone(), poisoned, chances);
        world.round(1500);
        let bytes: BTreeMap<_, _> = outbox.iter().map(|one| (one.decision, one.bytes)).collect();
        for sent in pushes(&world) {
            let unique: BTreeSet<_> = sent.iter().collect();
            prop_assert!(!sent.is_empty() && unique.len() == sent.len());
            prop_assert!(sent.len() <= PUSH_DECISIONS);
            let size: u64 = sent.iter().map(|id| bytes[id]).sum();
            prop_assert!(sent.len() == 1 || size < BODY_BYTES as u64);
        }
        let taken: BTreeSet<_> = world.taken.iter().collect();
        prop_assert_eq!(taken.len(), world.taken.len());
        // What came too early leaves once more at most, after the pull.
        let mut told: BTreeMap<DecisionId, u32> = BTreeMap::new();
        for id in &world.early {
            *told.entry(*id).or_default() += 1;
        }
        prop_assert!(told.values().all(|times| *times <= 2));
        Ok(())
    });
}

#[test]
fn a_poisoned_decision_holds_only_what_is_behind_it() {
    holds("poison", (outbox(250), poisoned(250)), |(outbox, poisoned)| {
        let expected = behind(&outbox, &poisoned);
        let mut world = World::new(outbox, poisoned, Vec::new());
        prop_assert!(world.round(3000));
        let left: BTreeSet<_> = world.outbox.iter().map(|one| one.decision).collect();
        prop_assert_eq!(left, expected);
        prop_assert!(world.troubled.iter().all(|id| world.poisoned.contains(id)));
        Ok(())
    });
}

#[test]
fn once_faults_have_stopped_three_rounds_empty_the_outbox() {
    holds("liveness", (outbox(60), chances()), |(outbox, chances)| {
        let mut world = World::new(outbox, BTreeSet::new(), chances);
        world.round(1500);
        // Whatever is left of the chances is used up: from here on nothing fails.
        let mut healed = World::new(world.outbox, BTreeSet::new(), Vec::new());
        for _ in 0..3 {
            prop_assert!(healed.round(1500));
        }
        prop_assert!(healed.outbox.is_empty());
        Ok(())
    });
}

#[test]
fn what_is_chosen_does_not_depend_on_the_size_of_the_request() {
    let drawn = (outbox(60), poisoned(60), 1..70usize);
    holds("choice", drawn, |(outbox, held, limit)| {
        let all = choose(&outbox, &held, usize::MAX, u64::MAX);
        let some = choose(&outbox, &held, limit, u64::MAX);
        prop_assert_eq!(&all[..limit.min(all.len())], &some[..]);
        let none_behind = behind(&outbox, &held);
        prop_assert!(all.iter().all(|id| !none_behind.contains(id)));
        prop_assert_eq!(all.len() + none_behind.len(), outbox.len());
        Ok(())
    });
}
