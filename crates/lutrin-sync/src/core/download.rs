//! One document on its way: where to go on from, and whether an answer fits.
//!
//! A 206 is appended only if its `Content-Range` starts exactly where we are and
//! names the size we expect. The digest decides in the end: a connection that
//! closes cleanly proves nothing.

use lutrin_domain::digest::Digest;

/// One document to receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Download {
    /// Digest of its bytes.
    pub sha256: Digest,
    /// Its size as the dossier says.
    pub size: u64,
    /// Bytes already here.
    pub received: u64,
}

/// What the service answered to a request for a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// HTTP status.
    pub status: u16,
    /// `Content-Range`, if any.
    pub content_range: Option<String>,
    /// `Content-Length`, if any.
    pub content_length: Option<u64>,
}

/// What to do with the bytes that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reception {
    /// Append them to what is here.
    Append,
    /// The whole comes again: pass over as many bytes as are here, then append.
    /// The digest is of the whole, so what is here need not be fetched twice.
    PassOver(u64),
}

/// Why an answer is of no use; what is here stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitAnswer {
    /// Another status than 200 or 206.
    #[error("the service answered {0}")]
    Status(u16),
    /// A range that is not the one asked for.
    #[error("the service answered another range than asked for")]
    OtherRange,
    /// A size that is not the one expected.
    #[error("the service announces another size than expected")]
    OtherSize,
}

impl Download {
    /// The `Range` to ask for, if something is here already.
    pub fn range(&self) -> Option<String> {
        (self.received > 0).then(|| format!("bytes={}-", self.received))
    }

    /// Whether every byte is here, to be verified.
    pub fn is_whole(&self) -> bool {
        self.received >= self.size
    }

    /// Decides what to do with an answer.
    pub fn receive(&self, head: &Head) -> Result<Reception, UnfitAnswer> {
        match head.status {
            200 if head.content_length.is_some_and(|length| length != self.size) => {
                Err(UnfitAnswer::OtherSize)
            }
            200 => Ok(Reception::PassOver(self.received)),
            206 => match head.content_range.as_deref().and_then(parse_range) {
                Some((first, total)) if total == self.size && first == self.received => {
                    Ok(Reception::Append)
                }
                Some((_, total)) if total != self.size => Err(UnfitAnswer::OtherSize),
                _ => Err(UnfitAnswer::OtherRange),
            },
            status => Err(UnfitAnswer::Status(status)),
        }
    }
}

/// Reads `bytes FIRST-LAST/TOTAL`; the unit is case-insensitive.
fn parse_range(text: &str) -> Option<(u64, u64)> {
    let (unit, range) = text.trim().split_once(' ')?;
    let (range, total) = range.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, total): (u64, u64, u64) =
        (first.trim().parse().ok()?, last.trim().parse().ok()?, total.trim().parse().ok()?);
    (unit.eq_ignore_ascii_case("bytes") && first <= last && last < total).then_some((first, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn download(received: u64) -> Download {
        Download { sha256: Digest::of(b""), size: 100, received }
    }

    fn head(status: u16, range: Option<&str>, length: Option<u64>) -> Head {
        Head { status, content_range: range.map(str::to_owned), content_length: length }
    }

    #[test]
    fn the_rest_is_asked_for_and_appended() {
        assert_eq!(download(0).range(), None);
        assert_eq!(download(40).range().as_deref(), Some("bytes=40-"));
        let answer = head(206, Some("Bytes 40-99/100"), Some(60));
        assert_eq!(download(40).receive(&answer), Ok(Reception::Append));
    }

    #[test]
    fn of_a_whole_answer_what_is_here_is_passed_over() {
        assert_eq!(download(40).receive(&head(200, None, Some(100))), Ok(Reception::PassOver(40)));
    }

    #[test]
    fn hostile_answers_are_unfit() {
        let cases = [
            (head(206, Some("bytes 0-99/100"), None), UnfitAnswer::OtherRange),
            (head(206, Some("bytes 40-99/200"), None), UnfitAnswer::OtherSize),
            (head(206, Some("bytes 40-39/100"), None), UnfitAnswer::OtherRange),
            (head(206, Some("bytes */100"), None), UnfitAnswer::OtherRange),
            (head(206, Some("lines 40-99/100"), None), UnfitAnswer::OtherRange),
            (head(206, None, Some(60)), UnfitAnswer::OtherRange),
            (head(200, None, Some(99)), UnfitAnswer::OtherSize),
            (head(304, None, None), UnfitAnswer::Status(304)),
            (head(500, None, None), UnfitAnswer::Status(500)),
        ];
        for (answer, expected) in cases {
            assert_eq!(download(40).receive(&answer), Err(expected), "{answer:?}");
        }
    }
}
