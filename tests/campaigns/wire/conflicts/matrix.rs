//! The cells, and what must come of each.

use lutrin_domain::assessment::Opinion;
use lutrin_domain::decision::{Act, JobJudgement, RequestBody, RequestItem, VerdictOutcome};
use lutrin_domain::id::{ReasonCode, SlotKey};

use super::super::acts::{opinion, settlement, verdict};
use super::Pair;

/// The slot whose file is replaced.
pub const CV: &str = "cv";
/// Another slot.
pub const OTHER: &str = "report";

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Piece,
    /// The same verdict in other words.
    Comment,
    OtherPiece,
    Slot,
    Job,
    Opinion,
    Reserve,
    Request,
    Transmit,
}

/// How two sides meet.
#[derive(Clone, Debug)]
pub enum Situation {
    SameSubject {
        what: What,
        other_value: bool,
        machines: bool,
    },
    OtherSubject {
        mine: What,
        theirs: What,
        machines: bool,
    },
    Chain {
        what: What,
        length: usize,
        machines: bool,
    },
    /// One machine takes back what the other replaces.
    TakenBack {
        what: What,
    },
    FileReplaced {
        what: What,
        value: usize,
    },
    Transmission {
        what: What,
        value: usize,
    },
    OnlineOnly {
        mine: What,
        theirs: What,
    },
    DossierWithdrawn {
        what: What,
        value: usize,
    },
    ScopeChanged {
        what: What,
        value: usize,
    },
}

/// Who synchronises first: this machine, or the other one (or what happens at the service).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    Mine,
    Theirs,
}

/// What comes of whoever is second; whoever is first is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Both count, and nobody is asked.
    Applied,
    /// Both are kept, the first goes on counting, and nobody is asked.
    Agreed,
    /// Refused with what came first; the rest of a chain depends on what is refused.
    Conflict,
    Superseded,
    NotAllowed,
    OutOfScope,
}

impl Expected {
    pub fn name(self) -> &'static str {
        match self {
            Self::Applied => "both applied",
            Self::Agreed => "agreed",
            Self::Conflict => "conflict",
            Self::Superseded => "superseded",
            Self::NotAllowed => "not allowed",
            Self::OutOfScope => "out of scope",
        }
    }
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    pub situation: Situation,
    pub first: First,
    pub expected: Expected,
}

impl Cell {
    pub fn pair(&self) -> Pair {
        match self.situation {
            Situation::SameSubject { machines, .. }
            | Situation::OtherSubject { machines, .. }
            | Situation::Chain { machines, .. } => {
                if machines {
                    Pair::Machines
                } else {
                    Pair::Reviewers
                }
            }
            Situation::TakenBack { .. } | Situation::FileReplaced { .. } => Pair::Machines,
            Situation::Transmission { .. }
            | Situation::OnlineOnly { .. }
            | Situation::DossierWithdrawn { .. }
            | Situation::ScopeChanged { .. } => Pair::Center,
        }
    }
}

/// Every cell.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for machines in [false, true] {
        between_machines(&mut cells, machines);
    }
    for what in [What::Piece, What::Slot, What::Job, What::Opinion] {
        both_ways(&mut cells, Expected::Conflict, || Situation::TakenBack { what });
    }
    let kinds = [What::Piece, What::Comment, What::Slot, What::Job, What::Opinion, What::Reserve];
    for what in kinds {
        for value in [0, 1] {
            let replaced = match what {
                What::Piece | What::Comment => Expected::Superseded,
                _ => Expected::Applied,
            };
            both_ways(&mut cells, replaced, || Situation::FileReplaced { what, value });
            let gone = Expected::OutOfScope;
            both_ways(&mut cells, gone, || Situation::DossierWithdrawn { what, value });
            both_ways(&mut cells, gone, || Situation::ScopeChanged { what, value });
            transmitted(&mut cells, what, value);
        }
    }
    let meetings = [
        (What::Transmit, What::Transmit, Expected::NotAllowed),
        (What::Request, What::Request, Expected::Conflict),
        (What::Request, What::Reserve, Expected::Conflict),
    ];
    for (mine, theirs, expected) in meetings {
        both_ways(&mut cells, expected, || Situation::OnlineOnly { mine, theirs });
    }
    cells
}

