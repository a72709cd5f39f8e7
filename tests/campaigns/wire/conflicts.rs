//! C8: two sides that could not see each other decide. Every cell of the matrix has its
//! exact outcome, and where two values differ both stay readable on the machine that lost.

mod matrix;

use std::collections::BTreeMap;

use lutrin_central::db::Outcome;
use lutrin_central::deposit::deposit_bytes;
use lutrin_domain::decision::{Act, Kind, Stamped};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::history::{History, Recorded};
use lutrin_domain::id::{CenterCode, DecisionId, DossierId, SlotKey};
use lutrin_domain::permission::level_of;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Scope;
use lutrin_domain::subject::Subject;
use lutrin_store::OutboxState;
use lutrin_testkit::laptop::Laptop;
use lutrin_testkit::service::{KARINE, NADIA, PAUL, TestService};

use self::matrix::{CV, Cell, Expected, First, OTHER, Situation, What, cells};
use super::acts::{newest_file, outcomes, revocation};
use super::dossiers::{center_dossier, dnf_dossier};
use crate::extent::Extent;

#[tokio::test(flavor = "multi_thread")]
async fn c8_every_meeting_of_two_decisions_has_its_exact_outcome() {
    let all = cells();
    let extent = Extent::asked(all.len() as u64);
    let mut table = Table::new().await;
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    // The long form goes through the matrix again and again, on the same machines.
    for number in extent.from..extent.from + extent.count {
        let cell = &all[usize::try_from(number).unwrap() % all.len()];
        table.play(number, cell).await;
        *counts.entry(cell.expected.name()).or_default() += 1;
    }
    let mut told = vec![("cells in the matrix", all.len() as u64)];
    told.extend(counts);
    extent.report("conflicts", &told);
}

/// Two sides and a service.
struct Table {
    service: TestService,
    nadia: Laptop,
    nadias_other: Laptop,
    karine: Laptop,
    paul: Laptop,
    pauls_other: Laptop,
}

/// Who decides beside each other.
enum Pair {
    Reviewers,
    Machines,
    Center,
}

impl Table {
    async fn new() -> Self {
        let service = TestService::start_unhurried().await;
        let url = service.url();
        Self {
            nadia: Laptop::sign_in(&url, NADIA).await,
            nadias_other: Laptop::sign_in(&url, NADIA).await,
            karine: Laptop::sign_in(&url, KARINE).await,
            paul: Laptop::sign_in(&url, PAUL).await,
            pauls_other: Laptop::sign_in(&url, PAUL).await,
            service,
        }
    }

    async fn play(&mut self, number: u64, cell: &Cell) {
        let reference = format!("D3-2026-{number:06}");
        let at_center = matches!(cell.pair(), Pair::Center);
        let dossier = if at_center {
            center_dossier(&self.service, &reference).await
        } else {
            dnf_dossier(&self.service, &reference).await
        };
        let service = &self.service;
        let (mine, theirs) = match cell.pair() {
            Pair::Reviewers => (&mut self.nadia, &mut self.karine),
            Pair::Machines => (&mut self.nadia, &mut self.nadias_other),
            Pair::Center => (&mut self.paul, &mut self.pauls_other),
        };
        for laptop in [&mut *mine, &mut *theirs] {
            laptop.carry(&[dossier]).await;
            laptop.exchanged().await;
        }
        Meeting {
            name: format!("conflicts from {number}: {cell:?}"),
            service,
            dossier,
            mine,
            theirs,
        }
        .play(cell)
        .await;
    }
}

/// One cell as it is played.
struct Meeting<'a> {
    name: String,
    service: &'a TestService,
    dossier: DossierId,
    mine: &'a mut Laptop,
    theirs: &'a mut Laptop,
}

