//! One worker process seen from outside: started, asked, timed, killed when dropped.

use std::io;
use std::path::Path;
use std::pin::pin;
use std::process::Stdio;
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

/// A living worker. Dropping it kills it, so that no request can outlive its caller.
pub(crate) struct WorkerProcess {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    /// Why the sandbox is not in force, if it is not.
    pub(crate) not_enforced: Option<NotEnforced>,
}

impl WorkerProcess {
    /// Starts a worker and waits until it says that its sandbox is closed.
    pub(crate) async fn start(program: &Path, patience: Duration) -> Result<Self, PreviewError> {
        let missing = |why: String| PreviewError::WorkerMissing { path: program.to_owned(), why };
        let mut child = command(program).spawn().map_err(|error| missing(error.to_string()))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(missing("it has no standard input or output".into()));
        };
        let mut worker = Self { child, input, output, not_enforced: None };
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
        let mut exchange = pin!(self.exchange(request, payload));
        let outcome = match timeout(patience.soft, &mut exchange).await {
            Ok(outcome) => outcome,
            Err(_) => {
                tracing::warn!(?request, "the reading room is slow to answer");
                let rest = patience.hard.saturating_sub(patience.soft);
                if let Some(told) = patience.told {
                    told(Slow { waited: patience.soft, stopped_after: rest });
                }
                timeout(rest, exchange).await.map_err(|_| PreviewError::TimedOut)?
            }
        };
        outcome.map_err(|error| {
            tracing::warn!(?request, %error, "the reading room did not answer");
            PreviewError::Crashed
        })
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
