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
