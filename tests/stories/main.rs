//! Stories that cross crates: a real service, real machines, no window.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

mod bad_input;
mod exchange;
mod leaving;
mod main_job;
mod profile;
mod reading;
mod search;
mod shut_out;
mod together;