impl Meeting<'_> {
    async fn play(mut self, cell: &Cell) {
        match &cell.situation {
            Situation::SameSubject { what, other_value, .. } => {
                let my = vec![self.made_by_me(*what, 0).await];
                let their = self.made_by_them(*what, usize::from(*other_value)).await;
                self.both(cell, my, vec![their]).await;
            }
            Situation::OtherSubject { mine, theirs, .. } => {
                let my = vec![self.made_by_me(*mine, 0).await];
                let their = self.made_by_them(*theirs, 1).await;
                self.both(cell, my, vec![their]).await;
            }
            Situation::Chain { what, length, .. } => {
                let my = self.chain(*what, *length).await;
                let their = self.made_by_them(*what, 1).await;
                self.both(cell, my, vec![their]).await;
            }
            Situation::TakenBack { what } => self.taken_back(cell, *what).await,
            Situation::Transmission { what, value } => {
                let my = vec![self.made_by_me(*what, *value).await];
                let their = self.made_by_them(What::Transmit, 0).await;
                self.both(cell, my, vec![their]).await;
            }
            Situation::OnlineOnly { mine, theirs } => {
                let my = vec![self.made_by_me(*mine, 0).await];
                let their = self.made_by_them(*theirs, 1).await;
                self.both(cell, my, vec![their]).await;
            }
            Situation::FileReplaced { what, value }
            | Situation::DossierWithdrawn { what, value }
            | Situation::ScopeChanged { what, value } => {
                let my = vec![self.made_by_me(*what, *value).await];
                self.against_an_event(cell, my).await;
            }
        }
    }

    /// Both decide without seeing each other; then one comes first.
    async fn both(&mut self, cell: &Cell, my: Vec<Stamped>, their: Vec<Stamped>) {
        for stamped in &my {
            self.mine.record(stamped).await;
        }
        for stamped in &their {
            self.theirs.record(stamped).await;
        }
        match cell.first {
            First::Mine => {
                self.mine.exchanged().await;
                self.theirs.exchanged().await;
                self.mine.exchanged().await;
                self.expect(cell, &my, &their, true).await;
            }
            First::Theirs => {
                self.theirs.exchanged().await;
                self.mine.exchanged().await;
                self.theirs.exchanged().await;
                self.expect(cell, &their, &my, false).await;
            }
        }
        let held = self.service.held(self.dossier).await;
        for laptop in [&*self.mine, &*self.theirs] {
            let mirror = laptop.store.dossier(self.dossier).await.unwrap().unwrap().1;
            assert_eq!(mirror, held, "{}", self.name);
        }
    }

    /// `first` came first and was applied; `second` met it.
    async fn expect(&self, cell: &Cell, first: &[Stamped], second: &[Stamped], mine_first: bool) {
        let (winner, loser) =
            if mine_first { (&*self.mine, &*self.theirs) } else { (&*self.theirs, &*self.mine) };
        for stamped in first {
            self.expect_applied(winner, stamped).await;
        }
        let last = first.last().unwrap();
        let mut before: Option<DecisionId> = None;
        for stamped in second {
            let expected = match (before, &cell.expected) {
                (_, Expected::Applied | Expected::Agreed) => None,
                (Some(refused), _) => Some(Refusal::DependsOnRefused { refused }),
                (None, Expected::Conflict) => {
                    Some(Refusal::Conflict { head: Some(last.decision.id()) })
                }
                (None, expected) => Some(expected.refusal(stamped, &self.held().await)),
            };
            match expected {
                None => self.expect_applied(loser, stamped).await,
                Some(refusal) => self.expect_refused(loser, stamped, refusal, Some(last)).await,
            }
            before = Some(stamped.decision.id());
        }
        if cell.expected == Expected::Agreed {
            let held = self.held().await;
            assert!(holds(&held, last), "{}: the first goes on counting", self.name);
            let head = held.head(last.decision.subject());
            assert_eq!(head, Some(last.decision.id()), "{}", self.name);
            for stamped in second {
                assert!(stands_in(&held, stamped), "{}: the second is kept beside it", self.name);
            }
        }
    }

    /// An author takes back on one machine what they replace on another.
    async fn taken_back(&mut self, cell: &Cell, what: What) {
        let first = self.made_by_me(what, 0).await;
        self.mine.record(&first).await;
        self.mine.exchanged().await;
        self.theirs.exchanged().await;
        let subject = first.decision.subject().clone();
        let my = vec![self.mine.make(subject, revocation(first.decision.id())).await];
        let their = vec![self.made_by_them(what, 1).await];
        self.both(cell, my, their).await;
    }

    /// Something happens at the service while the machine is away.
    async fn against_an_event(&mut self, cell: &Cell, my: Vec<Stamped>) {
        for stamped in &my {
            self.mine.record(stamped).await;
        }
        if cell.first == First::Mine {
            self.mine.exchanged().await;
        }
        self.happens(&cell.situation).await;
        self.mine.exchanged().await;
        for stamped in &my {
            match (&cell.expected, cell.first) {
                (Expected::Applied, _) | (_, First::Mine) => {
                    let state = self.mine.state(stamped.decision.id()).await;
                    let taken = matches!(state, OutboxState::Acknowledged { .. });
                    assert!(taken, "{}: {state:?}", self.name);
                }
                (expected, First::Theirs) => {
                    let refusal = match self.still_held().await {
                        Some(held) => expected.refusal(stamped, &held),
                        None => Refusal::OutOfScope,
                    };
                    self.expect_refused(self.mine, stamped, refusal, None).await;
                }
            }
        }
        self.ends(&cell.situation).await;
    }

    async fn happens(&self, situation: &Situation) {
        let data = self.service.data();
        let trace = data.command_trace();
        match situation {
            Situation::FileReplaced { .. } => {
                let (slot, bytes) = (SlotKey::new(CV), b"another version".to_vec());
                deposit_bytes(data, self.dossier, &slot, "2.pdf", bytes.into()).await.unwrap();
            }
            Situation::DossierWithdrawn { .. } => {
                data.db.withdraw(self.dossier, &trace).await.unwrap().unwrap();
            }
            Situation::ScopeChanged { .. } => {
                let elsewhere = Scope::Centers(vec![CenterCode::new("LYO")]);
                data.db.set_scope(PAUL, &elsewhere, &trace).await.unwrap().unwrap();
            }
            _ => unreachable!("two machines meet"),
        }
    }

    /// The next cell finds the reviewer as this one did.
    async fn ends(&mut self, situation: &Situation) {
        match situation {
            Situation::ScopeChanged { .. } => {
                let data = self.service.data();
                let again = Scope::Centers(vec![CenterCode::new("BES")]);
                data.db.set_scope(PAUL, &again, &data.command_trace()).await.unwrap().unwrap();
            }
            // The only dossier of a machine does not leave before somebody says yes.
            Situation::DossierWithdrawn { .. } => self.mine.let_go().await,
            _ => {}
        }
    }

    async fn expect_applied(&self, laptop: &Laptop, stamped: &Stamped) {
        let id = stamped.decision.id();
        let state = laptop.state(id).await;
        assert!(matches!(state, OutboxState::Acknowledged { .. }), "{}: {state:?}", self.name);
        let outcomes = &outcomes(self.service, self.dossier).await[&id];
        let applied = matches!(outcomes.as_slice(), [Outcome::Applied { .. }]);
        assert!(applied, "{}: {outcomes:?}", self.name);
        assert!(self.held().await.applied.contains_key(&id), "{}", self.name);
    }

    /// It is refused for this, has no effect, and is readable where it was made, with what
    /// the service holds in its place.
    async fn expect_refused(
        &self,
        laptop: &Laptop,
        stamped: &Stamped,
        refusal: Refusal,
        instead: Option<&Stamped>,
    ) {
        let id = stamped.decision.id();
        let entry = laptop.store.outbox_entry(id).await.unwrap().unwrap();
        assert_eq!(entry.stamped.decision.text(), stamped.decision.text(), "{}", self.name);
        let OutboxState::Refused { refusal: told, held, settled: None } = entry.state else {
            panic!("{}: {:?}", self.name, entry.state)
        };
        assert_eq!(told, refusal, "{}", self.name);
        if let Some(instead) = instead {
            let held = held.unwrap_or_else(|| panic!("{}: the other side is not here", self.name));
            assert!(holds(&held, instead), "{}: what the service holds is told", self.name);
        }
        if let Some(held) = self.still_held().await {
            assert!(!held.applied.contains_key(&id), "{}: no effect", self.name);
        }
        let kept = outcomes(self.service, self.dossier).await;
        // Of a dossier that is not there nothing is kept, so that it can come back.
        let gone = refusal == Refusal::OutOfScope && self.still_held().await.is_none();
        assert_eq!(kept.get(&id).map(Vec::len), (!gone).then_some(1), "{}", self.name);
    }

    async fn held(&self) -> Dossier {
        self.service.held(self.dossier).await
    }

    async fn still_held(&self) -> Option<Dossier> {
        let found = self.service.data().db.dossier(self.dossier, &Scope::Everywhere).await;
        found.unwrap().map(|(_, dossier)| dossier)
    }

    async fn made_by_me(&self, what: What, value: usize) -> Stamped {
        made(self.mine, self.dossier, what, value).await
    }

    async fn made_by_them(&self, what: What, value: usize) -> Stamped {
        made(self.theirs, self.dossier, what, value).await
    }

    /// Decisions on one subject, each on the one before.
    async fn chain(&self, what: What, length: usize) -> Vec<Stamped> {
        let dossier = self.mine.seen(self.dossier).await;
        let subject = subject(&dossier, what);
        let mut chain: Vec<Stamped> = Vec::new();
        for place in 0..length {
            let base = chain.last().map(|last| last.decision.id());
            let act = what.act(place % 2);
            chain.push(self.mine.make_on(&dossier, subject.clone(), base, act).await);
        }
        chain
    }
}

