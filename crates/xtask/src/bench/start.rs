//! From launch to a usable window: the work list of 2,000 summaries answers a
//! key. Its peer is an empty Tauri window (`src-tauri/bench/empty_window.rs`),
//! launched and waited for in the same way, in turn with it.

use super::Plan;

pub const PLAN: Plan = Plan {
    area: "start",
    target: "window",
    figures: &[("interactive_ms", "ms"), ("empty_window_ms", "ms"), ("interactive_ratio", "×")],
};
