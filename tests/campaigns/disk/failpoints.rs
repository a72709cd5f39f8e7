//! Every operation of every scenario fails once, in each way (C2).
//!
//! An undisturbed run names the operations, `scenario/file/operation#k`, and says what is
//! seen after each thing that was done. Then each is made to fail. Whatever the store said
//! it has done is there; the thing that failed is there whole or not at all; it can be done
//! again, and in the end nothing tells that anything went wrong.

use lutrin_testkit::dice::Dice;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::deed::{Deed, Desk, Told};
use super::hand::{ENDED, Fault, Hand, Plan};
use super::scenario::{self, Scenario, copied};
use super::seen::Seen;
use crate::extent::Extent;

/// How many of the cases the short form tries.
const SHORT: u64 = 300;

/// How a run ends in which the disk failed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// The same program tries again.
    Same,
    /// The program is ended in order, and started again.
    Closed,
    /// The program is killed, and started again.
    Killed,
}

/// One operation of one scenario that fails in one way.
struct Case<'a> {
    prepared: &'a Prepared,
    operation: &'a str,
    fault: Fault,
    ending: Ending,
}

/// A scenario with what an undisturbed run of it gave.
pub struct Prepared {
    pub scenario: Scenario,
    pub folder: tempfile::TempDir,
    pub operations: Vec<String>,
    pub seen: Vec<Seen>,
}

impl Prepared {
    /// Makes every scenario ready.
    pub fn of_all() -> Vec<Self> {
        on_one_thread(async {
            let mut prepared = Vec::new();
            for scenario in scenario::all() {
                prepared.push(Self::of(scenario).await);
            }
            prepared
        })
    }

    /// Makes a scenario ready.
    pub async fn of(scenario: Scenario) -> Self {
        let folder = scenario.prepare().await;
        let seen = scenario.seen(folder.path()).await;
        let copy = copied(folder.path());
        let hand = Hand::over(copy.path(), Plan::Watch);
        let mut desk = scenario.desk(copy.path()).await;
        hand.restart(Plan::Watch);
        for deed in &scenario.deeds {
            desk.perform(deed).await.unwrap();
        }
        let operations = hand.names();
        desk.perform(&Deed::Close).await.unwrap();
        Self { scenario, folder, operations, seen }
    }
}

#[derive(Default)]
pub struct Counts {
    pub runs: AtomicU64,
    pub ended: AtomicU64,
    pub told: AtomicU64,
    pub told_full: AtomicU64,
    pub full_otherwise: AtomicU64,
    pub reopened: AtomicU64,
    pub violations: Mutex<Vec<String>>,
    pub words: Mutex<BTreeSet<String>>,
}

#[test]
fn every_operation_of_the_disk_may_fail_once() {
    let extent = Extent::asked(SHORT);
    let prepared = Prepared::of_all();
    let names: usize = prepared.iter().map(|prepared| prepared.operations.len()).sum();
    assert!(names >= 60, "{names} operations have names");
    let only = std::env::var(ONLY).ok();
    let counts = Counts::default();
    let mut cases: Vec<_> = prepared
        .iter()
        .flat_map(|prepared| prepared.operations.iter().map(move |name| (prepared, name)))
        .flat_map(|(prepared, name)| cases(prepared, name))
        .collect();
    let all = cases.len();
    shuffle(&mut cases, extent.seed);
    let asked = cases.into_iter().skip(usize::try_from(extent.from).unwrap());
    let asked = asked.take(usize::try_from(extent.count).unwrap());
    let named = |case: &Case| only.as_ref().is_none_or(|only| case.to_string().contains(only));
    let asked: Vec<_> = asked.filter(named).collect();
    in_parallel(&asked, async |case| try_case(case, &counts).await, &counts);
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let violations = counts.violations.into_inner().unwrap();
    for words in counts.words.into_inner().unwrap() {
        println!("told: {words}");
    }
    let told = [
        ("scenarios", prepared.len() as u64),
        ("named operations", names as u64),
        ("cases of them", all as u64),
        ("processes ended", of(&counts.ended)),
        ("errors told", of(&counts.told)),
        ("as a full disk", of(&counts.told_full)),
        ("full and told otherwise", of(&counts.full_otherwise)),
        ("had to be opened again", of(&counts.reopened)),
    ];
    Extent { count: of(&counts.runs), ..extent }.report_failed(
        "failpoints",
        violations.len() as u64,
        &told,
    );
    for violation in violations.iter().take(40) {
        println!("{violation}");
    }
    assert!(violations.is_empty());
}

