//! C9: many write at once, some give up on the way, and others read the feed meanwhile. Who
//! follows it, page by page, has in the end what one has who begins now: nothing skipped,
//! nothing twice, in the order of the positions.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lutrin_central::db::{Changes, ChangesAsk, DossierChange};
use lutrin_central::deposit::deposit_bytes;
use lutrin_domain::id::{DeviceId, DossierId, ReviewerId, SlotKey};
use lutrin_protocol::cursor::Cursor;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::service::{NADIA, TestService};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::dossiers::dnf_dossier;
use crate::extent::Extent;

const SHORT: u64 = 10;
/// How many runs share a service.
const TOGETHER: u64 = 10;
const DOSSIERS: usize = 6;
const WRITERS: u64 = 8;
const WRITES: u64 = 6;
const READERS: usize = 3;
/// The most changes on a page, so that pages end in the middle of what is written.
const PAGE: usize = 3;

#[derive(Default)]
struct Counts {
    acknowledged: AtomicU64,
    given_up: AtomicU64,
    pages: AtomicU64,
}

#[tokio::test(flavor = "multi_thread")]
async fn c9_who_follows_the_feed_misses_nothing_that_is_written_meanwhile() {
    let extent = Extent::asked(SHORT);
    let counts = Arc::new(Counts::default());
    let mut world: Option<World> = None;
    for run in extent.from..extent.from + extent.count {
        if world.is_none() || run % TOGETHER == 0 {
            world = Some(World::new().await);
        }
        world.as_ref().unwrap().run(&extent, run, &counts).await;
    }
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let told = [
        ("writes acknowledged", of(&counts.acknowledged)),
        ("given up on the way", of(&counts.given_up)),
        ("pages read meanwhile", of(&counts.pages)),
    ];
    extent.report("feed", &told);
}

struct World {
    service: Arc<TestService>,
    dossiers: Vec<DossierId>,
    reviewer: ReviewerId,
}

/// Where in the feed each dossier was last told of.
type Told = BTreeMap<DossierId, u64>;

impl World {
    async fn new() -> Self {
        let service = Arc::new(TestService::start_unhurried().await);
        let mut dossiers = Vec::new();
        for number in 0..DOSSIERS {
            dossiers.push(dnf_dossier(&service, &format!("D3-2026-{number:06}")).await);
        }
        let known = service.data().db.credentials(NADIA).await.unwrap();
        Self { service, dossiers, reviewer: known.unwrap().reviewer }
    }

    async fn run(&self, extent: &Extent, run: u64, counts: &Arc<Counts>) {
        let name = format!("feed, seed {} from {run}", extent.seed);
        let from = self.follow(None, &mut Told::new(), counts).await;
        // What a writer was told, in the driver's own memory.
        let acknowledged = Arc::new(Mutex::new(Told::new()));
        let mut writers = JoinSet::new();
        for number in 0..WRITERS {
            let dice = Dice::of(extent.seed, run * WRITERS + number);
            let acknowledged = Arc::clone(&acknowledged);
            let writer = Writer {
                service: Arc::clone(&self.service),
                dossiers: self.dossiers.clone(),
                name: format!("D3-{run:06}-{number}"),
                dice,
            };
            writers.spawn(writer.work(acknowledged, Arc::clone(counts)));
        }
        let mut readers = vec![(from, Told::new()); READERS];
        while !writers.is_empty() {
            for (cursor, told) in &mut readers {
                *cursor = self.page(*cursor, told, counts).await.0;
            }
            while let Some(done) = writers.try_join_next() {
                done.unwrap();
            }
        }
        let mut all = Told::new();
        self.follow(None, &mut all, counts).await;
        let acknowledged = acknowledged.lock().unwrap().clone();
        for (dossier, position) in acknowledged {
            assert!(all[&dossier] >= position, "{name}: {dossier} went back");
        }
        all.retain(|_, position| *position > from.unwrap().position);
        for (reader, (cursor, mut told)) in readers.into_iter().enumerate() {
            self.follow(cursor, &mut told, counts).await;
            assert_eq!(told, all, "{name}: reader {reader} has missed something");
        }
    }

    /// Reads to the end of the feed.
    async fn follow(
        &self,
        mut cursor: Option<Cursor>,
        told: &mut Told,
        counts: &Counts,
    ) -> Option<Cursor> {
        loop {
            let (next, more) = self.page(cursor, told, counts).await;
            cursor = next;
            if !more {
                return cursor;
            }
        }
    }

    /// Reads a page and gives where to go on, and whether there is more.
    async fn page(
        &self,
        cursor: Option<Cursor>,
        told: &mut Told,
        counts: &Counts,
    ) -> (Option<Cursor>, bool) {
        let device = DeviceId(Uuid::from_u128(1));
        let ask =
            ChangesAsk { reviewer: self.reviewer, device, cursor, changes: PAGE, snapshots: PAGE };
        let Changes::Page(page) = self.service.data().db.changes(&ask).await.unwrap() else {
            panic!("the cursor is of this epoch and scope");
        };
        let mut last = cursor.map_or(0, |cursor| cursor.position);
        for change in &page.changes {
            let DossierChange::Put { position, summary, .. } = change else {
                panic!("nothing leaves");
            };
            assert!(*position > last, "in the order of the feed, none twice");
            last = *position;
            told.insert(summary.id, *position);
        }
        assert!(page.position >= last);
        counts.pages.fetch_add(1, Ordering::Relaxed);
        let (epoch, scope_rev) = (page.state.epoch, page.scope_rev);
        (Some(Cursor { epoch, scope_rev, position: page.position }), page.more)
    }
}

/// Takes dossiers in and replaces files, and sometimes goes away before the answer. What
/// nothing overtakes in the feed is a new dossier, so half of the writes are.
struct Writer {
    service: Arc<TestService>,
    dossiers: Vec<DossierId>,
    name: String,
    dice: Dice,
}

impl Writer {
    async fn work(mut self, acknowledged: Arc<Mutex<Told>>, counts: Arc<Counts>) {
        for number in 0..WRITES {
            let patience = match self.dice.chance(20) {
                true => Duration::from_micros(self.dice.below(6_000)),
                false => Duration::from_secs(60),
            };
            match tokio::time::timeout(patience, self.write(number)).await {
                Ok((dossier, position)) => {
                    let mut acknowledged = acknowledged.lock().unwrap();
                    let known = acknowledged.entry(dossier).or_default();
                    *known = (*known).max(position);
                    counts.acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                Err(_) => drop(counts.given_up.fetch_add(1, Ordering::Relaxed)),
            }
        }
    }

    /// Writes something; gives where in the feed at least it stands.
    async fn write(&mut self, number: u64) -> (DossierId, u64) {
        if self.dice.chance(50) {
            let reference = format!("{}-{number}", self.name);
            return (dnf_dossier(&self.service, &reference).await, 1);
        }
        let dossier = *self.dice.pick(&self.dossiers);
        let (slot, bytes) = (SlotKey::new("cv"), self.dice.bytes(40));
        let data = self.service.data();
        let deposited = deposit_bytes(data, dossier, &slot, "cv.pdf", bytes.into()).await;
        (dossier, deposited.unwrap().position)
    }
}
