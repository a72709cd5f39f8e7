//! The service of a simulation, and the network between it and the machines.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::{SignedDuration, Timestamp};
use lutrin_central::catalogues::Catalogues;
use lutrin_central::db::{
    Changes, ChangesAsk, CompareAsk, DbError, Dossiers as _, Session, SessionId, Trace,
};
use lutrin_central::decisions::{Kept, take_all};
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DeviceId, DossierId};
use lutrin_domain::reviewer::Reviewer;
use lutrin_protocol::changes::{CompareRequest, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarryRequest, JuriesResponse};
use lutrin_protocol::problem::{Problem, ProblemCode};
use lutrin_protocol::push::{PushRequest, PushResponse};
use lutrin_protocol::receipts::ReceiptsRequest;
use lutrin_sync::error::{CallError, Unreached};
use lutrin_sync::ports::{Answer, Remote};
use lutrin_sync::reading::ReadChanges;
use uuid::Uuid;

use super::database::MemoryDatabase;
use super::steps::step;
use crate::dice::Dice;

/// The most changes on a page, small enough that pages are met.
const PAGE: usize = 4;
/// The most snapshots on a page.
const SNAPSHOTS: usize = 2;

/// The service, and what lies between it and its machines.
pub struct Center {
    /// What it keeps.
    pub db: MemoryDatabase,
    catalogues: Catalogues,
    weather: Mutex<Weather>,
}

struct Weather {
    dice: Dice,
    /// How often in a thousand something goes wrong with a request.
    bad: u64,
    /// The service's clock.
    now: Timestamp,
    revoked: BTreeSet<DeviceId>,
    /// Requests so far.
    requests: u64,
    /// Those that met a fault.
    faults: u64,
}

/// What may happen to a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    /// It never arrives.
    Lost,
    /// It arrives, and its answer does not.
    AnswerLost,
    /// It arrives twice.
    Doubled,
    /// The service fails.
    Failed,
    /// The service asks for patience.
    TooMany,
}

impl Center {
    /// A service that keeps nothing yet.
    pub fn new(seed: u64, number: u64, now: Timestamp) -> Self {
        let weather = Weather {
            dice: Dice::of(!seed, number),
            bad: 0,
            now,
            revoked: BTreeSet::new(),
            requests: 0,
            faults: 0,
        };
        Self {
            db: MemoryDatabase::new(Uuid::from_u128(0xe0)),
            catalogues: Catalogues::default(),
            weather: Mutex::new(weather),
        }
    }

    fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().unwrap()
    }

    /// From now on this many of a thousand requests go wrong.
    pub fn set_bad(&self, per_thousand: u64) {
        self.weather().bad = per_thousand;
    }

    /// Moves the service's clock.
    pub fn move_clock(&self, by: SignedDuration) {
        let mut weather = self.weather();
        weather.now = weather.now.checked_add(by).unwrap_or(weather.now);
    }

    /// Takes no request of this machine any more.
    pub fn revoke(&self, device: DeviceId) {
        self.weather().revoked.insert(device);
    }

    /// Whether a machine was revoked.
    pub fn is_revoked(&self, device: DeviceId) -> bool {
        self.weather().revoked.contains(&device)
    }

    /// Requests so far, and those that met a fault.
    pub fn requests(&self) -> (u64, u64) {
        let weather = self.weather();
        (weather.requests, weather.faults)
    }

    /// The trace of something done at the service now.
    pub fn trace(&self) -> Trace {
        Trace { reviewer: None, device: None, request_id: None, at: self.weather().now }
    }

    fn fate(&self) -> (Fate, u64) {
        let mut weather = self.weather();
        weather.requests += 1;
        let slow = weather.dice.below(3);
        if weather.dice.below(1_000) >= weather.bad {
            return (Fate::Arrives, slow);
        }
        weather.faults += 1;
        let fate = match weather.dice.below(8) {
            0 | 1 => Fate::Lost,
            2..=4 => Fate::AnswerLost,
            5 => Fate::Doubled,
            6 => Fate::Failed,
            _ => Fate::TooMany,
        };
        (fate, slow)
    }
}

/// One machine's way to the service.
pub struct Line {
    /// The service.
    pub center: Arc<Center>,
    /// Whose session.
    pub reviewer: Reviewer,
    /// On which machine.
    pub device: DeviceId,
    /// The key with which it signs.
    pub key: [u8; 32],
    /// Whether there is a network.
    pub online: Arc<Mutex<bool>>,
}

impl Line {
    fn session(&self) -> Result<Session, CallError> {
        if self.center.is_revoked(self.device) {
            return Err(problem(ProblemCode::DeviceRevoked));
        }
        let scope = self.center.db.scope(self.reviewer.id);
        Ok(Session {
            id: SessionId(self.device.0),
            reviewer: Reviewer { scope, ..self.reviewer.clone() },
            device: self.device,
            device_key: self.key,
            shut_out_at: None,
        })
    }

