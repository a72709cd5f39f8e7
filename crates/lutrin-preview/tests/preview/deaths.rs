//! Workers that hang, die, are killed or are not there.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use lutrin_preview::{Masks, Pool, PoolSettings, PreviewError, SandboxState, Slow};

use crate::made::{BLUE_SQUARE, endless_second_page, greedy, pdf_of};
use crate::support::{impatient_room, open, room, settings};

/// Long enough for an honest page on a loaded machine, short enough to wait for.
const SHORT: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_page_without_end_is_stopped_and_the_document_goes_on() {
    let pool = impatient_room(SHORT);
    let document = open(&pool, endless_second_page()).await.unwrap();
    let first = document.page(1, 200).await.unwrap();
    let started = Instant::now();
    assert_eq!(document.page(2, 200).await.unwrap_err(), PreviewError::TimedOut);
    let waited = started.elapsed();
    assert!(waited >= SHORT && waited < SHORT * 4, "stopped in time: {waited:?}");
    assert_eq!(document.worker_id(), None, "the worker that hung is gone");

    assert_eq!(document.page(1, 200).await.unwrap(), first, "from a fresh worker");
    open(&pool, pdf_of(&[BLUE_SQUARE])).await.unwrap().page(1, 200).await.unwrap();
}

#[tokio::test]
async fn three_deaths_are_enough_for_a_file_and_the_next_file_opens() {
    let pool = room();
    let document = open(&pool, greedy()).await.unwrap();
    for _ in 0..3 {
        // 3.7 GB are asked for: the ceiling of the heap ends the worker.
        assert_eq!(document.page(1, 600).await.unwrap_err(), PreviewError::Crashed);
        assert_eq!(document.worker_id(), None);
    }
    let fourth = document.page(1, 600).await.unwrap_err();
    assert_eq!(fourth, PreviewError::Unreadable);
    assert!(!fourth.may_retry());

    // The same bytes, from wherever they come, are known for as long as the room is open.
    assert_eq!(open(&pool, greedy()).await.err(), Some(PreviewError::Unreadable));
    open(&pool, pdf_of(&[BLUE_SQUARE])).await.unwrap().page(1, 200).await.unwrap();
    open(&room(), greedy()).await.unwrap();
}

#[tokio::test]
async fn who_waits_for_a_slow_page_is_told_once_and_may_give_up() {
    let soft_limit = Duration::from_millis(200);
    let hard_limit = Duration::from_millis(1200);
    let pool = Pool::new(PoolSettings { soft_limit, hard_limit, ..settings() });
    let document = open(&pool, endless_second_page()).await.unwrap();

    let told = std::sync::Mutex::new(Vec::new());
    let note = |slow| told.lock().unwrap().push(slow);
    document.on_screen(Masks::Lifted).page(1, 50, &note).await.unwrap();
    let quick = told.lock().unwrap().len();
    let outcome = document.on_screen(Masks::Lifted).page(2, 200, &note).await;
    assert_eq!(outcome.unwrap_err(), PreviewError::TimedOut);
    let expected = Slow { waited: soft_limit, stopped_after: hard_limit - soft_limit };
    assert_eq!(told.lock().unwrap()[quick..], [expected], "once, and it went on");

    // "Do not continue" is to drop the request: no death is counted for it.
    for _ in 0..4 {
        let (tell, told) = tokio::sync::oneshot::channel();
        let tell = std::sync::Mutex::new(Some(tell));
        let note = |_| tell.lock().unwrap().take().unwrap().send(()).unwrap();
        tokio::select! {
            outcome = document.on_screen(Masks::Lifted).page(2, 200, &note) => panic!("it has no end: {outcome:?}"),
            told = told => told.unwrap(),
        }
    }
    document.page(1, 50).await.unwrap();
}

