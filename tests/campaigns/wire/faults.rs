//! C6: a bad network between three machines and the service. They decide, withdraw, read
//! and receive under faults; then the network heals.
//!
//! The driver remembers what each machine was told is safe, and what was withdrawn. In
//! the end the service has applied each of the first exactly once, or refused it and the
//! machine shows that; none of the second was ever applied; every machine shows what the
//! service holds, with every file byte for byte, within the time of [`STALLED`].

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use lutrin_central::db::Outcome;
use lutrin_domain::decision::Stamped;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_store::OutboxState;
use lutrin_sync::progress::Contact;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::laptop::Laptop;
use lutrin_testkit::proxy::{Fault, FaultProxy};
use lutrin_testkit::service::{KARINE, NADIA, PAUL, TestService};
use lutrin_testkit::wait::until;

use super::acts::{applied_in_journal, drawn, outcomes, revocation};
use super::dossiers::taken_in;
use crate::extent::Extent;

const SHORT: u64 = 8;
/// How many runs share a service and its machines.
const TOGETHER: u64 = 10;
/// A machine that is not up to date so long after the network has healed is stalled.
const STALLED: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Counts {
    safe: u64,
    applied: u64,
    refused: u64,
    withdrawn: u64,
    files: u64,
    stopped: u64,
    slowest: Duration,
    faults: BTreeMap<Fault, u64>,
}

#[tokio::test(flavor = "multi_thread")]
async fn c6_nothing_is_lost_or_done_twice_on_a_bad_network() {
    let extent = Extent::asked(SHORT);
    let mut counts = Counts::default();
    let mut world: Option<World> = None;
    for run in extent.from..extent.from + extent.count {
        let fresh = world.is_none() || run % TOGETHER == 0;
        if fresh && let Some(world) = world.take() {
            world.end(&mut counts).await;
        }
        let world = match &mut world {
            Some(world) => world,
            none => none.insert(World::new().await),
        };
        world.run(&extent, run, &mut counts).await;
    }
    if let Some(world) = world {
        world.end(&mut counts).await;
    }
    let slowest = u64::try_from(counts.slowest.as_millis()).unwrap();
    let faults: u64 = counts.faults.values().sum();
    let mut told = vec![
        ("decisions recorded as safe", counts.safe),
        ("applied", counts.applied),
        ("refused and shown", counts.refused),
        ("withdrawn", counts.withdrawn),
        ("files received", counts.files),
        ("programs stopped and started", counts.stopped),
        ("ms until the slowest machine was up to date", slowest),
        ("faults", faults),
    ];
    told.extend(counts.faults.iter().map(|(fault, count)| (fault.name(), *count)));
    extent.report("faults", &told);
}

struct World {
    service: TestService,
    machines: Vec<Machine>,
    runs: u64,
}

/// A machine with the network between it and the service.
struct Machine {
    laptop: Laptop,
    proxy: FaultProxy,
    at_center: bool,
    /// What was recorded: "Enregistré sur ce poste", in the driver's own memory.
    safe: Vec<Stamped>,
    withdrawn: BTreeSet<DecisionId>,
}

impl World {
    async fn new() -> Self {
        let service = TestService::start_unhurried().await;
        let mut machines = Vec::new();
        for (login, at_center) in [(NADIA, false), (KARINE, false), (PAUL, true)] {
            let proxy = FaultProxy::before(service.address()).await;
            let mut laptop = Laptop::sign_in(&proxy.url(), login).await;
            laptop.start().await;
            let (safe, withdrawn) = (Vec::new(), BTreeSet::new());
            machines.push(Machine { laptop, proxy, at_center, safe, withdrawn });
        }
        Self { service, machines, runs: 0 }
    }

