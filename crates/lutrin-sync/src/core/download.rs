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
    /// `Content-Encoding`, if any.
    pub content_encoding: Option<String>,
    /// `ETag`, if any.
    pub etag: Option<String>,
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
    /// Bytes that are not the file's own.
    #[error("the service answered the document encoded")]
    Encoded,
    /// Another file than the one asked for.
    #[error("the service answered another document")]
    OtherDocument,
    /// A size that is not the one expected.
    #[error("the service announces another size than expected")]
    OtherSize,
}

impl Download {
    /// The `Range` to ask for, if something is here already.
    pub fn range(&self) -> Option<String> {
        (self.received > 0).then(|| format!("bytes={}-", self.received))
    }

    /// The name under which the service answers it: the rest is only asked for of
    /// that, and the whole comes of anything else.
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.sha256)
    }

    /// Whether every byte is here, to be verified.
    pub fn is_whole(&self) -> bool {
        self.received >= self.size
    }

    /// Decides what to do with an answer.
    pub fn receive(&self, head: &Head) -> Result<Reception, UnfitAnswer> {
        let is_plain = |encoding: &str| encoding.trim().eq_ignore_ascii_case("identity");
        if !head.content_encoding.as_deref().is_none_or(is_plain) {
            return Err(UnfitAnswer::Encoded);
        }
        // Something in between may weaken it, and the digest decides in the end.
        let strong = |etag: &str| etag.trim().trim_start_matches("W/") == self.etag();
        if !head.etag.as_deref().is_none_or(strong) {
            return Err(UnfitAnswer::OtherDocument);
        }
        match head.status {
            200 if head.content_length.is_some_and(|length| length != self.size) => {
                Err(UnfitAnswer::OtherSize)
            }
            200 => Ok(Reception::PassOver(self.received)),
            206 => match head.content_range.as_deref().and_then(parse_range) {
                Some(range) if range.total != self.size => Err(UnfitAnswer::OtherSize),
                Some(range)
                    if range.first == self.received
                        && head.content_length.is_none_or(|length| length == range.len()) =>
                {
                    Ok(Reception::Append)
                }
                _ => Err(UnfitAnswer::OtherRange),
            },
            status => Err(UnfitAnswer::Status(status)),
        }
    }
}

/// The bytes of an answer, of how many.
struct Range {
    first: u64,
    last: u64,
    total: u64,
}

impl Range {
    fn len(&self) -> u64 {
        self.last - self.first + 1
    }
}

/// Reads `bytes FIRST-LAST/TOTAL`; the unit is case-insensitive.
fn parse_range(text: &str) -> Option<Range> {
    let (unit, range) = text.trim().split_once(' ')?;
    let (range, total) = range.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let range = Range { first: number(first)?, last: number(last)?, total: number(total)? };
    let fits = range.first <= range.last && range.last < range.total;
    (unit.eq_ignore_ascii_case("bytes") && fits).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn download(received: u64) -> Download {
        Download { sha256: Digest::of(b""), size: 100, received }
    }

    fn head(status: u16, range: Option<&str>, length: Option<u64>) -> Head {
        Head {
            status,
            content_range: range.map(str::to_owned),
            content_length: length,
            content_encoding: None,
            etag: None,
        }
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
    fn only_the_document_itself_is_taken_as_it_is() {
        let answer = head(206, Some("bytes 40-99/100"), Some(60));
        let of = |etag: &str| Head { etag: Some(etag.into()), ..answer.clone() };
        let own = download(40).etag();
        assert_eq!(download(40).receive(&of(&own)), Ok(Reception::Append));
        let other = Err(UnfitAnswer::OtherDocument);
        assert_eq!(download(40).receive(&of("\"another\"")), other);
        let encoded = |how: &str| Head { content_encoding: Some(how.into()), ..answer.clone() };
        assert_eq!(download(40).receive(&encoded("identity")), Ok(Reception::Append));
        assert_eq!(download(40).receive(&encoded("gzip")), Err(UnfitAnswer::Encoded));
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
            (head(206, Some("bytes 40-99/100"), Some(59)), UnfitAnswer::OtherRange),
            (head(200, None, Some(99)), UnfitAnswer::OtherSize),
            (head(304, None, None), UnfitAnswer::Status(304)),
            (head(500, None, None), UnfitAnswer::Status(500)),
        ];
        for (answer, expected) in cases {
            assert_eq!(download(40).receive(&answer), Err(expected), "{answer:?}");
        }
    }
}
