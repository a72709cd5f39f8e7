//! Programs: run to their end, or kept running and stopped with the runner.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a program may take to stop when asked to.
const GRACE: Duration = Duration::from_secs(10);

/// Runs a program to its end, in the foreground.
pub fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", spell(command));
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("{} cannot be started", name(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

/// Runs a program to its end and gives what it wrote, whatever its exit code.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .with_context(|| format!("{} cannot be started", name(command)))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program exists: it starts and ends well when asked for its version.
pub fn exists(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A program that runs beside this one and never outlives it: asked to stop,
/// then killed, when dropped. On Linux the kernel does it too if the runner is
/// killed; Ctrl+C in a terminal reaches both.
pub struct Kept {
    name: String,
    child: Child,
}

impl Kept {
    /// Starts a program.
    pub fn start(program: &Path, prepare: impl FnOnce(&mut Command)) -> Result<Self> {
        let mut command = bound_to_this_process(program);
        prepare(&mut command);
        println!("$ {} &", spell(&command));
        let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        Ok(Self { name, child })
    }

    /// The end of the program, if it ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits until the program ends by itself.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// Waits until `ready`; an error if the program ends before, or takes too long.
    pub fn wait_until(&mut self, limit: Duration, ready: impl Fn() -> bool) -> Result<()> {
        let deadline = Instant::now() + limit;
        while !ready() {
            if let Some(status) = self.ended()? {
                bail!("{} ended with {status} before it was ready", self.name);
            }
            if Instant::now() > deadline {
                bail!("{} was not ready after {} s", self.name, limit.as_secs());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        ask_to_stop(&mut self.child);
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        eprintln!("{} does not stop; it is killed", self.name);
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[cfg(unix)]
fn ask_to_stop(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process};
    if !matches!(child.try_wait(), Ok(None)) {
        return;
    }
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        kill_process(pid, Signal::TERM).ok();
    }
}

#[cfg(not(unix))]
fn ask_to_stop(child: &mut Child) {
    child.kill().ok();
}

/// `setpriv` (util-linux) asks the kernel for what only unsafe code could ask
/// here: a signal to the child when this process dies.
fn bound_to_this_process(program: &Path) -> Command {
    if cfg!(target_os = "linux") && exists("setpriv") {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

/// A loopback port nobody listens on: `wanted` if it is free.
pub fn free_port(wanted: Option<u16>) -> Result<u16> {
    let at = |port| TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port));
    let listener = match wanted.map(at) {
        Some(Ok(listener)) => listener,
        _ => at(0).context("no loopback port is free")?,
    };
    Ok(listener.local_addr()?.port())
}

/// Whether a service answers 200 to `GET path` on a loopback port.
pub fn answers(port: u16, path: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(String::from_utf8_lossy(&start).into_owned())
    };
    ask().is_ok_and(|start| start.ends_with(" 200"))
}

fn name(command: &Command) -> String {
    Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn spell(command: &Command) -> String {
    let words = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name(command)).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_kept_program_ends_with_its_handle() {
        let kept = Kept::start(Path::new("sleep"), |command| {
            command.arg("60");
        })
        .unwrap();
        let pid = kept.child.id();
        let started = Instant::now();
        drop(kept);
        assert!(started.elapsed() < GRACE, "SIGTERM was enough");
        let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
        assert!(rustix::process::test_kill_process(pid).is_err(), "nothing is left of it");
    }

    #[test]
    fn a_taken_port_is_not_given_again() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_ne!(free_port(Some(port)).unwrap(), port);
        assert!(!answers(free_port(None).unwrap(), "/"), "nobody answers there");
    }
}
