//! What a network and a service can do to the exchange.

mod acts;
mod clocks;
mod conflicts;
mod dossiers;
mod faults;
mod feed;
mod replays;
mod restore;
mod resume;
