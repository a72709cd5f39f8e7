//! Campaigns that cross crates: real parts, real faults, and a count of both.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

mod extent;
mod wire;
