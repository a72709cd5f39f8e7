//! Whether somebody may safely decide on a dossier from the copy at hand.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// From what age on a copy may hide that something changed.
pub const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// What is known of the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Files in force whose bytes are not at hand, by their digest.
    pub lacking_files: u32,
    /// Whether the service has said that it holds a newer version.
    pub newer_exists: bool,
    /// When the service was last heard, if ever.
    pub last_contact: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
    /// Whether the rules that the dossier is judged by are at hand.
    pub rules_here: bool,
    /// Whether somebody else has said to be working on it, for some time yet.
    pub reserved_by_other: bool,
    /// Decisions made here that somebody else contradicts.
    pub contested: u32,
    /// Whether the role of the reader decides at this stage.
    pub may_decide: bool,
}

/// What must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Every file in force is here, intact.
    Files,
    /// Nothing newer is known, and the service was heard lately.
    Newest,
    /// The rules are here.
    Rules,
    /// No work of a colleague is known that the copy does not show.
    Colleagues,
    /// The dossier is in the reader's hands.
    Stage,
}

/// How far a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It holds.
    Holds,
    /// It cannot be told from here.
    Unknown,
    /// It does not.
    Fails,
}

/// Every condition, in the order in which they are told.
pub fn readiness(known: &Known) -> [(Condition, Standing); 5] {
    let holds = |it_does: bool| if it_does { Standing::Holds } else { Standing::Fails };
    // A clock that was set back makes no copy fresh.
    let heard_lately = known.last_contact.is_some_and(|at| {
        let age = known.now.duration_since(at);
        age <= FRESH && age >= -FRESH
    });
    let newest = match (known.newer_exists, heard_lately) {
        (true, _) => Standing::Fails,
        (false, true) => Standing::Holds,
        (false, false) => Standing::Unknown,
    };
    let alone = !known.reserved_by_other && known.contested == 0;
    [
        (Condition::Files, holds(known.lacking_files == 0)),
        (Condition::Newest, newest),
        (Condition::Rules, holds(known.rules_here)),
        (Condition::Colleagues, if alone { Standing::Holds } else { Standing::Unknown }),
        (Condition::Stage, holds(known.may_decide)),
    ]
}

/// The light: as good as the worst of the conditions.
pub fn light(conditions: &[(Condition, Standing)]) -> Standing {
    conditions.iter().map(|(_, standing)| *standing).max().unwrap_or(Standing::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        Known {
            lacking_files: 0,
            newer_exists: false,
            last_contact: Some(now - SignedDuration::from_hours(2)),
            now,
            rules_here: true,
            reserved_by_other: false,
            contested: 0,
            may_decide: true,
        }
    }

    fn worst(known: Known) -> (Standing, Vec<Condition>) {
        let conditions = readiness(&known);
        let light = light(&conditions);
        let failing = conditions.iter().filter(|(_, standing)| *standing == light);
        (light, failing.map(|(condition, _)| *condition).collect())
    }

    #[test]
    fn all_is_well_when_everything_is_here_and_was_heard_lately() {
        assert_eq!(worst(known()).0, Standing::Holds);
    }

    #[test]
    fn what_is_lacking_makes_deciding_impossible() {
        let cases = [
            (Known { lacking_files: 3, ..known() }, Condition::Files),
            (Known { newer_exists: true, ..known() }, Condition::Newest),
            (Known { rules_here: false, ..known() }, Condition::Rules),
            (Known { may_decide: false, ..known() }, Condition::Stage),
        ];
        for (known, condition) in cases {
            assert_eq!(worst(known), (Standing::Fails, vec![condition]));
        }
    }

    #[test]
    fn what_cannot_be_told_from_here_is_said_to_be_unknown() {
        let old = known().now - SignedDuration::from_hours(25);
        let ahead = known().now + SignedDuration::from_hours(25);
        let cases = [
            (Known { last_contact: None, ..known() }, Condition::Newest),
            (Known { last_contact: Some(old), ..known() }, Condition::Newest),
            (Known { last_contact: Some(ahead), ..known() }, Condition::Newest),
            (Known { reserved_by_other: true, ..known() }, Condition::Colleagues),
            (Known { contested: 1, ..known() }, Condition::Colleagues),
        ];
        for (known, condition) in cases {
            assert_eq!(worst(known), (Standing::Unknown, vec![condition]));
        }
    }
}
