//! From the key that validates a verdict to "Enregistré sur ce poste": durable
//! and on screen.

use super::{Figure, Part, Plan};

pub const PLAN: Plan = Plan {
    area: "decide",
    parts: &[Part {
        target: "window",
        figures: &[Figure::new("decide.ms_p50", "ms"), Figure::new("decide.ms_p95", "ms")],
    }],
    peers: &[],
};
