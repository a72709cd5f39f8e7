//! `test`: everything, quickest first. `.ci/run` calls exactly this.
//!
//! All builds select the same packages, so that Cargo unifies features the same
//! way and compiles each library once. `xtask` is left out: it is running, and
//! Windows does not let a running program be replaced.

use std::process::Command;

use anyhow::{Result, bail};

use crate::check::{self, WINDOW, npm_run, only};
use crate::prepare::{self, Purpose};
use crate::process;
use crate::steps::Steps;
use crate::workspace::{Workspace, targets};

/// The test kit's feature that makes the product wrong on purpose. What is shipped is built
/// by itself, in release, where it does not compile.
pub const SEEDED_BUGS: [&str; 2] = ["--features", "lutrin-testkit/seeded-bugs"];

/// The test target of the campaigns that cross crates.
pub const CAMPAIGNS: &str = "campaigns";

/// Runs everything.
pub fn run(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::new();
    if steps.run("prepare", || prepare::run(workspace, Purpose::VirtualDisplay)) {
        steps.run("tests of the runner", || tests_of_the_runner(workspace));
        check::add(workspace, &mut steps);
        steps.run("tests of the window's code (vitest)", || npm_run(workspace, "test"));
        steps.run("the service builds alone", || service_alone(workspace));
        build_and_test(workspace, &mut steps);
    }
    steps.finish()
}

fn build_and_test(workspace: &Workspace, steps: &mut Steps) {
    let tests = "unit tests and stories";
    let campaigns = "short campaigns";
    let window = "the real window";
    if !steps.run("build", || build(workspace)) {
        steps.skip(tests, "the build failed");
        steps.skip(campaigns, "the build failed");
        steps.skip(window, "the build failed");
        return;
    }
    steps.run(tests, || unit_tests_and_stories(workspace));
    steps.run(campaigns, || short_campaigns(workspace));
    if cfg!(target_os = "linux") {
        steps.run(window, || window_tests(workspace));
    } else {
        steps.skip(window, "it is driven through WebKitWebDriver, on Linux only");
    }
}

fn tests_of_the_runner(workspace: &Workspace) -> Result<()> {
    process::run(&mut workspace.cargo(["test", "--quiet", "--package", "xtask"]))
}

/// The service is shipped alone, with the features it asks for itself: within
/// the workspace it would also get those of the app, such as SQLCipher.
fn service_alone(workspace: &Workspace) -> Result<()> {
    let mut check = workspace.cargo(["check", "--quiet", "--package", "lutrin-central"]);
    process::run(check.arg("--target-dir").arg(workspace.target().join("alone")))
}

fn build(workspace: &Workspace) -> Result<()> {
    process::run(all(workspace, "build").arg("--all-targets"))
}

fn unit_tests_and_stories(workspace: &Workspace) -> Result<()> {
    let tests = test_targets(workspace)?;
    let mut command = all(workspace, "test");
    command.args(["--lib", "--bins", "--no-fail-fast"]);
    let tests = tests.iter().filter(|name| ![WINDOW, CAMPAIGNS].contains(&name.as_str()));
    command.args(tests.flat_map(|name| only(name)));
    process::run(&mut command)
}

/// One at a time: each fills the machine, and some wait for what must happen in time.
fn short_campaigns(workspace: &Workspace) -> Result<()> {
    let mut command = all(workspace, "test");
    command.args(["--test", CAMPAIGNS, "--", "--test-threads=1", "--nocapture"]);
    process::run(command.env("RUST_BACKTRACE", "0"))
}

fn window_tests(workspace: &Workspace) -> Result<()> {
    if !test_targets(workspace)?.iter().any(|name| name == WINDOW) {
        bail!("the root package has no test target `{WINDOW}`");
    }
    let mut command = all(workspace, "test");
    // One at a time: two cores, and pictures of a window that is not starved.
    command.args(["--test", WINDOW, "--", "--test-threads=1", "--nocapture"]);
    // A failure tells what was on screen; where in the test matters less.
    process::run(command.env("RUST_BACKTRACE", "0"))
}

/// `cargo` on every package but this one.
pub fn all(workspace: &Workspace, command: &str) -> Command {
    let mut command = workspace.cargo([command, "--workspace", "--exclude", "xtask"]);
    command.args(SEEDED_BUGS);
    if std::env::var_os("CI").is_some() {
        command.arg("--locked");
    }
    command
}

/// Every test target of the workspace, by name.
pub fn test_targets(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = workspace.members()?;
    let packages = metadata.workspace_packages().into_iter();
    let mut names: Vec<String> = packages.flat_map(|package| targets(package, "test")).collect();
    names.sort();
    names.dedup();
    Ok(names)
}
