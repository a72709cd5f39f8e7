//! What a record says, once unsealed.

use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::id::{DecisionId, DossierId};
use serde::{Deserialize, Serialize};

/// Who can read sealed bytes: the holder of the service's identity.
pub trait OpensSealed {
    /// What sealed bytes say, wiped from memory when it is dropped.
    type Plain: AsRef<[u8]>;

    /// Opens sealed bytes; nothing if they are sealed to somebody else, or damaged.
    fn open_sealed(&self, sealed: &[u8]) -> Option<Self::Plain>;
}

/// What a record says: one JSON object whose only key is the kind of record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// A decision was made.
    Decision {
        /// The decision, its text byte for byte, with its signature.
        stamped: Box<Stamped>,
        /// When it was recorded, by the machine's clock.
        recorded_at: Timestamp,
    },
    /// A decision was withdrawn before it left, or was never confirmed.
    Withdrawn {
        /// Which.
        decision: DecisionId,
        /// When, by the machine's clock.
        at: Timestamp,
    },
    /// A text was being written.
    Draft {
        /// The dossier it is about.
        dossier: DossierId,
        /// Which text.
        key: String,
        /// The text.
        text: String,
        /// When it was saved, by the machine's clock.
        saved_at: Timestamp,
    },
}

/// Why a record cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// It is sealed to somebody else, or damaged.
    #[error("the record is sealed to somebody else, or damaged")]
    NotOurs,
    /// It says something that this version does not know.
    #[error("the record is of a later version")]
    NotKnown,
}

impl Record {
    /// The decision it is about; absent for a draft.
    pub fn decision(&self) -> Option<DecisionId> {
        match self {
            Self::Decision { stamped, .. } => Some(stamped.decision.id()),
            Self::Withdrawn { decision, .. } => Some(*decision),
            Self::Draft { .. } => None,
        }
    }

    /// Reads what was sealed.
    pub(super) fn unseal(sealed: &[u8], identity: &impl OpensSealed) -> Result<Self, UnsealError> {
        let plain = identity.open_sealed(sealed).ok_or(UnsealError::NotOurs)?;
        serde_json::from_slice(plain.as_ref()).map_err(|_| UnsealError::NotKnown)
    }
}

/// Texts never reach a log through `{:?}`.
impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self {
            Self::Decision { .. } => "Decision",
            Self::Withdrawn { .. } => "Withdrawn",
            Self::Draft { .. } => "Draft",
        };
        f.debug_struct(kind).field("decision", &self.decision()).finish_non_exhaustive()
    }
}
