//! The exchange on a real store, against services that do what ours never should:
//! answers that leave things out, connections that break, a restore.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

mod carrying;
mod given;
mod leaving;
mod pushing;
mod scripted;
mod sessions;
