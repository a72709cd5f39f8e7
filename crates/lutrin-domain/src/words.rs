//! How long the texts of decisions are, and how much they cite.

use crate::refusal::Refusal;

/// The longest comment on a piece, in characters.
pub const COMMENT_LIMIT: u32 = 4_000;
/// The most places that one decision cites.
pub const CITATIONS_LIMIT: usize = 20;
/// The longest text of an opinion or a letter, in characters.
pub const TEXT_LIMIT: u32 = 20_000;

pub(crate) fn check_words(text: &str, limit: u32) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::WordsMissing);
    }
    check_length(text, limit)
}

pub(crate) fn check_length(text: &str, limit: u32) -> Result<(), Refusal> {
    let within = u32::try_from(text.chars().count()).is_ok_and(|length| length <= limit);
    within.then_some(()).ok_or(Refusal::TextTooLong { limit })
}
