//! Killed at any instant, the store loses nothing that it has confirmed.
//!
//! The test runs itself as a child that works as fast as it can and says what was
//! confirmed; the parent kills it and looks at what is left.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DecisionId;
use lutrin_store::journal::{Record, Tail, read_frames};
use lutrin_store::{OutboxState, PushOutcome, Store};

use crate::given::{
    accepted, catalogue_text, dossier, file, id, identity, key, new_profile, now, reopened, settled,
};

/// Where the child finds the folder; absent in a usual run.
const FOLDER: &str = "LUTRIN_STORE_CRASH_FOLDER";
const ROUND: &str = "LUTRIN_STORE_CRASH_ROUND";
const ROUNDS: u32 = 20;
const PIECE: usize = 40_000;
const PIECES: usize = 200;

#[tokio::test]
async fn killed_at_any_instant_nothing_confirmed_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path(), &key(), &new_profile()).await.unwrap();
    store.put_catalogue(&catalogue_text()).await.unwrap();
    store.put_snapshot(1, &dossier(1)).await.unwrap();
    store.close().await;
    let mut confirmed = Confirmed::default();
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..ROUNDS {
        // Not for security: moments that differ from round to round.
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let lines = 1 + (chance >> 33) % 25;
        let spins = (chance >> 40) % 400_000;
        confirmed.hear(kill_after(child(folder.path(), round), lines, spins));
        check(folder.path(), &confirmed).await;
    }
    assert!(confirmed.recorded.len() > 20, "the children did work");
}

/// What children said before they were killed.
#[derive(Default)]
struct Confirmed {
    recorded: BTreeSet<DecisionId>,
    withdrawn: BTreeSet<DecisionId>,
    acknowledged: BTreeSet<DecisionId>,
    received: u64,
    position: u64,
}

impl Confirmed {
    fn hear(&mut self, lines: Vec<String>) {
        for line in lines {
            let Some((what, of)) = line.split_once(' ') else { continue };
            match what {
                "recorded" => drop(self.recorded.insert(of.parse().unwrap())),
                "withdrawn" => drop(self.withdrawn.insert(of.parse().unwrap())),
                "acknowledged" => drop(self.acknowledged.insert(of.parse().unwrap())),
                "received" => self.received = of.parse().unwrap(),
                "mirrored" => self.position = of.parse().unwrap(),
                _ => {}
            }
        }
    }
}

