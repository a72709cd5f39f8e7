//! One exchange from beginning to end: push, pull, sittings, what is missing, and
//! the rest of the push.
//!
//! A first batch of decisions leaves, so that what comes back already holds them;
//! then the pull, whatever became of it; then what is left of the outbox, in
//! smaller and smaller batches where the service cannot read one, until the
//! decision it cannot read is alone and held. With nothing to send and nothing
//! new, a round is one request.

use std::collections::BTreeSet;

use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::refusal::Refusal;
use lutrin_protocol::changes::{Change, CompareRequest, HeldDossier, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarryRequest, JuriesResponse};
use lutrin_protocol::limits;
use lutrin_protocol::push::{PushOutcome, PushResponse, PushResult};

use crate::core::outbox::{Waiting, choose};
use crate::core::removal::Removal;
use crate::error::{Blame, CallError};
use crate::reading::ReadChanges;

/// How many decisions in a row may be held before the fault is sought in the
/// service, and the rest left for the next round.
const HELD_IN_A_ROW: u32 = 8;

/// What the driver is asked to do; each is answered by one [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read what waits to leave → [`Event::Outbox`].
    LoadOutbox,
    /// `POST` decisions → [`Event::Pushed`].
    Push(Vec<DecisionId>),
    /// Write down what became of them → [`Event::Done`].
    Settle {
        /// What was sent.
        sent: Vec<DecisionId>,
        /// What the service answered.
        response: PushResponse,
    },
    /// Write down that the service cannot read this decision → [`Event::Done`].
    NoteTrouble {
        /// Which.
        decision: DecisionId,
        /// What it said.
        error: CallError,
    },
    /// Read where the pull stands → [`Event::Place`].
    LoadPlace,
    /// `PUT` what this machine carries → [`Event::Sent`].
    PutCarried(CarryRequest),
    /// Write down that the service knows it → [`Event::Done`].
    CarriedIsKnown(CarryRequest),
    /// `GET` changes since the cursor → [`Event::Changes`] or [`Event::CursorGone`].
    FetchChanges(Option<Cursor>),
    /// Read what is held, to compare it → [`Event::Held`].
    BeginComparison,
    /// `POST` it → [`Event::Changes`] or [`Event::CursorGone`].
    Compare(CompareRequest),
    /// Forget which summaries were seen; all are about to come again → [`Event::Done`].
    BeginRebuild,
    /// Compare what these removals would take away with what is carried →
    /// [`Event::Removal`].
    WeighRemoval(Vec<DossierId>),
    /// Compare what the end of the rebuild would take away → [`Event::Removal`].
    WeighRebuild,
    /// Ask a person whether these may leave; nothing leaves until then →
    /// [`Event::Done`].
    AskRemoval(BTreeSet<DossierId>),
    /// Write changes and cursor down → [`Event::Done`].
    StoreChanges(Box<ReadChanges>),
    /// Remove what did not come again → [`Event::Done`].
    EndRebuild,
    /// `GET` the sittings → [`Event::Juries`].
    FetchJuries,
    /// Write the sittings down → [`Event::Done`].
    StoreJuries(JuriesResponse),
    /// Read what carried dossiers lack → [`Event::Wants`].
    LoadWants,
    /// `GET` one dossier → [`Event::Snapshot`].
    FetchSnapshot(DossierId),
    /// Write one dossier down → [`Event::Done`].
    StoreSnapshot(Box<Snapshot>),
    /// `GET` one version of the catalogue → [`Event::Catalogue`].
    FetchCatalogue(Digest),
    /// Write it down → [`Event::Done`].
    StoreCatalogue {
        /// Its name.
        hash: Digest,
        /// Its exact text.
        text: String,
    },
    /// The round is over; nothing answers.
    Finish,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A round starts.
    Start,
    /// What waits to leave, oldest first.
    Outbox(Vec<Waiting>),
    /// The service answered a push, or did not.
    Pushed(Result<PushResponse, CallError>),
    /// Where the pull stands.
    Place(Place),
    /// The service answered without content.
    Sent,
    /// The service answered with changes.
    Changes(Box<ReadChanges>),
    /// The cursor is of another epoch or scope.
    CursorGone,
    /// What is held, with the position each is from.
    Held(Vec<(DossierId, u64)>),
    /// What would be taken away.
    Removal(Removal),
    /// The sittings.
    Juries(JuriesResponse),
    /// What carried dossiers lack.
    Wants(Wants),
    /// One dossier, or nothing if it left the scope meanwhile.
    Snapshot(Option<Box<Snapshot>>),
    /// One version of the catalogue, or nothing if the service lacks it.
    Catalogue {
        /// Its name.
        hash: Digest,
        /// Its exact text.
        text: Option<String>,
    },
    /// A request of the pull was not answered; others may be.
    PullFailed(CallError),
    /// The store did what was asked.
    Done,
}

