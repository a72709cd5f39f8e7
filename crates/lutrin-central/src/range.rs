//! Single byte ranges of a document (RFC 9110, section 14).

use std::ops::Range;

/// What a request wants of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// A part of it.
    Part(Range<u64>),
    /// A part it does not have.
    Outside,
}

/// Reads a `Range` header for a document of this size.
///
/// A header that is not understood (another unit, several ranges) is as if it
/// was not there, as the standard allows.
pub fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some(spec) = header.and_then(in_bytes) else { return Wanted::Whole };
    match spec {
        Spec::From(first, _) if first >= size => Wanted::Outside,
        Spec::From(first, last) => {
            let end = last.map_or(size, |last| last.saturating_add(1).min(size));
            Wanted::Part(first..end)
        }
        Spec::Last(0) => Wanted::Outside,
        Spec::Last(_) if size == 0 => Wanted::Outside,
        Spec::Last(count) => Wanted::Part(size.saturating_sub(count)..size),
    }
}

enum Spec {
    From(u64, Option<u64>),
    Last(u64),
}

fn in_bytes(header: &str) -> Option<Spec> {
    let (unit, range) = header.split_once('=')?;
    let (first, last) = range.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    if first.is_empty() {
        return number(last).map(Spec::Last);
    }
    let first = number(first)?;
    if last.is_empty() {
        return Some(Spec::From(first, None));
    }
    let last = number(last)?;
    (first <= last).then_some(Spec::From(first, Some(last)))
}

/// Digits only: `parse` would take a sign.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let cases = [
            (None, Wanted::Whole),
            (Some("bytes=0-"), Wanted::Part(0..10)),
            (Some("bytes=4-"), Wanted::Part(4..10)),
            (Some("BYTES=4-6"), Wanted::Part(4..7)),
            (Some("bytes=4-4"), Wanted::Part(4..5)),
            (Some("bytes=4-99999999999"), Wanted::Part(4..10)),
            (Some("bytes=-3"), Wanted::Part(7..10)),
            (Some("bytes=-99"), Wanted::Part(0..10)),
            (Some("bytes=10-"), Wanted::Outside),
            (Some("bytes=-0"), Wanted::Outside),
            (Some("bytes=6-4"), Wanted::Whole),
            (Some("bytes=0-1,4-5"), Wanted::Whole),
            (Some("bytes=+1-"), Wanted::Whole),
            (Some("bytes=-"), Wanted::Whole),
            (Some("pages=1-2"), Wanted::Whole),
            (Some("bytes"), Wanted::Whole),
            (Some("bytes=99999999999999999999-"), Wanted::Whole),
        ];
        for (header, expected) in cases {
            assert_eq!(wanted(header, 10), expected, "{header:?}");
        }
    }

    #[test]
    fn an_empty_document_has_no_part() {
        assert_eq!(wanted(Some("bytes=0-"), 0), Wanted::Outside);
        assert_eq!(wanted(Some("bytes=-1"), 0), Wanted::Outside);
        assert_eq!(wanted(None, 0), Wanted::Whole);
    }
}
