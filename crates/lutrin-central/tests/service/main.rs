//! The real service on a loopback port with a real database, asked over HTTP.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

mod backup;
mod commands;
mod contract;
mod documents;
mod events;
mod feed;
mod intake;
mod journal;
mod journals;
mod limits;
mod push;
#[cfg(feature = "seed")]
mod seed;
mod sessions;
mod shut_out;
mod support;
