//! Campaigns: what a disk, a network, a kill and chance can do to the real parts, counted.
//!
//! `cargo xtask test` runs the short forms, `cargo xtask campaign` longer ones; what
//! came of those is kept in `docs/reliability.md`.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

#[cfg(target_os = "linux")]
mod disk;
mod erasure;
mod extent;
#[cfg(target_os = "linux")]
mod keyring;
#[cfg(all(target_os = "linux", feature = "seeded-bugs"))]
mod seeded;
mod simulation;
mod wire;
