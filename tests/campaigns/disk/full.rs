//! The disk is full from some moment on, and then has room again; or cannot be written (C17).

use std::sync::atomic::{AtomicU64, Ordering};

use super::deed::{Deed, Desk};
use super::failpoints::{Counts, Prepared, in_parallel, perform_all, shuffle};
use super::hand::{Hand, Plan};
use super::scenario::copied;
use super::seen::Seen;
use crate::extent::Extent;

/// How many moments the short form tries.
const SHORT: u64 = 120;

/// From which operation on a scenario has no room.
struct Case<'a> {
    prepared: &'a Prepared,
    first: u32,
}

#[derive(Default)]
struct Found {
    told_full: AtomicU64,
    otherwise: AtomicU64,
    nothing: AtomicU64,
}

#[test]
fn a_full_disk_loses_nothing_and_is_told() {
    let extent = Extent::asked(SHORT);
    let prepared = Prepared::of_all();
    let fills = |name: &&String| name.contains("/write#") || name.contains("folder#");
    let mut cases = Vec::new();
    for prepared in &prepared {
        let moments = prepared.operations.iter().filter(fills).count();
        cases.extend((1..=u32::try_from(moments).unwrap()).map(|first| Case { prepared, first }));
    }
    let all = cases.len();
    shuffle(&mut cases, extent.seed);
    let from = usize::try_from(extent.from).unwrap().min(all);
    let to = usize::try_from(extent.from + extent.count).unwrap().min(all);
    let (counts, found) = (Counts::default(), Found::default());
    in_parallel(&cases[from..to], async |case| try_full(case, &found).await, &counts);
    let violations = counts.violations.into_inner().unwrap();
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let told = [
        ("moments there are", all as u64),
        ("told as a full disk", of(&found.told_full)),
        ("told otherwise", of(&found.otherwise)),
        ("nothing to tell", of(&found.nothing)),
    ];
    Extent { count: (to - from) as u64, ..extent }.report_failed(
        "disk, full",
        violations.len() as u64,
        &told,
    );
    violations.iter().take(40).for_each(|violation| println!("{violation}"));
    assert!(violations.is_empty());
}

async fn try_full(case: &Case<'_>, found: &Found) {
    let Prepared { scenario, folder, seen, .. } = case.prepared;
    let folder = copied(folder.path());
    let hand = Hand::over(folder.path(), Plan::Watch);
    let mut desk = scenario.desk(folder.path()).await;
    hand.restart(Plan::FullFrom(case.first));
    let (done, told) = perform_all(&mut desk, &scenario.deeds, 0).await;
    match &told {
        None => found.nothing.fetch_add(1, Ordering::Relaxed),
        Some(told) if told.full => found.told_full.fetch_add(1, Ordering::Relaxed),
        Some(told) => {
            assert!(!told.gone, "whoever works must not go away");
            found.otherwise.fetch_add(1, Ordering::Relaxed)
        }
    };
    // What was there is read on a full disk.
    if let Some(store) = &desk.store {
        let now = Seen::of(folder.path(), store).await;
        let either = &seen[done..seen.len().min(done + 2)];
        let difference = now.differs_from(&seen[done]);
        assert!(either.iter().any(|seen| now.is(seen)), "while full: {difference:?}");
    }
    hand.change(Plan::Watch);
    desk.go_on(scenario, done, &Counts::default()).await;
    desk.perform(&Deed::Close).await.unwrap();
    let now = Seen::of_folder(folder.path()).await.expect("it opens when there is room");
    let end = seen.last().unwrap();
    assert!(now.is(end), "in the end: {:?}", now.differs_from(end));
}

#[test]
fn a_folder_that_cannot_be_written_is_refused_and_stays_as_it_is() {
    let counts = Counts::default();
    let prepared = Prepared::of_all();
    let cases: Vec<_> = prepared.iter().map(|prepared| Case { prepared, first: 0 }).collect();
    in_parallel(&cases, async |case| try_read_only(case).await, &counts);
    let violations = counts.violations.into_inner().unwrap();
    println!(
        "campaign disk, read only: {} scenarios, {} violations",
        cases.len(),
        violations.len()
    );
    violations.iter().for_each(|violation| println!("{violation}"));
    assert!(violations.is_empty());
}

async fn try_read_only(case: &Case<'_>) {
    let Prepared { scenario, folder, seen, .. } = case.prepared;
    let folder = copied(folder.path());
    let before = super::hand::files_of(folder.path());
    let hand = Hand::over(folder.path(), Plan::ReadOnly);
    let mut desk = Desk::at(folder.path());
    let first = if scenario.begins_open() { Deed::Open } else { scenario.deeds[0].clone() };
    let told = desk.perform(&first).await.expect_err("nothing can be written");
    assert!(!told.gone && !told.full, "{}", told.words);
    drop(hand);
    assert!(super::hand::files_of(folder.path()) == before, "not a byte has changed");
    let now = Seen::of_folder(folder.path()).await.expect("it opens when it can be written");
    assert!(now.is(&seen[0]), "{:?}", now.differs_from(&seen[0]));
}

impl std::fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} from operation {} on", self.prepared.scenario.name, self.first)
    }
}