fn child(folder: &Path, round: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::the_child_works_until_it_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads some lines, lets the child go on a little, kills it, reads the rest.
fn kill_after(mut child: Child, lines: u64, spins: u64) -> Vec<String> {
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut heard = Vec::new();
    while (heard.len() as u64) < lines {
        let Some(Ok(line)) = output.next() else { break };
        heard.push(line);
    }
    for spin in 0..spins {
        std::hint::black_box(spin);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    heard.extend(output.map_while(Result::ok));
    // The last line may be cut; a cut identifier does not parse.
    let whole = |line: &String| line.ends_with('.');
    heard.into_iter().filter(whole).map(|line| line.trim_end_matches('.').to_owned()).collect()
}

async fn check(folder: &Path, confirmed: &Confirmed) {
    let raw = std::fs::read(file(folder, "journal.sealed")).unwrap();
    let tail = read_frames(&raw).tail;
    assert!(!matches!(tail, Tail::DamagedBefore { .. }), "a crash only tears the end");
    let store = reopened(folder).await;
    let outbox = store.outbox().await.unwrap();
    let kept: BTreeSet<_> = outbox.iter().map(lutrin_store::OutboxEntry::decision).collect();
    assert!(kept.is_superset(&confirmed.recorded), "every confirmed decision is kept");
    for entry in &outbox {
        let id = entry.decision();
        if confirmed.withdrawn.contains(&id) {
            assert_eq!(entry.state, OutboxState::Withdrawn);
        }
        if confirmed.acknowledged.contains(&id) {
            assert!(matches!(entry.state, OutboxState::Acknowledged { .. }));
        }
    }
    let report = store.opening_report();
    assert!(report.resealed.is_empty(), "the journal is always ahead of the outbox");
    assert!(report.unconfirmed.iter().all(|id| !confirmed.recorded.contains(id)));
    check_journal(folder, confirmed, &outbox);
    let status = store.received(Digest::of(&document())).await.unwrap();
    assert!(status.map_or(0, |status| status.received) >= confirmed.received);
    let (position, _) = store.dossier(dossier(1).id).await.unwrap().unwrap();
    assert!(position >= confirmed.position);
    store.view(dossier(1).id).await.unwrap().unwrap();
    store.close().await;
}

fn check_journal(folder: &Path, confirmed: &Confirmed, outbox: &[lutrin_store::OutboxEntry]) {
    let bytes = std::fs::read(file(folder, "journal.sealed")).unwrap();
    let read = read_frames(&bytes);
    assert_eq!(read.tail, Tail::Clean, "opening repaired it");
    let (mut decided, mut withdrawn) = (BTreeSet::new(), BTreeSet::new());
    for frame in read.frames {
        match frame.unseal(&identity()).unwrap() {
            Record::Decision { stamped, .. } => drop(decided.insert(stamped.decision.id())),
            Record::Withdrawn { decision, .. } => drop(withdrawn.insert(decision)),
            Record::Draft { .. } => {}
        }
    }
    assert!(decided.is_superset(&confirmed.recorded), "the journal has them too");
    let of_outbox = outbox.iter().filter(|entry| entry.state == OutboxState::Withdrawn);
    let of_outbox: BTreeSet<_> = of_outbox.map(lutrin_store::OutboxEntry::decision).collect();
    // One caught before it was confirmed has no row, and never was made.
    withdrawn.retain(|id| outbox.iter().any(|entry| entry.decision() == *id));
    assert_eq!(withdrawn, of_outbox, "journal and outbox agree on what was withdrawn");
}

fn document() -> Arc<[u8]> {
    (0..PIECE * PIECES).map(|n| (n ^ (n >> 7)) as u8).collect()
}

/// Not a test of its own: the child of the one above, which sets the folder.
#[tokio::test]
async fn the_child_works_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let round: u128 = std::env::var(ROUND).unwrap().parse().unwrap();
    let store = reopened(Path::new(&folder)).await;
    let dossier = dossier(1);
    let bytes = document();
    let sha256 = Digest::of(&bytes);
    let mut at = store.begin_document(sha256, bytes.len() as u64).await.unwrap().received;
    for step in 0.. {
        let number = (round << 40) | ((step as u128) << 1) | 1;
        let made = accepted(number, &dossier, "cv");
        store.record_decision(&made, now()).await.unwrap();
        say("recorded", id(number));
        match step % 4 {
            0 => {
                store.withdraw(id(number), now()).await.unwrap();
                say("withdrawn", id(number));
            }
            1 => {
                store.mark_in_flight(&[id(number)], now()).await.unwrap();
                let outcome = PushOutcome::Acknowledged { position: 5, received_at: now() };
                settled(&store, number, outcome).await;
                say("acknowledged", id(number));
            }
            2 => {
                store.save_draft(dossier.id, "opinion", &format!("{number}"), now()).await.unwrap();
                store.seal_draft(dossier.id, "opinion").await.unwrap();
                let (position, _) = store.dossier(dossier.id).await.unwrap().unwrap();
                store.put_snapshot(position + 1, &dossier).await.unwrap();
                say("mirrored", position + 1);
            }
            _ if at < bytes.len() as u64 => {
                let from = usize::try_from(at).unwrap();
                let piece = bytes[from..(from + PIECE).min(bytes.len())].into();
                at = store.append_chunk(sha256, at, piece).await.unwrap();
                say("received", at);
            }
            _ => {}
        }
    }
}

/// Says a line at once; the point says that it is whole.
fn say(what: &str, of: impl std::fmt::Display) {
    let mut output = std::io::stdout().lock();
    output.write_all(format!("{what} {of}.\n").as_bytes()).unwrap();
    output.flush().unwrap();
}
