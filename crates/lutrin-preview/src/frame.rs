//! How the parent and a worker speak, over the worker's standard input and output.
//!
//! A frame is
//!
//! ```text
//! u32 LE   length of the header
//! u32 LE   length of the payload
//! header   JSON, a [`Request`] or a [`Reply`]
//! payload  bytes: the document after `open` and `extract`, a PNG after `picture`, JSON
//!          after `flow`, `text` and `layers`, else nothing
//! ```
//!
//! The worker speaks first, once: `ready`, when its sandbox is in force. Then it answers
//! each request with one reply, in order. The first request is `open`; there is no
//! second one, so that a worker parses one document once. A worker asked to `extract`
//! does only that. Both sides are of the same build, so there is no version.
//!
//! The parent reads replies of a process that may have been taken over by a document:
//! lengths are checked before anything is read, and what a reply *says* is checked by
//! those who use it.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

use crate::ceiling::Ceiling;
use crate::format::{DocumentFacts, Unsupported};
use crate::limits::MAX_INPUT_BYTES;
use crate::password::Password;
use crate::sandbox_state::NotEnforced;
use crate::tile::Tile;

/// What the parent asks of a worker. Pages are counted from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Request {
    /// Read the document that is the payload.
    Open {
        /// The password that opens it, if one was given.
        #[serde(with = "spoken", default, skip_serializing_if = "Option::is_none")]
        password: Option<Password>,
    },
    /// Give the text of a document without pages.
    Flow,
    /// Draw a page.
    Page {
        /// Which one, counted from 1.
        page: u32,
        /// How wide, in pixels.
        width_px: u32,
        /// Whether numbers that are hidden are painted over.
        masked: bool,
    },
    /// Draw only the annotations of a page, on white.
    Annotations {
        /// Which one, counted from 1.
        page: u32,
        /// How wide, in pixels.
        width_px: u32,
        /// Whether numbers that are hidden are painted over.
        masked: bool,
    },
    /// Draw a part of a page.
    Tile {
        /// Which one, counted from 1.
        page: u32,
        /// Which part, within the page.
        tile: Tile,
        /// Whether numbers that are hidden are painted over.
        masked: bool,
    },
    /// Read the text of a page.
    Text {
        /// Which one, counted from 1.
        page: u32,
    },
    /// Tell what lies over a page.
    Layers {
        /// Which one, counted from 1.
        page: u32,
    },
    /// Read the text of a page of the document that is the payload by the second reader,
    /// then end.
    Extract {
        /// Which one, counted from 1.
        page: u32,
    },
}

/// What a worker says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reply {
    /// The worker waits for a document.
    Ready {
        /// Absent when the sandbox is in force.
        not_enforced: Option<NotEnforced>,
    },
    /// The document is open.
    Opened(DocumentFacts),
    /// The page is drawn; the payload is its PNG.
    Picture {
        /// Columns of the PNG.
        width: u32,
        /// Rows of the PNG.
        height: u32,
    },
    /// The text of a document without pages; the payload is its JSON.
    Flow,
    /// There is nothing to draw: the page has no annotation.
    Nothing,
    /// The page is read; the payload is its [`crate::PageText`].
    Text,
    /// What lies over the page; the payload is a [`crate::PageLayers`].
    Layers,
    /// The document or the page is not shown.
    Refused(Refusal),
}

/// Why a worker, alive and well, shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Refusal {
    /// The format is not read.
    Unsupported {
        /// What it was recognised to be.
        what: Unsupported,
    },
    /// The empty password does not open the document.
    PasswordRequired,
    /// The password that was given does not open the document.
    PasswordWrong,
    /// The document or the page cannot be read.
    Damaged,
    /// A ceiling is passed.
    TooLarge {
        /// Which one.
        what: Ceiling,
    },
}

/// How a password is written in a frame, which is the only place where it is.
mod spoken {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::password::Password;

    pub(super) fn serialize<S: Serializer>(
        password: &Option<Password>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match password {
            Some(password) => serializer.serialize_str(password.reveal()),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Password>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(Password::new))
    }
}

/// The longest header of a reply: 10,000 page sizes take 0.5 MB.
const MAX_REPLY_HEADER: usize = 1024 * 1024;
/// The longest payload of a reply: 16 megapixels that nothing compresses take 48 MB.
const MAX_REPLY_PAYLOAD: usize = 64 * 1024 * 1024;
/// The longest payload of words, fields or paragraphs: 20,000 words with their places
/// take 4 MB.
const MAX_REPLY_JSON: usize = 16 * 1024 * 1024;
/// The longest header of a request.
const MAX_REQUEST_HEADER: usize = 4096;
/// Both lengths.
const PREFIX: usize = 8;

