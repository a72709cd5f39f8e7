//! Programs of a test, and those of the workspace.

use std::path::PathBuf;

use anyhow::{Result, bail};

pub use crate::program::{Program, end, kill};

/// The app, built with this test.
pub fn app() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_lutrin"))
}

/// Another program of the workspace, beside the app.
pub fn beside_the_app(name: &str) -> Result<PathBuf> {
    let path = app().with_file_name(name);
    if !path.exists() {
        bail!("{} is not built: run `cargo xtask test`", path.display());
    }
    Ok(path)
}
