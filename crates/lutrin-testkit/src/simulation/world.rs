//! One life of a service and its machines, drawn from a number.

use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use ed25519_dalek::{Signer as _, SigningKey};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use lutrin_central::catalogues::{SHIPPED, SHIPPED_HASH};
use lutrin_central::db::{Dossiers as _, NewDossier};
use lutrin_domain::arbitration::{Arbitration, Contested, Keep};
use lutrin_domain::decision::{
    Act, Decision, Revocation, Signature, SlotSettlement, Stamped, Verdict, VerdictOutcome,
};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Dossier, DossierState, Holder, Learner, Part, Request, Requirement};
use lutrin_domain::id::{
    CenterCode, DecisionId, DepositId, DeviceId, DiplomaCode, DossierId, JurySessionId, PieceKind,
    ReasonCode, ReviewerId, SlotKey,
};
use lutrin_domain::intake::{Intake, IntakeFile, IntakeSlot, open_dossier, replace_file};
use lutrin_domain::jury::JurySession;
use lutrin_domain::permission::acting_role;
use lutrin_domain::reviewer::{Reviewer, Role, Scope};
use lutrin_domain::subject::{Pages, Subject};
use lutrin_store::{OutboxEntry, OutboxState};
use lutrin_sync::driver::{Given, Signals, run_round};
use lutrin_sync::error::ExchangeError;
use lutrin_sync::progress::Progress;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::database::Backup;
use super::network::{Center, Line};
use super::oracle::Oracle;
use super::steps::{finish, go_on};
use super::store::MemoryStore;
use crate::dice::Dice;

const CENTERS: [&str; 2] = ["BES", "BFC"];
const SLOTS: [&str; 3] = ["cv", "unit/NFA031", "payslip/vauban/2024-03"];

type Round = Pin<Box<dyn Future<Output = Result<(), ExchangeError>> + Send>>;

/// One reviewer's machine.
pub struct Machine {
    /// Which.
    pub device: DeviceId,
    /// Whose.
    pub reviewer: Reviewer,
    /// What it keeps.
    pub store: Arc<MemoryStore>,
    signals: Arc<Signals>,
    key: SigningKey,
    clock: Arc<AtomicI64>,
    online: Arc<Mutex<bool>>,
    round: Option<Round>,
}

/// One life of a service and its machines.
pub struct World {
    /// The service.
    pub center: Arc<Center>,
    /// The machines.
    pub machines: Vec<Machine>,
    /// What must be true of them.
    pub oracle: Oracle,
    dice: Dice,
    backup: Option<Backup>,
    next_id: u128,
    /// What happened, in order, in short words.
    story: String,
}

/// What a life came to.
#[derive(Debug)]
pub struct Life {
    /// The digest of all that happened and of how it ended.
    pub trace: Digest,
    /// Decisions recorded.
    pub decisions: u64,
    /// Requests made.
    pub requests: u64,
    /// Those that met a fault.
    pub faults: u64,
    /// Times a machine stopped at once.
    pub crashes: u64,
    /// Times the service was put back from a backup.
    pub restores: u64,
    /// Decisions refused.
    pub refused: u64,
    /// Rounds that each machine needed after the faults had ended.
    pub cycles: u64,
}

/// Plays a life to its end.
///
/// # Errors
///
/// What is wrong at its end, with what had happened.
pub fn play(seed: u64, number: u64) -> Result<Life, String> {
    let mut world = World::new(seed, number);
    let steps = world.draw(60..240);
    let lived = (0..steps).try_for_each(|_| world.something_happens());
    let ended = lived.and_then(|()| world.heal());
    let ended = ended.and_then(|cycles| world.check().map(|()| cycles));
    let cycles =
        ended.map_err(|wrong| format!("seed {seed} life {number}: {wrong}\n{}", world.story))?;
    let (requests, faults) = world.center.requests();
    let end = format!("{}\n{:?}", world.story, world.center.db.dossiers());
    let count = |word: &str| world.story.matches(word).count() as u64;
    Ok(Life {
        trace: Digest::of(end.as_bytes()),
        decisions: world.oracle.recorded() as u64,
        requests,
        faults,
        crashes: count("stops at once"),
        restores: count("put back"),
        refused: world.refused(),
        cycles,
    })
}

