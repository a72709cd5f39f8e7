//! From opening a piece to its first page on screen.

use super::Plan;

pub const PLAN: Plan = Plan {
    area: "page",
    target: "window",
    figures: &[("first_ms_p50", "ms"), ("first_ms_p95", "ms")],
};
