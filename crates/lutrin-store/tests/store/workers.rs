//! The threads that hold connections end with their stores.
//!
//! SQLCipher frees what its connections share when the program ends, also under one that a
//! thread is still closing. Tests run in the order of their names: this is the last to begin,
//! and waits for the others, so that the program ends with none.

use std::fs;
use std::time::{Duration, Instant};

/// How the engine calls its threads, as far as the system keeps names.
const WORKER: &str = "sqlx-sqlite-wor";

/// The names of the threads of this program, but for the first.
fn threads() -> Vec<String> {
    let first = std::process::id().to_string();
    let tasks = fs::read_dir("/proc/self/task").unwrap().map(Result::unwrap);
    let others = tasks.filter(|task| task.file_name() != first.as_str());
    // One that ends meanwhile has no name any more.
    let name = |path| fs::read_to_string(path).ok();
    others.filter_map(|task| name(task.path().join("comm"))).collect()
}

#[test]
fn every_connection_is_let_go_with_its_store() {
    let patience = Instant::now() + Duration::from_secs(120);
    // Alone: the first thread and this one.
    while threads().len() > 1 && Instant::now() < patience {
        std::thread::sleep(Duration::from_millis(5));
    }
    let left: Vec<_> = threads().into_iter().filter(|name| name.trim() == WORKER).collect();
    assert!(left.is_empty(), "{} connections are still open", left.len());
}
