//! The sandbox, tried from inside by the probes of debug builds.

#[cfg(target_os = "linux")]
use lutrin_preview::{Closed, SandboxState};

#[cfg(target_os = "linux")]
use crate::{
    made::{BLUE_SQUARE, pdf_of},
    support::{open, room},
};

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_pool_knows_that_its_workers_are_confined() {
    let pool = room();
    assert_eq!(pool.learn_sandbox().await, SandboxState::Enforced, "before any document");
    open(&pool, pdf_of(&[BLUE_SQUARE])).await.unwrap();
    assert_eq!(pool.sandbox(), SandboxState::Enforced);
    assert_eq!(pool.sandbox().closed(), Some(Closed::ALL));
}

#[cfg(all(target_os = "linux", debug_assertions))]
mod probes {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, Output};

    use crate::support::WORKER;

    const SIGABRT: i32 = 6;
    const SIGSYS: i32 = 31;

    fn probe(name: &str) -> Output {
        Command::new(WORKER).env_clear().args(["worker", "--probe", name]).output().unwrap()
    }

    fn word(output: &Output) -> &str {
        std::str::from_utf8(&output.stdout).unwrap().trim()
    }

    #[test]
    fn a_forbidden_system_call_kills_the_worker() {
        let attempts = [
            "open",
            "open-to-write",
            "open-proc",
            "list-folder",
            "unlink",
            "mkdir",
            "chmod",
            "link",
            "connect",
            "bind",
            "datagram",
            "unix-socket",
            "exec",
            "fork",
            "thread",
            "ptrace",
            "kill",
            "tgkill-another",
            "mount",
            "chroot",
            "unshare",
            "setuid",
            "clone",
            "clone3",
            "execveat",
            "memfd-create",
            "io-uring-setup",
            "bpf",
            "keyctl",
            "perf-event-open",
            "userfaultfd",
            "process-vm-readv",
            "process-vm-writev",
            "prctl-dumpable",
            "read-another",
            "write-another",
            "map-code",
            "make-code",
            "ioctl",
        ];
        for name in attempts {
            let output = probe(name);
            assert_eq!(output.status.signal(), Some(SIGSYS), "{name}: {output:?}");
            assert_eq!(word(&output), "", "{name}");
        }
    }

    #[test]
    fn landlock_alone_refuses_too() {
        for name in ["doors-open", "doors-exec"] {
            assert_eq!(word(&probe(name)), "refused: PermissionDenied", "{name}");
        }
        // Before Landlock's fourth version (Linux 6.7) the port is refused by nobody being
        // there, which the second layer does not depend on.
        assert!(word(&probe("doors-connect")).starts_with("refused: "));
    }

    #[test]
    fn too_much_memory_or_stack_or_a_panic_ends_the_worker() {
        for name in ["memory", "stack", "panic"] {
            let output = probe(name);
            assert_eq!(output.status.signal(), Some(SIGABRT), "{name}: {output:?}");
            assert_eq!(word(&output), "", "{name}");
        }
    }

    #[test]
    fn a_probe_that_is_not_stopped_says_so() {
        let output = probe("nothing");
        assert!(output.status.success(), "{output:?}");
        assert_eq!(word(&output), "escaped", "what the other probes must never say");
    }
}
