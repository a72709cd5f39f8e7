//! The planner under any service: campaign C4.
//!
//! `LUTRIN_CAMPAIGN_SCALE` says how many cases of each property: 500 without it, as
//! in `cargo xtask test`. `LUTRIN_CAMPAIGN_SEED` and `LUTRIN_CAMPAIGN_FROM` (the
//! number of the first case) repeat a part of a campaign: each case has a seed of
//! its own.

mod parts;
mod round;
mod world;

use std::fmt::Debug;
use std::str::FromStr;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};

const SHORT: u64 = 500;
const SEED: u64 = 20_261_121;

fn asked<T: FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Tries a property as often as asked, and says how often that was.
fn holds<S: Strategy>(property: &str, strategy: S, check: impl Fn(S::Value) -> TestCaseResult)
where
    S::Value: Debug,
{
    let count: u64 = asked("LUTRIN_CAMPAIGN_SCALE", SHORT);
    let seed: u64 = asked("LUTRIN_CAMPAIGN_SEED", SEED);
    let from: u64 = asked("LUTRIN_CAMPAIGN_FROM", 0);
    let config = Config { cases: 1, failure_persistence: None, ..Config::default() };
    for number in from..from.saturating_add(count) {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&number.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(config.clone(), rng);
        if let Err(error) = runner.run(&strategy, &check) {
            panic!("{property}, seed {seed} from {number}: {error}");
        }
    }
    println!("campaign planner, {property}: seed {seed} from {from}: {count} cases");
}
