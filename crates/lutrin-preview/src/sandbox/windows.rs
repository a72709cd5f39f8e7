//! The sandbox of Windows: a job that holds one process, and the lowest integrity.
//!
//! **Unverified**: never run. The job forbids other processes, much memory and the
//! clipboard; untrusted integrity forbids writing to what belongs to anyone. Neither forbids
//! reading files that everybody may read, nor the network: this needs an application
//! container, which the parent would have to make before the process starts. So the worker
//! says that the sandbox is not in force.

use std::ffi::c_void;
use std::{io, mem, ptr};

use lutrin_preview::Closed;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::{
    CreateWellKnownSid, GetLengthSid, SECURITY_MAX_SID_SIZE, SID_AND_ATTRIBUTES,
    SetTokenInformation, TOKEN_ADJUST_DEFAULT, TOKEN_MANDATORY_LABEL, TOKEN_QUERY,
    TokenIntegrityLevel, WinUntrustedLabelSid,
};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_ACTIVE_PROCESS,
    JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION, JOB_OBJECT_LIMIT_PROCESS_MEMORY,
    JOB_OBJECT_UILIMIT_DESKTOP, JOB_OBJECT_UILIMIT_DISPLAYSETTINGS, JOB_OBJECT_UILIMIT_EXITWINDOWS,
    JOB_OBJECT_UILIMIT_GLOBALATOMS, JOB_OBJECT_UILIMIT_HANDLES, JOB_OBJECT_UILIMIT_READCLIPBOARD,
    JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS, JOB_OBJECT_UILIMIT_WRITECLIPBOARD,
    JOBOBJECT_BASIC_UI_RESTRICTIONS, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
    JobObjectBasicUIRestrictions, JobObjectExtendedLimitInformation, SetInformationJobObject,
};
use windows_sys::Win32::System::SystemServices::SE_GROUP_INTEGRITY;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Backs the ceiling of the heap, in bytes.
const MEMORY: usize = 1024 * 1024 * 1024;

/// Gives up other processes, much memory and writing; says what stays open.
pub(crate) fn close_doors() -> Result<(), String> {
    enter_job().map_err(|error| format!("the job is not in force: {error}"))?;
    lower_integrity().map_err(|error| format!("the integrity is not lowered: {error}"))?;
    Err("on Windows, files can still be read and the network reached".into())
}

/// Adds nothing: system calls are not limited one by one on Windows.
pub(crate) fn close_system_calls() -> Result<(), String> {
    Ok(())
}

/// What is closed for certain: neither files nor the network; the job may have failed.
pub(crate) fn closed(_doors: bool, _calls: bool) -> Closed {
    Closed { network: false, files: false, programs: false, memory: false }
}

/// Puts this process in a job of its own, which lasts as long as it.
fn enter_job() -> io::Result<()> {
    let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_ACTIVE_PROCESS
        | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
        | JOB_OBJECT_LIMIT_PROCESS_MEMORY;
    limits.BasicLimitInformation.ActiveProcessLimit = 1;
    limits.ProcessMemoryLimit = MEMORY;
    let screen = JOBOBJECT_BASIC_UI_RESTRICTIONS {
        UIRestrictionsClass: JOB_OBJECT_UILIMIT_DESKTOP
            | JOB_OBJECT_UILIMIT_DISPLAYSETTINGS
            | JOB_OBJECT_UILIMIT_EXITWINDOWS
            | JOB_OBJECT_UILIMIT_GLOBALATOMS
            | JOB_OBJECT_UILIMIT_HANDLES
            | JOB_OBJECT_UILIMIT_READCLIPBOARD
            | JOB_OBJECT_UILIMIT_SYSTEMPARAMETERS
            | JOB_OBJECT_UILIMIT_WRITECLIPBOARD,
    };
    // SAFETY: the job has neither attributes nor name; each structure is given with its own
    // class and size; the handle is left open on purpose, for as long as the process.
    unsafe {
        let job = CreateJobObjectW(ptr::null(), ptr::null());
        if job.is_null() {
            return Err(io::Error::last_os_error());
        }
        done(SetInformationJobObject(
            job,
            JobObjectExtendedLimitInformation,
            ptr::from_ref(&limits).cast::<c_void>(),
            mem::size_of_val(&limits) as u32,
        ))?;
        done(SetInformationJobObject(
            job,
            JobObjectBasicUIRestrictions,
            ptr::from_ref(&screen).cast::<c_void>(),
            mem::size_of_val(&screen) as u32,
        ))?;
        done(AssignProcessToJobObject(job, GetCurrentProcess()))
    }
}

/// Makes this process untrusted to the system, which cannot be taken back.
fn lower_integrity() -> io::Result<()> {
    // Aligned as an identifier is, and as long as the longest.
    let mut untrusted = [0_u64; SECURITY_MAX_SID_SIZE as usize / 8 + 1];
    let mut length = mem::size_of_val(&untrusted) as u32;
    let sid = untrusted.as_mut_ptr().cast::<c_void>();
    let mut token: HANDLE = ptr::null_mut();
    // SAFETY: the identifier is written within the length given, the label points to it and
    // both live to the end of the call; the token is this process's own.
    unsafe {
        done(CreateWellKnownSid(WinUntrustedLabelSid, ptr::null_mut(), sid, &mut length))?;
        let rights = TOKEN_ADJUST_DEFAULT | TOKEN_QUERY;
        done(OpenProcessToken(GetCurrentProcess(), rights, &mut token))?;
        let attributes = SE_GROUP_INTEGRITY as u32;
        let label = TOKEN_MANDATORY_LABEL {
            Label: SID_AND_ATTRIBUTES { Sid: sid, Attributes: attributes },
        };
        let size = mem::size_of_val(&label) as u32 + GetLengthSid(sid);
        let label = ptr::from_ref(&label).cast::<c_void>();
        done(SetTokenInformation(token, TokenIntegrityLevel, label, size))
    }
}

fn done(outcome: i32) -> io::Result<()> {
    if outcome == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
