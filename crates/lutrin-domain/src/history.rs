//! What was decided on one subject, in order: decisions are events, never deleted.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decision::Stamped;
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
    /// Who set it aside in favour of another one, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<SetAside>,
    /// What was decided.
    pub value: T,
}

impl<T> Recorded<T> {
    /// What a decision leaves in a history.
    pub(crate) fn of(stamped: &Stamped, value: T) -> Self {
        Self {
            decision: stamped.decision.id(),
            author: stamped.author,
            role: stamped.role,
            made_at: stamped.made_at,
            revoked: false,
            set_aside: None,
            value,
        }
    }

    /// The same decision with its value told otherwise.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Recorded<U> {
        let Self { decision, author, role, made_at, revoked, set_aside, value } = self;
        let value = change(value);
        Recorded { decision, author, role, made_at, revoked, set_aside, value }
    }

    /// Whether it may count: nobody took it back or set it aside.
    pub fn stands(&self) -> bool {
        !self.revoked && self.set_aside.is_none()
    }
}

/// Who set a decision aside when two people had decided otherwise, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetAside {
    /// The decision that settled it.
    pub by: DecisionId,
    /// Its author.
    pub author: ReviewerId,
    /// What the author acted as.
    pub role: Role,
    /// When, by the clock of the author's machine.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// Why; empty where a second look was asked for without a word.
    pub reason: String,
}

/// Everything decided on one subject, in the order in which it counts: the last that stands is
/// in force. That is the order in which the service got it, but for those that only agree with
/// what was there.
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
    /// The decision in force: the last that stands.
    pub fn current(&self) -> Option<&Recorded<T>> {
        self.0.iter().rev().find(|entry| entry.stands())
    }

    /// The value in force.
    pub fn value(&self) -> Option<&T> {
        self.current().map(|entry| &entry.value)
    }

    /// Everybody who decided or set aside something here.
    pub(crate) fn people(&self) -> impl Iterator<Item = ReviewerId> + '_ {
        let aside = |entry: &Recorded<T>| entry.set_aside.as_ref().map(|aside| aside.author);
        self.0.iter().flat_map(move |entry| [Some(entry.author), aside(entry)]).flatten()
    }

    /// One decision, whether or not it counts.
    pub fn entry(&self, decision: DecisionId) -> Option<&Recorded<T>> {
        self.0.iter().find(|entry| entry.decision == decision)
    }

    /// All entries in their order, those taken back or set aside included.
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

    /// Adds what only agrees with the decision in force, which goes on counting.
    pub(crate) fn record_below(&mut self, entry: Recorded<T>) {
        let current = self.0.iter().rposition(Recorded::stands).unwrap_or(self.0.len());
        self.0.insert(current, entry);
    }

    pub(crate) fn extend(&mut self, entries: impl IntoIterator<Item = Recorded<T>>) {
        self.0.extend(entries);
    }

    pub(crate) fn set_aside_current(&mut self, aside: &SetAside) {
        if let Some(current) = self.0.iter_mut().rev().find(|entry| entry.stands()) {
            current.set_aside = Some(aside.clone());
        }
    }

    pub(crate) fn revoke(&mut self, decision: DecisionId) {
        for entry in self.0.iter_mut().filter(|entry| entry.decision == decision) {
            entry.revoked = true;
        }
    }
}
