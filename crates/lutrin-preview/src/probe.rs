//! What a worker that was taken over would try, tried from inside the sandbox.
//!
//! Only in debug builds, for the tests: each probe ends the process by what stops it.
//! A probe that succeeds says `escaped`, one that is refused without being killed says
//! `refused`.

use std::io::{self, Write};
use std::process::{Command, ExitCode};
use std::{fs, hint, net, thread};

use lutrin_preview::NotEnforced;

use crate::{sandbox, worker};

/// The attempts.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Probe {
    /// Open a file, inside the whole sandbox.
    Open,
    /// Open a file to write in it.
    OpenToWrite,
    /// Open a file of the system about this process.
    OpenProc,
    /// List a folder.
    ListFolder,
    /// Remove a file.
    Unlink,
    /// Make a folder.
    Mkdir,
    /// Change who may read a file.
    Chmod,
    /// Make a second name of a file.
    Link,
    /// Reach a port.
    Connect,
    /// Wait at a port.
    Bind,
    /// Send a datagram.
    Datagram,
    /// Reach another program through a socket in a folder.
    UnixSocket,
    /// Become another program.
    Exec,
    /// Start another program.
    Fork,
    /// Start a thread.
    Thread,
    /// Use 8 GB of memory.
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
    /// One system call, by its number and arguments.
    #[cfg(target_os = "linux")]
    #[value(skip)]
    Call([usize; 5]),
}

/// System calls that no safe function makes: names for [`Probe::Call`].
#[cfg(target_os = "linux")]
const CALLS: [(&str, libc::c_long, [usize; 4]); 24] = {
    const ABOVE: usize = usize::MAX;
    const PAGE: usize = 4096;
    const READ: usize = libc::PROT_READ as usize;
    const EXECUTE: usize = libc::PROT_EXEC as usize;
    const PRIVATE: usize = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS) as usize;
    [
        ("ptrace", libc::SYS_ptrace, [libc::PTRACE_ATTACH as usize, 1, 0, 0]),
        ("kill", libc::SYS_kill, [1, 0, 0, 0]),
        ("tgkill-another", libc::SYS_tgkill, [1, 1, 0, 0]),
        ("mount", libc::SYS_mount, [0, 0, 0, 0]),
        ("chroot", libc::SYS_chroot, [0, 0, 0, 0]),
        ("unshare", libc::SYS_unshare, [libc::CLONE_NEWUSER as usize, 0, 0, 0]),
        ("setuid", libc::SYS_setuid, [0, 0, 0, 0]),
        ("clone", libc::SYS_clone, [libc::SIGCHLD as usize, 0, 0, 0]),
        ("clone3", libc::SYS_clone3, [0, 0, 0, 0]),
        ("execveat", libc::SYS_execveat, [0, 0, 0, 0]),
        ("memfd-create", libc::SYS_memfd_create, [0, 0, 0, 0]),
        ("io-uring-setup", libc::SYS_io_uring_setup, [1, 0, 0, 0]),
        ("bpf", libc::SYS_bpf, [0, 0, 0, 0]),
        ("keyctl", libc::SYS_keyctl, [0, 0, 0, 0]),
        ("perf-event-open", libc::SYS_perf_event_open, [0, 0, 0, 0]),
        ("userfaultfd", libc::SYS_userfaultfd, [0, 0, 0, 0]),
        ("process-vm-readv", libc::SYS_process_vm_readv, [1, 0, 0, 0]),
        ("process-vm-writev", libc::SYS_process_vm_writev, [1, 0, 0, 0]),
        ("prctl-dumpable", libc::SYS_prctl, [libc::PR_SET_DUMPABLE as usize, 1, 0, 0]),
        ("read-another", libc::SYS_read, [3, 0, 0, 0]),
        ("write-another", libc::SYS_write, [3, 0, 0, 0]),
        ("map-code", libc::SYS_mmap, [0, PAGE, READ | EXECUTE, PRIVATE]),
        ("make-code", libc::SYS_mprotect, [0, PAGE, READ | EXECUTE, 0]),
        ("ioctl", libc::SYS_ioctl, [ABOVE, 0, 0, 0]),
    ]
};