impl World {
    fn new(seed: u64, number: u64) -> Self {
        let now: Timestamp = "2026-11-21T09:00:00Z".parse().unwrap();
        let center = Arc::new(Center::new(seed, number, now));
        let mut world = Self {
            center,
            machines: Vec::new(),
            oracle: Oracle::default(),
            dice: Dice::of(seed, number),
            backup: None,
            next_id: 0x1000,
            story: String::new(),
        };
        world.furnish();
        world
    }

    fn draw(&mut self, range: std::ops::Range<usize>) -> usize {
        range.start + self.dice.index(range.len())
    }

    fn happens(&mut self, percent: u64) -> bool {
        self.dice.chance(percent)
    }

    fn id(&mut self) -> Uuid {
        self.next_id += 1;
        Uuid::from_u128(self.next_id)
    }

    fn tell(&mut self, what: std::fmt::Arguments<'_>) {
        writeln!(self.story, "{what}").unwrap();
    }

    fn furnish(&mut self) {
        let trace = self.center.trace();
        let center = Arc::clone(&self.center);
        finish(center.db.add_catalogue(*SHIPPED_HASH, SHIPPED, trace.at)).unwrap();
        for (number, day) in [(1, date(2026, 12, 11)), (2, date(2027, 1, 15))] {
            let session = JurySession {
                id: JurySessionId(Uuid::from_u128(number)),
                label: "Titres comptables".into(),
                date: day,
                file_closing_date: date(2026, 12, 4),
                diplomas: vec![DiplomaCode::new("CRN0400A")],
            };
            finish(center.db.put_jury(&session, &trace)).unwrap();
        }
        let dossiers = self.draw(3..9);
        for number in 0..dossiers {
            let new = self.new_dossier(number);
            finish(center.db.take_in(&new, &trace)).unwrap();
        }
        let people = [
            ("DNF", vec![Role::DnfReviewer], Scope::Everywhere),
            ("BES", vec![Role::CenterReviewer], Scope::Centers(vec![CenterCode::new("BES")])),
            ("BFC", vec![Role::CenterReviewer], Scope::Centers(vec![CenterCode::new("BFC")])),
        ];
        let reviewers: Vec<Reviewer> = people
            .into_iter()
            .enumerate()
            .map(|(number, (name, roles, scope))| Reviewer {
                id: ReviewerId(Uuid::from_u128(0x70 + number as u128)),
                name: format!("Fictive {name}"),
                roles,
                scope,
            })
            .collect();
        for reviewer in &reviewers {
            center.db.add_reviewer(reviewer.id, reviewer.scope.clone());
        }
        let machines = self.draw(2..6);
        for number in 0..machines {
            let reviewer = match number {
                0 | 1 => reviewers[number].clone(),
                _ => reviewers[self.draw(0..3)].clone(),
            };
            self.add_machine(number as u8, reviewer);
        }
    }

    fn new_dossier(&mut self, number: usize) -> NewDossier {
        let status = ["EN_EXAMEN_CENTRE", "TRANSMIS_DNF"][self.draw(0..2)];
        let center = CENTERS[self.draw(0..2)];
        let jury = self.draw(0..3) as u128;
        let at = self.center.trace().at;
        let slot = |key: &&str| IntakeSlot {
            key: SlotKey::new(*key),
            part: Part::Experience,
            kind: PieceKind::new("cv"),
            label: None,
            job: None,
            requirement: Requirement::Required { indispensable: true },
            files: vec![file(&format!("{number} {key}"), at)],
        };
        let intake = Intake {
            reference: format!("D3-2026-{number:06}"),
            status: status.into(),
            request: Request::DiplomaRequest,
            learner: Learner {
                first_name: "Camille".into(),
                birth_name: format!("Fictive{number}"),
                used_name: None,
                civility: None,
                birth_year: None,
            },
            diploma: DiplomaCode::new("CRN0400A"),
            route: None,
            center: CenterCode::new(center),
            jury: (jury > 0).then(|| JurySessionId(Uuid::from_u128(jury))),
            signed_at: at,
            slots: SLOTS.iter().map(slot).collect(),
            jobs: Vec::new(),
            cited: Vec::new(),
        };
        let digest = Digest::of(&serde_json::to_vec(&intake).unwrap());
        let id = DossierId(Uuid::from_u128(0x100 + number as u128));
        let mut ids = std::iter::repeat_with(|| DepositId(self.id()));
        let dossier = open_dossier(intake, id, *SHIPPED_HASH, || ids.next().unwrap()).unwrap();
        NewDossier { dossier, intake: digest }
    }

