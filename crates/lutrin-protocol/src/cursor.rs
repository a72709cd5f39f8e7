//! Where a client is in the service's feed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A place in the feed: which life of the service, which scope, how far.
///
/// Written `epoch.scope_rev.position`. A client keeps it and gives it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The service's epoch.
    pub epoch: Uuid,
    /// Raised when the reviewer's scope changes.
    pub scope_rev: u32,
    /// The last change seen, counted by the service in commit order.
    pub position: u64,
}

/// A text that is not a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is epoch.scope_rev.position")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.epoch, self.scope_rev, self.position)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or(InvalidCursor);
        let (epoch, scope_rev, position) = (next()?, next()?, next()?);
        Ok(Self {
            epoch: epoch.parse().map_err(|_| InvalidCursor)?,
            scope_rev: scope_rev.parse().map_err(|_| InvalidCursor)?,
            position: position.parse().map_err(|_| InvalidCursor)?,
        })
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_written() {
        let cursor = Cursor { epoch: Uuid::from_u128(7), scope_rev: 3, position: 1_102 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "7", "a.b.c", "00000000-0000-0000-0000-000000000007.1", "..", "7.-1.0"] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text}");
        }
    }
}
