//! The exchange without disk, network or time: campaign C5. The stores in memory, on
//! which it is played, are held against the real ones.

mod database;
mod given;
mod lives;
mod local_store;
