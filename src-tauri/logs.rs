//! The log: a small file beside the profiles, without personal data.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

/// From what size on the log starts anew; the one before is kept.
const LOG_BYTES: u64 = 2 * 1024 * 1024;

/// Starts logging; a machine that cannot write a log still works.
pub(crate) fn start(folder: &Path) {
    let Some(file) = open(folder) else { return };
    let filter = EnvFilter::try_from_env("LUTRIN_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,lutrin=info,lutrin_app=info,lutrin_sync=info"));
    let logging = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(Mutex::new(file))
        .try_init();
    if logging.is_ok() {
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "app.started");
    }
}

fn open(folder: &Path) -> Option<File> {
    let path = folder.join("lutrin.log");
    if fs::metadata(&path).is_ok_and(|meta| meta.len() > LOG_BYTES) {
        let _ = fs::rename(&path, folder.join("lutrin.log.1"));
    }
    OpenOptions::new().create(true).append(true).open(path).ok()
}
