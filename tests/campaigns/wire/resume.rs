//! C11: documents come from a hostile service, or through a hostile gateway: cut at any
//! byte, of another range, tag, length or encoding, or other bytes of the right length.
//!
//! Whatever is answered, no wrong byte is ever visible, what had come is not asked for
//! again but for one chunk at each cut, and the other files of the dossier come.

mod gateway;

use std::collections::BTreeMap;

use lutrin_domain::digest::Digest;
use lutrin_store::CHUNK_BYTES;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::laptop::Laptop;
use lutrin_testkit::service::{NADIA, TestService};
use lutrin_testkit::wait::until;

use self::gateway::{Answer, Gateway};
use super::dossiers::taken_in;
use crate::extent::Extent;

const SHORT: u64 = 100;
/// How many runs share a service and a machine.
const TOGETHER: u64 = 25;

#[derive(Default)]
struct Counts {
    answers: BTreeMap<Answer, u64>,
    bytes: u64,
    again: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_no_wrong_byte_is_visible_whatever_a_service_answers() {
    let extent = Extent::asked(SHORT);
    let mut counts = Counts::default();
    let mut world = World::new().await;
    for run in extent.from..extent.from + extent.count {
        if run % TOGETHER == 0 {
            world = World::new().await;
        }
        world.run(&extent, run, &mut counts).await;
    }
    let hostile: u64 = counts.answers.values().sum();
    let mut told = vec![
        ("hostile answers", hostile),
        ("bytes of documents", counts.bytes),
        ("bytes received twice", counts.again),
    ];
    told.extend(counts.answers.iter().map(|(answer, count)| (answer.name(), *count)));
    extent.report("resume", &told);
}

struct World {
    service: TestService,
    gateway: Gateway,
    laptop: Laptop,
}

impl World {
    async fn new() -> Self {
        let service = TestService::start_unhurried().await;
        let gateway = Gateway::before(service.address()).await;
        let laptop = Laptop::sign_in(&gateway.url(), NADIA).await;
        Self { service, gateway, laptop }
    }

    async fn run(&mut self, extent: &Extent, run: u64, counts: &mut Counts) {
        let name = format!("resume, seed {} from {run}", extent.seed);
        let mut dice = Dice::of(extent.seed, run);
        let most = if dice.chance(30) { 5 * CHUNK_BYTES / 2 } else { 60_000 };
        let size = 1 + dice.index(most);
        let target = dice.bytes(size);
        let sha256 = Digest::of(&target);
        let others = [dice.bytes(3_000), dice.bytes(40)];
        let files =
            [("cv", others[0].clone()), ("report", target.clone()), ("diploma", others[1].clone())];
        let reference = format!("D3-2026-{run:06}");
        let dossier = taken_in(&self.service, &reference, "TRANSMIS_DNF", &files).await;
        self.laptop.carry(&[dossier]).await;

        // What the gateway gave of the document that could be kept, and what may come twice.
        let (mut allowed, mut cuts) = (size as u64, 0);
        for _ in 0..2 + dice.below(5) {
            let answer = *dice.pick(&Answer::ALL);
            self.gateway.answer(sha256, &target, answer, Dice::of(dice.number(), run));
            self.attempt(&name, sha256, &target).await;
            *counts.answers.entry(answer).or_default() += 1;
            cuts += 1;
            // Wrong bytes are dropped with all that came before; of a whole answer what is
            // here comes again: both are the service's doing.
            if answer.makes_it_come_again() {
                allowed += size as u64;
            }
        }
        self.others_are_here(&name, &others).await;
        self.gateway.answer_well(sha256);
        self.receive(sha256).await;
        let store = &self.laptop.store;
        let shown = store.read_document(sha256).await.unwrap();
        assert_eq!(shown.as_deref(), Some(target.as_slice()), "{name}");
        let given = self.gateway.given();
        let limit = allowed + cuts * CHUNK_BYTES as u64;
        assert!(given <= limit, "{name}: {given} bytes were fetched of {size}, {limit} at most");
        counts.bytes += size as u64;
        counts.again += given.saturating_sub(size as u64);
    }

    /// The program runs until it met the answer, and ends.
    async fn attempt(&mut self, name: &str, sha256: Digest, target: &[u8]) {
        self.laptop.start().await;
        let store = &self.laptop.store;
        until("the answer was given", async || {
            let is_here = store.missing(&[sha256]).await.unwrap().is_empty();
            let known = !store.carried_files().await.unwrap().is_empty();
            // What came whole before the program ended is judged first, and may be wrong.
            let failed = self.has_failed();
            (self.gateway.has_answered() || failed || known && is_here).then_some(())
        })
        .await;
        // What came is written down or dropped: a failure, or nothing new for a while.
        let mut progress = self.laptop.exchange().progress();
        let told = progress.wait_for(|progress| !progress.receiving.failed.is_empty());
        let _ = tokio::time::timeout(std::time::Duration::from_millis(40), told).await;
        self.laptop.stop();
        let shown = self.laptop.store.read_document(sha256).await.unwrap();
        let right = shown.is_none_or(|shown| *shown == *target);
        assert!(right, "{name}: a wrong byte is visible");
    }

    /// The program runs until the document is here; what is told as wrong is asked for
    /// again when it starts anew.
    async fn receive(&mut self, sha256: Digest) {
        for _ in 0..5 {
            self.laptop.start().await;
            let store = &self.laptop.store;
            let is_here = until("the document is here, or told as wrong", async || {
                let is_here = store.missing(&[sha256]).await.unwrap().is_empty();
                (is_here || self.has_failed()).then_some(is_here)
            })
            .await;
            self.laptop.stop();
            if is_here {
                return;
            }
        }
        panic!("a document that is answered well does not come");
    }

    fn has_failed(&self) -> bool {
        !self.laptop.exchange().progress().borrow().receiving.failed.is_empty()
    }

    async fn others_are_here(&mut self, name: &str, others: &[Vec<u8>]) {
        self.laptop.start().await;
        let store = &self.laptop.store;
        let digests: Vec<_> = others.iter().map(|bytes| Digest::of(bytes)).collect();
        until("the other files are here", async || {
            store.missing(&digests).await.unwrap().is_empty().then_some(())
        })
        .await;
        for (bytes, sha256) in others.iter().zip(&digests) {
            let shown = store.read_document(*sha256).await.unwrap();
            assert_eq!(shown.as_deref(), Some(bytes.as_slice()), "{name}: another file");
        }
        self.laptop.stop();
    }
}