    fn add_machine(&mut self, number: u8, reviewer: Reviewer) {
        let clock = Arc::new(AtomicI64::new(0));
        let store = Arc::new(MemoryStore::default());
        let everything = self.happens(70);
        store.carry(|choice| {
            let juries = if everything { 1..=2 } else { 1..=1 };
            choice.juries = juries.map(|id| JurySessionId(Uuid::from_u128(id))).collect();
        });
        self.machines.push(Machine {
            device: DeviceId(Uuid::from_u128(0x50 + u128::from(number))),
            reviewer,
            store,
            signals: signals(&self.center, &clock),
            key: SigningKey::from_bytes(&[number + 1; 32]),
            clock,
            online: Arc::new(Mutex::new(true)),
            round: None,
        });
    }

    fn something_happens(&mut self) -> Result<(), String> {
        let who = self.draw(0..self.machines.len());
        match self.draw(0..100) {
            0..40 => self.exchange(who),
            40..62 => self.decide(who),
            62..66 => self.withdraw(who),
            66..71 => self.crash(who),
            71..76 => self.toggle_network(who),
            76..80 => self.choose(who),
            80..82 => self.machines[who].signals.confirm_removal(),
            82..84 => self.arbitrate(who),
            84..88 => self.learner_replaces(),
            88..91 => self.dossier_moves(),
            91 => self.scope_changes(),
            92..94 => self.clock_jumps(who),
            94..96 => self.back_up(),
            96 => self.restore(),
            97 => self.revoke(who),
            _ => {
                let bad = [0, 50, 200, 500][self.draw(0..4)];
                self.center.set_bad(bad);
            }
        }
        self.center.move_clock(SignedDuration::from_secs(7));
        Oracle::sees_own_work(&self.machines[who])
    }

    /// Goes on with the round of a machine, or begins one.
    fn exchange(&mut self, who: usize) {
        let steps = self.draw(1..30);
        let center = Arc::clone(&self.center);
        let machine = &mut self.machines[who];
        let mut round = match machine.round.take() {
            Some(round) => round,
            None => machine.new_round(&center),
        };
        for _ in 0..steps {
            if let Poll::Ready(outcome) = go_on(round.as_mut()) {
                self.tell(format_args!("{who} exchanged: {outcome:?}"));
                return;
            }
        }
        machine.round = Some(round);
    }

    fn decide(&mut self, who: usize) {
        let here = self.machines[who].store.mirrored();
        if here.is_empty() {
            return;
        }
        let dossier = here[self.draw(0..here.len())];
        let Some(seen) = self.machines[who].store.view(dossier).map(|fold| fold.dossier) else {
            return;
        };
        let Some((subject, act)) = self.choose_act(who, &seen) else { return };
        self.record(who, &seen, subject, act);
    }

    fn record(&mut self, who: usize, seen: &Dossier, subject: Subject, act: Act) {
        let reviewer = &self.machines[who].reviewer;
        let role = acting_role(&reviewer.roles, seen, &subject, &act);
        // What the rules refuse is recorded too now and then: history is complete.
        let role = role.unwrap_or(reviewer.roles[0]);
        let id = DecisionId(self.id());
        let based_on = seen.head(&subject);
        let key = subject.key();
        let decision = Decision::make(id, subject, based_on, act).unwrap();
        let stamped = self.machines[who].stamp(decision, role);
        let now = self.machines[who].now(&self.center);
        self.machines[who].store.record(&stamped, now);
        self.oracle.record(who, stamped);
        self.tell(format_args!("{who} decides {id} on {key}, based on {based_on:?}"));
    }

