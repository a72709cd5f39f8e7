//! An upgrade with unsent work is killed at each operation of the disk (C14).

use std::sync::atomic::{AtomicU64, Ordering};

use lutrin_domain::digest::Digest;
use lutrin_store::Store;

use super::deed::Desk;
use super::failpoints::{Counts, Prepared, ended_at, in_parallel, on_one_thread, shuffle};
use super::given;
use super::hand::Fault;
use super::scenario::{self, copied};
use crate::extent::Extent;

/// How many operations the short form is killed at; there are some hundreds.
const SHORT: u64 = 20;

#[test]
fn an_upgrade_killed_anywhere_keeps_all_unsent_work() {
    let extent = Extent::asked(SHORT);
    let prepared = on_one_thread(Prepared::of(scenario::upgrade()));
    let journaled = journaled(prepared.folder.path());
    let outbox = on_one_thread(outbox_of(copied(prepared.folder.path()).path()));
    assert_eq!(outbox.0, 1_000, "decisions wait");
    let mut operations = prepared.operations.clone();
    let all = operations.len() as u64;
    shuffle(&mut operations, extent.seed);
    // With more asked for than there are, each is killed again, torn.
    let asked = (extent.from..extent.from + extent.count.min(2 * all - extent.from)).map(|n| {
        let fault = if n < all { Fault::Abort } else { Fault::Torn };
        (operations[usize::try_from(n % all).unwrap()].clone(), fault)
    });
    let torn = |name: &str| name.contains("/write#");
    let asked: Vec<_> =
        asked.filter(|(name, fault)| *fault == Fault::Abort || torn(name)).collect();
    let asked: Vec<_> = asked.into_iter().map(|(name, fault)| Kill(name, fault)).collect();
    let (counts, killed) = (Counts::default(), AtomicU64::new(0));
    in_parallel(
        &asked,
        async |Kill(operation, fault)| {
            let folder = copied(prepared.folder.path());
            ended_at(&prepared.scenario, operation, *fault, folder.path());
            killed.fetch_add(1, Ordering::Relaxed);
            let mut left = outbox_of(folder.path()).await;
            left.1.retain(|text| !text.contains("00000001388"));
            assert!(left.1 == outbox.1, "the outbox is as it was");
            let known = journaled.iter().filter(|id| left.1.iter().any(|text| text.contains(*id)));
            assert_eq!(known.count(), journaled.len(), "all that the journal has");
        },
        &counts,
    );
    let violations = counts.violations.into_inner().unwrap();
    let told = [
        ("operations of the upgrade", all),
        ("processes ended", killed.load(Ordering::Relaxed)),
        ("decisions", outbox.1.len() as u64),
        ("of them unsent", outbox.0),
    ];
    println!("outbox before: {}", Digest::of(outbox.1.join("\n").as_bytes()));
    Extent { count: asked.len() as u64, ..extent }.report_failed(
        "migrations",
        violations.len() as u64,
        &told,
    );
    violations.iter().take(40).for_each(|violation| println!("{violation}"));
    assert!(violations.is_empty());
}

struct Kill(String, Fault);

impl std::fmt::Display for Kill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.0, self.1)
    }
}

/// How many decisions wait, and every decision with its place and state.
async fn outbox_of(folder: &std::path::Path) -> (u64, Vec<String>) {
    let store = Store::open(folder, &given::key(), None).await.expect("the profile opens");
    let entries = store.outbox().await.unwrap();
    let waiting = entries.iter().filter(|entry| entry.is_waiting()).count() as u64;
    let told = entries.iter().map(|entry| {
        let text = serde_json::to_string(&entry.stamped).unwrap();
        format!("{} {:?} {text}", entry.seq, entry.state)
    });
    let told = told.collect();
    assert!(store.opening_report().unconfirmed.is_empty());
    store.close().await;
    // Opening twice is opening once.
    let mut desk = Desk::at(folder);
    desk.perform(&super::deed::Deed::Open).await.unwrap();
    desk.perform(&super::deed::Deed::Close).await.unwrap();
    (waiting, told)
}

/// The decisions that the journal has: a witness beside the database.
fn journaled(folder: &std::path::Path) -> Vec<String> {
    let decisions = given::journaled(folder).into_iter();
    let mut decisions: Vec<_> = decisions.map(|id| id.to_string()).collect();
    decisions.sort();
    decisions.dedup();
    decisions
}
