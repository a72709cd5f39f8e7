//! Window tests: the real app in a real window, the real service, a real keyring.
//!
//! Each test has machines of its own ([`desktop::Desktop`]: bus, keyring, display,
//! home), so nothing of the person who runs it is read or written, and one test
//! may have several machines. The window is driven as WebDriver does, by its test
//! ids, its keys and its words. Nothing sleeps: everything waits for a condition
//! with a deadline ([`wait`]).
//!
//! The programs must be built beside the app: `cargo xtask test` does it.
//! Start reading in [`story`]; [`doors`] has what keeps a profile closed.

#![cfg(target_os = "linux")]

mod app;
mod bus;
mod clock;
mod decided;
mod desktop;
mod doors;
mod driver;
mod gestures;
mod lease;
#[path = "../../crates/lutrin-testkit/src/papers.rs"]
mod papers;
mod play;
mod program;
mod programs;
mod reading;
mod screen;
mod service;
mod stage;
mod story;
mod together;
mod wait;
