//! Closing the worker's doors on itself, in two steps, before it sees a document.
//!
//! First [`close_doors`], on the only thread there is; then the thread of the document
//! starts, which needs a system call that [`close_system_calls`] takes away. After both
//! the process can read its standard input, write its standard output, and use memory.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;

#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "the system is asked through its own library")]
mod macos;
#[cfg(target_os = "macos")]
use macos as system;

#[cfg(windows)]
#[expect(unsafe_code, reason = "the system is asked through its own library")]
mod windows;
#[cfg(windows)]
use windows as system;

use lutrin_preview::{Closed, NotEnforced};

/// What is missing, once both were closed as far as they could be; nothing if all is in
/// force. The ceiling of the heap is ours and always is.
pub(crate) fn not_enforced(
    doors: Result<(), String>,
    calls: Result<(), String>,
) -> Option<NotEnforced> {
    let Closed { network, files, programs, .. } = system::closed(doors.is_ok(), calls.is_ok());
    let closed = Closed { network, files, programs, memory: true };
    doors.and(calls).err().map(|why| NotEnforced { why, closed })
}

/// Gives up files, network and resources, for every thread started later.
///
/// The error says what is not in force.
pub(crate) fn close_doors() -> Result<(), String> {
    system::close_doors()
}

/// Gives up every system call that reading a document does not need, for every thread.
///
/// The error says what is not in force.
pub(crate) fn close_system_calls() -> Result<(), String> {
    system::close_system_calls()
}