async fn made(laptop: &Laptop, dossier: DossierId, what: What, value: usize) -> Stamped {
    let seen = laptop.seen(dossier).await;
    laptop.make(subject(&seen, what), what.act(value)).await
}

fn subject(dossier: &Dossier, what: What) -> Subject {
    let id = dossier.id;
    match what {
        What::Piece | What::Comment => newest_file(dossier, &SlotKey::new(CV)),
        What::OtherPiece => newest_file(dossier, &SlotKey::new(OTHER)),
        What::Slot => Subject::Slot { dossier: id, slot: SlotKey::new(CV) },
        What::Job => Subject::Job { dossier: id, job: dossier.jobs[0].key.clone() },
        What::Opinion => Subject::Review { dossier: id, level: level_of(dossier.holder) },
        What::Reserve | What::Request | What::Transmit => Subject::Dossier { dossier: id },
    }
}

/// Whether this decision's value is what a dossier holds on its subject.
fn holds(dossier: &Dossier, stamped: &Stamped) -> bool {
    let decision = &stamped.decision;
    match (decision.subject(), decision.act()) {
        (Subject::Deposit { slot, deposit, .. }, Act::SettlePiece(verdict)) => {
            let slot = dossier.slot(slot).unwrap();
            let deposit = slot.deposits.iter().find(|other| other.id == *deposit).unwrap();
            deposit.verdicts.value() == Some(verdict)
        }
        (Subject::Slot { slot, .. }, Act::SettleSlot(settlement)) => {
            dossier.slot(slot).unwrap().settlement.value() == Some(settlement)
        }
        (Subject::Job { job, .. }, Act::JudgeJob(judgement)) => {
            let job = dossier.jobs.iter().find(|other| other.key == *job).unwrap();
            job.judgement.value() == Some(judgement)
        }
        (Subject::Review { level, .. }, Act::SignAssessment(signed)) => {
            dossier.review.on(*level).value() == Some(signed)
        }
        (_, Act::Reserve { until }) => {
            let reserved = dossier.reservation.as_ref();
            reserved
                .is_some_and(|reserved| (reserved.by, reserved.until) == (stamped.author, *until))
        }
        // What leaves no value of its own: that it was applied is what is held.
        _ => dossier.applied.contains_key(&decision.id()),
    }
}

