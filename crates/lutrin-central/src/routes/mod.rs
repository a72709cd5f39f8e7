//! The handlers, one file per resource: ask who, do, answer.

pub mod about;
pub mod carried;
pub mod catalogue;
pub mod changes;
pub mod decisions;
pub mod documents;
pub mod dossiers;
pub mod events;
pub mod intake;
pub mod journal;
pub mod juries;
pub mod receipts;
pub mod sessions;

use std::str::FromStr;

use lutrin_protocol::problem::ProblemCode;

use crate::failure::Failure;

/// Reads an identifier of a path; one that cannot be anything's is not found.
fn named<T: FromStr>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| ProblemCode::NotFound.into())
}