fn both_ways(cells: &mut Vec<Cell>, expected: Expected, situation: impl Fn() -> Situation) {
    for first in [First::Mine, First::Theirs] {
        cells.push(Cell { situation: situation(), first, expected });
    }
}

/// Two reviewers, or two machines of one.
fn between_machines(cells: &mut Vec<Cell>, machines: bool) {
    let kinds = [What::Piece, What::Comment, What::Slot, What::Job, What::Opinion, What::Reserve];
    for what in kinds {
        for other_value in [false, true] {
            // Who decided the same has nothing to settle; to look again is the same
            // whatever is said with it.
            let expected = match (what, other_value) {
                (What::Reserve, _) => Expected::Conflict,
                (What::Comment, _) | (_, false) => Expected::Agreed,
                (_, true) => Expected::Conflict,
            };
            both_ways(cells, expected, || Situation::SameSubject { what, other_value, machines });
        }
    }
    let others = [
        (What::Piece, What::OtherPiece),
        (What::Piece, What::Slot),
        (What::Piece, What::Opinion),
        (What::Slot, What::Job),
        (What::Comment, What::Reserve),
        (What::Opinion, What::Job),
    ];
    for (mine, theirs) in others {
        both_ways(cells, Expected::Applied, || Situation::OtherSubject { mine, theirs, machines });
    }
    for what in [What::Piece, What::Slot, What::Job, What::Opinion] {
        for length in 1..=5 {
            let situation = || Situation::Chain { what, length, machines };
            // A chain of even length ends with what the other side decided.
            let after_it = if length % 2 == 0 { Expected::Agreed } else { Expected::Conflict };
            cells.push(Cell { situation: situation(), first: First::Mine, expected: after_it });
            let before_it = Expected::Conflict;
            cells.push(Cell { situation: situation(), first: First::Theirs, expected: before_it });
        }
    }
}

/// After the transmission the centre reads; before it, what was decided there stands.
fn transmitted(cells: &mut Vec<Cell>, what: What, value: usize) {
    let situation = || Situation::Transmission { what, value };
    let (before, after) = match what {
        // Both are about the dossier as a whole, and the state is looked at before.
        What::Reserve => (Expected::Conflict, Expected::NotAllowed),
        _ => (Expected::Applied, Expected::NotAllowed),
    };
    cells.push(Cell { situation: situation(), first: First::Mine, expected: before });
    cells.push(Cell { situation: situation(), first: First::Theirs, expected: after });
}

impl What {
    /// One of two values.
    pub fn act(self, value: usize) -> Act {
        let first = value == 0;
        match self {
            Self::Piece | Self::OtherPiece if first => verdict(VerdictOutcome::Accepted, ""),
            Self::Piece | Self::OtherPiece => verdict(VerdictOutcome::Rejected, "illisible"),
            Self::Comment if first => verdict(VerdictOutcome::SecondLook, "à relire"),
            Self::Comment => verdict(VerdictOutcome::SecondLook, "la date manque"),
            Self::Slot if first => settlement("dispensée par la VES", false),
            Self::Slot => settlement("il la faut tout de même", true),
            Self::Job => Act::JudgeJob(JobJudgement {
                in_specialty: Some(first),
                level_match: Some(!first),
                retained_without_proof: None,
            }),
            Self::Opinion if first => opinion(Opinion::Favourable, ""),
            Self::Opinion => opinion(Opinion::Unfavourable, "trop peu de mois"),
            Self::Reserve => {
                let until = if first { "2030-01-01T12:00:00Z" } else { "2030-01-02T12:00:00Z" };
                Act::Reserve { until: until.parse().unwrap() }
            }
            Self::Request => Act::SendRequest(RequestBody {
                items: vec![RequestItem {
                    slot: SlotKey::new(CV),
                    reason: ReasonCode::new("illegible"),
                    required: first,
                }],
                deadline: "2099-01-01".parse().unwrap(),
                letter: "Bonjour, il manque une page.".to_owned(),
            }),
            Self::Transmit => Act::Transmit,
        }
    }
}
