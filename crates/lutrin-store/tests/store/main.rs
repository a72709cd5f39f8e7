//! The store on a real disk, with real SQLCipher files.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

mod beside;
mod canary;
mod crash;
mod documents;
mod erase;
mod given;
mod index;
mod journal;
mod lease;
mod local;
mod mirror;
mod notes;
mod old;
mod opening;
mod outbox;
mod texts;
mod upgrade;
mod view;
#[cfg(target_os = "linux")]
mod workers;
