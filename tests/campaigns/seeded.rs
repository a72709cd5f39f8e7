//! C24: the product is made wrong in one known way after the other, and a campaign must see
//! each. This tests the campaigns: one that stays green has a hole.
//!
//! A campaign is run as a process of its own, with the bug named in its environment, a few
//! runs at a time until it is red; the same runs without the bug must be green. The short
//! form begins at runs that are known to meet the bug, a seed of one's own at the first.
//!
//! Not among the bugs is a worker that reads documents inside the app: the parsers are in the
//! program `lutrin-preview` only, and no library links them.

use std::collections::BTreeSet;
use std::process::{Command, Output};
use std::time::Instant;

use lutrin_domain::seeded::{Bug, SWITCH};

use crate::extent::Extent;

/// The campaign that must turn red, and on which of its runs.
struct Judge {
    campaign: &'static str,
    test: &'static str,
    /// From which run on, in the short form.
    from: u64,
    /// How many runs are made at a time.
    step: u64,
    /// After how many it must be red.
    patience: u64,
}

const SHORT: u64 = Bug::ALL.len() as u64;
/// How many steps a bug may take that is looked for from the first run on.
const STEPS: u64 = 20;

fn judge_of(bug: Bug) -> Judge {
    const KILLS: &str = "disk::kills::a_machine_killed_at_any_instant_loses_nothing";
    const FAILPOINTS: &str = "disk::failpoints::every_operation_of_the_disk_may_fail_once";
    const POWERCUT: &str = "disk::powercut::a_power_cut_loses_nothing_that_was_told";
    const LIVES: &str = "simulation::lives::c5_a_life_ends_well_and_the_same_way_twice";
    const REPLAYS: &str =
        "wire::replays::c7_what_is_pushed_again_and_otherwise_has_its_effect_once";
    const CONFLICTS: &str =
        "wire::conflicts::c8_every_meeting_of_two_decisions_has_its_exact_outcome";
    const FEED: &str =
        "wire::feed::c9_who_follows_the_feed_misses_nothing_that_is_written_meanwhile";
    const RESUME: &str = "wire::resume::c11_no_wrong_byte_is_visible_whatever_a_service_answers";
    const MIGRATIONS: &str = "disk::migrations::an_upgrade_killed_anywhere_keeps_all_unsent_work";
    const CLOCKS: &str = "wire::clocks::c16_no_clock_changes_the_order_or_stops_the_exchange";
    const FULL: &str = "disk::full::a_full_disk_loses_nothing_and_is_told";
    const KEYRING: &str =
        "keyring::c15_whatever_becomes_of_the_keyring_no_work_is_lost_or_readable";
    const RESTORE: &str = "wire::restore::c19_what_machines_hold_comes_back_to_a_restored_service";
    let (campaign, test, from, step, patience) = match bug {
        Bug::ToldBeforeCommit => ("kills", KILLS, 0, 4, 80),
        Bug::CursorApart => ("failpoints", FAILPOINTS, 88, 14, 2_000),
        Bug::RemovalLeavesWords => ("failpoints", FAILPOINTS, 88, 14, 2_000),
        Bug::SynchronousNormal => ("powercut", POWERCUT, 0, 4, 250),
        Bug::SynchronousOff => ("powercut", POWERCUT, 0, 4, 250),
        Bug::FolderNotSynced => ("powercut", POWERCUT, 0, 4, 250),
        Bug::JournalNotSynced => ("powercut", POWERCUT, 0, 4, 250),
        Bug::WaitsForAnOldClock => ("simulation", LIVES, 1_817, 1, 20_000),
        Bug::NoMemoryOfDecisions => ("replays", REPLAYS, 0, 2, 40),
        Bug::LastWriterWins => ("conflicts", CONFLICTS, 0, 1, 262),
        Bug::HeadReadApart => ("feed", FEED, 0, 2, 40),
        Bug::HashNotChecked => ("resume", RESUME, 2, 1, 100),
        Bug::UpgradeInPieces => ("migrations", MIGRATIONS, 0, 6, 230),
        Bug::EndedSessionForgetsWork => ("clocks", CLOCKS, 0, 1, 40),
        Bug::CommitErrorUnread => ("disk", FULL, 0, 10, 1_000),
        Bug::EarlyDecisionsRefused => ("restore", RESTORE, 1, 1, 60),
        Bug::LockedCopyForgotten => ("keyring", KEYRING, 1, 1, 8),
    };
    Judge { campaign, test, from, step, patience }
}

