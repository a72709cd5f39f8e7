//! One worker process seen from outside: started, asked, timed, killed when dropped.

use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::error::PreviewError;
use crate::frame::{self, Reply, Request};
use crate::sandbox_state::NotEnforced;

/// How long a worker may take over one request.
#[derive(Clone, Copy)]
pub(crate) struct Patience<'a> {
    /// After this, the delay is worth being told.
    pub(crate) soft: Duration,
    /// After this, the worker is killed.
    pub(crate) hard: Duration,
    /// Who is told.
    pub(crate) told: Option<&'a (dyn Fn(Slow) + Send + Sync)>,
}

/// What the caller of a slow request is told, once, while the request goes on.
///
/// Whoever does not want to wait longer drops the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slow {
    /// How long the request has taken so far.
    pub waited: Duration,
    /// How much longer it may take before it is stopped.
    pub stopped_after: Duration,
}

/// How long a worker that no longer answers is waited for, to know what it died of.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// A living worker. Dropping it kills it, so that no request can outlive its caller.
pub(crate) struct WorkerProcess {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    /// Why the sandbox is not in force, if it is not.
    pub(crate) not_enforced: Option<NotEnforced>,
    /// Counts the workers that the system killed for a forbidden call.
    forbidden_calls: Arc<AtomicU32>,
}

impl WorkerProcess {
    /// Starts a worker and waits until it says that its sandbox is closed.
    ///
    /// `forbidden_calls` is raised by one if the system kills it for what it called.
    pub(crate) async fn start(
        program: &Path,
        patience: Duration,
        forbidden_calls: Arc<AtomicU32>,
    ) -> Result<Self, PreviewError> {
        let missing = |why: String| PreviewError::WorkerMissing { path: program.to_owned(), why };
        let mut child = command(program).spawn().map_err(|error| missing(error.to_string()))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(missing("it has no standard input or output".into()));
        };
        let mut worker = Self { child, input, output, not_enforced: None, forbidden_calls };
        match timeout(patience, frame::receive_reply(&mut worker.output)).await {
            Ok(Ok((Reply::Ready { not_enforced }, _))) => worker.not_enforced = not_enforced,
            Ok(Ok(_)) => return Err(missing("it is not the reading room".into())),
            Ok(Err(error)) => return Err(missing(format!("it did not start well: {error}"))),
            Err(_) => return Err(missing("it did not start in time".into())),
        }
        Ok(worker)
    }

    /// Says whether the process is still there.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The system's number for the process.
    pub(crate) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Asks for something and waits for the answer.
    ///
    /// After an error the worker may be in the middle of anything: it is to be dropped.
    pub(crate) async fn ask(
        &mut self,
        request: &Request,
        payload: &[u8],
        patience: Patience<'_>,
    ) -> Result<(Reply, Vec<u8>), PreviewError> {
        let outcome = {
            let mut exchange = pin!(self.exchange(request, payload));
            match timeout(patience.soft, &mut exchange).await {
                Ok(outcome) => outcome,
                Err(_) => {
                    tracing::warn!(?request, "the reading room is slow to answer");
                    let rest = patience.hard.saturating_sub(patience.soft);
                    if let Some(told) = patience.told {
                        told(Slow { waited: patience.soft, stopped_after: rest });
                    }
                    timeout(rest, exchange).await.map_err(|_| PreviewError::TimedOut)?
                }
            }
        };
        match outcome {
            Ok(answer) => Ok(answer),
            Err(error) => {
                let ended = self.last_moment().await;
                tracing::warn!(?request, %error, ?ended, "the reading room did not answer");
                Err(PreviewError::Crashed)
            }
        }
    }

    /// What the worker died of, if it died.
    async fn last_moment(&mut self) -> Option<ExitStatus> {
        let ended = timeout(LAST_MOMENT, self.child.wait()).await.ok()?.ok()?;
        if is_forbidden_call(ended) {
            self.forbidden_calls.fetch_add(1, Ordering::Relaxed);
        }
        Some(ended)
    }

    async fn exchange(
        &mut self,
        request: &Request,
        payload: &[u8],
    ) -> io::Result<(Reply, Vec<u8>)> {
        frame::send_request(&mut self.input, request, payload).await?;
        frame::receive_reply(&mut self.output).await
    }
}

/// Whether the system ended a process because of a call that its sandbox forbids.
#[cfg(target_os = "linux")]
fn is_forbidden_call(ended: ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&ended) == Some(libc::SIGSYS)
}

/// Elsewhere a sandbox refuses the call and the process goes on.
#[cfg(not(target_os = "linux"))]
const fn is_forbidden_call(_: ExitStatus) -> bool {
    false
}

/// The command of a worker: no argument that comes from a document, nothing of our
/// environment, no folder, nothing shared but two pipes.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .arg("worker")
        .env_clear()
        .current_dir(std::path::MAIN_SEPARATOR_STR)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    // The document is not on the first thread, and glibc gives another thread an arena of
    // its own, which grows page by page and, to shrink, opens a file: death by seccomp.
    #[cfg(target_os = "linux")]
    command.env("GLIBC_TUNABLES", "glibc.malloc.arena_max=1");
    #[cfg(windows)]
    {
        // Without it the system's own libraries do not start.
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        // CREATE_NO_WINDOW: no console flashes behind the application.
        command.creation_flags(0x0800_0000);
    }
    command
}
