//! `check`: what can be said without running the product, quickest first.

use anyhow::{Result, bail};

use crate::prepare::{self, Purpose};
use crate::steps::Steps;
use crate::test::{SEEDED_BUGS, all, test_targets};
use crate::workspace::Workspace;
use crate::{dependencies, layers, process, texts};

/// Runs the checks as a command of their own.
pub fn run(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::new();
    if steps.run("prepare", || prepare::run(workspace, Purpose::Build)) {
        add(workspace, &mut steps);
        steps.run("generated files", || generated_files(workspace));
    }
    steps.finish()
}

/// Adds the checks to a command that runs the tests too, hence those of the
/// generated files.
pub fn add(workspace: &Workspace, steps: &mut Steps) {
    steps.run("format of the programs (cargo fmt)", || {
        process::run(&mut workspace.cargo(["fmt", "--all", "--check"]))
    });
    steps.run("format of the window (prettier)", || npm_run(workspace, "format:check"));
    steps.run("layers", || none("layers", &layers::check(workspace)?));
    steps.run("dependencies", || none("dependencies", &dependencies::check(workspace)?));
    steps.run("texts", || none("texts", &texts::check(workspace)?));
    steps.run("lints of the window (eslint)", || npm_run(workspace, "lint"));
    steps.run("types of the window (svelte-check)", || npm_run(workspace, "check"));
    // Tauri embeds the built window, so even a lint of the shell needs it.
    if steps.run("build the window (vite)", || npm_run(workspace, "build")) {
        steps.run("lints and types of the programs (clippy)", || clippy(workspace));
    } else {
        steps.skip("lints and types of the programs (clippy)", "the window is not built");
    }
}

/// Runs a script of the window's package.
pub fn npm_run(workspace: &Workspace, script: &str) -> Result<()> {
    process::run(&mut workspace.npm(["run", "--silent", script]))
}

fn clippy(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo(["clippy", "--workspace", "--all-targets", "--quiet"]);
    process::run(command.args(SEEDED_BUGS).args(["--", "-D", "warnings"]))
}

/// Words in the names of the tests that compare a generated file with what is
/// committed: the typed bindings, the description of the service.
const GENERATED: [&str; 2] = ["bindings", "openapi"];

fn generated_files(workspace: &Workspace) -> Result<()> {
    let mut command = all(workspace, "test");
    command.args(["--lib", "--no-fail-fast"]);
    command.args(
        test_targets(workspace)?.iter().filter(|name| *name != WINDOW).flat_map(|name| only(name)),
    );
    let said = process::output(command.arg("--").args(GENERATED))?;
    for name in GENERATED {
        let mut tests =
            said.lines().filter(|line| line.starts_with("test ") && line.contains(name));
        let Some(first) = tests.next() else { bail!("no test says whether {name} are fresh") };
        if let Some(stale) = std::iter::once(first).chain(tests).find(|line| !line.ends_with("ok"))
        {
            bail!("{stale}: run the tests to see the difference");
        }
        println!("{first}");
    }
    Ok(())
}

/// The target that drives the real window.
pub const WINDOW: &str = "window";

/// The arguments that select one test target.
pub fn only(name: &str) -> [&str; 2] {
    ["--test", name]
}

fn none(what: &str, found: &[String]) -> Result<()> {
    if found.is_empty() {
        println!("Nothing to say of the {what}.");
        return Ok(());
    }
    found.iter().for_each(|line| println!("{line}"));
    bail!("{} to correct", found.len());
}
