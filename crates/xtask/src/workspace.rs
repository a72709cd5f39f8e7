//! Where things are, and what Cargo says of the workspace.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The root package, which is the shell.
pub const SHELL: &str = "lutrin";

/// The workspace this runner belongs to.
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the workspace from the place of this crate.
    pub fn find() -> Result<Self> {
        let here = std::env::var_os("CARGO_MANIFEST_DIR")
            .unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
        let root = Path::new(&here).ancestors().nth(2).context("xtask is two folders deep")?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// The root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The window's sources.
    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// Where Cargo puts what it builds.
    pub fn target(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => self.root.join(folder),
            None => self.root.join("target"),
        }
    }

    /// A program built for development.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// `cargo` from the root, without what `cargo run` set for this program.
    pub fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.current_dir(&self.root).args(arguments);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command
    }

    /// `npm` in the window's folder.
    pub fn npm<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command.current_dir(self.ui()).args(arguments);
        command
    }

    /// The members of the workspace and what they declare, without resolving.
    pub fn members(&self) -> Result<Metadata> {
        MetadataCommand::new()
            .current_dir(&self.root)
            .no_deps()
            .exec()
            .context("cargo metadata cannot read the workspace")
    }

    /// The members and everything they pull in.
    pub fn everything(&self) -> Result<Metadata> {
        MetadataCommand::new()
            .current_dir(&self.root)
            .exec()
            .context("cargo metadata cannot resolve the workspace")
    }
}

/// The names of the targets of a kind (`test`, `bench`, `bin`) in a package.
pub fn targets(package: &Package, kind: &str) -> Vec<String> {
    package
        .targets
        .iter()
        .filter(|target| target.kind.iter().any(|each| each.to_string() == kind))
        .map(|target| target.name.clone())
        .collect()
}
