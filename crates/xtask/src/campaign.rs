//! `campaign`: the long forms of the tests that try to break something.
//!
//! A campaign is a test that counts; `test` runs its short form. This module asks for
//! more of it through the environment. What came of it is kept in `docs/reliability.md`.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::process;
use crate::test::{CAMPAIGNS, all};
use crate::workspace::Workspace;

/// What is tried.
#[derive(Clone, Copy, ValueEnum)]
pub enum Campaign {
    /// Real, hostile and damaged documents in the reading room (C12).
    Documents,
    /// Properties of what the exchange decides, under any service (C4).
    Planner,
    /// Changes of the service's journal, each of which must be seen (C20).
    Journal,
    /// Lives of a service and its machines in memory (C5).
    Simulation,
    /// Machines and a service on a bad network (C6).
    Faults,
    /// Pushes that come again, in other pieces and another order (C7).
    Replays,
    /// Two sides that decide without seeing each other; every cell of a matrix (C8).
    Conflicts,
    /// Documents from hostile services (C11).
    Resume,
    /// Clocks that are wrong, on both sides (C16).
    Clocks,
    /// A service restored from an older backup (C19).
    Restore,
    /// What a machine may no longer keep, at any moment (C18).
    Erasure,
    /// The feed, read while many write (C9).
    Feed,
    /// A system's keyring that fails in each way, with unsent work (C15).
    Keyring,
    /// The product made wrong in each known way: a campaign must see it (C24).
    SeededBugs,
    /// A machine's whole engine, killed at any instant (C1).
    Kills,
    /// Each operation of the store on its disk, failing once in each way (C2).
    Failpoints,
    /// The power goes, and any part of what was not synced is left (C3).
    Powercut,
    /// An upgrade with unsent work, killed at each operation of the disk (C14).
    Migrations,
    /// A disk that is full, and has room again (C17).
    Disk,
}

/// Where a campaign is, and how large it is without being asked.
struct Plan {
    /// The test target.
    target: &'static str,
    /// Which of its tests.
    filters: &'static [&'static str],
    /// How many runs without a number, and for `--scale` alone.
    usual: u32,
    long: u32,
}

impl Campaign {
    fn plan(self) -> Plan {
        match self {
            Self::Documents => Plan {
                target: "preview",
                filters: &["campaign::", "command_line::every_verb"],
                usual: 2_000,
                long: 25_000,
            },
            Self::Planner => {
                Plan { target: "planner", filters: &[], usual: 20_000, long: 1_000_000 }
            }
            Self::Journal => {
                Plan { target: "service", filters: &["c20_"], usual: 500, long: 10_000 }
            }
            Self::Simulation => across_crates(&["simulation::lives::"], 2_000, 20_000),
            Self::Faults => across_crates(&["wire::faults::"], 50, 1_000),
            Self::Replays => across_crates(&["wire::replays::"], 500, 10_000),
            Self::Conflicts => across_crates(&["wire::conflicts::"], 262, 2_620),
            Self::Resume => across_crates(&["wire::resume::"], 200, 2_000),
            Self::Clocks => across_crates(&["wire::clocks::"], 50, 500),
            Self::Restore => across_crates(&["wire::restore::"], 20, 200),
            Self::Erasure => across_crates(&["erasure::"], 100, 1_000),
            Self::Feed => across_crates(&["wire::feed::"], 100, 2_000),
            Self::Keyring => across_crates(&["keyring::"], 16, 400),
            Self::SeededBugs => across_crates(&["seeded::"], 17, 85),
            Self::Kills => across_crates(&["disk::kills::"], 200, 2_000),
            Self::Failpoints => across_crates(&["disk::failpoints::"], 2_000, 20_000),
            Self::Powercut => across_crates(&["disk::powercut::"], 1_000, 5_000),
            Self::Migrations => across_crates(&["disk::migrations::"], 120, 1_000),
            Self::Disk => across_crates(&["disk::full::"], 300, 1_000),
        }
    }
}

/// A campaign that crosses crates.
fn across_crates(filters: &'static [&'static str], usual: u32, long: u32) -> Plan {
    Plan { target: CAMPAIGNS, filters, usual, long }
}

/// How much of it.
#[derive(Clone, Copy, Args)]
pub struct Extent {
    /// How many runs; without a number, those of the long form.
    #[arg(long, value_name = "COUNT", num_args = 0..=1)]
    scale: Option<Option<u32>>,
    /// The seed of another campaign.
    #[arg(long)]
    seed: Option<u64>,
    /// The number of the first run, to go on from or to repeat one.
    #[arg(long, value_name = "NUMBER")]
    from: Option<u32>,
}

/// Runs a campaign; its counts are printed as they come.
pub fn run(workspace: &Workspace, campaign: Campaign, extent: Extent) -> Result<()> {
    let plan = campaign.plan();
    let mut command = all(workspace, "test");
    command.args(["--test", plan.target, "--", "--nocapture", "--test-threads=1"]);
    process::run(command.args(plan.filters).envs(environment(&plan, extent)))
}

/// How the tests are told.
fn environment(plan: &Plan, extent: Extent) -> Vec<(&'static str, String)> {
    let scale = match extent.scale {
        None => plan.usual,
        Some(None) => plan.long,
        Some(Some(count)) => count,
    };
    let mut told = vec![("LUTRIN_CAMPAIGN_SCALE", scale.to_string())];
    told.extend(extent.seed.map(|seed| ("LUTRIN_CAMPAIGN_SEED", seed.to_string())));
    told.extend(extent.from.map(|from| ("LUTRIN_CAMPAIGN_FROM", from.to_string())));
    told
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        extent: Extent,
    }

    #[test]
    fn the_extent_reaches_the_tests() {
        let plan = Campaign::Documents.plan();
        let told = |words: &[&str]| environment(&plan, Alone::parse_from(words).extent);
        let scale = |count: &str| ("LUTRIN_CAMPAIGN_SCALE", count.to_owned());
        assert_eq!(told(&["campaign"]), [scale("2000")]);
        assert_eq!(told(&["campaign", "--scale"]), [scale("25000")]);
        let part = ["campaign", "--scale", "1", "--seed", "5", "--from", "84"];
        let seed = ("LUTRIN_CAMPAIGN_SEED", "5".to_owned());
        let from = ("LUTRIN_CAMPAIGN_FROM", "84".to_owned());
        assert_eq!(told(&part), [scale("1"), seed, from]);
    }
}
