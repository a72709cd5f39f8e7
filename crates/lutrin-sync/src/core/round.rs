//! One exchange from beginning to end: push, pull, sittings, what is missing.
//!
//! Decisions leave first, so that what comes back already holds them; a push the
//! service cannot read does not keep the pull from happening. With nothing to
//! send and nothing new, a round is one request.

use std::collections::BTreeSet;

use lutrin_domain::decision::Stamped;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_protocol::changes::{ChangesResponse, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarryRequest, JuriesResponse};
use lutrin_protocol::push::PushResponse;

use crate::error::CallError;

/// What the driver is asked to do; each is answered by one [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read what waits to leave → [`Event::Outbox`].
    LoadOutbox,
    /// `POST` decisions → [`Event::Pushed`].
    Push(Vec<Stamped>),
    /// Write down what became of them → [`Event::Done`].
    Settle(PushResponse),
    /// Read where the pull stands → [`Event::Place`].
    LoadPlace,
    /// `PUT` what this machine carries → [`Event::Sent`].
    PutCarried(CarryRequest),
    /// Write down that the service knows it → [`Event::Done`].
    CarriedIsKnown(CarryRequest),
    /// `GET` changes since the cursor → [`Event::Changes`] or [`Event::CursorGone`].
    FetchChanges(Option<Cursor>),
    /// Forget which summaries were seen; all are about to come again → [`Event::Done`].
    BeginRebuild,
    /// Write changes and cursor down → [`Event::Done`].
    StoreChanges(Box<ChangesResponse>),
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
    Outbox(Vec<Stamped>),
    /// The service answered a push, or could not read it.
    Pushed(Result<PushResponse, CallError>),
    /// Where the pull stands.
    Place(Place),
    /// The service answered without content.
    Sent,
    /// The service answered with changes.
    Changes(Box<ChangesResponse>),
    /// The cursor is of another epoch or scope.
    CursorGone,
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
    CarriedIsKnown,
    BeginRebuild,
    StoreChanges,
    EndRebuild,
    StoreJuries,
    StoreWanted,
}

/// One exchange.
#[derive(Debug, Default)]
pub struct Round {
    after: Option<After>,
    pushed: BTreeSet<DecisionId>,
    tried_snapshots: BTreeSet<DossierId>,
    tried_catalogues: BTreeSet<Digest>,
    told: Option<CarryRequest>,
    cursor: Option<Cursor>,
    rebuilding: bool,
    more: bool,
    juries_rev: Option<u32>,
    juries_rev_there: Option<u32>,
    rebuilt_once: bool,
    push_error: Option<CallError>,
}

impl Round {
    /// A new exchange; give it [`Event::Start`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Why the push could not be read by the service, if so; the rest went on.
    pub fn push_error(&self) -> Option<&CallError> {
        self.push_error.as_ref()
    }

    /// Takes what happened and says what to do next.
    pub fn step(&mut self, event: Event) -> Effect {
        match event {
            Event::Start => Effect::LoadOutbox,
            Event::Outbox(batch) => self.push(batch),
            Event::Pushed(Ok(response)) => self.then(After::Settle, Effect::Settle(response)),
            Event::Pushed(Err(error)) => {
                self.push_error = Some(error);
                Effect::LoadPlace
            }
            Event::Place(place) => self.start_pull(place),
            Event::Sent => match self.told.take() {
                Some(carry) => self.then(After::CarriedIsKnown, Effect::CarriedIsKnown(carry)),
                None => Effect::FetchChanges(self.cursor),
            },
            Event::Changes(response) => self.store_changes(response),
            Event::CursorGone => self.rebuild(),
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
            Event::Done => self.go_on(),
        }
    }

    fn then(&mut self, after: After, effect: Effect) -> Effect {
        self.after = Some(after);
        effect
    }

    /// Sends a batch, unless nothing in it is new to this round: a decision that
    /// stays pending after its answer must not make the round endless.
    fn push(&mut self, batch: Vec<Stamped>) -> Effect {
        let ids: Vec<_> = batch.iter().map(|stamped| stamped.decision.id()).collect();
        if ids.iter().all(|id| self.pushed.contains(id)) {
            return Effect::LoadPlace;
        }
        self.pushed.extend(ids);
        Effect::Push(batch)
    }

    fn start_pull(&mut self, place: Place) -> Effect {
        self.cursor = place.cursor;
        self.rebuilding = place.rebuilding;
        self.juries_rev = place.juries_rev;
        match place.carry_to_tell {
            Some(carry) => {
                self.told = Some(carry.clone());
                Effect::PutCarried(carry)
            }
            None => Effect::FetchChanges(self.cursor),
        }
    }

    fn store_changes(&mut self, response: Box<ChangesResponse>) -> Effect {
        // A cursor that does not move would ask for the same page for ever.
        self.more = response.more && self.cursor != Some(response.cursor);
        self.cursor = Some(response.cursor);
        self.juries_rev_there = Some(response.juries_rev);
        self.then(After::StoreChanges, Effect::StoreChanges(response))
    }

