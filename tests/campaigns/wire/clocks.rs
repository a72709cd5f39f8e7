//! C16: clocks that are wrong, on machines and on the service, and that are set in the
//! middle of an exchange. Order is the service's, tokens work or are given anew, nothing
//! panics, and how far the clocks are apart is told.

use jiff::{SignedDuration, Timestamp};
use lutrin_central::service::Settings;
use lutrin_central::sources::Clock;
use lutrin_domain::decision::{Act, VerdictOutcome};
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::subject::Subject;
use lutrin_store::OutboxState;
use lutrin_sync::progress::Contact;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::laptop::{Laptop, LaptopClock};
use lutrin_testkit::service::{KARINE, NADIA, TestService, unhurried};

use super::acts::{drawn, files, outcomes, verdict};
use super::dossiers::dnf_dossier;
use crate::extent::Extent;

const SHORT: u64 = 20;
/// How many runs share a service, whose clock goes to and fro with them.
const TOGETHER: u64 = 5;
/// Within how many seconds what is told of the clocks is right: a run takes its time.
const NEAR: i64 = 90;

const TEN_YEARS: i64 = 10 * 365 * 24 * 60 * 60;
const DAY: i64 = 24 * 60 * 60;

#[derive(Default)]
struct Counts {
    decisions: u64,
    set: u64,
    offsets: u64,
    signed_in_again: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn c16_no_clock_changes_the_order_or_stops_the_exchange() {
    let extent = Extent::asked(SHORT);
    let mut counts = Counts::default();
    let mut world = World::new().await;
    for run in extent.from..extent.from + extent.count {
        if run % TOGETHER == 0 {
            world = World::new().await;
        }
        world.run(&extent, run, &mut counts).await;
    }
    let counts = [
        ("decisions", counts.decisions),
        ("clocks set", counts.set),
        ("offsets told", counts.offsets),
        ("sessions ended by a clock", counts.signed_in_again),
    ];
    extent.report("clocks", &counts);
}

/// The service's clock: the same that a laptop has.
#[derive(Clone)]
struct ServiceClock(LaptopClock);

impl Clock for ServiceClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

struct World {
    service: TestService,
    clock: LaptopClock,
    laptops: [Laptop; 2],
}

/// A clock that is wrong, or right again.
fn wrong(dice: &mut Dice) -> SignedDuration {
    let now = Timestamp::now();
    let to = |time: &str| time.parse::<Timestamp>().unwrap().duration_since(now);
    let off = [
        SignedDuration::from_secs(TEN_YEARS),
        SignedDuration::from_secs(-TEN_YEARS),
        SignedDuration::from_secs(DAY),
        SignedDuration::from_secs(-DAY),
        // A clock that is set by hand where the system does it already.
        SignedDuration::from_hours(1),
        SignedDuration::from_hours(-1),
        to("1970-01-01T00:00:00Z"),
        // A session still fits before the end of time.
        to("9999-06-01T00:00:00Z"),
        // Minutes before and after the hour that is twice, and the one that is not.
        to("2026-10-25T00:59:30Z"),
        to("2027-03-28T00:59:30Z"),
        SignedDuration::ZERO,
    ];
    *dice.pick(&off)
}

impl World {
    async fn new() -> Self {
        let clock = LaptopClock::default();
        let service_clock = ServiceClock(clock.clone());
        let service = TestService::start_as(|settings| {
            let sources = settings.sources.clone().with_clock(service_clock);
            unhurried(Settings { sources, ..settings })
        })
        .await;
        let url = service.url();
        let laptops = [Laptop::sign_in(&url, NADIA).await, Laptop::sign_in(&url, KARINE).await];
        Self { service, clock, laptops }
    }

