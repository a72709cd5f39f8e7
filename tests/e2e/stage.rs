//! Where a story is played: service, pictures, and the reviewers' machines.
//!
//! A story leaves its pictures in `target/story`. With `LUTRIN_STAGE` (that is
//! how `cargo xtask demo` plays it) pictures, profile and service data are in
//! that folder and are kept.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;

use crate::app::App;
use crate::desktop::{Desktop, Keyring};
use crate::service::{SEED, Service};

/// One story's stage.
pub struct Stage {
    /// The service, seeded, not started.
    pub service: Service,
    kept: Option<PathBuf>,
    folder: PathBuf,
    _temporary: Option<TempDir>,
    pictures: PathBuf,
    taken: usize,
}

/// A reviewer's machine and what it keeps.
pub struct Machine {
    /// The machine.
    pub desktop: Desktop,
    /// The profile folder of the app.
    pub profile: PathBuf,
}

impl Stage {
    /// Sets the stage for a story.
    pub fn set(story: &str) -> Result<Self> {
        let kept = std::env::var_os("LUTRIN_STAGE").map(PathBuf::from);
        let temporary = match &kept {
            Some(_) => None,
            None => Some(TempDir::with_prefix("lutrin-stage-")?),
        };
        let folder = match (&kept, &temporary) {
            (Some(folder), _) => folder.clone(),
            (None, Some(folder)) => folder.path().to_path_buf(),
            (None, None) => unreachable!("one of them was just made"),
        };
        let pictures = kept.clone().unwrap_or_else(|| target().join("story"));
        fs::create_dir_all(&pictures)?;
        forget_pictures(&pictures, story)?;
        let seed = if kept.is_some() { &[] } else { SEED };
        let service = Service::seeded(&folder.join("service"), seed)?;
        Ok(Self { service, kept, folder, _temporary: temporary, pictures, taken: 0 })
    }

    /// Whether it is kept, so that an earlier run may have decided already.
    pub fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// A reviewer's machine, by name.
    pub async fn machine(&self, name: &str) -> Result<Machine> {
        let desktop = match &self.kept {
            Some(_) => Desktop::start_in(&self.folder.join(format!("home-{name}"))).await?,
            None => Desktop::start(Keyring::Unlocked).await?,
        };
        let profile = match name {
            // Where `cargo xtask demo` opens the app on a real display.
            "reviewer" => self.folder.join("profile"),
            other => self.folder.join(format!("profile-{other}")),
        };
        Ok(Machine { desktop, profile })
    }

    /// Takes the next picture of a story.
    pub async fn picture(&mut self, app: &App, story: &str, name: &str) -> Result<()> {
        self.taken += 1;
        let path = self.pictures.join(format!("{story}-{:02}-{name}.png", self.taken));
        println!("    {}", path.display());
        app.picture(&path).await
    }

    /// Where a picture of something that went wrong goes.
    pub fn wrong(&self, story: &str) -> PathBuf {
        self.pictures.join(format!("{story}-wrong.png"))
    }
}

/// Says which part of a story begins.
pub fn act(title: &str) {
    println!("  {title}");
}

fn forget_pictures(folder: &Path, story: &str) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(&format!("{story}-")) && name.ends_with(".png") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Where Cargo puts what it builds.
fn target() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).to_path_buf()
}
