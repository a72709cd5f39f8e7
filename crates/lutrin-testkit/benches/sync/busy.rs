//! Fifty dossiers of thirty files taken along, while a person goes on reading.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use lutrin_app::desk::Desk;
use lutrin_domain::id::DossierId;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::machine::Machine;
use lutrin_testkit::service::{NADIA, TestService};
use lutrin_testkit::wait::until;

use super::document;

const DOSSIERS: usize = 50;
const FILES: usize = 30;
/// How long a person takes from one look to the next.
const PAUSE: Duration = Duration::from_millis(15);

/// Tells the figures.
pub async fn measure() {
    let service = TestService::start().await;
    for dossier in 0..DOSSIERS {
        let files: Vec<_> =
            (0..FILES).map(|n| (format!("piece-{n:02}.pdf"), document(dossier, n))).collect();
        let files: Vec<_> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        service.take_in(&format!("D3-2026-{dossier:06}"), &files).await;
    }
    let alone = carried(&service, false).await;
    let busy = carried(&service, true).await;
    eprintln!(
        "carried in {:?} alone, in {:?} while {} reads went on",
        alone.0,
        busy.0,
        busy.1.len()
    );
    println!("carry.50x30_s={:.2} s", alone.0.as_secs_f64());
    let mut reads = busy.1;
    reads.sort();
    let p95 = reads[reads.len() * 95 / 100].as_secs_f64() * 1_000.0;
    let longest = reads[reads.len() - 1];
    eprintln!("reads: median {:?}, p95 {p95:.1} ms, longest {longest:?}", reads[reads.len() / 2]);
    println!("store.read_ms_p95_busy={p95:.2} ms");
}

/// How long carrying takes, and what was read meanwhile.
async fn carried(service: &TestService, reads: bool) -> (Duration, Vec<Duration>) {
    let mut machine = Machine::new().await;
    machine.sign_in(service, NADIA).await.unwrap();
    let desk = machine.desk().await;
    until("the sittings are known", async || {
        (!desk.work_list().await.unwrap().juries.is_empty()).then_some(())
    })
    .await;
    let begun = Instant::now();
    desk.carry_jury(service.jury).await.unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let person = reads.then(|| tokio::spawn(read(Arc::clone(&desk), Arc::clone(&over))));
    // As long as it takes: a slow disk is a figure here, no fault.
    loop {
        let transfer = desk.exchange().await.unwrap().transfer;
        let is_whole = transfer.is_some_and(|transfer| {
            transfer.files_total as usize == DOSSIERS * FILES
                && transfer.files_done == transfer.files_total
        });
        if is_whole {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let took = begun.elapsed();
    over.store(true, Ordering::Relaxed);
    let times = match person {
        Some(person) => person.await.unwrap(),
        None => Vec::new(),
    };
    drop(desk);
    machine.quit().await;
    (took, times)
}

/// Opens one dossier after the other, as a person would who clicks fast.
async fn read(desk: Arc<Desk>, over: Arc<AtomicBool>) -> Vec<Duration> {
    let mut dice = Dice::of(1, 2);
    let mut times = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let list = desk.work_list().await.unwrap();
        let dossiers: Vec<DossierId> =
            list.dossiers.iter().map(|row| row.heading.id.parse().unwrap()).collect();
        let dossier = *dice.pick(&dossiers);
        let begun = Instant::now();
        // One whose snapshot has not come yet is told so; that is a read too.
        let _ = desk.open_dossier(dossier).await;
        times.push(begun.elapsed());
        tokio::time::sleep(PAUSE).await;
    }
    times
}
