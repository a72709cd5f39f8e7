//! `journal verify`: the service's own. `journal import`, `drafts`: laptops'.

use std::path::PathBuf;

use lutrin_central::backup::Manifest;
use lutrin_central::data::Data;
use lutrin_central::journal;
use lutrin_central::journal_import::{self, Machines, import_journals};

use super::{CommandResult, DataArg, print};

/// Commands on journals.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Says whether the journal is as it was written, or which entry is not.
    Verify(VerifyArgs),
    /// Takes in sealed journals of laptops: what their machines signed is ruled on,
    /// what was withdrawn is not applied.
    Import(ImportArgs),
    /// Prints the texts that were being written, newest version each, one line each.
    Drafts(DraftsArgs),
}

/// Arguments of `journal import`.
#[derive(clap::Args)]
pub struct ImportArgs {
    #[command(flatten)]
    pub data: DataArg,
    /// Takes also what machines signed that are revoked.
    #[arg(long)]
    revoked: bool,
    /// The journals; those of one machine together, the oldest first.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Arguments of `journal drafts`.
#[derive(clap::Args)]
pub struct DraftsArgs {
    #[command(flatten)]
    pub data: DataArg,
    /// The journal.
    file: PathBuf,
}

/// Arguments of `journal verify`.
#[derive(clap::Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub data: DataArg,
    /// A backup that witnesses the journal; repeat it. One that was kept where
    /// nobody can write binds all that came before it.
    #[arg(long = "backup", value_name = "DIR")]
    backups: Vec<PathBuf>,
}

/// Verifies the journal.
pub async fn verify(data: &Data, args: VerifyArgs) -> CommandResult {
    let mut witnesses = journal::witnesses(&data.folder)?;
    for backup in &args.backups {
        witnesses.extend(Manifest::read(backup)?.journal);
    }
    print(&journal::verify(data.db.as_ref(), witnesses).await?)
}

/// Takes journals in.
pub async fn import(data: &Data, args: ImportArgs) -> CommandResult {
    let files = args.files.iter().map(std::fs::read).collect::<Result<_, _>>()?;
    let machines = if args.revoked { Machines::RevokedToo } else { Machines::InUse };
    print(&import_journals(data, files, machines, &data.command_trace()).await?)
}

/// Prints drafts.
pub fn drafts(data: &Data, args: &DraftsArgs) -> CommandResult {
    let journal = std::fs::read(&args.file)?;
    journal_import::drafts(data, &journal).iter().try_for_each(print)
}
