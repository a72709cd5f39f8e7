//! From the key that validates a verdict to "Enregistré sur ce poste": durable
//! and on screen.

use super::Plan;

pub const PLAN: Plan =
    Plan { area: "decide", target: "window", figures: &[("ms_p50", "ms"), ("ms_p95", "ms")] };