    fn choose_act(&mut self, who: usize, seen: &Dossier) -> Option<(Subject, Act)> {
        let slot = &seen.slots[self.draw(0..seen.slots.len())];
        if self.happens(15) {
            let subject = Subject::Slot { dossier: seen.id, slot: slot.key.clone() };
            let reason = "emploi en cours".to_owned();
            let act = Act::SettleSlot(SlotSettlement::NotRequired { reason });
            return Some((subject, act));
        }
        let deposit = slot.deposits.last()?;
        let subject = seen.deposit_subject(slot, deposit);
        let own = deposit.verdicts.current();
        let own = own.filter(|entry| entry.author == self.machines[who].reviewer.id);
        if let Some(decision) = own.map(|entry| entry.decision)
            && self.happens(25)
        {
            let reason = "annulé par son auteur".to_owned();
            return Some((subject, Act::Revoke(Revocation { decision, reason })));
        }
        let outcome = [VerdictOutcome::Accepted, VerdictOutcome::Rejected][self.draw(0..2)];
        let rejected = outcome == VerdictOutcome::Rejected;
        let verdict = Verdict {
            outcome,
            reasons: if rejected { vec![ReasonCode::new("illegible")] } else { Vec::new() },
            comment: None,
            citations: Vec::new(),
        };
        Some((subject, Act::SettlePiece(verdict)))
    }

    fn withdraw(&mut self, who: usize) {
        let outbox = self.machines[who].store.outbox();
        let pending: Vec<_> =
            outbox.iter().filter(|entry| entry.state == OutboxState::Pending).collect();
        if pending.is_empty() {
            return;
        }
        let decision = pending[self.draw(0..pending.len())].decision();
        if self.machines[who].store.withdraw(decision) {
            self.oracle.withdraw(decision);
            self.tell(format_args!("{who} withdraws {decision}"));
        }
    }

    fn crash(&mut self, who: usize) {
        let machine = &mut self.machines[who];
        machine.round = None;
        machine.store.crash();
        machine.signals = signals(&self.center, &machine.clock);
        self.tell(format_args!("{who} stops at once"));
    }

    fn toggle_network(&mut self, who: usize) {
        let online = {
            let mut online = self.machines[who].online.lock().unwrap();
            *online = !*online;
            *online
        };
        self.tell(format_args!("{who} is online: {online}"));
    }

    fn choose(&mut self, who: usize) {
        let rows: Vec<_> = self.machines[who].store.rows().into_keys().collect();
        if rows.is_empty() {
            return;
        }
        let dossier = rows[self.draw(0..rows.len())];
        let jury = JurySessionId(Uuid::from_u128(self.draw(1..3) as u128));
        let (single, drop) = (self.happens(60), self.happens(50));
        self.machines[who].store.carry(|choice| {
            if single {
                toggle(&mut choice.dossiers, dossier, drop);
            } else {
                toggle(&mut choice.juries, jury, drop);
            }
        });
    }

    fn arbitrate(&mut self, who: usize) {
        let outbox = self.machines[who].store.outbox();
        let refused: Vec<_> = outbox
            .iter()
            .filter(|entry| matches!(entry.state, OutboxState::Refused { .. }))
            .collect();
        if refused.is_empty() {
            return;
        }
        let entry = refused[self.draw(0..refused.len())].clone();
        if self.happens(60) && self.choose_between(who, &entry) {
            return;
        }
        let now = self.machines[who].now(&self.center);
        self.machines[who].store.arbitrate(entry.decision(), now);
    }

    /// Settles a refused verdict with the one in force; says whether there is one.
    fn choose_between(&mut self, who: usize, entry: &OutboxEntry) -> bool {
        let refused = &entry.stamped;
        let (subject, act) = (refused.decision.subject(), refused.decision.act());
        let Act::SettlePiece(verdict) = act else { return false };
        let view = subject.dossier().and_then(|id| self.machines[who].store.view(id));
        let Some(seen) = view.map(|fold| fold.dossier) else { return false };
        let keep = [Keep::Refused, Keep::Held, Keep::SecondLook][self.draw(0..3)];
        let arbitration = Arbitration {
            refused: refused.decision.id(),
            made_at: refused.made_at,
            value: Contested::Piece(verdict.clone()),
            keep,
            reason: "revu ensemble".to_owned(),
        };
        self.record(who, &seen, subject.clone(), Act::Arbitrate(arbitration));
        true
    }

