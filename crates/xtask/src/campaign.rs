//! `campaign`: the long forms of the tests that try to break something.
//!
//! A campaign is a test that counts; `test` runs its short form. This module asks for
//! more of it through the environment. What came of it is kept in `docs/reliability.md`.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::process;
use crate::test::all;
use crate::workspace::Workspace;

/// What is tried.
#[derive(Clone, Copy, ValueEnum)]
pub enum Campaign {
    /// Real, hostile and damaged documents in the reading room.
    Documents,
}

/// How much of it.
#[derive(Clone, Copy, Args)]
pub struct Extent {
    /// How many mutations: 25,000 if no number is given.
    #[arg(long, value_name = "COUNT", num_args = 0..=1,
          default_value_t = 2_000, default_missing_value = "25000")]
    scale: u32,
    /// The seed of another campaign.
    #[arg(long)]
    seed: Option<u64>,
    /// The number of the first mutation, to go on from or to repeat one.
    #[arg(long, value_name = "NUMBER")]
    from: Option<u32>,
}

/// Runs a campaign; its counts are printed as they come.
pub fn run(workspace: &Workspace, campaign: Campaign, extent: Extent) -> Result<()> {
    let (target, filters) = match campaign {
        Campaign::Documents => ("preview", ["campaign::", "command_line::every_verb"]),
    };
    let mut command = all(workspace, "test");
    command.args(["--test", target, "--", "--nocapture", "--test-threads=1"]).args(filters);
    process::run(command.envs(environment(extent)))
}

/// How the tests are told.
fn environment(extent: Extent) -> Vec<(&'static str, String)> {
    let mut told = vec![("LUTRIN_CAMPAIGN_SCALE", extent.scale.to_string())];
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
        let told = |words: &[&str]| environment(Alone::parse_from(words).extent);
        let scale = |count: &str| ("LUTRIN_CAMPAIGN_SCALE", count.to_owned());
        assert_eq!(told(&["campaign"]), [scale("2000")]);
        assert_eq!(told(&["campaign", "--scale"]), [scale("25000")]);
        let part = ["campaign", "--scale", "1", "--seed", "5", "--from", "84"];
        let seed = ("LUTRIN_CAMPAIGN_SEED", "5".to_owned());
        let from = ("LUTRIN_CAMPAIGN_FROM", "84".to_owned());
        assert_eq!(told(&part), [scale("1"), seed, from]);
    }
}
