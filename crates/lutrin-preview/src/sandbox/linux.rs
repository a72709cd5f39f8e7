//! The sandbox of Linux: resource limits, Landlock, seccomp.
//!
//! Each covers what the others leave. Limits stop memory and processor time but not
//! `open` or `connect`; Landlock stops files and TCP by name, on all paths at once;
//! seccomp, an *allow* list, stops everything that is not on it by killing the process.
//! Measured together: within the noise of a page.

use std::collections::BTreeMap;

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
use lutrin_preview::Closed;
use rlimit::{Resource, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter_all_threads,
};

/// The newest Landlock this code was written for; an older kernel enforces what it knows.
const LANDLOCK: ABI = ABI::V6;

/// Limits and why: `RLIMIT_AS` backs the ceiling of the heap; the processor time is not
/// for slow pages, which the parent stops, but for a worker whose parent was killed;
/// nothing is written to files (pipes are not files to `RLIMIT_FSIZE`).
const LIMITS: [(Resource, u64); 5] = [
    (Resource::AS, 1024 * 1024 * 1024),
    (Resource::CPU, 120),
    (Resource::CORE, 0),
    (Resource::NOFILE, 16),
    (Resource::FSIZE, 0),
];

/// Sets the limits and the Landlock domain, which threads started later inherit.
pub(crate) fn close_doors() -> Result<(), String> {
    for (resource, limit) in LIMITS {
        setrlimit(resource, limit, limit)
            .map_err(|error| format!("{resource:?} is not limited: {error}"))?;
    }
    match restrict_by_landlock() {
        Ok(RulesetStatus::NotEnforced) => Err("this kernel has no Landlock".into()),
        Ok(_) => Ok(()),
        Err(error) => Err(format!("Landlock is not in force: {error}")),
    }
}

/// Handles every access there is and allows none.
fn restrict_by_landlock() -> Result<RulesetStatus, landlock::RulesetError> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset)
}

/// Forbids new processes and installs the list of system calls on all threads.
pub(crate) fn close_system_calls() -> Result<(), String> {
    setrlimit(Resource::NPROC, 0, 0).map_err(|error| format!("NPROC is not limited: {error}"))?;
    let program = filter().map_err(|error| format!("seccomp cannot be used: {error}"))?;
    apply_filter_all_threads(&program).map_err(|error| format!("seccomp is not in force: {error}"))
}

/// What is closed when one of the two steps failed: each call that the list lacks is, with
/// or without Landlock.
pub(crate) fn closed(doors: bool, calls: bool) -> Closed {
    Closed { network: calls, files: doors || calls, programs: calls, memory: doors }
}

/// The list as the kernel wants it; whatever is not on it kills the process.
fn filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<_, _> = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    rules.extend(conditional_rules()?);
    let arch = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, arch)?.try_into()
}

/// Calls allowed whatever their arguments: memory, locks, clocks, signals, the end.
///
/// None of them names a file, a process or a peer. `rt_sigprocmask`, `gettid`, `getpid`
/// and `tgkill` below are how a process aborts.
const ALLOWED: [libc::c_long; 22] = [
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    libc::SYS_uname,
];

type Rules = Vec<(libc::c_long, Vec<SeccompRule>)>;

/// Calls allowed only with certain arguments: the two pipes and no descriptor that the
/// parent may have left open; memory of no file, never executable; signals to itself.
fn conditional_rules() -> Result<Rules, seccompiler::BackendError> {
    let is = |argument, value: u64| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
    };
    let lacks = |argument, bit: libc::c_int| {
        let operator = SeccompCmpOp::MaskedEq(bit as u64);
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, 0)
    };
    let any_of = |conditions: Vec<_>| -> Result<Vec<_>, _> {
        conditions.into_iter().map(|one| SeccompRule::new(vec![one])).collect()
    };
    let no_file = u64::from(u32::MAX);
    let map = vec![lacks(2, libc::PROT_EXEC)?, is(4, no_file)?];
    let own = u64::from(std::process::id());
    Ok(vec![
        (libc::SYS_read, any_of(vec![is(0, 0)?])?),
        (libc::SYS_write, any_of(vec![is(0, 1)?, is(0, 2)?])?),
        (libc::SYS_mmap, vec![SeccompRule::new(map)?]),
        (libc::SYS_mprotect, any_of(vec![lacks(2, libc::PROT_EXEC)?])?),
        (libc::SYS_tgkill, any_of(vec![is(0, own)?])?),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_alone_closes_what_landlock_would() {
        assert_eq!(closed(true, true), Closed::ALL);
        assert_eq!(closed(false, true), Closed { memory: false, ..Closed::ALL });
        let without = Closed { network: false, programs: false, ..Closed::ALL };
        assert_eq!(closed(true, false), without);
    }

    #[test]
    fn the_list_is_short_and_names_nothing_outside_the_process() {
        let rules = conditional_rules().unwrap();
        assert_eq!(ALLOWED.len() + rules.len(), 27);
        for outside in [
            libc::SYS_openat,
            libc::SYS_socket,
            libc::SYS_connect,
            libc::SYS_execve,
            libc::SYS_clone,
            libc::SYS_clone3,
            libc::SYS_kill,
            libc::SYS_ptrace,
            libc::SYS_ioctl,
        ] {
            assert!(!ALLOWED.contains(&outside));
            assert!(rules.iter().all(|(call, _)| *call != outside));
        }
        filter().unwrap();
    }
}
