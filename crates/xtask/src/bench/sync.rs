//! Taking 300 documents along, against a plain parallel HTTP download of the
//! same bytes to disk; and the requests of a contact with nothing new.

use super::Plan;

pub const PLAN: Plan = Plan {
    area: "sync",
    target: "sync",
    figures: &[("throughput_ratio", "×"), ("idle_requests", "requests")],
};
