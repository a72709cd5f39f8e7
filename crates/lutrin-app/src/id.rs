//! The names by which the window speaks of things.

pub use lutrin_domain::digest::Digest;
pub use lutrin_domain::id::SlotKey;
pub use lutrin_preview::{Masks, Tile};