/// Where the pull stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The last cursor written down.
    pub cursor: Option<Cursor>,
    /// Whether a rebuild was begun and not ended.
    pub rebuilding: bool,
    /// The revision of the sittings at hand.
    pub juries_rev: Option<u32>,
    /// What this machine carries, if the service does not know it yet.
    pub carry_to_tell: Option<CarryRequest>,
    /// Whether carried dossiers may lack something, as far as is known without
    /// looking.
    pub may_lack: bool,
}

/// What carried dossiers lack, most needed first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Dossiers without a snapshot.
    pub snapshots: Vec<DossierId>,
    /// Catalogues that dossiers name.
    pub catalogues: Vec<Digest>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Settle,
    NoteTrouble,
    CarriedIsKnown,
    BeginRebuild,
    StoreChanges,
    AskRemoval,
    EndRebuild,
    StoreJuries,
    StoreWanted,
}

/// How far the round is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// The first batch leaves.
    #[default]
    First,
    /// Changes come.
    Pull,
    /// The rest of the outbox leaves.
    Rest,
    /// Changes come once more, since the rest changed something.
    LastPull,
}

/// The decisions on their way.
#[derive(Debug)]
struct Sending {
    limit: usize,
    sent: Vec<DecisionId>,
    /// Sent in this round, or held: neither leaves again before the next, and
    /// nothing on their subjects overtakes them.
    settled: BTreeSet<DecisionId>,
    /// Those of them that build on what the service did not have: what the pull
    /// brings may be it.
    early: BTreeSet<DecisionId>,
    held_in_a_row: u32,
    over: bool,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            limit: limits::PUSH_DECISIONS,
            sent: Vec::new(),
            settled: BTreeSet::new(),
            early: BTreeSet::new(),
            held_in_a_row: 0,
            over: false,
        }
    }
}

/// One exchange.
#[derive(Debug, Default)]
pub struct Round {
    after: Option<After>,
    phase: Phase,
    sending: Sending,
    tried_snapshots: BTreeSet<DossierId>,
    tried_catalogues: BTreeSet<Digest>,
    told: Option<CarryRequest>,
    cursor: Option<Cursor>,
    rebuilding: bool,
    /// Changes that wait for what they remove to be weighed.
    weighed: Option<Box<ReadChanges>>,
    more: bool,
    juries_rev: Option<u32>,
    juries_rev_there: Option<u32>,
    may_lack: bool,
    rebuilt_once: bool,
    /// Whether what is held is being compared, since the scope changed.
    comparing: bool,
    compared_once: bool,
    /// Whether the rest of the outbox left after the pull.
    pushed_rest: bool,
    /// Whether the pull ended early: it is not tried again in this round.
    pull_failed: bool,
    asked: bool,
    error: Option<CallError>,
}

impl Round {
    /// A new exchange; give it [`Event::Start`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Why a part of it could not be done, if so; the rest went on.
    pub fn error(&self) -> Option<&CallError> {
        self.error.as_ref()
    }

    /// Whether a person must be asked before the pull goes on.
    pub fn asked(&self) -> bool {
        self.asked
    }

    /// Takes what happened and says what to do next.
    pub fn step(&mut self, event: Event) -> Effect {
        match event {
            Event::Start => Effect::LoadOutbox,
            Event::Outbox(waiting) => self.push(&waiting),
            Event::Pushed(Ok(response)) => self.settle(response),
            Event::Pushed(Err(error)) => self.push_failed(error),
            Event::Place(place) => self.start_pull(place),
            Event::Sent => match self.told.take() {
                Some(carry) => self.then(After::CarriedIsKnown, Effect::CarriedIsKnown(carry)),
                None => Effect::FetchChanges(self.cursor),
            },
            Event::Changes(changes) => self.weigh(changes),
            Event::Removal(removal) => self.remove(removal),
            Event::CursorGone => self.compare_or_rebuild(),
            Event::Held(held) => self.compare(held),
            Event::Juries(response) => {
                self.juries_rev = Some(response.juries_rev);
                self.then(After::StoreJuries, Effect::StoreJuries(response))
            }
            Event::Wants(wants) => self.fetch_wanted(&wants),
            Event::Snapshot(Some(snapshot)) => {
                self.then(After::StoreWanted, Effect::StoreSnapshot(snapshot))
            }
            Event::Catalogue { hash, text: Some(text) } => {
                self.then(After::StoreWanted, Effect::StoreCatalogue { hash, text })
            }
            Event::Snapshot(None) | Event::Catalogue { text: None, .. } => Effect::LoadWants,
            Event::PullFailed(error) => self.pull_failed(error),
            Event::Done => self.go_on(),
        }
    }

