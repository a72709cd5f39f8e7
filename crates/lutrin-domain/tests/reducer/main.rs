//! Properties of the reducer, and the cases of the domain notes by their ids.

mod given;
mod laws;
mod pieces;
mod reviews;
