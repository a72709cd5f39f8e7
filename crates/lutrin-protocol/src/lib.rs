//! What is said between the application and the service, and nothing else:
//! neither knows how the other works.
//!
//! JSON over HTTP under `/v1`. Every request may be repeated. Errors are problem
//! details (RFC 9457, [`problem`]). What a service can do is told by
//! [`about::About`] as capabilities rather than compared by version.

pub mod about;
pub mod changes;
pub mod cursor;
pub mod documents;
pub mod endpoint;
pub mod events;
pub mod journal;
pub mod juries;
pub mod lease;
pub mod limits;
pub mod problem;
pub mod proof;
pub mod push;
pub mod receipts;
pub mod session;