/// The ways in which an operation may fail.
fn cases<'a>(prepared: &'a Prepared, operation: &'a str) -> Vec<Case<'a>> {
    use Ending::{Closed, Killed, Same};
    let writes = operation.contains("/write#");
    let takes_room = writes || operation.contains("/open#") || operation.contains("folder#");
    let mut ways = vec![(Fault::Abort, Killed), (Fault::Delay, Closed)];
    ways.extend([Same, Closed, Killed].map(|ending| (Fault::Refused, ending)));
    if writes {
        ways.extend([(Fault::Torn, Killed), (Fault::Short, Closed)]);
    }
    if takes_room {
        ways.extend([Same, Closed, Killed].map(|ending| (Fault::Full, ending)));
    }
    let case = |(fault, ending)| Case { prepared, operation, fault, ending };
    ways.into_iter().map(case).collect()
}

/// Puts cases in an order of dice, so that a part of them is a part of everything.
pub fn shuffle<T>(cases: &mut [T], seed: u64) {
    let mut dice = Dice::of(seed, 0);
    for at in (1..cases.len()).rev() {
        cases.swap(at, dice.index(at + 1));
    }
}

async fn try_case(case: &Case<'_>, counts: &Counts) {
    counts.runs.fetch_add(1, Ordering::Relaxed);
    let folder = copied(case.prepared.folder.path());
    let (done, desk) = match case.fault {
        Fault::Abort | Fault::Torn => {
            counts.ended.fetch_add(1, Ordering::Relaxed);
            let scenario = &case.prepared.scenario;
            let done = ended_at(scenario, case.operation, case.fault, folder.path());
            (done, Desk::at(folder.path()))
        }
        _ => failed(case, folder.path(), counts).await,
    };
    finish(case, done, desk, counts).await;
}

/// Runs a scenario in which the disk fails once, up to what failed. Gives how much was
/// done, and the desk: open if it goes on.
async fn failed(case: &Case<'_>, folder: &Path, counts: &Counts) -> (usize, Desk) {
    let scenario = &case.prepared.scenario;
    let hand = Hand::over(folder, Plan::Watch);
    let mut desk = scenario.desk(folder).await;
    hand.restart(Plan::At(case.operation.to_owned(), case.fault));
    let (done, told) = perform_all(&mut desk, &scenario.deeds, 0).await;
    assert_eq!(hand.faults(), 1, "the operation was met");
    if let Some(told) = &told {
        assert!(!told.gone, "whoever works must not go away: {}", told.words);
        counts.told.fetch_add(1, Ordering::Relaxed);
        counts.words.lock().unwrap().insert(format!("{:?} {}", case.fault, told.words));
        if case.fault == Fault::Full {
            let as_what = if told.full { &counts.told_full } else { &counts.full_otherwise };
            as_what.fetch_add(1, Ordering::Relaxed);
        }
    }
    match case.ending {
        Ending::Same => {
            hand.change(Plan::Watch);
            drop(hand);
        }
        Ending::Closed => {
            hand.change(Plan::Watch);
            desk.perform(&Deed::Close).await.unwrap();
        }
        Ending::Killed => {
            hand.change(Plan::Dead);
            desk.perform(&Deed::Close).await.unwrap();
        }
    }
    (done, desk)
}

/// Does one thing after the other until one fails.
pub async fn perform_all(desk: &mut Desk, deeds: &[Deed], from: usize) -> (usize, Option<Told>) {
    for (at, deed) in deeds.iter().enumerate().skip(from) {
        if let Err(told) = desk.perform(deed).await {
            return (at, Some(told));
        }
    }
    (deeds.len(), None)
}

/// Looks at what is left, does what was not done, and looks again.
async fn finish(case: &Case<'_>, done: usize, mut desk: Desk, counts: &Counts) {
    let Prepared { scenario, seen, .. } = case.prepared;
    let folder = desk.folder.clone();
    if desk.store.is_none() {
        let now = Seen::of_folder(&folder).await.expect("what is left opens");
        let either = &seen[done..seen.len().min(done + 2)];
        let difference = now.differs_from(&seen[done]);
        assert!(either.iter().any(|seen| now.is(seen)), "after {done} deeds: {difference:?}");
    }
    desk.go_on(scenario, done, counts).await;
    desk.perform(&Deed::Close).await.unwrap();
    let now = Seen::of_folder(&folder).await.expect("it opens in the end");
    let end = seen.last().unwrap();
    assert!(now.is(end), "in the end: {:?}", now.differs_from(end));
}

