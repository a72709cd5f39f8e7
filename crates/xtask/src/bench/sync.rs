//! Taking 300 documents along, against a plain parallel HTTP download of the
//! same bytes to disk; and the requests of a contact with nothing new.

use super::{Figure, Part, Plan};

pub const PLAN: Plan = Plan {
    area: "sync",
    parts: &[Part {
        target: "sync",
        figures: &[
            Figure::new("sync.throughput_ratio", "×"),
            Figure::new("sync.idle_requests", "requests"),
        ],
    }],
    peers: &[],
};
