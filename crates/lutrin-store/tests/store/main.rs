//! The store on a real disk, with real SQLCipher files.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

mod beside;
mod canary;
mod crash;
mod documents;
mod given;
mod index;
mod journal;
mod local;
mod mirror;
mod old;
mod opening;
mod outbox;
mod texts;
mod upgrade;
mod view;
