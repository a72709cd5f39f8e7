//! The sealed journal of a laptop, as the service reads it when all else is lost.
//!
//! Anybody may add to it, only the service can read it; the service believes the
//! decisions whose signature it knows, and nothing else.
//!
//! A record is a [`frame`] around a sealed [`Record`]:
//!
//! ```text
//! len: u32, little-endian       of `sealed`
//! id: 16 bytes                  the decision's UUID; zero for a draft
//! sealed: len bytes             age 1, X25519 recipient of the service, JSON
//! crc: u32, little-endian       CRC-32 (IEEE) of all that precedes
//! ```
//!
//! What follows from reading one: a decision whose id has a withdrawn record,
//! before or after it, was withdrawn. A decision may stand twice.

mod frame;
mod record;

use serde::{Deserialize, Serialize};

pub use self::frame::{Frame, Frames, Tail, read_frames, write_frame};
pub use self::record::{OpensSealed, Record, UnsealError};

/// The capability of a service that takes journals in.
pub const CAPABILITY: &str = "journal";

/// What became of a journal that was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JournalResponse {
    /// How many whole records it has.
    pub records: u64,
    /// Decisions applied now.
    pub applied: u64,
    /// Decisions ruled on before, or that stand twice in it.
    pub known: u64,
    /// Decisions refused now.
    pub refused: u64,
    /// Decisions that their author withdrew, which are not applied.
    pub withdrawn: u64,
    /// Texts that were being written. They are signed by nobody, so that they are
    /// given to no session: whoever runs the service hands them over.
    pub drafts: u64,
    /// Decisions that are not shown to be those of this machine and its reviewer.
    pub unverified: u64,
    /// Records sealed to somebody else, damaged, or of a later version.
    pub unreadable: u64,
}
