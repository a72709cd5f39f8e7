//! Makes a fresh machine ready: what is missing is installed, or named.

mod debian;
mod node;

use anyhow::Result;

use crate::workspace::Workspace;

/// What will be done, hence what must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Building the app and opening it on a desktop.
    Build,
    /// Also driving its window in a virtual display.
    VirtualDisplay,
}

/// Installs what is missing. Quick when nothing is.
pub fn run(workspace: &Workspace, purpose: Purpose) -> Result<()> {
    debian::run(purpose)?;
    node::run(workspace)
}

/// Whether the window's packages are still to be installed.
pub fn is_first_time(workspace: &Workspace) -> bool {
    !node::is_current(workspace)
}
