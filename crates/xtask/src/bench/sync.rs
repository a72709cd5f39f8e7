//! Taking 300 documents along, against a plain parallel HTTP download of the
//! same bytes to disk; a contact with nothing new, and what it costs with 10,000 dossiers
//! against 100; the first contact with 10,000; changes; decisions made offline; 50 dossiers
//! of 30 files, and what a person waits for meanwhile.

use super::{Figure, Part, Plan};

pub const PLAN: Plan = Plan {
    area: "sync",
    parts: &[Part {
        target: "sync",
        figures: &[
            Figure::new("sync.throughput_ratio", "×"),
            Figure::new("sync.idle_requests", "requests"),
            Figure::new("sync.idle_cost_ratio", "×"),
            Figure::new("sync.delta_ms_per_change", "ms"),
            Figure::new("sync.first_10000_s", "s"),
            Figure::new("sync.first_10000_peak_mib", "MiB"),
            Figure::new("push.decisions_per_s", "/s"),
            Figure::new("carry.50x30_s", "s"),
            Figure::new("store.read_ms_p95_busy", "ms"),
        ],
    }],
    peers: &[],
};
