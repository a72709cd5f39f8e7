//! The power goes at any moment, and of what no sync has covered any part is left (C3).
//!
//! A long day of work is recorded once for each seed, every write with its bytes and what
//! was seen after each thing done. Then states are made of the record, each in a folder of
//! its own, and opened.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Mutex;

use lutrin_store::journal::read_frames;
use lutrin_testkit::dice::Dice;

use super::deed::{Deed, Desk, number_of};
use super::failpoints::{Counts, in_parallel, on_one_thread};
use super::given;
use super::hand::{Hand, files_of};
use super::log::{Log, Spared};
use super::scenario::copied;
use super::seen::Seen;
use crate::extent::Extent;

/// How many states the short form makes.
const SHORT: u64 = 100;
/// How many states are made of one day.
const STATES_OF_A_DAY: u64 = 250;

/// A day of work as it was recorded.
struct Day {
    log: Log,
    /// Where in the log each deed began, and what was seen when it was done.
    deeds: Vec<(usize, usize, Seen)>,
}

/// One state.
struct Case<'a> {
    day: &'a Day,
    seed: u64,
    number: u64,
}

#[test]
fn a_power_cut_loses_nothing_that_was_told() {
    let extent = Extent::asked(SHORT);
    let (counts, spared) = (Counts::default(), Mutex::new([0_u64; 4]));
    let mut number = extent.from;
    let end = extent.from + extent.count;
    let mut steps = 0;
    while number < end {
        let of_day = number / STATES_OF_A_DAY;
        let day = on_one_thread(Day::recorded(extent.seed.wrapping_add(of_day)));
        steps += day.log.length() as u64;
        let to = end.min((of_day + 1) * STATES_OF_A_DAY);
        let case = |number| Case { day: &day, seed: extent.seed, number };
        let cases: Vec<_> = (number..to).map(case).collect();
        in_parallel(&cases, async |case| try_state(case, &spared).await, &counts);
        number = to;
    }
    let violations = counts.violations.into_inner().unwrap();
    let [all, nothing, some, torn] = spared.into_inner().unwrap();
    let told = [
        ("steps recorded", steps),
        ("all spared", all),
        ("nothing spared", nothing),
        ("some steps", some),
        ("some sectors", torn),
    ];
    extent.report_failed("powercut", violations.len() as u64, &told);
    violations.iter().take(40).for_each(|violation| println!("{violation}"));
    assert!(violations.is_empty());
}

#[test]
fn what_is_recorded_is_all_that_the_disk_saw() {
    on_one_thread(async {
        let folder = tempfile::tempdir().unwrap();
        let hand = Hand::recording(folder.path());
        let mut desk = Desk::at(folder.path());
        for deed in work(&mut Dice::of(7, 0)) {
            desk.perform(&deed).await.unwrap();
        }
        desk.perform(&Deed::Close).await.unwrap();
        let written = |end: &str| {
            let names = hand.names();
            names.iter().filter(|name| name.contains(end) && name.contains("/write#")).count()
        };
        assert!(written("dossiers.db-wal") > 100, "SQLite writes through the hand");
        assert!(written("documents.db-wal") > 10);
        assert!(written("journal.sealed") > 10, "and so does the journal");
        assert!(hand.bytes() > 1_000_000);
        let log = hand.recorded();
        let made = tempfile::tempdir().unwrap();
        log.make_state(made.path(), log.length(), Spared::All, &mut Dice::of(0, 0));
        let (was, is) = (files_of(folder.path()), files_of(made.path()));
        assert!(was.keys().eq(is.keys()), "{:?} {:?}", was.keys(), is.keys());
        let differ: Vec<_> = was.keys().filter(|path| was[*path] != is[*path]).collect();
        assert!(differ.is_empty(), "made again from the record, {differ:?} differ");
    });
}

impl Day {
    async fn recorded(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hand = Hand::recording(folder.path());
        let mut desk = Desk::at(folder.path());
        let mut deeds = vec![(0, 0, Seen::of_folder(copied(folder.path()).path()).await.unwrap())];
        for deed in work(&mut Dice::of(seed, 1)) {
            let begun = hand.length();
            desk.perform(&deed).await.unwrap();
            let done = hand.length();
            let seen = match &desk.store {
                Some(store) => Seen::of(folder.path(), store).await,
                None => Seen::of_folder(copied(folder.path()).path()).await.unwrap(),
            };
            assert_eq!(hand.length(), done, "looking changes nothing");
            deeds.push((begun, done, seen));
        }
        let log = hand.recorded();
        desk.perform(&Deed::Close).await.unwrap();
        Self { log, deeds }
    }
}

