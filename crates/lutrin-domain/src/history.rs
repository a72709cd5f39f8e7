//! What was decided on one subject, in order: decisions are events, never deleted.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{DecisionId, ReviewerId};
use crate::reviewer::Role;

/// A value with who decided it, as what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recorded<T> {
    /// The decision that carries it.
    pub decision: DecisionId,
    /// Its author.
    pub author: ReviewerId,
    /// What the author acted as.
    pub role: Role,
    /// When it was made, by the clock of the author's machine.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub made_at: Timestamp,
    /// Whether its author has since taken it back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
    /// What was decided.
    pub value: T,
}

/// Everything decided on one subject, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct History<T>(Vec<Recorded<T>>);

impl<T> Default for History<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> History<T> {
    /// The decision in force: the newest that was not taken back.
    pub fn current(&self) -> Option<&Recorded<T>> {
        self.0.iter().rev().find(|entry| !entry.revoked)
    }

    /// The value in force.
    pub fn value(&self) -> Option<&T> {
        self.current().map(|entry| &entry.value)
    }

    /// All entries, oldest first, those taken back included.
    pub fn entries(&self) -> &[Recorded<T>] {
        &self.0
    }

    /// Whether nothing was ever decided.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn record(&mut self, entry: Recorded<T>) {
        self.0.push(entry);
    }

    pub(crate) fn revoke(&mut self, decision: DecisionId) {
        for entry in self.0.iter_mut().filter(|entry| entry.decision == decision) {
            entry.revoked = true;
        }
    }
}
