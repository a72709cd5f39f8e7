//! The sandbox of macOS: a profile that denies everything by default.
//!
//! **Unverified**: written from the system's documentation and never run. `sandbox_init`
//! has been called deprecated for years and is what browsers still use. No limit on memory
//! is set beside the ceiling of the heap: the one the system offers is not kept.

use std::ffi::{CStr, c_char, c_int};
use std::ptr;

use lutrin_preview::Closed;

/// No file, no network, no other program; what is open already stays open.
const PROFILE: &CStr = c"(version 1) (deny default)";

// In the system's own library, which every program is linked with.
unsafe extern "C" {
    fn sandbox_init(profile: *const c_char, flags: u64, error: *mut *mut c_char) -> c_int;
    fn sandbox_free_error(error: *mut c_char);
}

/// Gives up files, network and other programs, for every thread.
pub(crate) fn close_doors() -> Result<(), String> {
    let mut error: *mut c_char = ptr::null_mut();
    // SAFETY: the profile ends with a zero, 0 says that it is the profile itself, and the
    // error is written only to the pointer given for it.
    let outcome = unsafe { sandbox_init(PROFILE.as_ptr(), 0, &mut error) };
    if outcome == 0 {
        return Ok(());
    }
    if error.is_null() {
        return Err("the profile of the sandbox is not in force".into());
    }
    // SAFETY: the system wrote a text that ends with a zero, to be given back once.
    let why = unsafe {
        let why = CStr::from_ptr(error).to_string_lossy().into_owned();
        sandbox_free_error(error);
        why
    };
    Err(format!("the profile of the sandbox is not in force: {why}"))
}

/// Adds nothing: the profile is already in force for all threads.
pub(crate) fn close_system_calls() -> Result<(), String> {
    Ok(())
}

/// What is closed: all that the profile denies, or nothing.
pub(crate) fn closed(doors: bool, _calls: bool) -> Closed {
    Closed { network: doors, files: doors, programs: doors, memory: false }
}
