//! `cargo xtask`: the one runner of the project. People and continuous
//! integration call the same commands.
//!
//! Each command is a list of steps that are announced, timed and summed up in a
//! table; a step is a program run in the foreground. The runner knows nothing of
//! the crates it builds but their names, and depends on none of them.
//!
//! Start reading in [`test`], which calls the rest.

mod bench;
mod campaign;
mod check;
mod demo;
mod dependencies;
mod layers;
mod package;
mod prepare;
mod process;
mod steps;
mod test;
mod texts;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The runner of Lutrin")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Subcommand)]
enum Command {
    /// Format, lints, types, generated files, layers, dependencies, texts.
    Check,
    /// Everything: `check`, the window's own tests, unit tests, stories, the real window.
    Test,
    /// Builds everything, starts a service with fictitious dossiers and opens the app.
    Demo {
        /// Forgets the data of earlier demonstrations.
        #[arg(long)]
        fresh: bool,
    },
    /// Measures: one line `area.figure=value unit` per figure.
    Bench {
        /// Only this area.
        area: Option<bench::Area>,
    },
    /// Tries to break something, at length, and counts.
    Campaign {
        /// What is tried.
        campaign: campaign::Campaign,
        #[command(flatten)]
        extent: campaign::Extent,
    },
    /// Builds the Debian package, the reading room beside the app.
    Package,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Check => check::run(&workspace),
        Command::Test => test::run(&workspace),
        Command::Demo { fresh } => demo::run(&workspace, fresh),
        Command::Bench { area } => bench::run(&workspace, area),
        Command::Campaign { campaign, extent } => campaign::run(&workspace, campaign, extent),
        Command::Package => package::run(&workspace),
    }
}
