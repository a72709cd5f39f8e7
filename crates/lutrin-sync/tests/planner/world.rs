//! A store and a service that answer a round: as they should, or as badly as drawn.

use std::collections::BTreeSet;

use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::refusal::Refusal;
use lutrin_protocol::changes::{Change, ChangesResponse};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarryRequest, JuriesResponse};
use lutrin_protocol::problem::{Problem, ProblemCode};
use lutrin_protocol::push::{PushOutcome, PushResponse, PushResult};
use lutrin_sync::core::outbox::Waiting;
use lutrin_sync::core::removal::Removal;
use lutrin_sync::core::round::{Effect, Event, Place, Round, Wants};
use lutrin_sync::error::{CallError, Unreached};
use lutrin_sync::reading::ReadChanges;
use uuid::Uuid;

pub fn decision(number: usize) -> DecisionId {
    DecisionId(Uuid::from_u128(number as u128 + 1))
}

fn dossier(number: u8) -> DossierId {
    DossierId(Uuid::from_u128(u128::from(number) + 1))
}

pub fn problem(code: ProblemCode) -> CallError {
    CallError::Problem { problem: Box::new(Problem::new(code, "r")), retry_after: None }
}

/// What is on both sides, and how the service behaves.
pub struct World {
    /// What waits, in outbox order.
    pub outbox: Vec<Waiting>,
    /// Decisions that the service cannot read, whatever they come with.
    pub poisoned: BTreeSet<DecisionId>,
    /// What goes wrong, drawn once and used in turn; nothing once it is used up.
    chances: Vec<u8>,
    /// What the round did, in order.
    pub effects: Vec<Effect>,
    /// What the service took, in order.
    pub taken: Vec<DecisionId>,
    /// What it said came too early, each time.
    pub early: Vec<DecisionId>,
    /// What was held for its trouble.
    pub troubled: BTreeSet<DecisionId>,
    position: u64,
}

impl World {
    pub fn new(outbox: Vec<Waiting>, poisoned: BTreeSet<DecisionId>, chances: Vec<u8>) -> Self {
        Self {
            outbox,
            poisoned,
            chances,
            effects: Vec::new(),
            taken: Vec::new(),
            early: Vec::new(),
            troubled: BTreeSet::new(),
            position: 7,
        }
    }

    /// One round to its end; false if it was still going after `steps`.
    pub fn round(&mut self, steps: usize) -> bool {
        let mut round = Round::new();
        let mut effect = round.step(Event::Start);
        for _ in 0..steps {
            if effect == Effect::Finish {
                return true;
            }
            self.effects.push(effect.clone());
            effect = round.step(self.answer(effect));
        }
        false
    }

    fn chance(&mut self) -> u8 {
        self.chances.pop().unwrap_or(0)
    }

    fn answer(&mut self, effect: Effect) -> Event {
        match effect {
            Effect::LoadOutbox => Event::Outbox(self.outbox.clone()),
            Effect::Push(sent) => Event::Pushed(self.push(&sent)),
            Effect::Settle { .. } => Event::Done,
            Effect::NoteTrouble { decision, .. } => {
                self.troubled.insert(decision);
                Event::Done
            }
            Effect::LoadPlace => Event::Place(self.place()),
            Effect::PutCarried(_) => self.or_failed(Event::Sent),
            Effect::FetchChanges(cursor) => self.changes(cursor),
            Effect::BeginComparison => {
                Event::Held((0..self.chance() % 4).map(|id| (dossier(id), 1)).collect())
            }
            Effect::Compare(request) => {
                let scope_rev = 2;
                self.changes(Some(Cursor { epoch: request.epoch, scope_rev, position: 0 }))
            }
            Effect::WeighRemoval(removes) => Event::Removal(self.weigh(removes)),
            Effect::WeighRebuild => {
                let unseen = (0..self.chance() % 12).map(dossier).collect();
                Event::Removal(self.weigh(unseen))
            }
            Effect::FetchJuries => {
                let juries =
                    JuriesResponse { juries_rev: u32::from(self.chance()), juries: vec![] };
                self.or_failed(Event::Juries(juries))
            }
            Effect::LoadWants => {
                let snapshots = (0..self.chance() % 4).map(dossier).collect();
                Event::Wants(Wants { snapshots, catalogues: vec![] })
            }
            Effect::FetchSnapshot(_) => self.or_failed(Event::Snapshot(None)),
            Effect::FetchCatalogue(hash) => Event::Catalogue { hash, text: None },
            Effect::CarriedIsKnown(_)
            | Effect::BeginRebuild
            | Effect::AskRemoval(_)
            | Effect::StoreChanges(_)
            | Effect::EndRebuild
            | Effect::StoreJuries(_)
            | Effect::StoreSnapshot(_)
            | Effect::StoreCatalogue { .. }
            | Effect::Finish => Event::Done,
        }
    }