/// Sends a request to a worker.
pub(crate) async fn send_request<W>(
    output: &mut W,
    request: &Request,
    payload: &[u8],
) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    // It may hold a password.
    let head = Zeroizing::new(encode_head(request, payload)?);
    output.write_all(&head).await?;
    output.write_all(payload).await?;
    output.flush().await
}

/// Receives what a worker says, within the lengths an honest one keeps to.
pub(crate) async fn receive_reply<R>(input: &mut R) -> io::Result<(Reply, Vec<u8>)>
where
    R: AsyncRead + Unpin,
{
    let mut prefix = [0; PREFIX];
    input.read_exact(&mut prefix).await?;
    let (header_len, payload_len) = lengths(prefix, MAX_REPLY_HEADER, MAX_REPLY_PAYLOAD)?;
    let mut header = vec![0; header_len];
    input.read_exact(&mut header).await?;
    let reply: Reply = serde_json::from_slice(&header)?;
    if payload_len > payload_ceiling(&reply) {
        return Err(invalid("a payload where none belongs, or too long a one"));
    }
    let mut payload = vec![0; payload_len];
    input.read_exact(&mut payload).await?;
    Ok((reply, payload))
}

/// The longest payload that belongs to a reply.
fn payload_ceiling(reply: &Reply) -> usize {
    match reply {
        Reply::Picture { .. } => MAX_REPLY_PAYLOAD,
        Reply::Flow | Reply::Text | Reply::Layers => MAX_REPLY_JSON,
        _ => 0,
    }
}

/// Sends what a worker says; the worker's side.
pub fn send_reply(output: &mut impl Write, reply: &Reply, payload: &[u8]) -> io::Result<()> {
    output.write_all(&encode_head(reply, payload)?)?;
    output.write_all(payload)?;
    output.flush()
}

/// Receives a request, or nothing when the parent has gone; the worker's side.
pub fn receive_request(input: &mut impl Read) -> io::Result<Option<(Request, Vec<u8>)>> {
    let mut prefix = [0; PREFIX];
    match input.read_exact(&mut prefix) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let (header_len, payload_len) = lengths(prefix, MAX_REQUEST_HEADER, MAX_INPUT_BYTES)?;
    let mut header = vec![0; header_len];
    input.read_exact(&mut header)?;
    let mut payload = vec![0; payload_len];
    input.read_exact(&mut payload)?;
    Ok(Some((serde_json::from_slice(&header)?, payload)))
}

/// Both lengths and the header, ready to be sent before the payload.
fn encode_head(header: &impl Serialize, payload: &[u8]) -> io::Result<Vec<u8>> {
    let header = serde_json::to_vec(header)?;
    let length = |bytes: &[u8]| {
        u32::try_from(bytes.len()).map_err(|_| invalid("a frame longer than its length can say"))
    };
    let mut head = Vec::with_capacity(PREFIX + header.len());
    head.extend(length(&header)?.to_le_bytes());
    head.extend(length(payload)?.to_le_bytes());
    head.extend(header);
    Ok(head)
}

/// Reads both lengths and refuses those above the given ones.
fn lengths(prefix: [u8; PREFIX], header: usize, payload: usize) -> io::Result<(usize, usize)> {
    let [a, b, c, d, e, f, g, h] = prefix;
    let header_len = u32::from_le_bytes([a, b, c, d]) as usize;
    let payload_len = u32::from_le_bytes([e, f, g, h]) as usize;
    if header_len > header || payload_len > payload {
        return Err(invalid("a frame longer than agreed"));
    }
    Ok((header_len, payload_len))
}