    fn a_dossier(&mut self) -> Option<DossierId> {
        let dossiers = self.center.db.dossiers();
        (!dossiers.is_empty()).then(|| dossiers[self.draw(0..dossiers.len())].id)
    }

    fn learner_replaces(&mut self) {
        let Some(dossier) = self.a_dossier() else { return };
        let slot = SlotKey::new(SLOTS[self.draw(0..SLOTS.len())]);
        let deposit = DepositId(self.id());
        let trace = self.center.trace();
        let file = file(&deposit.to_string(), trace.at);
        let change = |held: Dossier| Ok(replace_file(held, &slot, file.clone(), deposit)?);
        let center = Arc::clone(&self.center);
        finish(center.db.change_dossier(dossier, &change, &trace)).unwrap();
        self.tell(format_args!("the learner replaces {slot} of {dossier}"));
    }

    /// Transmitted, of another centre, of another sitting, or withdrawn.
    fn dossier_moves(&mut self) {
        let Some(dossier) = self.a_dossier() else { return };
        let (what, which) = (self.draw(0..7), self.draw(0..3));
        let trace = self.center.trace();
        let center = Arc::clone(&self.center);
        if what == 6 {
            finish(center.db.withdraw(dossier, &trace)).unwrap();
            self.oracle.withdrawn_dossier(dossier);
            self.tell(format_args!("{dossier} is withdrawn from the service"));
            return;
        }
        let change = |mut held: Dossier| {
            match what {
                0 | 1 => {
                    held.state = DossierState::DnfReview;
                    held.holder = Holder::Dnf;
                }
                2 | 3 => held.center = CenterCode::new(CENTERS[which % 2]),
                _ => {
                    let jury = which as u128;
                    held.jury = (jury > 0).then(|| JurySessionId(Uuid::from_u128(jury)));
                }
            }
            Ok(held)
        };
        finish(center.db.change_dossier(dossier, &change, &trace)).unwrap();
        self.tell(format_args!("{dossier} moves: {what} {which}"));
    }

    fn scope_changes(&mut self) {
        let who = self.draw(0..self.machines.len());
        let reviewer = self.machines[who].reviewer.id;
        let both = CENTERS.map(CenterCode::new).to_vec();
        let scope = match self.draw(0..3) {
            0 => Scope::Centers(both),
            1 => Scope::Centers(vec![CenterCode::new(CENTERS[0])]),
            _ => Scope::Centers(vec![CenterCode::new(CENTERS[1])]),
        };
        self.center.db.set_scope(reviewer, scope);
        self.tell(format_args!("the scope of {who} changes"));
    }

    fn clock_jumps(&mut self, who: usize) {
        const DAY: i64 = 24 * 3_600;
        let jump = [DAY, -DAY, 3_650 * DAY, -3_650 * DAY, -20_000 * DAY][self.draw(0..5)];
        self.machines[who].clock.fetch_add(jump, Ordering::Relaxed);
        self.tell(format_args!("the clock of {who} jumps by {jump} s"));
    }

    fn back_up(&mut self) {
        let copy = self.center.db.copy();
        let (epoch, position) = copy.reaches();
        let center = Arc::clone(&self.center);
        finish(center.db.mark_backup(epoch, position, &center.trace())).unwrap();
        self.backup = Some(copy);
        self.tell(format_args!("a backup reaches {position}"));
    }

    /// Puts the newest backup back: what an older one lacks, machines may have let go
    /// of when the newer one was there.
    fn restore(&mut self) {
        let Some(copy) = self.backup.clone() else { return };
        let center = Arc::clone(&self.center);
        center.db.put_back(&copy);
        let epoch = self.id();
        finish(center.db.begin_epoch(epoch, &center.trace())).unwrap();
        self.oracle.restored(&center);
        let (_, position) = copy.reaches();
        self.tell(format_args!("the service is put back to {position}"));
    }

