//! The exchange without disk, network or time: campaign C5.
//!
//! The rounds are those of [`lutrin_sync`] and the rulings those of
//! [`lutrin_central`]; what they work on is in memory ([`store`], [`database`]), so
//! that a thousand lives of a service and its machines are played in a minute, each
//! from a number that plays it again.

pub mod database;
pub mod network;
pub mod oracle;
pub mod steps;
pub mod store;
pub mod world;