#[tokio::test]
async fn what_is_looked_at_is_served_before_what_is_read_ahead() {
    let document = open(&room(), pdf_of(&[BLUE_SQUARE])).await.unwrap();
    let served = std::sync::Mutex::new(Vec::new());
    let note = |name| served.lock().unwrap().push(name);
    let ahead = document.in_background();
    // Polled in this order, so that all wait while the first is served.
    tokio::join!(
        biased;
        async { document.page(1, 400).await.map(|_| note("first")).unwrap() },
        async { ahead.page(1, 100).await.map(|_| note("ahead")).unwrap() },
        async { ahead.index_text(1).await.map(|_| note("index")).unwrap() },
        async { document.page(1, 200).await.map(|_| note("second")).unwrap() },
        async { document.text(1).await.map(|_| note("third")).unwrap() },
    );
    let served = served.into_inner().unwrap();
    assert_eq!(served, ["first", "second", "third", "ahead", "index"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_killed_worker_is_replaced_unnoticed() {
    let document = open(&room(), pdf_of(&[BLUE_SQUARE])).await.unwrap();
    let before = document.page(1, 200).await.unwrap();
    let killed = document.worker_id().unwrap();
    kill(killed);
    assert_eq!(document.page(1, 200).await.unwrap(), before);
    assert_ne!(document.worker_id(), Some(killed));
}

#[cfg(unix)]
#[tokio::test]
async fn a_document_that_is_closed_takes_its_worker_along() {
    let document = open(&room(), pdf_of(&[BLUE_SQUARE])).await.unwrap();
    let worker = document.worker_id().unwrap();
    assert!(is_running(worker));
    drop(document);
    wait_until_gone(worker);
}

#[cfg(unix)]
#[tokio::test]
async fn a_request_that_is_dropped_is_cancelled_and_costs_no_death() {
    let document = open(&room(), endless_second_page()).await.unwrap();
    let wait = Duration::from_millis(200);
    for _ in 0..4 {
        let outcome = tokio::time::timeout(wait, document.page(2, 200)).await;
        assert!(outcome.is_err(), "it has no end, so it was still running");
        document.page(1, 200).await.unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_page_read_ahead_that_is_given_up_stops_its_worker_and_the_next_page_is_served() {
    let document = open(&room(), endless_second_page()).await.unwrap();
    let worker = document.worker_id().unwrap();
    let wait = Duration::from_millis(200);
    let ahead = tokio::time::timeout(wait, document.in_background().page(2, 200)).await;
    assert!(ahead.is_err(), "it has no end, so it was still being drawn");
    wait_until_gone(worker);
    document.page(1, 200).await.unwrap();
    assert_ne!(document.worker_id(), Some(worker));
}

#[tokio::test]
async fn a_worker_that_is_not_there_is_named() {
    let missing = PathBuf::from("nowhere/lutrin-preview");
    let pool = Pool::new(PoolSettings::new(missing.clone()));
    match open(&pool, pdf_of(&[BLUE_SQUARE])).await {
        Err(PreviewError::WorkerMissing { path, .. }) => assert_eq!(path, missing),
        outcome => panic!("{:?}", outcome.err()),
    }
    assert_eq!(pool.sandbox(), SandboxState::NotYetKnown);
}

#[cfg(unix)]
#[tokio::test]
async fn another_program_is_not_taken_for_a_worker() {
    let not_us = ["/bin/true", "/bin/echo", "/bin/cat"];
    for program in not_us {
        let limit = Duration::from_millis(300);
        let worker = PathBuf::from(program);
        let pool = Pool::new(PoolSettings { worker, hard_limit: limit, spares: 0, ..settings() });
        let error = open(&pool, pdf_of(&[BLUE_SQUARE])).await.err().unwrap();
        assert_eq!(error.code(), "worker_missing", "{program}: {error}");
    }
}

#[test]
fn a_pool_may_be_made_before_the_runtime() {
    let pool = room();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let document = runtime.block_on(open(&pool, pdf_of(&[BLUE_SQUARE]))).unwrap();
    assert_eq!(document.facts().pages.len(), 1);
    let _inside = runtime.enter();
    drop((document, pool));
}

/// Ends a process and waits until it is gone.
#[cfg(unix)]
pub fn kill(process: u32) {
    let status =
        std::process::Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap();
    assert!(status.success());
    wait_until_gone(process);
}

/// Waits until the process has ended, whether or not its parent has taken note.
#[cfg(unix)]
pub fn wait_until_gone(process: u32) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while is_running(process) {
        assert!(Instant::now() < deadline, "{process} is still there");
        std::thread::yield_now();
    }
}

#[cfg(unix)]
fn is_running(process: u32) -> bool {
    let output = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", &process.to_string()])
        .output()
        .unwrap();
    let state = String::from_utf8(output.stdout).unwrap();
    !state.trim().is_empty() && !state.starts_with('Z')
}