    fn push(&mut self, sent: &[DecisionId]) -> Result<PushResponse, CallError> {
        let failed = match self.chance() {
            240.. => Some(CallError::Unreachable(Unreached::NoAnswer)),
            230.. => Some(problem(ProblemCode::TooMany)),
            215.. => Some(problem(ProblemCode::Internal)),
            205.. => Some(CallError::Unreadable("cut".into())),
            _ => None,
        };
        let poisoned = sent.iter().any(|id| self.poisoned.contains(id));
        if let Some(error) = failed.or_else(|| poisoned.then(|| problem(ProblemCode::Malformed))) {
            return Err(error);
        }
        // Some answers leave a decision out.
        let left_out = self.chance() > 200;
        let answered = if left_out { &sent[..sent.len() / 2] } else { sent };
        let early = self.early(answered);
        let taken = answered.iter().filter(|id| !early.contains(id));
        self.taken.extend(taken);
        self.outbox.retain(|waiting| {
            early.contains(&waiting.decision) || !answered.contains(&waiting.decision)
        });
        self.early.extend(&early);
        let results = early.into_iter().map(|id| {
            let refusal = Refusal::BaseUnknown { base: decision(usize::MAX - 1) };
            PushResult { id, outcome: PushOutcome::Refused { refusal, held: None } }
        });
        let server_time = jiff::Timestamp::UNIX_EPOCH;
        Ok(PushResponse { results: results.collect(), epoch: None, server_time })
    }

    /// What builds on something that the service does not have yet: one that is drawn, with
    /// what is behind it.
    fn early(&mut self, answered: &[DecisionId]) -> Vec<DecisionId> {
        let mut early = Vec::new();
        if self.chance() < 200 {
            return early;
        }
        let from = usize::from(self.chance()) % answered.len().max(1);
        let mut subjects = BTreeSet::new();
        for id in &answered[from.min(answered.len())..] {
            let waiting = self.outbox.iter().find(|waiting| waiting.decision == *id);
            let Some(waiting) = waiting else { continue };
            let behind = early.is_empty()
                || subjects.contains(&waiting.subject)
                || waiting.based_on.is_some_and(|base| early.contains(&base));
            if behind {
                subjects.insert(waiting.subject.clone());
                early.push(*id);
            }
        }
        early
    }

    fn place(&mut self) -> Place {
        let chance = self.chance();
        let carry = CarryRequest { juries: vec![], dossiers: vec![] };
        Place {
            cursor: (chance < 240).then(|| self.cursor()),
            rebuilding: chance > 200,
            juries_rev: Some(4),
            carry_to_tell: (chance % 3 == 1).then_some(carry),
            may_lack: chance % 2 == 1,
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor { epoch: Uuid::from_u128(1), scope_rev: 1, position: self.position }
    }

    fn changes(&mut self, asked: Option<Cursor>) -> Event {
        let chance = self.chance();
        if chance > 235 {
            return Event::CursorGone;
        }
        let changes = (0..chance % 5)
            .map(|number| Change::Remove { position: self.position, dossier: dossier(number) });
        let changes: Vec<_> = changes.collect();
        // A page moves the cursor, or says that there is more and does not.
        if !changes.is_empty() || asked.is_none() {
            self.position += 1;
        }
        let response = ChangesResponse {
            changes,
            people: Vec::new(),
            cursor: self.cursor(),
            more: chance > 150,
            juries_rev: 4 + u32::from(chance > 100),
            backup_watermark: 0,
            server_time: jiff::Timestamp::UNIX_EPOCH,
            lease: None,
        };
        self.or_failed(Event::Changes(Box::new(ReadChanges { response, unreadable: vec![] })))
    }

    fn weigh(&mut self, removed: Vec<DossierId>) -> Removal {
        let leaving = removed.into_iter().collect();
        Removal { leaving, carried: usize::from(self.chance()), confirmed: BTreeSet::new() }
    }

    fn or_failed(&mut self, event: Event) -> Event {
        match self.chance() {
            245.. => Event::PullFailed(problem(ProblemCode::Internal)),
            _ => event,
        }
    }
}
