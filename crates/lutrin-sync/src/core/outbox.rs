//! Which decisions leave together.
//!
//! Order is kept per subject and along what decisions build on, and nowhere else:
//! a decision that must wait holds back those on its subject and those built upon
//! it, and no other.

use std::collections::BTreeSet;

use lutrin_domain::id::DecisionId;

/// Room in a request around the decisions.
const REQUEST_BYTES: u64 = 1024;

/// One decision that waits to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub decision: DecisionId,
    /// What names its subject, the dossier included.
    pub subject: String,
    /// The decision it builds on.
    pub based_on: Option<DecisionId>,
    /// Its length in a request.
    pub bytes: u64,
    /// Whether it must not leave now: the service could not read it, or it is
    /// being sent.
    pub held: bool,
}

/// Chooses from `waiting`, which is in outbox order, what the next request holds:
/// at most `limit` decisions and `bytes` bytes, and always at least one, since one
/// that is too large is the service's to refuse.
pub fn choose(
    waiting: &[Waiting],
    held: &BTreeSet<DecisionId>,
    limit: usize,
    bytes: u64,
) -> Vec<DecisionId> {
    let mut subjects = BTreeSet::new();
    let mut left_out = BTreeSet::new();
    let mut room = bytes.saturating_sub(REQUEST_BYTES);
    let mut chosen = Vec::new();
    for one in waiting {
        let waits = one.held
            || held.contains(&one.decision)
            || subjects.contains(one.subject.as_str())
            || one.based_on.is_some_and(|base| left_out.contains(&base));
        if waits {
            subjects.insert(one.subject.as_str());
            left_out.insert(one.decision);
            continue;
        }
        let fits = one.bytes < room || chosen.is_empty();
        if chosen.len() >= limit || !fits {
            break;
        }
        // A comma stands between two.
        room = room.saturating_sub(one.bytes + 1);
        chosen.push(one.decision);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> DecisionId {
        DecisionId(Uuid::from_u128(number))
    }

    fn waiting(number: u128, subject: &str, based_on: Option<u128>) -> Waiting {
        let subject = subject.to_owned();
        Waiting {
            decision: id(number),
            subject,
            based_on: based_on.map(id),
            bytes: 500,
            held: false,
        }
    }

    #[test]
    fn a_held_decision_holds_back_its_subject_and_what_builds_on_it_only() {
        let outbox = [
            waiting(1, "a", None),
            waiting(2, "b", None),
            waiting(3, "a", Some(1)),
            waiting(4, "c", Some(3)),
            waiting(5, "c", Some(4)),
            waiting(6, "d", None),
        ];
        let held = BTreeSet::from([id(1)]);
        assert_eq!(choose(&outbox, &held, 10, 100_000), [id(2), id(6)]);
        let mut in_flight = outbox;
        in_flight[0].held = true;
        assert_eq!(choose(&in_flight, &BTreeSet::new(), 10, 100_000), [id(2), id(6)]);
    }

    #[test]
    fn a_request_holds_no_more_than_agreed() {
        let outbox: Vec<_> = (0..10).map(|n| waiting(n, &n.to_string(), None)).collect();
        let none = BTreeSet::new();
        assert_eq!(choose(&outbox, &none, 3, 100_000).len(), 3);
        assert_eq!(choose(&outbox, &none, 10, REQUEST_BYTES + 3 * 501 - 1).len(), 2);
        assert_eq!(choose(&outbox, &none, 10, REQUEST_BYTES + 3 * 501).len(), 3);
    }

    #[test]
    fn a_decision_larger_than_a_request_leaves_alone() {
        let mut outbox = [waiting(1, "a", None), waiting(2, "b", None)];
        outbox[0].bytes = 10_000_000;
        assert_eq!(choose(&outbox, &BTreeSet::new(), 10, 100_000), [id(1)]);
    }
}
