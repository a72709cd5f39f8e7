//! What the service did not apply and nothing has settled yet, by subject.

use std::collections::BTreeMap;

use lutrin_domain::arbitration::Contested;
use lutrin_domain::decision::Kind;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::DossierId;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::subject::Subject;
use lutrin_store::{OutboxEntry, OutboxState};

/// The refused decisions on one subject that nothing settles, oldest first; never none.
pub(super) struct Contest {
    pub(super) entries: Vec<OutboxEntry>,
}

impl Contest {
    /// What was decided here in the end.
    pub(super) fn mine(&self) -> &OutboxEntry {
        let decides = |entry: &&OutboxEntry| Contested::of(entry.stamped.decision.act()).is_some();
        let last = self.entries.iter().rev().find(decides);
        last.unwrap_or_else(|| &self.entries[self.entries.len() - 1])
    }

    /// Why the first of them was refused; the others may only follow from it.
    pub(super) fn refusal(&self) -> Refusal {
        let refusal = |entry: &OutboxEntry| match &entry.state {
            OutboxState::Refused { refusal, .. } => Some(refusal.clone()),
            _ => None,
        };
        let follows = |refusal: &Refusal| matches!(refusal, Refusal::DependsOnRefused { .. });
        let refusals: Vec<Refusal> = self.entries.iter().filter_map(refusal).collect();
        let root = refusals.iter().rev().find(|refusal| !follows(refusal));
        root.or(refusals.first()).cloned().unwrap_or(Refusal::UnknownSubject)
    }

    /// The dossier as the service last held it, by what it said when it refused.
    pub(super) fn held(&self) -> Option<&Dossier> {
        self.entries.iter().rev().find_map(|entry| match &entry.state {
            OutboxState::Refused { held, .. } => held.as_deref(),
            _ => None,
        })
    }

    pub(super) fn subject(&self) -> &Subject {
        self.mine().stamped.decision.subject()
    }
}

/// What of an outbox waits to be settled, in the order in which it was decided.
pub(super) fn contests(outbox: Vec<OutboxEntry>) -> Vec<Contest> {
    let mut contests: BTreeMap<(Option<DossierId>, String), Vec<OutboxEntry>> = BTreeMap::new();
    for entry in outbox {
        let is_open = matches!(entry.state, OutboxState::Refused { settled: None, .. });
        let decision = &entry.stamped.decision;
        // A reservation is a word to others, and theirs is seen on the dossier.
        if is_open && decision.act().kind() != Some(Kind::Reserve) {
            let subject = (decision.subject().dossier(), decision.subject().key());
            contests.entry(subject).or_default().push(entry);
        }
    }
    let mut contests: Vec<Contest> =
        contests.into_values().map(|entries| Contest { entries }).collect();
    contests.sort_by_key(|contest| contest.mine().seq);
    contests
}
