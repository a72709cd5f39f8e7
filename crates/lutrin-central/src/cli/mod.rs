//! The commands. Results are JSON on stdout, logs JSON on stderr; an error is one
//! line for a person on stderr and exit code 1.
//!
//! Every command but `serve` and `restore` may run while the service does.

mod backup;
mod decisions;
mod deposit;
mod device;
mod import;
mod journal;
mod restore;
mod reviewer;
#[cfg(feature = "seed")]
mod seed;
mod serve;
mod withdraw;

use std::error::Error;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Parser;
use lutrin_central::data::Data;
use lutrin_central::db::Standing;
use lutrin_central::openapi;
use lutrin_central::sources::Sources;
use lutrin_protocol::session::Secret;
use serde::Serialize;
use tracing_subscriber::EnvFilter;

/// What a command may end with.
pub type CommandResult = Result<(), Box<dyn Error>>;

/// The service of Lutrin, and the commands of whoever runs it.
#[derive(Parser)]
#[command(name = "lutrin-central", version)]
pub enum Command {
    /// Answers reviewers' machines until it is told to stop.
    Serve(serve::Args),
    /// Fills the service with fictitious dossiers and demonstration accounts.
    #[cfg(feature = "seed")]
    Seed(seed::Args),
    /// Makes a dossier out of a folder of any files.
    Import(import::Args),
    /// Replaces a learner's file.
    Deposit(deposit::Args),
    /// Takes a dossier out of the service; laptops let go of it.
    Withdraw(withdraw::Args),
    /// Copies everything into a new folder, verified, while the service runs.
    Backup(backup::Args),
    /// Makes a service of a backup again; laptops then send what it has lost.
    Restore(restore::Args),
    /// Prints the decisions received, refused ones included, one line each.
    Decisions(decisions::Args),
    /// Accounts of reviewers.
    #[command(subcommand)]
    Reviewer(reviewer::Command),
    /// Machines of reviewers.
    #[command(subcommand)]
    Device(device::Command),
    /// The journal of who did what when, and those of laptops.
    #[command(subcommand)]
    Journal(journal::Command),
    /// Prints the OpenAPI description of the wire.
    Openapi,
}

/// The data folder, as every command takes it.
#[derive(Clone, clap::Args)]
pub struct DataArg {
    /// The folder of everything the service keeps; made if there is none.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

impl Command {
    /// Runs the command.
    pub async fn run(self) -> CommandResult {
        match self {
            Self::Serve(args) => serve::run(args).await,
            #[cfg(feature = "seed")]
            Self::Seed(args) => {
                args.data.clone().lend(async |data| seed::run(data, args).await).await
            }
            Self::Import(args) => {
                args.data.clone().lend(async |data| import::run(data, args).await).await
            }
            Self::Deposit(args) => {
                args.data.clone().lend(async |data| deposit::run(data, args).await).await
            }
            Self::Backup(args) => {
                args.data.clone().lend(async |data| backup::run(data, args).await).await
            }
            Self::Restore(args) => restore::run(args).await,
            Self::Decisions(args) => {
                args.data.clone().lend(async |data| decisions::run(data, args).await).await
            }
            Self::Withdraw(args) => {
                args.data.clone().lend(async |data| withdraw::run(data, args).await).await
            }
            Self::Reviewer(reviewer::Command::Add(args)) => {
                args.data.clone().lend(async |data| reviewer::add(data, args).await).await
            }
            Self::Reviewer(reviewer::Command::Scope(args)) => {
                args.data.clone().lend(async |data| reviewer::scope(data, args).await).await
            }
            Self::Reviewer(reviewer::Command::Disable(args)) => {
                let standing = Standing::Disabled;
                let data = args.data.clone();
                data.lend(async |data| reviewer::standing(data, args, standing).await).await
            }
            Self::Reviewer(reviewer::Command::Enable(args)) => {
                let standing = Standing::Enabled;
                let data = args.data.clone();
                data.lend(async |data| reviewer::standing(data, args, standing).await).await
            }
            Self::Device(device::Command::Revoke(args)) => {
                args.data.clone().lend(async |data| device::run(data, args).await).await
            }
            Self::Journal(journal::Command::Verify(args)) => {
                args.data.clone().lend(async |data| journal::verify(data, args).await).await
            }
            Self::Journal(journal::Command::Import(args)) => {
                args.data.clone().lend(async |data| journal::import(data, args).await).await
            }
            Self::Journal(journal::Command::Drafts(args)) => {
                args.data.clone().lend(async |data| journal::drafts(data, &args)).await
            }
            Self::Openapi => {
                let mut text = serde_json::to_vec_pretty(&openapi::document())?;
                text.push(b'\n');
                Ok(io::stdout().write_all(&text)?)
            }
        }
    }
}

impl DataArg {
    /// Opens the folder for one job and closes it, whatever comes of the job.
    async fn lend(self, job: impl AsyncFnOnce(&Data) -> CommandResult) -> CommandResult {
        let data = Data::open(&self.data, Sources::system()).await?;
        let outcome = job(&data).await;
        data.close().await;
        outcome
    }

    fn path(&self) -> &Path {
        &self.data
    }
}

/// Logs go to stderr as JSON, one line each; `RUST_LOG` chooses them.
pub fn start_log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    // The message of a panic may quote what it was working on; the place suffices.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

/// Says what went wrong, and what caused it.
pub fn say_error(error: &dyn Error) {
    let mut text = format!("lutrin-central: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    // Nothing is left to say where stderr is closed.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints a result as one line of JSON.
fn print(result: &impl Serialize) -> CommandResult {
    let mut line = serde_json::to_vec(result)?;
    line.push(b'\n');
    let mut stdout = io::stdout();
    stdout.write_all(&line)?;
    Ok(stdout.flush()?)
}

/// The first line of standard input, so that a password is not seen among the
/// arguments of processes.
fn password_from_stdin() -> io::Result<Secret> {
    let mut text = String::new();
    io::stdin().take(64 * 1024).read_to_string(&mut text)?;
    Ok(Secret(text.lines().next().unwrap_or_default().to_owned()))
}
