//! Node and the packages of the window.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// What Vite asks for.
const LEAST_NODE: (u32, u32) = (20, 19);

/// Installs the packages of the window when their list changed.
pub fn run(workspace: &Workspace) -> Result<()> {
    check_node()?;
    if is_current(workspace) {
        println!("The packages of the window are here.");
        return Ok(());
    }
    process::run(&mut workspace.npm(["ci", "--no-audit", "--no-fund"]))?;
    fs::copy(lock(workspace), stamp(workspace)).context("node_modules cannot be stamped")?;
    Ok(())
}

/// Whether what is installed is what the lock file says.
pub fn is_current(workspace: &Workspace) -> bool {
    match (fs::read(lock(workspace)), fs::read(stamp(workspace))) {
        (Ok(wanted), Ok(installed)) => wanted == installed,
        _ => false,
    }
}

fn lock(workspace: &Workspace) -> PathBuf {
    workspace.ui().join("package-lock.json")
}

/// The lock file as it was when the packages were installed.
fn stamp(workspace: &Workspace) -> PathBuf {
    workspace.ui().join("node_modules").join(".installed-lock.json")
}

fn check_node() -> Result<()> {
    let (major, minor) = LEAST_NODE;
    let Ok(said) = process::output(Command::new("node").arg("--version")) else {
        bail!("install Node {major}.{minor} or later: https://nodejs.org");
    };
    let version = parse_version(&said).with_context(|| format!("node says {said:?}"))?;
    if version < LEAST_NODE {
        bail!("Node is {}; {major}.{minor} or later is needed", said.trim());
    }
    Ok(())
}

fn parse_version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_are_compared_as_numbers() {
        assert_eq!(parse_version("v20.20.2\n"), Some((20, 20)));
        assert!(parse_version("v9.99.0") < Some(LEAST_NODE), "9 is before 20");
        assert_eq!(parse_version("node"), None);
    }
}