    async fn run(&mut self, extent: &Extent, run: u64, counts: &mut Counts) {
        let name = format!("faults, seed {} from {run}", extent.seed);
        let mut dice = Dice::of(extent.seed, run);
        self.runs += 1;
        let files = drawn_files(&mut dice);
        let status = ["TRANSMIS_DNF", "TRANSMIS_DNF", "EN_EXAMEN_CENTRE"];
        let mut dossiers = Vec::new();
        for (number, status) in status.into_iter().enumerate() {
            let reference = format!("D3-{run:06}-{number}");
            dossiers.push(taken_in(&self.service, &reference, status, &files).await);
        }
        for machine in &mut self.machines {
            machine.safe.clear();
            machine.withdrawn.clear();
            // Of a dossier that is here something can be decided from the beginning.
            machine.carry(&dossiers).await;
            machine.proxy.ail(Dice::of(dice.number(), run), 50);
        }
        self.work(&mut dice, &dossiers, counts).await;

        let healed = Instant::now();
        for machine in &self.machines {
            machine.proxy.heal();
            machine.laptop.exchange().nudge();
        }
        self.up_to_date(&name, &dossiers, healed).await;
        counts.slowest = counts.slowest.max(healed.elapsed());
        self.judge(&name, &dossiers, &files, counts).await;
    }

    /// Each machine does this and that for a while.
    async fn work(&mut self, dice: &mut Dice, dossiers: &[DossierId], counts: &mut Counts) {
        for _ in 0..30 {
            let at = dice.index(self.machines.len());
            let machine = &mut self.machines[at];
            let dossier = *dice.pick(machine.of(dossiers));
            match dice.below(12) {
                0..7 => {
                    machine.decide(dice, dossier).await;
                    // Second thoughts, while it leaves or just after its answer was lost.
                    if dice.chance(35) {
                        tokio::time::sleep(Duration::from_millis(dice.below(90))).await;
                        machine.take_back().await;
                    }
                }
                7 => machine.laptop.exchange().read_first(Some(dossier)),
                8 if dice.chance(30) => {
                    machine.laptop.stop();
                    machine.laptop.start().await;
                    counts.stopped += 1;
                }
                _ => machine.laptop.exchange().nudge(),
            }
            tokio::time::sleep(Duration::from_millis(dice.below(80))).await;
        }
    }

