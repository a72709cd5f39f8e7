//! `bench`: figures, one line `area.figure=value unit` each.
//!
//! An area is measured by a bench target of the workspace, built for release:
//! the window's areas by `window` (the harness of `tests/e2e` on the real app),
//! the exchange by `sync` (the service and the engine in one process). This
//! module runs the targets, passes their figures on and checks that each figure
//! an area promises is there and is a number. A peer is measured in the same run.

mod decide;
mod page;
mod start;
mod sync;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::check::npm_run;
use crate::prepare::{self, Purpose};
use crate::process;
use crate::workspace::{Workspace, targets};

/// What can be measured.
#[derive(Clone, Copy, ValueEnum)]
pub enum Area {
    /// From launch to a usable window.
    Start,
    /// Taking dossiers along, and a contact with nothing new.
    Sync,
    /// Opening a document.
    Page,
    /// From the key of a verdict to durable and on screen.
    Decide,
}

/// How an area is measured.
struct Plan {
    /// Its name, the first word of its figures.
    area: &'static str,
    /// The bench target that measures it; it gets the area as its argument.
    target: &'static str,
    /// Each figure and its unit.
    figures: &'static [(&'static str, &'static str)],
}

impl Area {
    fn plan(self) -> &'static Plan {
        match self {
            Self::Start => &start::PLAN,
            Self::Sync => &sync::PLAN,
            Self::Page => &page::PLAN,
            Self::Decide => &decide::PLAN,
        }
    }
}

/// Measures one area, or all.
pub fn run(workspace: &Workspace, area: Option<Area>) -> Result<()> {
    let areas = area.map_or_else(|| Area::value_variants().to_vec(), |area| vec![area]);
    let existing = bench_targets(workspace)?;
    let (ready, absent): (Vec<_>, Vec<_>) = areas
        .into_iter()
        .map(Area::plan)
        .partition(|plan| existing.iter().any(|target| target == plan.target));
    for plan in &absent {
        eprintln!("{}: not measured yet, there is no bench target `{}`", plan.area, plan.target);
    }
    if !ready.is_empty() {
        build(workspace, &ready)?;
    }
    for plan in &ready {
        let figures = measure(workspace, plan)?;
        for (name, unit) in plan.figures {
            println!("{}.{name}={} {unit}", plan.area, figures[*name]);
        }
    }
    if absent.is_empty() { Ok(()) } else { bail!("{} areas are not measured yet", absent.len()) }
}

fn build(workspace: &Workspace, plans: &[&Plan]) -> Result<()> {
    prepare::run(workspace, Purpose::VirtualDisplay)?;
    npm_run(workspace, "build")?;
    let mut command = release(workspace, "build");
    command.args(["--bins", "--examples"]);
    plans.iter().for_each(|plan| {
        command.args(["--bench", plan.target]);
    });
    process::run(&mut command)
}

/// Runs the target of a plan and reads its figures.
fn measure(workspace: &Workspace, plan: &Plan) -> Result<BTreeMap<String, f64>> {
    let mut command = workspace.cargo(["bench", "--workspace", "--exclude", "xtask", "--quiet"]);
    command.args(["--bench", plan.target, "--", plan.area]);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cargo bench cannot be started")?;
    if !output.status.success() {
        bail!("{} could not be measured: {}", plan.area, output.status);
    }
    read_figures(plan, &String::from_utf8_lossy(&output.stdout))
}

fn read_figures(plan: &Plan, said: &str) -> Result<BTreeMap<String, f64>> {
    let mut figures = BTreeMap::new();
    for (name, unit) in plan.figures {
        let start = format!("{}.{name}=", plan.area);
        let line = said
            .lines()
            .find_map(|line| line.strip_prefix(&start))
            .with_context(|| format!("{start} is missing"))?;
        let value = line.split_whitespace().next().unwrap_or_default();
        let value = value.parse().with_context(|| format!("{start} is not a number: {line}"))?;
        if !line.ends_with(unit) {
            bail!("{start} is not in {unit}: {line}");
        }
        figures.insert((*name).to_owned(), value);
    }
    Ok(figures)
}

fn bench_targets(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = workspace.members()?;
    let packages = metadata.workspace_packages();
    Ok(packages.into_iter().flat_map(|package| targets(package, "bench")).collect())
}

fn release(workspace: &Workspace, command: &str) -> Command {
    workspace.cargo([command, "--workspace", "--exclude", "xtask", "--release"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_promised_figure_must_be_a_number_in_its_unit() {
        let plan = Plan { area: "page", target: "window", figures: &[("first_ms_p50", "ms")] };
        let read = |said| read_figures(&plan, said).map(|figures| figures["first_ms_p50"]);
        assert_eq!(read("noise\npage.first_ms_p50=12.5 ms\n").unwrap(), 12.5);
        assert!(read("").is_err());
        assert!(read("page.first_ms_p50=fast ms").is_err());
        assert!(read("page.first_ms_p50=12.5 s").is_err());
    }

    #[test]
    fn figures_are_named_once() {
        for area in Area::value_variants() {
            let mut names: Vec<_> = area.plan().figures.iter().map(|(name, _)| name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), area.plan().figures.len(), "{}", area.plan().area);
        }
    }
}
