//! What a disk can do to the store of a machine.

mod deed;
mod failpoints;
mod full;
mod hand;
mod kills;
mod log;
mod migrations;
mod powercut;
mod scenario;
mod seen;

pub use hand::files_of;

/// The dossiers and decisions of the store's own tests.
#[path = "../../../crates/lutrin-store/tests/store/given.rs"]
#[expect(dead_code, reason = "the store's own tests use more of it")]
mod given;

/// A look into the store's index of words.
#[path = "../../../crates/lutrin-store/tests/store/index.rs"]
mod index;

/// A database of the store, opened from beside it.
#[path = "../../../crates/lutrin-store/tests/store/beside.rs"]
mod beside;

/// Profiles as earlier versions left them.
#[path = "../../../crates/lutrin-store/tests/store/old.rs"]
mod old;