    fn revoke(&mut self, who: usize) {
        let others = self.machines.iter().filter(|m| !self.center.is_revoked(m.device)).count();
        if others < 2 || !self.happens(30) {
            return;
        }
        self.center.revoke(self.machines[who].device);
        self.tell(format_args!("{who} is revoked"));
    }

    /// The faults end: after some rounds of each machine all is as it shall be.
    fn heal(&mut self) -> Result<u64, String> {
        self.center.set_bad(0);
        self.center.move_clock(SignedDuration::from_hours(2));
        for machine in &self.machines {
            *machine.online.lock().unwrap() = true;
        }
        let center = Arc::clone(&self.center);
        let mut wrong = String::new();
        for cycle in 1..=Oracle::CYCLES {
            // What came too early is tried again after a while.
            self.center.move_clock(SignedDuration::from_mins(10));
            for machine in &mut self.machines {
                machine.signals.confirm_removal();
                let round = machine.round.take();
                let mut round = round.unwrap_or_else(|| machine.new_round(&center));
                let _ = finish(round.as_mut());
            }
            match self.oracle.converged(&center, &self.machines) {
                Ok(()) => return Ok(cycle),
                Err(found) => wrong = found,
            }
        }
        Err(format!("not at rest after {} rounds: {wrong}", Oracle::CYCLES))
    }

    fn check(&self) -> Result<(), String> {
        self.oracle.holds(&self.center, &self.machines)
    }

    fn refused(&self) -> u64 {
        let outboxes = self.machines.iter().flat_map(|machine| machine.store.outbox());
        let refused =
            |entry: &lutrin_store::OutboxEntry| matches!(entry.state, OutboxState::Refused { .. });
        outboxes.filter(refused).count() as u64
    }
}

impl Machine {
    /// The time here.
    fn now(&self, center: &Center) -> Timestamp {
        here(center, &self.clock)
    }

    fn new_round(&self, center: &Arc<Center>) -> Round {
        let (store, signals) = (Arc::clone(&self.store), Arc::clone(&self.signals));
        let line = Line {
            center: Arc::clone(center),
            reviewer: self.reviewer.clone(),
            device: self.device,
            key: self.key.verifying_key().to_bytes(),
            online: Arc::clone(&self.online),
        };
        Box::pin(async move { run_round(&*store, &line, &signals).await })
    }

    fn stamp(&self, decision: Decision, role: Role) -> Stamped {
        let center = match &self.reviewer.scope {
            Scope::Centers(centers) => centers.first().cloned(),
            Scope::Everywhere => None,
        };
        let mut stamped = Stamped {
            decision,
            author: self.reviewer.id,
            role,
            center,
            device: self.device,
            made_at: Timestamp::UNIX_EPOCH,
            received_at: None,
            signature: Signature([0; 64]),
        };
        stamped.signature = Signature(self.key.sign(&stamped.signed_bytes()).to_bytes());
        stamped
    }
}

fn here(center: &Center, clock: &AtomicI64) -> Timestamp {
    let offset = SignedDuration::from_secs(clock.load(Ordering::Relaxed));
    let there = center.trace().at;
    there.checked_add(offset).unwrap_or(there)
}

fn signals(center: &Arc<Center>, clock: &Arc<AtomicI64>) -> Arc<Signals> {
    let (center, clock) = (Arc::clone(center), Arc::clone(clock));
    let now = Arc::new(move || here(&center, &clock));
    let given = Given { now, jitter: Arc::new(|| 0.0) };
    let (notices, _) = mpsc::unbounded_channel();
    Arc::new(Signals::new(given, Progress::default(), notices))
}

fn file(text: &str, at: Timestamp) -> IntakeFile {
    IntakeFile {
        sha256: Digest::of(text.as_bytes()),
        size_bytes: text.len() as u64,
        file_name: "piece.pdf".into(),
        pages: Pages::All,
        deposited_at: at,
        replaces_previous: true,
    }
}

fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T, drop: bool) {
    let there = list.contains(&item);
    if drop {
        list.retain(|other| *other != item);
    } else if !there {
        list.push(item);
    }
}
