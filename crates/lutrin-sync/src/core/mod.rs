//! What to do next, decided without touching anything.

pub mod awake;
pub mod download;
pub mod events;
pub mod outbox;
pub mod pace;
pub mod reception;
pub mod removal;
pub mod round;
pub mod schedule;
