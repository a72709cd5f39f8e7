//! `lutrin-preview`: the worker of the reading room and its command-line reader.
//!
//! `lutrin-preview worker` is started by the application: it closes its own sandbox, then
//! speaks frames on its standard input and output. The other verbs are for people and
//! checks; they too hand the file to a worker and never parse it themselves.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test stops where it is wrong"))]

mod cli;
#[expect(unsafe_code, reason = "a global allocator cannot be written without it")]
mod heap_cap;
#[cfg(debug_assertions)]
#[cfg_attr(
    target_os = "linux",
    expect(unsafe_code, reason = "some attempts are bare system calls")
)]
mod probe;
mod sandbox;
mod worker;

use std::process::ExitCode;

#[global_allocator]
static HEAP: heap_cap::HeapCap = heap_cap::HeapCap::new(768 * 1024 * 1024);

fn main() -> ExitCode {
    cli::run()
}