    /// Waits until every machine shows what the service holds, and nothing waits.
    async fn up_to_date(&self, name: &str, dossiers: &[DossierId], healed: Instant) {
        for (at, machine) in self.machines.iter().enumerate() {
            loop {
                let lacking = self.lacking(machine, dossiers).await;
                let Some(lacking) = lacking else { break };
                if healed.elapsed() > STALLED {
                    let progress = machine.laptop.exchange().progress().borrow().clone();
                    panic!("{name}: machine {at} is stalled: {lacking}, {progress:?}");
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn lacking(&self, machine: &Machine, dossiers: &[DossierId]) -> Option<&'static str> {
        let store = &machine.laptop.store;
        if store.outbox_counts().await.unwrap().pending > 0 {
            return Some("decisions wait");
        }
        for dossier in machine.of(dossiers) {
            let mirror = store.dossier(*dossier).await.unwrap();
            if mirror.map(|(_, mirror)| mirror) != Some(self.service.held(*dossier).await) {
                return Some("a dossier is not as the service holds it");
            }
        }
        let files = store.carried_files().await.unwrap();
        let files: Vec<_> = files.iter().map(|file| file.sha256).collect();
        if !store.missing(&files).await.unwrap().is_empty() {
            return Some("files are missing");
        }
        let contact = machine.laptop.exchange().progress().borrow().contact;
        (contact != Contact::Online).then_some("the contact is not good")
    }

    async fn judge(
        &self,
        name: &str,
        dossiers: &[DossierId],
        files: &[(&str, Vec<u8>)],
        counts: &mut Counts,
    ) {
        for machine in &self.machines {
            let store = &machine.laptop.store;
            for stamped in &machine.safe {
                let id = stamped.decision.id();
                let dossier = stamped.decision.subject().dossier().unwrap();
                let held = self.service.held(dossier).await;
                let kept = outcomes(&self.service, dossier).await.remove(&id).unwrap_or_default();
                let entry = store.outbox_entry(id).await.unwrap().unwrap();
                assert_eq!(entry.stamped, *stamped, "{name}: what was recorded is kept");
                let applied = held.applied.get(&id).copied();
                match (&entry.state, kept.as_slice()) {
                    (OutboxState::Acknowledged { .. }, [Outcome::Applied { .. }]) => {
                        assert_eq!(applied, Some(stamped.decision.digest()), "{name}");
                        counts.applied += 1;
                    }
                    (OutboxState::Refused { refusal, .. }, [Outcome::Refused(same)]) => {
                        assert_eq!((applied, refusal), (None, same), "{name}");
                        counts.refused += 1;
                    }
                    (OutboxState::Withdrawn, []) if machine.withdrawn.contains(&id) => {
                        assert_eq!(applied, None, "{name}: withdrawn and applied");
                        counts.withdrawn += 1;
                    }
                    other => panic!("{name}: {id} is lost: {other:?}"),
                }
                counts.safe += 1;
            }
            for dossier in machine.of(dossiers) {
                let held = self.service.held(*dossier).await;
                for (slot, (_, bytes)) in held.slots.iter().zip(files) {
                    let file = store.read_document(slot.deposits[0].sha256).await.unwrap();
                    assert_eq!(file.as_deref(), Some(bytes.as_slice()), "{name}: other bytes");
                    counts.files += 1;
                }
            }
        }
    }

    async fn end(self, counts: &mut Counts) {
        let twice = applied_in_journal(&self.service).await.into_values().filter(|n| *n > 1);
        assert_eq!(twice.count(), 0, "an effect is entered once");
        for machine in self.machines {
            for (fault, count) in machine.proxy.counts() {
                *counts.faults.entry(fault).or_default() += count;
            }
            machine.laptop.store.close().await;
        }
    }
}

fn drawn_files(dice: &mut Dice) -> Vec<(&'static str, Vec<u8>)> {
    let large = 300_000 + dice.index(1_200_000);
    let (small, medium) = (1 + dice.index(2_000), 20_000 + dice.index(100_000));
    vec![("cv", dice.bytes(small)), ("report", dice.bytes(large)), ("diploma", dice.bytes(medium))]
}

impl Machine {
    /// The dossiers on which this reviewer works.
    fn of<'a>(&self, dossiers: &'a [DossierId]) -> &'a [DossierId] {
        if self.at_center { &dossiers[2..] } else { &dossiers[..2] }
    }

    async fn carry(&mut self, dossiers: &[DossierId]) {
        self.laptop.carry(self.of(dossiers)).await;
        self.laptop.exchange().nudge();
        let store = &self.laptop.store;
        until("the dossiers are here", async || {
            for dossier in self.of(dossiers) {
                store.view(*dossier).await.ok()??;
            }
            Some(())
        })
        .await;
    }

    async fn decide(&mut self, dice: &mut Dice, dossier: DossierId) {
        let seen = self.laptop.seen(dossier).await;
        let mine = |entry: &&Stamped| seen.applied.contains_key(&entry.decision.id());
        let (subject, act) = match self.safe.iter().rev().find(mine) {
            Some(last) if dice.chance(15) => {
                (last.decision.subject().clone(), revocation(last.decision.id()))
            }
            _ => drawn(dice, &seen),
        };
        let stamped = self.laptop.make(subject, act).await;
        self.laptop.record(&stamped).await;
        self.safe.push(stamped);
    }

    /// Withdraws what was decided last, if it cannot have left.
    async fn take_back(&mut self) {
        let Some(last) = self.safe.last() else { return };
        let id = last.decision.id();
        if self.laptop.store.withdraw(id, self.laptop.clock.now()).await.is_ok() {
            self.withdrawn.insert(id);
        }
    }
}
