//! What a worker that was taken over would try, tried from inside the sandbox.
//!
//! Only in debug builds, for the tests: each probe ends the process by what stops it.
//! A probe that succeeds says `escaped`, one that is refused without being killed says
//! `refused`.

use std::io::{self, Write};
use std::process::{Command, ExitCode};
use std::{fs, hint, net, thread};

use crate::{sandbox, worker};

/// The attempts.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Probe {
    /// Open a file, inside the whole sandbox.
    Open,
    /// Reach a port.
    Connect,
    /// Become another program.
    Exec,
    /// Start another program.
    Fork,
    /// Start a thread.
    Thread,
    /// Use 2 GB of memory.
    Memory,
    /// Use all of the stack.
    Stack,
    /// Panic.
    Panic,
    /// Nothing: the probe itself works.
    Nothing,
    /// Open a file with the first half of the sandbox only, without seccomp.
    DoorsOpen,
    /// Reach a port with the first half only.
    DoorsConnect,
    /// Become another program with the first half only.
    DoorsExec,
}

/// Closes the sandbox and makes the attempt.
pub(crate) fn run(probe: Probe) -> ExitCode {
    match probe {
        Probe::Open => worker::confined(|why| report(why, open)),
        Probe::Connect => worker::confined(|why| report(why, connect)),
        Probe::Exec => worker::confined(|why| report(why, exec)),
        Probe::Fork => worker::confined(|why| report(why, fork)),
        Probe::Thread => worker::confined(|why| report(why, spawn)),
        Probe::Memory => worker::confined(|why| report(why, memory)),
        Probe::Stack => worker::confined(|why| report(why, stack)),
        Probe::Panic => worker::confined(|_| panic!("as asked")),
        Probe::Nothing => worker::confined(|why| report(why, || Ok(()))),
        Probe::DoorsOpen => doors_only(open),
        Probe::DoorsConnect => doors_only(connect),
        Probe::DoorsExec => doors_only(exec),
    }
}

fn doors_only(attempt: fn() -> io::Result<()>) -> ExitCode {
    match report(sandbox::close_doors().err(), attempt) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn report(not_enforced: Option<String>, attempt: fn() -> io::Result<()>) -> io::Result<()> {
    let word = match (not_enforced, attempt()) {
        (Some(why), _) => format!("not enforced: {why}"),
        (None, Ok(())) => "escaped".into(),
        (None, Err(error)) => format!("refused: {:?}", error.kind()),
    };
    writeln!(io::stdout(), "{word}")
}

fn open() -> io::Result<()> {
    fs::read("/etc/hostname").map(drop)
}

fn connect() -> io::Result<()> {
    net::TcpStream::connect("127.0.0.1:9").map(drop)
}

#[cfg(unix)]
fn exec() -> io::Result<()> {
    Err(std::os::unix::process::CommandExt::exec(Command::new("/bin/echo").arg("escaped")))
}

#[cfg(not(unix))]
fn exec() -> io::Result<()> {
    fork()
}

fn fork() -> io::Result<()> {
    Command::new("/bin/true").status().map(drop)
}

fn spawn() -> io::Result<()> {
    thread::Builder::new().spawn(|| ()).map(drop)
}

fn memory() -> io::Result<()> {
    hint::black_box(vec![1_u8; 2 << 30]);
    Ok(())
}

fn stack() -> io::Result<()> {
    fn deeper(depth: u64) -> u64 {
        let room = hint::black_box([depth; 512]);
        if depth == u64::MAX { 0 } else { deeper(depth + 1) + room[0] }
    }
    hint::black_box(deeper(0));
    Ok(())
}
