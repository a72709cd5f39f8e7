//! The exchange between the local store and the service.
//!
//! Three things travel: *decisions* go out ([`core::round`], push), *changes* come
//! in (pull), and *documents* follow ([`core::download`]). The [`core`] decides and
//! touches nothing: events in, effects out. The [`driver`] performs the effects
//! on the store and the network, and shows progress as values. There are no
//! texts for people here.
//!
//! Long answers are read item by item ([`reading`]), so that one of a later version
//! does not make the rest unreadable. No answer of the service, whatever its status,
//! ever deletes a decision.

pub mod address;
pub mod client;
pub mod core;
pub mod departure;
pub mod driver;
pub mod error;
pub mod ports;
pub mod progress;
pub mod reading;
pub mod session;
