//! C19: a service is restored from an older backup; what machines hold comes back,
//! whichever machine comes first and whatever builds on whose decisions.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lutrin_central::backup::backup;
use lutrin_central::restore::{Occupied, restore};
use lutrin_central::sources::Sources;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_store::{OutboxState, PendingDecision, Trouble};
use lutrin_testkit::dice::Dice;
use lutrin_testkit::laptop::Laptop;
use lutrin_testkit::service::{KARINE, NADIA, TestService};

use super::acts::{applied_in_journal, drawn, outcomes};
use super::dossiers::dnf_dossier;
use crate::extent::Extent;

const SHORT: u64 = 10;

/// What happened in a run.
#[derive(Default)]
struct Counts {
    acknowledged: u64,
    lost_by_the_restore: u64,
    across_machines: u64,
    waited: u64,
    rounds: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn c19_what_machines_hold_comes_back_to_a_restored_service() {
    let extent = Extent::asked(SHORT);
    let mut all = Counts::default();
    for run in extent.from..extent.from + extent.count {
        let counts = Run::new(extent.seed, run).await.played().await;
        all.acknowledged += counts.acknowledged;
        all.lost_by_the_restore += counts.lost_by_the_restore;
        all.across_machines += counts.across_machines;
        all.waited += counts.waited;
        all.rounds += counts.rounds;
    }
    assert!(extent.count < 5 || all.waited > 0, "nothing ever came before what it builds on");
    let counts = [
        ("decisions acknowledged", all.acknowledged),
        ("lost by the restore", all.lost_by_the_restore),
        ("built on another machine's", all.across_machines),
        ("waited for another", all.waited),
        ("rounds until all was back", all.rounds),
    ];
    extent.report("restore", &counts);
}

struct Run {
    name: String,
    dice: Dice,
    service: TestService,
    laptops: Vec<Laptop>,
    dossiers: Vec<DossierId>,
    /// What the service said it has, in the driver's own memory.
    acknowledged: BTreeSet<DecisionId>,
    counts: Counts,
}

impl Run {
    async fn new(seed: u64, run: u64) -> Self {
        let mut dice = Dice::of(seed, run);
        let service = TestService::start_unhurried().await;
        let mut dossiers = Vec::new();
        for number in 1..=2 {
            dossiers.push(dnf_dossier(&service, &format!("D3-2026-00000{number}")).await);
        }
        let mut laptops = Vec::new();
        // Two machines of one reviewer count as two.
        let logins = [NADIA, KARINE, NADIA];
        for login in &logins[..2 + dice.index(2)] {
            laptops.push(Laptop::sign_in(&service.url(), login).await);
        }
        let (acknowledged, counts) = (BTreeSet::new(), Counts::default());
        let name = format!("restore, seed {seed} from {run}");
        Self { name, dice, service, laptops, dossiers, acknowledged, counts }
    }

    async fn played(mut self) -> Counts {
        self.work(4).await;
        let shelf = tempfile::tempdir().unwrap();
        let backed_up = backup(self.service.data(), shelf.path()).await.unwrap();
        let kept: usize = self.applied().await;
        let late = self.dice.chance(40).then_some("D3-2026-000003");
        if let Some(reference) = late {
            self.dossiers.push(dnf_dossier(&self.service, reference).await);
        }
        let steps = 2 + self.dice.below(5);
        self.work(steps).await;
        let file_is_replaced = self.dice.chance(50);
        if file_is_replaced {
            self.replace_a_file().await;
        }
        let steps = 2 + self.dice.below(5);
        self.work(steps).await;
        let mut before = Vec::new();
        for dossier in &self.dossiers {
            before.push(timeless(self.service.held(*dossier).await));
        }
        let all = self.applied().await;
        self.counts.acknowledged = self.acknowledged.len() as u64;
        self.counts.lost_by_the_restore = (all - kept) as u64;
        assert_eq!(all, self.acknowledged.len(), "{}", self.name);

        self.service.stop().await;
        let folder = self.service.folder();
        restore(&backed_up.folder, folder, Occupied::SetAside, &Sources::system()).await.unwrap();
        self.service.come_back().await;
        for laptop in &self.laptops {
            laptop.sign_in_again().await;
        }
        if late.is_some() {
            // Some come before the dossier is taken in again.
            for _ in 0..self.dice.below(3) {
                self.round_of_one().await;
            }
        }
        if let Some(reference) = late {
            dnf_dossier(&self.service, reference).await;
        }
        if file_is_replaced {
            // What is on the file before comes back before the learner's new one does: the
            // other way round it would be history, and is told as such.
            self.come_back_as_far_as_they_can().await;
            self.replace_a_file().await;
        }
        self.come_back().await;

        for (dossier, before) in self.dossiers.iter().zip(&before) {
            let held = timeless(self.service.held(*dossier).await);
            assert_eq!(&held, before, "{}", self.name);
            for laptop in &self.laptops {
                let seen = timeless(laptop.seen(*dossier).await);
                assert_eq!(&seen, before, "{}", self.name);
            }
            for (decision, outcomes) in outcomes(&self.service, *dossier).await {
                assert_eq!(outcomes.len(), 1, "{}: {decision} is kept once", self.name);
            }
        }
        let twice = applied_in_journal(&self.service).await.into_values().filter(|n| *n > 1);
        assert_eq!(twice.count(), 0, "{}: nothing is applied twice", self.name);
        self.counts
    }