    fn then(&mut self, after: After, effect: Effect) -> Effect {
        self.after = Some(after);
        effect
    }

    /// Sends what may leave, or goes on if there is nothing.
    fn push(&mut self, waiting: &[Waiting]) -> Effect {
        let sending = &mut self.sending;
        if !sending.over {
            let room = limits::BODY_BYTES as u64;
            sending.sent = choose(waiting, &sending.settled, sending.limit, room);
        }
        if sending.over || sending.sent.is_empty() {
            return self.after_push();
        }
        self.pushed_rest |= self.phase == Phase::Rest;
        Effect::Push(sending.sent.clone())
    }

    fn after_push(&mut self) -> Effect {
        match self.phase {
            Phase::First => {
                self.phase = Phase::Pull;
                Effect::LoadPlace
            }
            Phase::Rest if self.pushed_rest && !self.pull_failed => {
                self.phase = Phase::LastPull;
                Effect::LoadPlace
            }
            _ => Effect::Finish,
        }
    }

    fn settle(&mut self, response: PushResponse) -> Effect {
        let sending = &mut self.sending;
        let sent = std::mem::take(&mut sending.sent);
        sending.settled.extend(&sent);
        sending.early.extend(
            response.results.iter().filter(|result| is_early(result)).map(|result| result.id),
        );
        sending.held_in_a_row = 0;
        sending.limit = (sending.limit * 2).min(limits::PUSH_DECISIONS);
        self.then(After::Settle, Effect::Settle { sent, response })
    }

    /// Halves what the service could not read, until one decision is alone. What
    /// is perhaps no fault of the decisions is only tried while the service
    /// answers otherwise.
    fn push_failed(&mut self, error: CallError) -> Effect {
        let sending = &mut self.sending;
        let sent = std::mem::take(&mut sending.sent);
        let (is_to_blame, is_sure) = match error.blame() {
            Blame::Request => (true, true),
            // Before the pull nothing says that the service answers anything.
            Blame::Perhaps => (!self.pull_failed, self.phase != Phase::First),
            Blame::Elsewhere => (false, false),
        };
        match sent.as_slice() {
            [decision] if is_to_blame && is_sure => {
                sending.settled.insert(*decision);
                sending.held_in_a_row += 1;
                if sending.held_in_a_row >= HELD_IN_A_ROW {
                    sending.over = true;
                    self.error = Some(error.clone());
                }
                let decision = *decision;
                self.then(After::NoteTrouble, Effect::NoteTrouble { decision, error })
            }
            [_, ..] if is_to_blame => {
                sending.limit = (sent.len() / 2).max(1);
                self.after_batch()
            }
            _ => {
                sending.over = true;
                self.error = Some(error);
                self.after_batch()
            }
        }
    }

    /// After the first batch comes the pull, whatever became of it.
    fn after_batch(&mut self) -> Effect {
        if self.phase == Phase::First { self.after_push() } else { Effect::LoadOutbox }
    }

    fn pull_failed(&mut self, error: CallError) -> Effect {
        self.error = Some(error);
        self.pull_failed = true;
        self.after_pull()
    }

    fn after_pull(&mut self) -> Effect {
        if self.phase == Phase::LastPull {
            return Effect::Finish;
        }
        self.phase = Phase::Rest;
        Effect::LoadOutbox
    }

    fn start_pull(&mut self, place: Place) -> Effect {
        self.cursor = place.cursor;
        self.rebuilding = place.rebuilding;
        self.juries_rev = place.juries_rev;
        self.may_lack |= place.may_lack;
        match place.carry_to_tell {
            Some(carry) => {
                self.told = Some(carry.clone());
                Effect::PutCarried(carry)
            }
            None => Effect::FetchChanges(self.cursor),
        }
    }

    fn weigh(&mut self, changes: Box<ReadChanges>) -> Effect {
        let removed = |change: &Change| match change {
            Change::Remove { dossier, .. } => Some(*dossier),
            Change::Put { .. } => None,
        };
        let removes: Vec<_> = changes.response.changes.iter().filter_map(removed).collect();
        if removes.is_empty() {
            return self.store_changes(changes);
        }
        self.weighed = Some(changes);
        Effect::WeighRemoval(removes)
    }

    /// Lets dossiers leave, or asks first: the rest of the pull waits for the answer,
    /// the outbox does not.
    fn remove(&mut self, removal: Removal) -> Effect {
        let weighed = self.weighed.take();
        if removal.must_be_asked() {
            self.asked = true;
            return self.then(After::AskRemoval, Effect::AskRemoval(removal.leaving));
        }
        match weighed {
            Some(changes) => self.store_changes(changes),
            None => {
                self.rebuilding = false;
                self.then(After::EndRebuild, Effect::EndRebuild)
            }
        }
    }