fn invalid(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::format::{Format, PageSize};
    use crate::layers::{FieldKind, FieldValue, PageLayers};
    use crate::limits::{MAX_FIELD_BYTES, MAX_PAGE_TEXT_CHARS, MAX_WORDS};
    use crate::text::{After, PageBox, PageText, TextSource, Word};

    fn receive(bytes: &[u8]) -> io::Result<(Reply, Vec<u8>)> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(receive_reply(&mut &bytes[..]))
    }

    #[test]
    fn a_reply_arrives_as_it_was_sent() {
        let page = PageSize { width: 595.276, height: 841.89 };
        let facts = DocumentFacts::new(Format::Pdf, vec![page; 3]);
        let unsupported = Refusal::Unsupported { what: Unsupported::Tiff };
        for (reply, payload) in [
            (Reply::Ready { not_enforced: None }, &b""[..]),
            (Reply::Opened(facts), b""),
            (Reply::Picture { width: 3, height: 4 }, b"pixels"),
            (Reply::Text, b"words"),
            (Reply::Layers, b"fields"),
            (Reply::Nothing, b""),
            (Reply::Flow, b"{}"),
            (Reply::Refused(unsupported), b""),
        ] {
            let mut sent = Vec::new();
            send_reply(&mut sent, &reply, payload).unwrap();
            assert_eq!(receive(&sent).unwrap(), (reply, payload.to_vec()));
        }
    }

    #[test]
    fn a_request_arrives_as_it_was_sent_and_the_end_is_not_an_error() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for password in [None, Some(Password::new("sésame \"ouvre\"".into()))] {
            let request = Request::Open { password };
            let mut sent = Vec::new();
            runtime.block_on(send_request(&mut sent, &request, b"%PDF-")).unwrap();
            let mut input = &sent[..];
            let received = receive_request(&mut input).unwrap();
            assert_eq!(received, Some((request, b"%PDF-".to_vec())));
            assert_eq!(receive_request(&mut input).unwrap(), None);
        }
    }

    #[test]
    fn the_largest_document_has_room_in_a_reply() {
        let page = PageSize { width: 12345.679, height: 12345.679 };
        let pages = vec![page; crate::limits::MAX_PAGES];
        let reply = Reply::Opened(DocumentFacts::new(Format::Pdf, pages));
        assert!(serde_json::to_vec(&reply).unwrap().len() < MAX_REPLY_HEADER);
    }

    #[test]
    fn lengths_above_the_ceilings_are_refused_before_anything_is_reserved() {
        let mut frame = u32::MAX.to_le_bytes().to_vec();
        frame.extend(0_u32.to_le_bytes());
        assert_eq!(receive(&frame).unwrap_err().kind(), io::ErrorKind::InvalidData);
        let mut frame = 2_u32.to_le_bytes().to_vec();
        frame.extend(u32::MAX.to_le_bytes());
        assert_eq!(receive(&frame).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_payload_belongs_only_where_it_is_expected() {
        let mut sent = Vec::new();
        send_reply(&mut sent, &Reply::Refused(Refusal::Damaged), b"more").unwrap();
        assert!(receive(&sent).is_err());
        let mut sent = Vec::new();
        send_reply(&mut sent, &Reply::Text, &vec![b' '; MAX_REPLY_JSON + 1]).unwrap();
        assert!(receive(&sent).is_err());
    }

    #[test]
    fn the_longest_text_has_room_in_a_reply() {
        let area =
            PageBox { left: 123.456_78, top: 123.456_78, right: 234.567_8, bottom: 234.567_8 };
        let text = "é".repeat(MAX_PAGE_TEXT_CHARS / MAX_WORDS / 2);
        let (area, after) = (Some(area), After::Nothing);
        let ends = vec![1000; MAX_PAGE_TEXT_CHARS / MAX_WORDS];
        let word = Word { text, area, ends, line: 12_345, after, masked: false };
        let words = vec![word; MAX_WORDS];
        let text = PageText { words, source: TextSource::Glyphs, unmapped: 0, truncated: true };
        assert!(serde_json::to_vec(&text).unwrap().len() < MAX_REPLY_JSON);
        let field = FieldValue {
            area: PageBox { left: 1.5, top: 1.5, right: 234.567_8, bottom: 234.567_8 },
            value: "\n".repeat(MAX_FIELD_BYTES),
            kind: FieldKind::Choice,
            masked: false,
        };
        let fields = vec![field; 600];
        let layers = PageLayers { fields, annotations: true, warnings: Vec::new() };
        assert!(serde_json::to_vec(&layers).unwrap().len() < MAX_REPLY_JSON);
    }

    proptest! {
        #[test]
        fn whatever_a_worker_says_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = receive(&bytes);
        }

        #[test]
        fn whatever_header_a_worker_says_is_read_or_refused(header in "\\{?[\"a-z_:,0-9\\[\\]{}]{0,80}") {
            let mut frame = (header.len() as u32).to_le_bytes().to_vec();
            frame.extend(0_u32.to_le_bytes());
            frame.extend(header.as_bytes());
            let _ = receive(&frame);
        }
    }
}
