//! How much of a campaign is asked for, and what is said of it.
//!
//! `LUTRIN_CAMPAIGN_SCALE` says how many runs, `LUTRIN_CAMPAIGN_SEED` of which campaign,
//! `LUTRIN_CAMPAIGN_FROM` from which number on: each run has numbers of its own.

use std::str::FromStr;

const SEED: u64 = 20_261_121;

/// Which runs of a campaign are asked for.
pub struct Extent {
    pub seed: u64,
    pub from: u64,
    pub count: u64,
}

impl Extent {
    /// What is asked for; so many runs if nothing is.
    pub fn asked(short: u64) -> Self {
        Self {
            seed: asked("LUTRIN_CAMPAIGN_SEED", SEED),
            from: asked("LUTRIN_CAMPAIGN_FROM", 0),
            count: asked("LUTRIN_CAMPAIGN_SCALE", short),
        }
    }

    /// Says what was tried and that none failed, with what that proves.
    pub fn report(&self, campaign: &str, counts: &[(&str, u64)]) {
        self.report_failed(campaign, 0, counts);
    }

    /// Says what was tried and how many failed; of none, what that proves.
    pub fn report_failed(&self, campaign: &str, failed: u64, counts: &[(&str, u64)]) {
        let counts: Vec<_> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
        let bound = 300.0 / self.count.max(1) as f64;
        let bound =
            if failed == 0 { format!(" (95 %: under {bound:.3} %)") } else { String::new() };
        println!(
            "campaign {campaign}: seed {} from {}: {} runs, {failed} failed{bound}: {}",
            self.seed,
            self.from,
            self.count,
            counts.join(", ")
        );
    }
}

fn asked<T: FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
