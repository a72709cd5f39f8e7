//! The reading room as its users meet it: real workers, real documents, real deaths.
//!
//! One program for all of it. Small documents are made here; the larger collections are
//! used in place when they are there, and a test without them says that it was skipped.

#![allow(clippy::unwrap_used, reason = "a test stops where it is wrong")]

mod campaign;
mod command_line;
mod corpus;
mod deaths;
mod documents;
mod features;
mod flows;
mod hostile;
mod layers;
#[cfg(unix)]
mod liars;
mod made;
mod mutants;
mod passwords;
mod pictures;
mod sandbox;
mod scans;
mod support;
mod text;
mod tiles;
