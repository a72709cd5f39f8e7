//! From launch to a usable window: the work list of 2,000 summaries answers a
//! key. Its peer is an empty Tauri window (`src-tauri/bench/empty_window.rs`),
//! launched and waited for in the same way, in turn with it.

use super::{Figure, Part, Plan};

pub const PLAN: Plan = Plan {
    area: "start",
    parts: &[Part {
        target: "window",
        figures: &[
            Figure::new("start.interactive_ms", "ms"),
            Figure::new("start.empty_window_ms", "ms"),
            Figure::new("start.interactive_ratio", "×"),
        ],
    }],
    peers: &[],
};