    async fn run(&mut self, extent: &Extent, run: u64, counts: &mut Counts) {
        let name = format!("clocks, seed {} from {run}", extent.seed);
        let mut dice = Dice::of(extent.seed, run);
        let dossier = dnf_dossier(&self.service, &format!("D3-2026-{run:06}")).await;
        for at in 0..2 {
            self.laptops[at].carry(&[dossier]).await;
            self.exchange(&name, at, counts).await;
        }
        // In which order the service got them, whatever the machines say they were made.
        let mut order: Vec<DecisionId> = Vec::new();
        for _ in 0..6 {
            self.set_a_clock(&mut dice, counts);
            let at = dice.index(2);
            self.exchange(&name, at, counts).await;
            let seen = self.laptops[at].seen(dossier).await;
            let (subject, act) = if dice.chance(70) {
                (files(&seen)[0].clone(), drawn_verdict(&mut dice))
            } else {
                drawn(&mut dice, &seen)
            };
            let decision = self.laptops[at].decide(subject, act).await;
            // In the middle of an exchange too: between what is recorded and what is sent.
            if dice.chance(40) {
                self.set_a_clock(&mut dice, counts);
            }
            self.exchange(&name, at, counts).await;
            let state = self.laptops[at].state(decision).await;
            assert!(matches!(state, OutboxState::Acknowledged { .. }), "{name}: {state:?}");
            order.push(decision);
        }
        counts.decisions += order.len() as u64;
        self.judge(&name, dossier, &order).await;
        self.is_told(&name, &mut dice, counts).await;
    }

    fn set_a_clock(&self, dice: &mut Dice, counts: &mut Counts) {
        let off = wrong(dice);
        counts.set += 1;
        match dice.index(3) {
            0 => self.clock.set_off(off),
            // At the very end of time nothing can be added to it.
            laptop if dice.chance(8) => self.laptops[laptop - 1].clock.set(Timestamp::MAX),
            laptop => self.laptops[laptop - 1].clock.set_off(off),
        }
    }

    /// A round goes well; where the service's clock says that a month went by, a person
    /// opens the session again.
    async fn exchange(&mut self, name: &str, at: usize, counts: &mut Counts) {
        let laptop = &mut self.laptops[at];
        let mut progress = laptop.round().await;
        if progress.contact == Contact::SignInNeeded {
            laptop.sign_in_again().await;
            counts.signed_in_again += 1;
            progress = laptop.round().await;
        }
        assert!(progress.error.is_none(), "{name}: {:?}", progress.error);
    }

    async fn judge(&mut self, name: &str, dossier: DossierId, order: &[DecisionId]) {
        let kept = self.service.data().db.decisions(Some(dossier)).await.unwrap();
        let kept: Vec<_> = kept.iter().map(|kept| kept.stamped.decision.id()).collect();
        assert_eq!(kept, order, "{name}: the order is that in which they came");
        let outcomes = outcomes(&self.service, dossier).await;
        assert!(outcomes.values().all(|outcomes| outcomes.len() == 1), "{name}");
        let held = self.service.held(dossier).await;
        for at in 0..2 {
            self.exchange(name, at, &mut Counts::default()).await;
            assert_eq!(self.laptops[at].seen(dossier).await, held, "{name}");
        }
        let Subject::Deposit { slot, deposit, .. } = files(&held)[0].clone() else {
            unreachable!()
        };
        let slot = held.slot(&slot).unwrap();
        let verdicts = &slot.deposits.iter().find(|other| other.id == deposit).unwrap().verdicts;
        let history: Vec<_> = verdicts.entries().iter().map(|entry| entry.decision).collect();
        let in_order: Vec<_> = order.iter().copied().filter(|id| history.contains(id)).collect();
        assert_eq!(history, in_order, "{name}: the history is in the service's order");
    }

    /// How far each clock is from the service's is told, and goes away with its cause.
    async fn is_told(&mut self, name: &str, dice: &mut Dice, counts: &mut Counts) {
        for at in 0..2 {
            let off = wrong(dice);
            self.laptops[at].clock.set_off(off);
            self.exchange(name, at, counts).await;
            let told = self.laptops[at].round().await.clock_offset_seconds.unwrap();
            let there = self.clock.now().as_second();
            let here = self.laptops[at].clock.now().as_second();
            assert!((told - (here - there)).abs() < NEAR, "{name}: {told} of {}", here - there);
            counts.offsets += 1;
        }
    }
}

fn drawn_verdict(dice: &mut Dice) -> Act {
    use VerdictOutcome::{Accepted, Rejected, SecondLook};
    verdict(*dice.pick(&[Accepted, Rejected, SecondLook]), &format!("{:x}", dice.number()))
}
