//! Frames: where a record begins and ends, and whether it is whole.

use std::ops::Range;

use lutrin_domain::id::DecisionId;
use uuid::Uuid;

use super::record::{OpensSealed, Record, UnsealError};

/// Bytes before the sealed ones: length and identifier.
const HEAD: usize = 4 + 16;
/// Bytes after them: the checksum.
const CRC: usize = 4;
/// What sealed bytes begin with, by which frames are found after a damage.
const SEALED_MAGIC: &[u8] = b"age-encryption.org/v1\n";

/// One whole record, still sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The decision it is about; absent for a draft.
    pub decision: Option<DecisionId>,
    /// Where it stands in the journal.
    pub at: Range<usize>,
    sealed: Vec<u8>,
}

/// What is read from the bytes of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frames {
    /// The whole records, in order.
    pub frames: Vec<Frame>,
    /// How the journal ends.
    pub tail: Tail,
}

/// How a journal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// With a whole record.
    Clean,
    /// With a record that was not finished: a crash came in between, before its
    /// author was told anything.
    Torn {
        /// Where it begins.
        at: usize,
    },
    /// Whole records follow one that is not: the file was damaged afterwards.
    DamagedBefore {
        /// Where the damage begins.
        at: usize,
    },
}

impl Frame {
    /// Opens the record.
    ///
    /// # Errors
    ///
    /// The identity is another one, or the record of a later version.
    pub fn unseal(&self, identity: &impl OpensSealed) -> Result<Record, UnsealError> {
        Record::unseal(&self.sealed, identity)
    }
}

/// Writes the frame of a sealed record; nothing if that is 4 GiB or more.
pub fn write_frame(decision: Option<DecisionId>, sealed: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(sealed.len()).ok()?;
    let id = decision.map_or(Uuid::nil(), |decision| decision.0);
    let mut frame = Vec::with_capacity(HEAD + sealed.len() + CRC);
    frame.extend(length.to_le_bytes());
    frame.extend(id.as_bytes());
    frame.extend(sealed);
    let crc = crc32fast::hash(&frame);
    frame.extend(crc.to_le_bytes());
    Some(frame)
}

/// Reads the records of a journal; goes on after damaged ones.
pub fn read_frames(bytes: &[u8]) -> Frames {
    let mut frames = Vec::new();
    let mut tail = Tail::Clean;
    let mut at = 0;
    while at < bytes.len() {
        if let Some(frame) = frame_at(bytes, at) {
            at = frame.at.end;
            frames.push(frame);
            continue;
        }
        let Some(next) = next_frame(bytes, at + 1) else {
            if tail == Tail::Clean {
                tail = Tail::Torn { at };
            }
            break;
        };
        if tail == Tail::Clean {
            tail = Tail::DamagedBefore { at };
        }
        at = next;
    }
    Frames { frames, tail }
}

fn frame_at(bytes: &[u8], at: usize) -> Option<Frame> {
    let head = bytes.get(at..at.checked_add(HEAD)?)?;
    let (length, id) = head.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let end = at.checked_add(HEAD)?.checked_add(length)?;
    let crc = bytes.get(end..end.checked_add(CRC)?)?.first_chunk::<4>()?;
    let body = bytes.get(at..end)?;
    if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
        return None;
    }
    let id = Uuid::from_slice(id).ok()?;
    let decision = (!id.is_nil()).then_some(DecisionId(id));
    let sealed = body.get(HEAD..)?.to_vec();
    Some(Frame { decision, at: at..end + CRC, sealed })
}

/// The next place where a whole frame begins: frames are looked for only where
/// sealed bytes begin, so that this stays one pass.
fn next_frame(bytes: &[u8], from: usize) -> Option<usize> {
    let first = from.checked_add(HEAD)?;
    let rest = bytes.get(first..)?;
    rest.windows(SEALED_MAGIC.len())
        .enumerate()
        .filter(|(_, window)| *window == SEALED_MAGIC)
        .map(|(found, _)| from + found)
        .find(|at| frame_at(bytes, *at).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(word: &str) -> Vec<u8> {
        [SEALED_MAGIC, word.as_bytes()].concat()
    }

    fn journal(words: &[&str]) -> Vec<u8> {
        let id = |n: usize| Some(DecisionId(Uuid::from_u128(n as u128 + 1)));
        let frames = words.iter().enumerate();
        frames.flat_map(|(n, word)| write_frame(id(n), &sealed(word)).unwrap()).collect()
    }

    #[test]
    fn records_read_back_as_written() {
        let read = read_frames(&journal(&["one", "two"]));
        assert_eq!(read.tail, Tail::Clean);
        let sealed_words: Vec<_> = read.frames.iter().map(|frame| frame.sealed.clone()).collect();
        assert_eq!(sealed_words, [sealed("one"), sealed("two")]);
    }

    #[test]
    fn wherever_a_journal_is_cut_the_records_before_are_whole() {
        let bytes = journal(&["one", "two", "three"]);
        let ends: Vec<_> = read_frames(&bytes).frames.iter().map(|frame| frame.at.end).collect();
        for cut in 0..bytes.len() {
            let read = read_frames(&bytes[..cut]);
            let whole = ends.iter().filter(|end| **end <= cut).count();
            assert_eq!(read.frames.len(), whole, "cut at {cut}");
            let clean = cut == 0 || ends.contains(&cut);
            assert_eq!(read.tail == Tail::Clean, clean, "cut at {cut}");
        }
    }

    #[test]
    fn whatever_byte_is_damaged_only_its_record_is_lost() {
        let bytes = journal(&["one", "two", "three"]);
        for damaged in 0..bytes.len() {
            let mut copy = bytes.clone();
            copy[damaged] ^= 0x40;
            let read = read_frames(&copy);
            assert_eq!(read.frames.len(), 2, "byte {damaged}");
            assert_ne!(read.tail, Tail::Clean, "byte {damaged}");
        }
    }

    #[test]
    fn a_length_beyond_the_end_reads_as_torn() {
        let mut bytes = journal(&["one"]);
        let whole = bytes.len();
        bytes.extend(u32::MAX.to_le_bytes());
        bytes.extend([7; 40]);
        let read = read_frames(&bytes);
        assert_eq!((read.frames.len(), read.tail), (1, Tail::Torn { at: whole }));
    }
}