    /// The learner replaces a file; the same file again is the same deposit.
    async fn replace_a_file(&self) {
        self.service.replace(self.dossiers[0], "cv", "2.pdf", b"the next one".to_vec()).await;
    }

    /// Each decides on what it saw at its last round, which may be another's work.
    async fn work(&mut self, steps: u64) {
        for _ in 0..steps {
            let at = self.dice.index(self.laptops.len());
            let laptop = &mut self.laptops[at];
            laptop.carry(&self.dossiers).await;
            laptop.exchanged().await;
            let dossier = *self.dice.pick(&self.dossiers);
            let seen = laptop.seen(dossier).await;
            let (subject, act) = drawn(&mut self.dice, &seen);
            let base = seen.head(&subject);
            let decision = laptop.decide(subject, act).await;
            if let Some(base) = base {
                let mine = laptop.store.outbox_entry(base).await.unwrap();
                self.counts.across_machines += u64::from(mine.is_none());
            }
            laptop.exchanged().await;
            let state = laptop.state(decision).await;
            assert!(matches!(state, OutboxState::Acknowledged { .. }), "{}: {state:?}", self.name);
            self.acknowledged.insert(decision);
        }
        for laptop in &mut self.laptops {
            laptop.carry(&self.dossiers).await;
            laptop.exchanged().await;
        }
    }

    async fn applied(&self) -> usize {
        let mut applied = 0;
        for dossier in &self.dossiers {
            applied += self.service.held(*dossier).await.applied.len();
        }
        applied
    }

    /// Rounds of whichever machine until the service has everything again.
    async fn come_back(&mut self) {
        let all = self.acknowledged.len();
        // A chain may go to and fro between machines: each round brings a link at least.
        for _ in 0..(4 + 2 * all) * self.laptops.len() {
            if self.applied().await == all {
                break;
            }
            self.round_of_one().await;
        }
        for laptop in &mut self.laptops {
            laptop.exchanged().await;
            for entry in laptop.store.outbox().await.unwrap() {
                let back = matches!(entry.state, OutboxState::Acknowledged { .. });
                assert!(back, "{}: {:?}", self.name, entry);
            }
        }
    }

    /// Rounds of all machines until two in a row bring nothing.
    async fn come_back_as_far_as_they_can(&mut self) {
        let (mut applied, mut idle) = (self.applied().await, 0);
        while idle < 2 {
            for at in 0..self.laptops.len() {
                self.round_of(at).await;
            }
            let before = std::mem::replace(&mut applied, self.applied().await);
            idle = if applied == before { idle + 1 } else { 0 };
        }
    }

    async fn round_of_one(&mut self) {
        let at = self.dice.index(self.laptops.len());
        self.round_of(at).await;
    }

    async fn round_of(&mut self, at: usize) {
        let laptop = &mut self.laptops[at];
        laptop.exchanged().await;
        self.counts.rounds += 1;
        let waiting = laptop.store.pending().await.unwrap();
        let early = |one: &&PendingDecision| one.trouble.as_ref().is_some_and(Trouble::is_early);
        self.counts.waited += waiting.iter().filter(early).count() as u64;
    }
}

/// A dossier without when its files were deposited: the second time is another one.
fn timeless(mut dossier: Dossier) -> Dossier {
    for deposit in dossier.slots.iter_mut().flat_map(|slot| &mut slot.deposits) {
        deposit.deposited_at = Timestamp::UNIX_EPOCH;
    }
    dossier
}
