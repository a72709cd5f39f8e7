//! Server-sent events (`text/event-stream`): a word that asking is worth it.
//!
//! They carry nothing but a place in the feed: what changed is asked for with a
//! cursor as ever, and a client that never listens misses nothing but time.
//!
//! Each event has its position as `id`; a client that names the position it has
//! in `Last-Event-ID` is told at once if there is more. Lines that begin with a
//! colon keep the connection alive and mean nothing.

use serde::{Deserialize, Serialize};

/// The name of the event that something changed for this reviewer.
pub const CHANGED: &str = "changed";
/// The capability of a service that has `GET /v1/events`.
pub const CAPABILITY: &str = "events";
/// How often a service says something, at least, in seconds.
pub const HEARTBEAT_SECONDS: u64 = 15;

/// What an event of the name [`CHANGED`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changed {
    /// The head of the feed.
    pub position: u64,
}
