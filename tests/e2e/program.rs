//! Programs of a test: they end with it, with all they started.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// How long a program may take to stop when asked to.
const GRACE: Duration = Duration::from_secs(15);

/// A program in a process group of its own, which is killed on drop. `setpriv`
/// has the kernel kill it too if the test itself is killed.
pub struct Program {
    name: String,
    child: Child,
}

impl Program {
    /// Starts a program.
    pub fn start(program: &str, prepare: impl FnOnce(&mut Command)) -> Result<Self> {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--", program]).process_group(0);
        command.stdin(Stdio::null());
        prepare(&mut command);
        let child = command.spawn().with_context(|| format!("{program} cannot be started"))?;
        Ok(Self { name: program.to_owned(), child })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What its standard input and output are, where they were piped.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The first line it writes.
    pub fn first_line(&mut self) -> Result<String> {
        let output = self.child.stdout.take().context("the output is not piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        match line.trim() {
            "" => bail!("{} said nothing", self.name),
            text => Ok(text.to_owned()),
        }
    }

    /// An error if it ended.
    pub fn still_runs(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("{} ended with {status}", self.name),
            None => Ok(()),
        }
    }

    /// Asks it to stop and waits until it did.
    pub fn stop(mut self) -> Result<()> {
        self.still_runs()?;
        kill_process(raw(self.pid())?, Signal::TERM)?;
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("{} stopped with {status}", self.name);
                }
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("{} did not stop within {} s", self.name, GRACE.as_secs())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Ok(group) = raw(self.pid()) {
            kill_process_group(group, Signal::KILL).ok();
        }
        self.child.wait().ok();
    }
}

/// Kills one process, as a power cut would.
pub fn kill(pid: u32) -> Result<()> {
    Ok(kill_process(raw(pid)?, Signal::KILL)?)
}

/// Asks one process to end.
pub fn end(pid: u32) -> Result<()> {
    Ok(kill_process(raw(pid)?, Signal::TERM)?)
}

fn raw(pid: u32) -> Result<Pid> {
    Pid::from_raw(i32::try_from(pid)?).context("no process has the number 0")
}