#[test]
fn c24_each_seeded_bug_turns_a_campaign_red() {
    let extent = Extent::asked(SHORT);
    let of_own = std::env::var_os("LUTRIN_CAMPAIGN_SEED").is_some();
    let (mut green, mut unseen, mut all_runs) = (BTreeSet::new(), Vec::new(), 0);
    for number in extent.from..extent.from + extent.count {
        // A further turn of all bugs is of another seed.
        let (turn, at) = (number / SHORT, usize::try_from(number % SHORT).unwrap());
        let bug = Bug::ALL[at];
        let mut judge = judge_of(bug);
        if of_own || turn > 0 {
            judge.from = 0;
            judge.step = judge.step.max(judge.patience / STEPS);
        }
        let begun = Instant::now();
        let seed = extent.seed.wrapping_add(turn);
        match judge.caught(bug, seed) {
            Some((runs, saw)) => {
                all_runs += runs;
                println!(
                    "campaign seeded-bugs: {number} {bug:?}: {} is red within {runs} runs from {} \
                     of seed {seed}, {:.1} s: {saw}",
                    judge.campaign,
                    judge.from,
                    begun.elapsed().as_secs_f64()
                );
                if green.insert((judge.test, seed, judge.from, runs)) {
                    let control = judge.run(None, seed, judge.from, runs);
                    let said = said(&control);
                    assert!(control.status.success(), "{} is red by itself: {said}", judge.test);
                }
            }
            None => unseen.push(format!("{number} {bug:?}: {} stays green", judge.campaign)),
        }
    }
    let told = [("runs until seen", all_runs), ("controls without a bug", green.len() as u64)];
    extent.report_failed("seeded-bugs", unseen.len() as u64, &told);
    assert!(unseen.is_empty(), "holes in the campaigns: {unseen:?}");
}

impl Judge {
    /// Runs the campaign until it sees the bug; gives after how many runs, and what it saw.
    fn caught(&self, bug: Bug, seed: u64) -> Option<(u64, String)> {
        let mut runs = 0;
        while runs < self.patience {
            let red = self.run(Some(bug), seed, self.from + runs, self.step);
            runs += self.step;
            if !red.status.success() {
                return Some((runs, what_it_saw(&said(&red))));
            }
        }
        None
    }

    fn run(&self, bug: Option<Bug>, seed: u64, from: u64, runs: u64) -> Output {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", self.test, "--nocapture"])
            .env("LUTRIN_CAMPAIGN_SEED", seed.to_string())
            .env("LUTRIN_CAMPAIGN_FROM", from.to_string())
            .env("LUTRIN_CAMPAIGN_SCALE", runs.to_string())
            .env("RUST_BACKTRACE", "0")
            .env_remove(SWITCH);
        if let Some(bug) = bug {
            command.env(SWITCH, format!("{bug:?}"));
        }
        let output = command.output().unwrap();
        // A test that has another name now, or a bug without one, proves nothing.
        let said = said(&output);
        assert!(said.contains("running 1 test"), "{} is there: {said}", self.test);
        assert!(!said.contains("the switch names a bug"), "{said}");
        output
    }
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said)).concat()
}

/// The first thing that a red campaign says it saw: a line with the name of the run, or what
/// stopped it.
fn what_it_saw(said: &str) -> String {
    let mut lines = said.lines().skip_while(|line| !line.contains("panicked at"));
    let stopped = lines.nth(1).unwrap_or("it ended without a word");
    let violation = said.lines().skip_while(|line| !line.starts_with("campaign ")).nth(1);
    let line = violation.filter(|line| line.contains(": ")).unwrap_or(stopped);
    line.chars().take(200).collect()
}
