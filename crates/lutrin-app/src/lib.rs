//! What a reviewer does at the desk, as functions in the reviewer's words.
//!
//! [`App`] is the whole program without its window: signing in, the work list, a
//! dossier, verdicts, opinions, the exchange. It is given a keyring, a folder, a
//! clock and identifiers; it gives views ([`view`]), one public error
//! ([`error::AppError`]) and events that carry identifiers only ([`event`]).
//!
//! It knows no Tauri and no HTML, so that everything a person can do is tested
//! without a display.

mod departures;
pub mod desk;
pub mod error;
pub mod event;
pub mod given;
pub mod id;
mod indexer;
mod pace;
mod passphrase;
mod passwords;
mod profiles;
mod quiet;
mod reading;
mod session;
mod signing;
pub mod view;

pub use session::{App, Copy, Credentials};
