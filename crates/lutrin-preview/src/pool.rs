//! The workers that wait: started ahead, already in their sandbox, without a document.
//!
//! Starting a worker and closing its sandbox takes milliseconds that the first page
//! would pay. A worker is never used twice, so the pool only ever hands out and refills.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::PreviewError;
use crate::ledger::Ledger;
use crate::process::{Patience, WorkerProcess};
use crate::sandbox_state::SandboxState;

/// Where the workers are and how long they may take.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// The program `lutrin-preview`.
    pub worker: PathBuf,
    /// How many workers wait for a document.
    pub spares: usize,
    /// After how long a request is slow, which its caller may be told.
    pub soft_limit: Duration,
    /// After how long the worker is killed and the request fails.
    pub hard_limit: Duration,
}

impl PoolSettings {
    /// Settings for the given worker: two spares, 3 seconds, 10 seconds.
    ///
    /// On 366 real office files a page takes 4 ms in the middle, 212 ms at the 99th
    /// hundredth and 2.7 s at worst.
    pub fn new(worker: PathBuf) -> Self {
        Self {
            worker,
            spares: 2,
            soft_limit: Duration::from_secs(3),
            hard_limit: Duration::from_secs(10),
        }
    }

    /// The usual settings, with the worker that is installed beside the running program.
    pub fn beside_current_exe() -> Result<Self, PreviewError> {
        let name = format!("lutrin-preview{}", std::env::consts::EXE_SUFFIX);
        let program = std::env::current_exe().map_err(|error| PreviewError::WorkerMissing {
            path: PathBuf::from(&name),
            why: error.to_string(),
        })?;
        let mut worker = program.with_file_name(&name);
        // Cargo puts test programs one folder below the others.
        if cfg!(debug_assertions)
            && let Some(folder) = program.parent()
            && folder.ends_with("deps")
        {
            worker = folder.with_file_name(&name);
        }
        Ok(Self::new(worker))
    }

    pub(crate) fn patience(&self) -> Patience<'static> {
        Patience { soft: self.soft_limit, hard: self.hard_limit, told: None }
    }
}

/// The reading room: hands each document to a worker of its own.
///
/// Cloning it gives another handle on the same workers.
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
}

struct Inner {
    settings: PoolSettings,
    waiting: Mutex<Waiting>,
    ledger: Ledger,
    forbidden_calls: Arc<AtomicU32>,
}

struct Waiting {
    spares: Vec<WorkerProcess>,
    /// Workers on their way to become spares.
    starting: usize,
    sandbox: SandboxState,
}

impl Pool {
    /// Opens the reading room.
    ///
    /// Inside a Tokio runtime the spares start at once; outside one, which has no way to
    /// start a process, they start with the first document.
    pub fn new(settings: PoolSettings) -> Self {
        let waiting =
            Waiting { spares: Vec::new(), starting: 0, sandbox: SandboxState::NotYetKnown };
        let waiting = Mutex::new(waiting);
        let inner =
            Inner { settings, waiting, ledger: Ledger::default(), forbidden_calls: Arc::default() };
        let pool = Self { inner: Arc::new(inner) };
        pool.top_up();
        pool
    }

    /// The files that made workers die.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.inner.ledger
    }

    /// Says whether the workers are in a sandbox of the system.
    pub fn sandbox(&self) -> SandboxState {
        self.waiting().sandbox.clone()
    }

    /// The same, after starting a worker if none has ever started.
    pub async fn learn_sandbox(&self) -> SandboxState {
        if self.sandbox() == SandboxState::NotYetKnown
            && let Ok(worker) = self.start().await
        {
            self.waiting().spares.push(worker);
        }
        self.sandbox()
    }

    /// How many workers the system killed because they called for what the sandbox forbids,
    /// such as opening a file: documents that had taken their reader over. Always 0 where
    /// there is no such sandbox.
    pub fn forbidden_calls(&self) -> u32 {
        self.inner.forbidden_calls.load(Ordering::Relaxed)
    }

    pub(crate) fn patience(&self) -> Patience<'static> {
        self.inner.settings.patience()
    }

    /// Gives a living worker that has seen no document, and starts another for the next.
    pub(crate) async fn take(&self) -> Result<WorkerProcess, PreviewError> {
        let worker = match self.take_spare() {
            Some(worker) => worker,
            None => self.start().await?,
        };
        self.top_up();
        // Nothing is read outside a sandbox where one exists. Windows and macOS have the
        // separate process, the heap ceiling and the clock, and say so in `sandbox()`.
        match &worker.not_enforced {
            Some(what) if !SandboxState::NotEnforced(what.clone()).allows_reading() => {
                Err(PreviewError::SandboxUnavailable { why: what.why.clone() })
            }
            _ => Ok(worker),
        }
    }

    fn take_spare(&self) -> Option<WorkerProcess> {
        let mut waiting = self.waiting();
        while let Some(mut worker) = waiting.spares.pop() {
            if worker.is_alive() {
                return Some(worker);
            }
        }
        None
    }

    async fn start(&self) -> Result<WorkerProcess, PreviewError> {
        let settings = &self.inner.settings;
        let counter = self.inner.forbidden_calls.clone();
        let worker = WorkerProcess::start(&settings.worker, settings.hard_limit, counter).await?;
        self.waiting().sandbox = match &worker.not_enforced {
            None => SandboxState::Enforced,
            Some(what) => SandboxState::NotEnforced(what.clone()),
        };
        Ok(worker)
    }

    /// Starts in the background as many workers as are missing.
    fn top_up(&self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let mut waiting = self.waiting();
        while waiting.spares.len() + waiting.starting < self.inner.settings.spares {
            waiting.starting += 1;
            let pool = self.clone();
            runtime.spawn(async move { pool.start_spare().await });
        }
    }

    async fn start_spare(self) {
        let outcome = self.start().await;
        let mut waiting = self.waiting();
        waiting.starting -= 1;
        match outcome {
            Ok(worker) => waiting.spares.push(worker),
            // Not tried again until a document needs it, which will then hear of it.
            Err(error) => tracing::warn!(%error, "no spare worker"),
        }
    }

    /// A thread that panicked while holding it left nothing half done.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.inner.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