    fn store_changes(&mut self, mut changes: Box<ReadChanges>) -> Effect {
        let response = &mut changes.response;
        if let Some(cursor) = self.cursor.filter(|_| self.comparing && response.more) {
            // It counts once there is nothing more to compare.
            response.cursor = cursor;
        }
        let moved = self.cursor != Some(response.cursor);
        let is_news = !response.changes.is_empty() || !changes.unreadable.is_empty();
        let response = &changes.response;
        // A page that changes nothing would be asked for again and again.
        self.more = response.more && if self.comparing { is_news } else { moved };
        self.cursor = Some(response.cursor);
        self.juries_rev_there = Some(response.juries_rev);
        self.may_lack |= is_news;
        if is_news {
            let sending = &mut self.sending;
            for decision in std::mem::take(&mut sending.early) {
                sending.settled.remove(&decision);
            }
        }
        if moved || is_news {
            return self.then(After::StoreChanges, Effect::StoreChanges(changes));
        }
        // Nothing to write down: a quiet round costs the disk nothing.
        self.after_page()
    }

    fn after_page(&mut self) -> Effect {
        if self.more && self.comparing {
            return Effect::BeginComparison;
        }
        self.comparing = false;
        if self.more {
            Effect::FetchChanges(self.cursor)
        } else if self.rebuilding {
            Effect::WeighRebuild
        } else {
            self.after_changes()
        }
    }

    fn after_changes(&mut self) -> Effect {
        if self.juries_rev != self.juries_rev_there {
            Effect::FetchJuries
        } else if self.may_lack {
            Effect::LoadWants
        } else {
            self.after_pull()
        }
    }

    /// A cursor that is gone is of another scope, where what is held can be compared,
    /// or of another epoch, where nothing can.
    fn compare_or_rebuild(&mut self) -> Effect {
        let may_compare = self.cursor.is_some() && !self.rebuilding && !self.compared_once;
        self.compared_once = true;
        self.comparing = may_compare;
        if may_compare { Effect::BeginComparison } else { self.rebuild() }
    }

    fn compare(&mut self, held: Vec<(DossierId, u64)>) -> Effect {
        let Some(cursor) = self.cursor.filter(|_| held.len() <= limits::COMPARED_DOSSIERS) else {
            self.comparing = false;
            return self.rebuild();
        };
        let held = held.into_iter();
        let held = held.map(|(dossier, position)| HeldDossier { dossier, position }).collect();
        Effect::Compare(CompareRequest { epoch: cursor.epoch, held })
    }

    fn rebuild(&mut self) -> Effect {
        if self.rebuilt_once {
            return self.pull_failed(CallError::CursorLoop);
        }
        self.rebuilt_once = true;
        self.then(After::BeginRebuild, Effect::BeginRebuild)
    }

    fn fetch_wanted(&mut self, wants: &Wants) -> Effect {
        let catalogue = wants.catalogues.iter().find(|hash| !self.tried_catalogues.contains(hash));
        if let Some(hash) = catalogue {
            self.tried_catalogues.insert(*hash);
            return Effect::FetchCatalogue(*hash);
        }
        let snapshot = wants.snapshots.iter().find(|id| !self.tried_snapshots.contains(id));
        if let Some(id) = snapshot {
            self.tried_snapshots.insert(*id);
            return Effect::FetchSnapshot(*id);
        }
        self.after_pull()
    }

    fn go_on(&mut self) -> Effect {
        match self.after.take() {
            Some(After::Settle | After::NoteTrouble) => self.after_batch(),
            // A restored service may have forgotten what is carried: it is told
            // before it is asked.
            Some(After::BeginRebuild) => Effect::LoadPlace,
            Some(After::CarriedIsKnown) => {
                self.may_lack = true;
                Effect::FetchChanges(self.cursor)
            }
            Some(After::StoreChanges) => self.after_page(),
            Some(After::AskRemoval) => {
                self.pull_failed = true;
                self.after_pull()
            }
            Some(After::EndRebuild) => self.after_changes(),
            Some(After::StoreJuries | After::StoreWanted) => Effect::LoadWants,
            None => Effect::Finish,
        }
    }
}

/// Whether a decision was not judged because the service lacks what it builds on.
fn is_early(result: &PushResult) -> bool {
    matches!(result.outcome, PushOutcome::Refused { refusal: Refusal::BaseUnknown { .. }, .. })
}

#[cfg(test)]
mod tests;
