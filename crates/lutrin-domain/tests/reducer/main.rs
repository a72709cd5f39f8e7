//! Properties of the reducer, and the cases of the domain notes by their ids.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

mod arbitration;
mod given;
mod laws;
mod news;
mod pieces;
mod reviews;
