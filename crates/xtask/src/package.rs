//! `package`: the Debian package. The reading room goes beside the app as an
//! external binary, so that `tauri.bundle.json` is only needed here.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::check::npm_run;
use crate::prepare::{self, Purpose};
use crate::process;
use crate::steps::Steps;
use crate::workspace::Workspace;

const PREVIEW: &str = "lutrin-preview";

/// Builds the package.
pub fn run(workspace: &Workspace) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the package is a .deb: build it on Debian");
    }
    let mut steps = Steps::new();
    let done = steps.run("prepare", || prepare::run(workspace, Purpose::Build))
        && steps.run("build the window (vite)", || npm_run(workspace, "build"))
        && steps.run("build the reading room", || reading_room(workspace))
        && steps.run("build the app and its package", || bundle(workspace));
    steps.finish()?;
    if done {
        println!("{}", newest_package(workspace)?.display());
    }
    Ok(())
}

/// Builds the reading room and puts it where Tauri looks for external binaries:
/// under the name of the target it was built for.
fn reading_room(workspace: &Workspace) -> Result<()> {
    process::run(&mut workspace.cargo(["build", "--release", "--package", PREVIEW]))?;
    let folder = workspace.target().join("bundled");
    fs::create_dir_all(&folder)?;
    let built = workspace.target().join("release").join(PREVIEW);
    let wanted = folder.join(format!("{PREVIEW}-{}", host(workspace)?));
    fs::copy(&built, &wanted).with_context(|| format!("{} is not built", built.display()))?;
    Ok(())
}

fn bundle(workspace: &Workspace) -> Result<()> {
    let tauri = workspace.ui().join("node_modules/.bin/tauri");
    if !tauri.exists() {
        bail!("ui/package.json must list @tauri-apps/cli among its devDependencies");
    }
    let mut command = Command::new(tauri);
    command.current_dir(workspace.root()).args(["build", "--ci", "--bundles", "deb"]);
    process::run(command.arg("--config").arg(workspace.root().join("tauri.bundle.json")))
}

/// The target triple of this machine's compiler.
fn host(workspace: &Workspace) -> Result<String> {
    let said = process::output(
        Command::new("rustc").args(["--version", "--verbose"]).current_dir(workspace.root()),
    )?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say its host")?.to_owned())
}

fn newest_package(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target().join("release/bundle/deb");
    fs::read_dir(&folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .max_by_key(|path| fs::metadata(path).and_then(|data| data.modified()).ok())
        .with_context(|| format!("no package in {}", folder.display()))
}
