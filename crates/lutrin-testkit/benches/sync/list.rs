//! A list of 10,000 dossiers: the first time, with nothing new, with some changes; and what
//! was decided offline on its way.

use std::time::Instant;

use jiff::Timestamp;
use lutrin_central::deposit::deposit_bytes;
use lutrin_domain::decision::{Act, Verdict, VerdictOutcome};
use lutrin_domain::id::{DossierId, SlotKey};
use lutrin_domain::subject::Subject;
use lutrin_store::SummaryFilter;
use lutrin_sync::progress::{Contact, Progress};
use lutrin_testkit::dice::Dice;
use lutrin_testkit::laptop::Laptop;
use lutrin_testkit::service::{NADIA, TestService, unhurried};
use tempfile::TempDir;

use super::dossiers::dnf_dossier;

const MANY: usize = 10_000;
const FEW: usize = 100;
/// Rounds with nothing new; the median is told.
const IDLE_ROUNDS: usize = 201;
const CHANGES: usize = 500;
const CARRIED: usize = 100;
const DECISIONS: usize = 500;

/// Tells the figures.
pub async fn measure() {
    let (few, _) = service_of(FEW).await;
    let mut with_few = Laptop::sign_in(&few.url(), NADIA).await;
    with_few.exchanged().await;

    let (many, dossiers) = service_of(MANY).await;
    let mut laptop = Laptop::sign_in(&many.url(), NADIA).await;
    forget_peak();
    let begun = Instant::now();
    laptop.exchanged().await;
    println!("sync.first_10000_s={:.2} s", begun.elapsed().as_secs_f64());
    println!("sync.first_10000_peak_mib={} MiB", peak_mib());
    let held = laptop.store.summaries(SummaryFilter::default()).await.unwrap();
    assert_eq!(held.len(), MANY, "the whole list is here");

    println!("sync.idle_cost_ratio={:.2} ×", idle_cost_ratio(&mut laptop, &mut with_few).await);

    change(&many, &dossiers[..CHANGES]).await;
    let begun = Instant::now();
    laptop.exchanged().await;
    let each = begun.elapsed().as_secs_f64() * 1_000.0 / CHANGES as f64;
    println!("sync.delta_ms_per_change={each:.3} ms");

    println!("push.decisions_per_s={:.0} /s", decisions_a_second(&mut laptop, &dossiers).await);
}

/// A service with so many dossiers. Where there is memory to keep it in, it is there: what
/// it takes to fill it is nobody's figure, and its reads do not wait for a disk here either.
async fn service_of(count: usize) -> (TestService, Vec<DossierId>) {
    let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap();
    let service = TestService::start_in(folder, unhurried).await;
    let mut dossiers = Vec::with_capacity(count);
    for number in 0..count {
        dossiers.push(dnf_dossier(&service, &format!("D3-2026-{number:06}")).await);
    }
    (service, dossiers)
}

/// What a round with nothing new costs on one machine over what it costs on another; they
/// take turns, so that what else the machine does is the same for both.
async fn idle_cost_ratio(one: &mut Laptop, other: &mut Laptop) -> f64 {
    let mut times = [Vec::new(), Vec::new()];
    let mut laptops = [one, other];
    for laptop in &mut laptops {
        laptop.start().await;
        idle_round(laptop, None).await;
    }
    for _ in 0..IDLE_ROUNDS {
        for (laptop, times) in laptops.iter().zip(&mut times) {
            let last = laptop.exchange().progress().borrow().last_attempt;
            let begun = Instant::now();
            laptop.exchange().nudge();
            idle_round(laptop, last).await;
            times.push(begun.elapsed());
        }
    }
    laptops.iter_mut().for_each(|laptop| laptop.stop());
    let [many, few] = times.map(|mut times| {
        times.sort();
        times[IDLE_ROUNDS / 2]
    });
    eprintln!("idle: {few:?} with {FEW} dossiers, {many:?} with {MANY}");
    many.as_secs_f64() / few.as_secs_f64()
}

/// Waits for the end of the round after the one that ended then.
async fn idle_round(laptop: &Laptop, last: Option<Timestamp>) {
    let mut progress = laptop.exchange().progress();
    let is_over = |now: &Progress| now.last_attempt != last && now.contact != Contact::Exchanging;
    let over = progress.wait_for(is_over).await.unwrap();
    assert!(over.error.is_none(), "{:?}", over.error);
}

/// A learner replaces a file of each of these dossiers.
async fn change(service: &TestService, dossiers: &[DossierId]) {
    for (number, dossier) in dossiers.iter().enumerate() {
        let bytes = format!("another file {number}").into_bytes();
        let slot = SlotKey::new("cv");
        deposit_bytes(service.data(), *dossier, &slot, "cv.pdf", bytes.into()).await.unwrap();
    }
}

/// What was decided offline leaves in one round, pulled changes included.
async fn decisions_a_second(laptop: &mut Laptop, dossiers: &[DossierId]) -> f64 {
    let carried = &dossiers[MANY - CARRIED..];
    laptop.carry(carried).await;
    laptop.receive_all().await;
    let mut dice = Dice::of(1, 1);
    for number in 0..DECISIONS {
        let seen = laptop.seen(carried[number % CARRIED]).await;
        let slot = dice.pick(&seen.slots);
        let subject = seen.deposit_subject(slot, slot.current_deposits().last().unwrap());
        assert!(matches!(subject, Subject::Deposit { .. }));
        laptop.decide(subject, verdict(number)).await;
    }
    let begun = Instant::now();
    laptop.exchanged().await;
    let took = begun.elapsed();
    assert_eq!(laptop.store.outbox_counts().await.unwrap().pending, 0);
    DECISIONS as f64 / took.as_secs_f64()
}

fn verdict(number: usize) -> Act {
    let outcomes = [VerdictOutcome::Accepted, VerdictOutcome::SecondLook];
    Act::SettlePiece(Verdict {
        outcome: outcomes[number % 2],
        reasons: vec![],
        comment: Some(format!("vu, {number}")),
        citations: vec![],
    })
}

/// The most memory that this process has had since it was forgotten. The service is part of
/// it, with what it kept of filling itself: more than the machine of a reviewer needs.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|text| text.strip_prefix("VmHWM:"));
    let kib = found.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}

/// Has the system measure the peak from now on.
fn forget_peak() {
    // Where it does not, the peak told is that of the whole run: more, never less.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
