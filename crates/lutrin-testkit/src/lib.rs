//! A service and several machines in one process, for stories that cross crates.
//!
//! The service is the real one on a loopback port with its real database; each
//! machine runs the real application with its encrypted store and its sandboxed
//! reader, without the window. Only the keyring is held in memory, because a
//! system has one and a story has several machines.
//!
//! Campaigns that need thousands of machines take a [`laptop`]: the same store and the same
//! exchange, without the application around them, through a [`proxy`] if the network between
//! shall be bad.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test stops where it is wrong"
)]

pub mod dice;
pub mod laptop;
pub mod machine;
pub mod papers;
pub mod proxy;
pub mod service;
pub mod simulation;
pub mod wait;