    fn rebuild(&mut self) -> Effect {
        if self.rebuilt_once {
            return Effect::Finish;
        }
        self.rebuilt_once = true;
        self.rebuilding = true;
        self.cursor = None;
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
        Effect::Finish
    }

    fn go_on(&mut self) -> Effect {
        match self.after.take() {
            Some(After::Settle) => Effect::LoadOutbox,
            Some(After::CarriedIsKnown | After::BeginRebuild) => Effect::FetchChanges(self.cursor),
            Some(After::StoreChanges) if self.more => Effect::FetchChanges(self.cursor),
            Some(After::StoreChanges) if self.rebuilding => {
                self.rebuilding = false;
                self.then(After::EndRebuild, Effect::EndRebuild)
            }
            Some(After::StoreChanges | After::EndRebuild)
                if self.juries_rev != self.juries_rev_there =>
            {
                Effect::FetchJuries
            }
            Some(
                After::StoreChanges | After::EndRebuild | After::StoreJuries | After::StoreWanted,
            ) => Effect::LoadWants,
            None => Effect::Finish,
        }
    }
}

#[cfg(test)]
mod tests {
    use lutrin_protocol::problem::{Problem, ProblemCode};
    use uuid::Uuid;

    use super::*;

    fn cursor(position: u64) -> Cursor {
        Cursor { epoch: Uuid::from_u128(1), scope_rev: 1, position }
    }

    fn changes(position: u64, more: bool) -> Event {
        Event::Changes(Box::new(ChangesResponse {
            changes: vec![],
            cursor: cursor(position),
            more,
            juries_rev: 4,
            backup_watermark: 0,
            server_time: jiff::Timestamp::UNIX_EPOCH,
        }))
    }

    fn place(cursor: Option<Cursor>) -> Event {
        Event::Place(Place { cursor, rebuilding: false, juries_rev: Some(4), carry_to_tell: None })
    }

    fn is_network(effect: &Effect) -> bool {
        matches!(
            effect,
            Effect::Push(_)
                | Effect::PutCarried(_)
                | Effect::FetchChanges(_)
                | Effect::FetchJuries
                | Effect::FetchSnapshot(_)
                | Effect::FetchCatalogue(_)
        )
    }

    #[test]
    fn with_nothing_new_a_round_is_one_request() {
        let mut round = Round::new();
        let events = [
            Event::Start,
            Event::Outbox(vec![]),
            place(Some(cursor(7))),
            changes(7, false),
            Event::Done,
            Event::Wants(Wants::default()),
        ];
        let effects: Vec<_> = events.into_iter().map(|event| round.step(event)).collect();
        assert_eq!(effects.iter().filter(|e| is_network(e)).count(), 1);
        assert_eq!(effects.last(), Some(&Effect::Finish));
    }

    #[test]
    fn a_cursor_from_another_epoch_rebuilds_the_mirror() {
        let mut round = Round::new();
        round.step(place(Some(cursor(7))));
        assert_eq!(round.step(Event::CursorGone), Effect::BeginRebuild);
        assert_eq!(round.step(Event::Done), Effect::FetchChanges(None));
        assert!(matches!(round.step(changes(1, true)), Effect::StoreChanges(_)));
        assert_eq!(round.step(Event::Done), Effect::FetchChanges(Some(cursor(1))));
        assert!(matches!(round.step(changes(2, false)), Effect::StoreChanges(_)));
        assert_eq!(round.step(Event::Done), Effect::EndRebuild);
        assert_eq!(round.step(Event::Done), Effect::LoadWants);
    }

    #[test]
    fn a_service_that_keeps_saying_gone_does_not_loop() {
        let mut round = Round::new();
        round.step(place(None));
        assert_eq!(round.step(Event::CursorGone), Effect::BeginRebuild);
        round.step(Event::Done);
        assert_eq!(round.step(Event::CursorGone), Effect::Finish);
    }

    #[test]
    fn a_page_that_does_not_move_is_not_asked_for_again() {
        let mut round = Round::new();
        round.step(place(Some(cursor(7))));
        round.step(changes(7, true));
        assert_eq!(round.step(Event::Done), Effect::LoadWants);
    }

    #[test]
    fn an_unreadable_push_does_not_keep_the_pull_from_happening() {
        let mut round = Round::new();
        round.step(Event::Start);
        let error = CallError::Problem(Box::new(Problem::new(ProblemCode::Malformed, "r")));
        assert_eq!(round.step(Event::Pushed(Err(error))), Effect::LoadPlace);
        assert!(round.push_error().is_some());
    }

    #[test]
    fn what_the_service_lacks_is_asked_for_once_a_round() {
        let wanted = DossierId(Uuid::from_u128(3));
        let wants = || Event::Wants(Wants { snapshots: vec![wanted], catalogues: vec![] });
        let mut round = Round::new();
        assert_eq!(round.step(wants()), Effect::FetchSnapshot(wanted));
        assert_eq!(round.step(Event::Snapshot(None)), Effect::LoadWants);
        assert_eq!(round.step(wants()), Effect::Finish);
    }
}