impl Day {
    /// By itself, before opening puts it right, the journal has every decision that stood
    /// when this deed was done and stands after the next: it is for the day when nothing
    /// opens the rest.
    fn check_journal(&self, folder: &Path, told: usize) {
        let path = given::file(folder, "journal.sealed");
        // Before the profile was made nothing stands, and none is there.
        let bytes = match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            read => read.unwrap(),
        };
        let frames = read_frames(&bytes).frames;
        let numbers = frames.iter().filter_map(|frame| frame.decision.map(number_of));
        let journaled: BTreeSet<_> = numbers.map(|number| number.to_string()).collect();
        let then = |at: usize| self.deeds.get(at).map(|(_, _, seen)| seen.standing());
        let standing = then(told).unwrap_or_default();
        let after = then(told + 1).unwrap_or_else(|| standing.clone());
        let lacking: Vec<_> = standing.intersection(&after).collect();
        let lacking: Vec<_> = lacking.into_iter().filter(|n| !journaled.contains(*n)).collect();
        assert!(lacking.is_empty(), "the journal alone has lost {lacking:?}");
    }
}

/// A day: what a machine does, in an order of dice.
fn work(dice: &mut Dice) -> Vec<Deed> {
    use Deed::*;
    let mut work = vec![Create, Catalogue, Changes(1, 5, 10), Juries(1), Carry(5)];
    let (mut made, mut standing, mut document) = (0, Vec::new(), 0);
    for round in 0..55 {
        let position = 20 + round;
        match dice.index(16) {
            0..=3 => {
                made += 1;
                standing.push(made);
                work.push(Record(made));
            }
            4 if !standing.is_empty() => {
                let at = dice.index(standing.len());
                work.push(Withdraw(standing.remove(at)));
            }
            5 | 6 if standing.len() > 1 => {
                let sent: Vec<u128> = standing.drain(..2).collect();
                work.extend([Send(sent.clone()), Acknowledged(sent, position)]);
            }
            7 if !standing.is_empty() => {
                let sent = standing.remove(0);
                work.extend([Send(vec![sent]), Refused(sent)]);
            }
            8 => work.push(Prune(position - 5)),
            9 => work.extend([Draft(u32::try_from(round).unwrap()), SealDraft]),
            10 => work.push(Changes(2, 4 + u128::from(position % 12), position)),
            11 | 12 if document < 5 => {
                let n = document;
                document += 1;
                work.extend([
                    Begin(n),
                    Append(n, 0, 4),
                    Append(n, 4, 10),
                    Finish(n),
                    Text(n),
                    SettleTexts,
                ]);
            }
            13 if document > 2 => work.push(Forget((1..document).collect())),
            14 => work.extend([Close, Open]),
            15 => work.extend([Token(u32::try_from(round).unwrap()), Contact]),
            _ => work.push(Setting(u32::try_from(round).unwrap())),
        }
    }
    work
}

async fn try_state(case: &Case<'_>, spared: &Mutex<[u64; 4]>) {
    let mut dice = Dice::of(case.seed, case.number);
    let cut = dice.index(case.day.log.length() + 1);
    let (manner, which) = match dice.index(8) {
        0 => (Spared::All, 0),
        1 => (Spared::Nothing, 1),
        2 => (Spared::Steps(20), 2),
        3 | 4 => (Spared::Steps(50), 2),
        5 => (Spared::Steps(80), 2),
        6 => (Spared::Sectors(512), 3),
        _ => (Spared::Sectors(4096), 3),
    };
    spared.lock().unwrap()[which] += 1;
    let folder = tempfile::tempdir().unwrap();
    case.day.log.make_state(folder.path(), cut, manner, &mut dice);
    let told = case.day.deeds.iter().rposition(|(_, done, _)| *done <= cut).unwrap();
    case.day.check_journal(folder.path(), told);
    let now = Seen::of_folder(folder.path()).await.expect("the profile opens, or is not there");
    let next = case.day.deeds.get(told + 1).filter(|(begun, _, _)| *begun < cut);
    let before = &case.day.deeds[told].2;
    let whole = next.is_some_and(|(_, _, seen)| now.is(seen));
    let difference = now.differs_from(before);
    assert!(now.is(before) || whole, "cut at {cut}, {manner:?}, {told} told: {difference:?}");
    if now.0.get("profile").is_some_and(|profile| profile != "absent") {
        let mut desk = Desk::at(folder.path());
        desk.perform(&Deed::Open).await.unwrap();
        desk.perform(&Deed::Record(900)).await.unwrap();
        desk.perform(&Deed::Close).await.unwrap();
        let after = Seen::of_folder(folder.path()).await.unwrap();
        assert!(after.0.contains_key("decision 900"), "work goes on");
    }
}

impl std::fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "powercut seed {} number {}", self.seed, self.number)
    }
}
