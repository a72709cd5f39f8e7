//! How much of a campaign is asked for, and the line that says what came of it.

use std::str::FromStr;

const SEED: u64 = 20_261_121;

/// Which part of a campaign runs.
pub struct Extent {
    /// What chance is drawn from.
    pub seed: u64,
    /// The number of the first case.
    pub from: u64,
    /// How many cases.
    pub count: u64,
}

impl Extent {
    /// What the environment asks for; so many cases when it asks for nothing.
    pub fn asked(short: u64) -> Self {
        Self {
            seed: asked("LUTRIN_CAMPAIGN_SEED", SEED),
            from: asked("LUTRIN_CAMPAIGN_FROM", 0),
            count: asked("LUTRIN_CAMPAIGN_SCALE", short),
        }
    }

    /// Prints what was counted, and what zero failures in so many cases bound (95 %).
    pub fn report(&self, campaign: &str, counts: &[(&str, u64)]) {
        let Self { seed, from, count } = self;
        let counts: Vec<_> = counts.iter().map(|(what, n)| format!("{what} {n}")).collect();
        let bound = 300.0 / (*count).max(1) as f64;
        println!(
            "campaign {campaign}: seed {seed} from {from}: {count} cases, {}; none in {count} \
             bounds the share at {bound:.3} % (95 %)",
            counts.join(", ")
        );
    }
}

fn asked<T: FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