    fn told(&self, changes: Changes) -> Option<ReadChanges> {
        let Changes::Page(page) = changes else { return None };
        let response = page.answer(Vec::new(), self.trace().at);
        Some(ReadChanges { response, unreadable: Vec::new() })
    }

    fn trace(&self) -> Trace {
        let (reviewer, device) = (Some(self.reviewer.id), Some(self.device));
        Trace { reviewer, device, ..self.center.trace() }
    }

    /// Brings a request to the service and its answer back, if the weather lets it.
    async fn call<T: Send, F>(&self, work: impl Fn(Session) -> F + Send + Sync) -> Answer<T>
    where
        F: Future<Output = Result<T, CallError>> + Send,
    {
        step().await;
        if !*self.online.lock().unwrap() {
            return Err(CallError::Unreachable(Unreached::NoConnection).into());
        }
        let (fate, slow) = self.center.fate();
        if fate == Fate::Lost {
            step().await;
            return Err(CallError::Unreachable(Unreached::NoAnswer).into());
        }
        let refused = match fate {
            Fate::Failed => Some(ProblemCode::Internal),
            Fate::TooMany => Some(ProblemCode::TooMany),
            _ => None,
        };
        if let Some(code) = refused {
            return Err(problem(code).into());
        }
        let mut answer = work(self.session()?).await;
        if fate == Fate::Doubled {
            step().await;
            answer = work(self.session()?).await;
        }
        for _ in 0..slow {
            step().await;
        }
        if fate == Fate::AnswerLost {
            return Err(CallError::Unreachable(Unreached::Broken).into());
        }
        Ok(answer?)
    }
}

fn problem(code: ProblemCode) -> CallError {
    CallError::Problem { problem: Box::new(Problem::new(code, "s")), retry_after: None }
}

fn failed(_: DbError) -> CallError {
    problem(ProblemCode::Internal)
}

impl Remote for Line {
    async fn ready(&self) -> Answer<()> {
        self.call(|_| async { Ok(()) }).await
    }

    async fn push(&self, request: &PushRequest) -> Answer<PushResponse> {
        self.call(|session| async move {
            let center = &self.center;
            let epoch = Some(center.db.state().await.map_err(failed)?.epoch);
            let kept = Kept { db: &center.db, catalogues: &center.catalogues };
            let (decisions, trace) = (request.decisions.clone(), self.trace());
            let results = take_all(kept, &session, decisions, &trace).await.map_err(failed)?;
            Ok(PushResponse { results, epoch, server_time: trace.at })
        })
        .await
    }

    async fn put_carried(&self, carry: &CarryRequest) -> Answer<()> {
        self.call(|session| async move {
            self.center.db.carry(session.device, carry, &self.trace()).await.map_err(failed)
        })
        .await
    }

    async fn changes(&self, cursor: Option<Cursor>) -> Answer<Option<ReadChanges>> {
        self.call(|session| async move {
            let ask = ChangesAsk {
                reviewer: session.reviewer.id,
                device: session.device,
                cursor,
                changes: PAGE,
                snapshots: SNAPSHOTS,
            };
            Ok(self.told(self.center.db.changes(&ask).await.map_err(failed)?))
        })
        .await
    }

    async fn compare(&self, request: &CompareRequest) -> Answer<Option<ReadChanges>> {
        self.call(|session| async move {
            let ask = CompareAsk {
                reviewer: session.reviewer.id,
                device: session.device,
                epoch: request.epoch,
                held: request.held.iter().map(|held| (held.dossier, held.position)).collect(),
                changes: PAGE,
                snapshots: SNAPSHOTS,
            };
            Ok(self.told(self.center.db.compare(&ask).await.map_err(failed)?))
        })
        .await
    }

    async fn juries(&self) -> Answer<JuriesResponse> {
        self.call(|session| async move {
            let found = self.center.db.juries(session.scope()).await.map_err(failed)?;
            let (juries_rev, juries) = found;
            Ok(JuriesResponse { juries_rev, juries })
        })
        .await
    }

    async fn dossier(&self, id: DossierId) -> Answer<Option<Snapshot>> {
        self.call(|session| async move {
            let found = self.center.db.dossier(id, session.scope()).await.map_err(failed)?;
            Ok(found.map(|(position, dossier)| Snapshot { position, dossier, people: Vec::new() }))
        })
        .await
    }

    async fn tell_receipts(&self, _: &ReceiptsRequest) -> Answer<()> {
        self.call(|_| async { Ok(()) }).await
    }

    async fn catalogue(&self, hash: Digest) -> Answer<Option<String>> {
        self.call(|_| async move { self.center.db.catalogue(hash).await.map_err(failed) }).await
    }
}
