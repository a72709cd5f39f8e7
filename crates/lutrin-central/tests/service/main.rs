//! The real service on a loopback port with a real database, asked over HTTP.

mod commands;
mod contract;
mod documents;
mod feed;
mod intake;
mod limits;
mod push;
#[cfg(feature = "seed")]
mod seed;
mod sessions;
mod support;