/// The attempt of that name.
pub(crate) fn named(name: &str) -> Result<Probe, String> {
    #[cfg(target_os = "linux")]
    if let Some((_, number, [a, b, c, d])) = CALLS.iter().find(|(call, ..)| *call == name) {
        return Ok(Probe::Call([*number as usize, *a, *b, *c, *d]));
    }
    clap::ValueEnum::from_str(name, false)
}

/// Closes the sandbox and makes the attempt.
pub(crate) fn run(probe: Probe) -> ExitCode {
    match probe {
        Probe::Open => worker::confined(|why| report(why, open)),
        Probe::OpenToWrite => worker::confined(|why| report(why, open_to_write)),
        Probe::OpenProc => worker::confined(|why| report(why, open_proc)),
        Probe::ListFolder => worker::confined(|why| report(why, list_folder)),
        Probe::Unlink => worker::confined(|why| report(why, unlink)),
        Probe::Mkdir => worker::confined(|why| report(why, mkdir)),
        Probe::Chmod => worker::confined(|why| report(why, chmod)),
        Probe::Link => worker::confined(|why| report(why, link)),
        Probe::Connect => worker::confined(|why| report(why, connect)),
        Probe::Bind => worker::confined(|why| report(why, bind)),
        Probe::Datagram => worker::confined(|why| report(why, datagram)),
        Probe::UnixSocket => worker::confined(|why| report(why, unix_socket)),
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
        #[cfg(target_os = "linux")]
        Probe::Call(call) => worker::confined(move |why| report(why, || system_call(call))),
    }
}

fn doors_only(attempt: fn() -> io::Result<()>) -> ExitCode {
    match report(sandbox::not_enforced(sandbox::close_doors(), Ok(())), attempt) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn report(
    not_enforced: Option<NotEnforced>,
    attempt: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let word = match (not_enforced, attempt()) {
        (Some(what), _) => format!("not enforced: {}", what.why),
        (None, Ok(())) => "escaped".into(),
        (None, Err(error)) => format!("refused: {:?}", error.kind()),
    };
    writeln!(io::stdout(), "{word}")
}

fn open() -> io::Result<()> {
    fs::read("/etc/hostname").map(drop)
}

/// A file that is there, is ours and may be lost.
fn own_file() -> std::path::PathBuf {
    std::env::temp_dir().join("lutrin-preview-probe")
}

fn open_to_write() -> io::Result<()> {
    fs::File::create(own_file()).map(drop)
}

fn open_proc() -> io::Result<()> {
    fs::read("/proc/self/maps").map(drop)
}

fn list_folder() -> io::Result<()> {
    fs::read_dir(std::env::temp_dir()).map(drop)
}

fn unlink() -> io::Result<()> {
    fs::remove_file(own_file())
}

fn mkdir() -> io::Result<()> {
    fs::create_dir(own_file())
}

#[cfg(unix)]
fn chmod() -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(own_file(), fs::Permissions::from_mode(0o777))
}

#[cfg(not(unix))]
fn chmod() -> io::Result<()> {
    open_to_write()
}

fn link() -> io::Result<()> {
    fs::hard_link(own_file(), own_file().with_extension("again"))
}

fn bind() -> io::Result<()> {
    net::TcpListener::bind("127.0.0.1:0").map(drop)
}

fn datagram() -> io::Result<()> {
    net::UdpSocket::bind("127.0.0.1:0").map(drop)
}

#[cfg(unix)]
fn unix_socket() -> io::Result<()> {
    std::os::unix::net::UnixStream::connect(own_file()).map(drop)
}

#[cfg(not(unix))]
fn unix_socket() -> io::Result<()> {
    connect()
}

/// Makes a system call whose arguments are all harmless if it is not stopped.
#[cfg(target_os = "linux")]
fn system_call([number, a, b, c, d]: [usize; 5]) -> io::Result<()> {
    // SAFETY: no argument is an address that is ours: the kernel refuses null, it maps new
    // pages where there are none, and what is changed is at most this process, which ends.
    let answer = unsafe { libc::syscall(number as libc::c_long, a, b, c, d, usize::MAX, 0_usize) };
    if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
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
    hint::black_box(vec![1_u8; 8 << 30]);
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