/// Whether this decision stands in the history of its subject, in force or not.
fn stands_in(dossier: &Dossier, stamped: &Stamped) -> bool {
    fn stands<T>(history: &History<T>, stamped: &Stamped) -> bool {
        history.entry(stamped.decision.id()).is_some_and(Recorded::stands)
    }
    match (stamped.decision.subject(), stamped.decision.act()) {
        (Subject::Deposit { slot, deposit, .. }, Act::SettlePiece(_)) => {
            let slot = dossier.slot(slot).unwrap();
            let deposit = slot.deposits.iter().find(|other| other.id == *deposit).unwrap();
            stands(&deposit.verdicts, stamped)
        }
        (Subject::Slot { slot, .. }, Act::SettleSlot(_)) => {
            stands(&dossier.slot(slot).unwrap().settlement, stamped)
        }
        (Subject::Job { job, .. }, Act::JudgeJob(_)) => {
            let job = dossier.jobs.iter().find(|other| other.key == *job).unwrap();
            stands(&job.judgement, stamped)
        }
        (Subject::Review { level, .. }, Act::SignAssessment(_)) => {
            stands(dossier.review.on(*level), stamped)
        }
        // What leaves no history: that it was applied is all.
        _ => dossier.applied.contains_key(&stamped.decision.id()),
    }
}

impl Expected {
    fn refusal(&self, stamped: &Stamped, held: &Dossier) -> Refusal {
        match (self, stamped.decision.subject()) {
            (Self::Superseded, Subject::Deposit { slot, deposit, .. }) => {
                let deposits = &held.slot(slot).unwrap().deposits;
                let by = deposits.iter().find(|other| other.replaces == Some(*deposit)).unwrap().id;
                Refusal::Superseded { by }
            }
            (Self::NotAllowed, _) => {
                let kind: Kind = stamped.decision.act().kind().unwrap();
                Refusal::NotAllowed { kind, role: stamped.role, state: held.state.clone() }
            }
            (Self::OutOfScope, _) => Refusal::OutOfScope,
            other => unreachable!("{other:?} has no refusal of its own"),
        }
    }
}
