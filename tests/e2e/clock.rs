//! The clock of a program under test: `clock.c`, put before the system's.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

/// A clock of the app's own, that the test sets.
pub struct Clock {
    folder: TempDir,
}

impl Clock {
    pub fn new() -> Result<Self> {
        let clock = Self { folder: TempDir::with_prefix("lutrin-clock-")? };
        clock.set_off(0)?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/clock.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(clock.library())
            .arg(source)
            .status()
            .context("there is no C compiler")?;
        ensure!(built.success(), "the clock does not compile");
        Ok(clock)
    }

    /// So many seconds off from the true time, from now on.
    pub fn set_off(&self, seconds: i64) -> Result<()> {
        use std::io::Write as _;
        // In place: the programs have the file mapped.
        let options = fs::File::options().create(true).truncate(false).write(true).to_owned();
        Ok(options.open(self.file())?.write_all(&seconds.to_ne_bytes())?)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("seconds")
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("clock.so")
    }

    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        vec![("LD_PRELOAD", self.library().into()), ("LUTRIN_TEST_CLOCK", self.file().into())]
    }
}
