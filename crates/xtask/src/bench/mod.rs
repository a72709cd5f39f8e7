//! `bench`: figures, one line `area.figure=value unit` each.
//!
//! An area is measured by bench targets of the workspace, built for release: what
//! is on screen by `window` (the harness of `tests/e2e` on the real app), the
//! exchange by `sync` (the service and the engine in one process), the worker of
//! the reading room by `pages` and `text`. This module runs the targets, passes
//! their figures on and checks that each figure an area promises is there and is a
//! number. A peer is measured in the same run; one that cannot be installed is
//! named ([`peers`]).

mod decide;
mod page;
mod peers;
mod start;
mod sync;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::check::npm_run;
use crate::prepare::{self, Purpose};
use crate::process;
use crate::workspace::Workspace;

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
    /// Its name, which its targets get as their argument.
    area: &'static str,
    /// What measures it, in this order.
    parts: &'static [Part],
    /// The other programs it is compared with.
    peers: &'static [peers::Peer],
}

/// What one bench target measures.
struct Part {
    target: &'static str,
    /// Each figure and its unit.
    figures: &'static [Figure],
}

/// A figure that a target promises: `area.figure`, its unit, and without which peer there
/// is none.
struct Figure {
    name: &'static str,
    unit: &'static str,
    peer: Option<peers::Peer>,
}

impl Figure {
    const fn new(name: &'static str, unit: &'static str) -> Self {
        Self { name, unit, peer: None }
    }
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
    let plans: Vec<_> = areas.into_iter().map(Area::plan).collect();
    build(workspace, &plans)?;
    for plan in plans {
        let peers = peers::install(workspace, plan.peers);
        for part in plan.parts {
            let figures = measure(workspace, plan, part, &peers)?;
            for Figure { name, unit, .. } in part.figures {
                if let Some(value) = figures.get(name) {
                    println!("{name}={value} {unit}");
                }
            }
        }
    }
    Ok(())
}

fn build(workspace: &Workspace, plans: &[&Plan]) -> Result<()> {
    prepare::run(workspace, Purpose::VirtualDisplay)?;
    npm_run(workspace, "build")?;
    let mut command = release(workspace, "build");
    command.args(["--bins", "--examples"]);
    plans.iter().flat_map(|plan| plan.parts).for_each(|part| {
        command.args(["--bench", part.target]);
    });
    process::run(&mut command)
}

/// Runs a target of a plan and reads its figures; what else it says is passed on.
fn measure(
    workspace: &Workspace,
    plan: &Plan,
    part: &Part,
    peers: &peers::Installed,
) -> Result<BTreeMap<&'static str, f64>> {
    let mut command = workspace.cargo(["bench", "--workspace", "--exclude", "xtask", "--quiet"]);
    command.args(["--bench", part.target, "--", plan.area]);
    let output = command
        .envs(peers.environment())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cargo bench cannot be started")?;
    if !output.status.success() {
        bail!("{} could not be measured: {}", plan.area, output.status);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().filter(|line| line.starts_with("  ")).for_each(|line| eprintln!("{line}"));
    read_figures(part, &said, |peer| peers.has(peer))
}

fn read_figures(
    part: &Part,
    said: &str,
    has: impl Fn(peers::Peer) -> bool,
) -> Result<BTreeMap<&'static str, f64>> {
    let mut figures = BTreeMap::new();
    let skipped = said.lines().find(|line| line.starts_with("skipped: "));
    for Figure { name, unit, peer } in part.figures {
        let start = format!("{name}=");
        let line = said.lines().find_map(|line| line.strip_prefix(&start));
        let lacking =
            peer.filter(|peer| !has(*peer)).map(|_| "what it is compared with is not here");
        if let (None, Some(why)) = (line, skipped.or(lacking)) {
            eprintln!("{name}: not measured, {why}");
            continue;
        }
        let line = line.with_context(|| format!("{start} is missing"))?;
        let value = line.split_whitespace().next().unwrap_or_default();
        let value = value.parse().with_context(|| format!("{start} is not a number: {line}"))?;
        if !line.ends_with(unit) {
            bail!("{start} is not in {unit}: {line}");
        }
        figures.insert(*name, value);
    }
    Ok(figures)
}

fn release(workspace: &Workspace, command: &str) -> Command {
    workspace.cargo([command, "--workspace", "--exclude", "xtask", "--release"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::targets;

    #[test]
    fn every_promised_figure_must_be_a_number_in_its_unit() {
        const FIGURES: &[Figure] = &[Figure::new("page.first_ms_p50", "ms")];
        let part = Part { target: "window", figures: FIGURES };
        let read =
            |said| read_figures(&part, said, |_| false).map(|figures| figures["page.first_ms_p50"]);
        assert_eq!(read("noise\npage.first_ms_p50=12.5 ms\n").unwrap(), 12.5);
        assert!(read("").is_err());
        assert!(read("page.first_ms_p50=fast ms").is_err());
        assert!(read("page.first_ms_p50=12.5 s").is_err());
    }

    #[test]
    fn a_figure_is_lacking_only_where_its_peer_is() {
        const PEER: Option<peers::Peer> = Some(peers::Peer::Pdfium);
        const FIGURES: &[Figure] = &[Figure { name: "page.vs_pdfium", unit: "×", peer: PEER }];
        let part = Part { target: "pages", figures: FIGURES };
        assert!(read_figures(&part, "", |_| false).unwrap().is_empty());
        assert!(read_figures(&part, "", |_| true).is_err());
        assert!(read_figures(&part, "skipped: no documents", |_| true).unwrap().is_empty());
    }

    #[test]
    fn figures_are_named_once_and_measured_by_targets_that_exist() {
        let metadata = Workspace::find().unwrap().members().unwrap();
        let packages = metadata.workspace_packages().into_iter();
        let existing: Vec<_> = packages.flat_map(|package| targets(package, "bench")).collect();
        let parts = || Area::value_variants().iter().flat_map(|area| area.plan().parts);
        for part in parts() {
            assert!(existing.iter().any(|target| target == part.target), "{}", part.target);
        }
        let mut names: Vec<_> = parts().flat_map(|part| part.figures).map(|one| one.name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
