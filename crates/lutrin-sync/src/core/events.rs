//! Reads server-sent events as they come, in pieces of any size.

use lutrin_protocol::events::{CHANGED, Changed};

/// The longest line that is read; a longer one is passed over.
const LINE_BYTES: usize = 4096;

/// What was read of a stream so far.
#[derive(Debug, Default)]
pub struct EventLines {
    line: Vec<u8>,
    too_long: bool,
    name: Option<String>,
    data: Option<String>,
}

impl EventLines {
    /// Takes what came; gives the changes that it tells of.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Changed> {
        let mut told = Vec::new();
        for byte in bytes {
            match byte {
                b'\n' => told.extend(self.end_line()),
                _ if self.line.len() < LINE_BYTES => self.line.push(*byte),
                _ => self.too_long = true,
            }
        }
        told
    }

    fn end_line(&mut self) -> Option<Changed> {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.too_long) {
            return None;
        }
        let line = String::from_utf8(line).ok()?;
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            return self.end_event();
        }
        // A line without a field is a comment: a sign of life.
        let (field, value) = line.split_once(':')?;
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "event" => self.name = Some(value),
            "data" => self.data = Some(value),
            _ => {}
        }
        None
    }

    /// An event of another name, or that cannot be read, is none of ours.
    fn end_event(&mut self) -> Option<Changed> {
        let (name, data) = (self.name.take(), self.data.take());
        if name.is_some_and(|name| name != CHANGED) {
            return None;
        }
        serde_json::from_str(&data?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = ": hello\r\n\r\nevent: changed\nid: 7\ndata: {\"position\":7}\n\n\
        :\n\ndata:{\"position\":9}\r\n\r\nevent: farewell\ndata: {\"position\":10}\n\n\
        event: changed\ndata: soon\n\nevent: changed\n\ndata: {\"position\":11";

    fn read(pieces: impl Iterator<Item = Vec<u8>>) -> Vec<u64> {
        let mut lines = EventLines::default();
        pieces.flat_map(|piece| lines.feed(&piece)).map(|changed| changed.position).collect()
    }

    #[test]
    fn changes_are_read_however_the_stream_is_cut() {
        for size in 1..STREAM.len() {
            let pieces = STREAM.as_bytes().chunks(size).map(<[u8]>::to_vec);
            assert_eq!(read(pieces), [7, 9], "in pieces of {size}");
        }
    }

    #[test]
    fn a_line_without_end_takes_no_memory_and_stops_nothing() {
        let mut lines = EventLines::default();
        for _ in 0..1000 {
            assert!(lines.feed(&[b'x'; 1000]).is_empty());
        }
        assert!(lines.line.capacity() <= 2 * LINE_BYTES);
        assert_eq!(lines.feed(b"\n\ndata: {\"position\":3}\n\n"), [Changed { position: 3 }]);
        assert!(lines.feed(b"data: \xff\n\n").is_empty());
    }
}