impl Desk {
    /// Does the rest of a scenario on a disk that works again.
    pub async fn go_on(&mut self, scenario: &Scenario, done: usize, counts: &Counts) {
        for deed in &scenario.deeds[done..] {
            let needs_store = !matches!(deed, Deed::Create | Deed::SetAside | Deed::Export);
            if needs_store && self.store.is_none() && *deed != Deed::Close {
                self.perform(&Deed::Open).await.unwrap();
            }
            let mut answer = self.perform(deed).await;
            if answer.as_ref().is_err_and(|told| told.words.contains("Broken")) {
                counts.reopened.fetch_add(1, Ordering::Relaxed);
                self.perform(&Deed::Close).await.unwrap();
                self.perform(&Deed::Open).await.unwrap();
                answer = self.perform(deed).await;
            }
            if answer.as_ref().is_err_and(|told| told.withdrawn) {
                self.attempt += 1;
                answer = self.perform(deed).await;
            }
            match answer {
                Err(told) if *deed == Deed::Create && told.words == "Exists" => {}
                answer => answer.unwrap(),
            }
        }
    }
}

/// Part of the names of the cases that run alone, to look at one.
const ONLY: &str = "LUTRIN_CAMPAIGN_ONLY";

const SCENARIO: &str = "LUTRIN_FAILPOINT_SCENARIO";
const FOLDER: &str = "LUTRIN_FAILPOINT_FOLDER";
const OPERATION: &str = "LUTRIN_FAILPOINT_OPERATION";
const FAULT: &str = "LUTRIN_FAILPOINT_FAULT";

/// Runs a scenario in a process of its own, which the disk ends at an operation. Gives how
/// much was done.
pub fn ended_at(scenario: &Scenario, operation: &str, fault: Fault, folder: &Path) -> usize {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "disk::failpoints::the_child_ends_at_its_operation", "--nocapture"])
        .env(SCENARIO, scenario.name)
        .env(FOLDER, folder)
        .env(OPERATION, operation)
        .env(FAULT, if fault == Fault::Torn { "torn" } else { "abort" })
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let said = String::from_utf8(child.stdout).unwrap();
    assert_eq!(child.status.code(), Some(ENDED), "the hand has ended it: {said}");
    said.lines().filter(|line| *line == "done.").count()
}

/// Not a test of its own: the child of the one above, which sets the folder.
#[test]
fn the_child_ends_at_its_operation() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let name = std::env::var(SCENARIO).unwrap();
    let scenario = scenario::all().into_iter().find(|one| one.name == name);
    let scenario = scenario.unwrap_or_else(scenario::upgrade);
    let torn = std::env::var(FAULT).unwrap() == "torn";
    let fault = if torn { Fault::Torn } else { Fault::Abort };
    on_one_thread(async {
        let folder = Path::new(&folder);
        let hand = Hand::over(folder, Plan::Watch);
        let mut desk = scenario.desk(folder).await;
        hand.restart(Plan::At(std::env::var(OPERATION).unwrap(), fault));
        // The word before the point: the harness writes to the same line.
        println!();
        for deed in &scenario.deeds {
            desk.perform(deed).await.unwrap();
            println!("done.");
        }
    });
}

/// Runs a future on this thread.
pub fn on_one_thread<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// Tries cases on every core; one that panics is a violation and does not stop the others.
pub fn in_parallel<C: Sync + std::fmt::Display>(
    cases: &[C],
    run: impl AsyncFn(&C) + Sync,
    counts: &Counts,
) {
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        on_one_thread(run(case));
                    }));
                    if let Err(panic) = tried {
                        let words = words_of(&*panic);
                        counts.violations.lock().unwrap().push(format!("{case}: {words}"));
                    }
                }
            });
        }
    });
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().cloned();
    words.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
}

impl std::fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scenario = self.prepared.scenario.name;
        write!(f, "{scenario}/{} {:?} {:?}", self.operation, self.fault, self.ending)
    }
}
