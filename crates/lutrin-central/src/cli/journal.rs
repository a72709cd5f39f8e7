//! `journal verify`

use std::path::PathBuf;

use lutrin_central::backup::Manifest;
use lutrin_central::data::Data;
use lutrin_central::journal;

use super::{CommandResult, DataArg, print};

/// Commands on journals.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Says whether the journal is as it was written, or which entry is not.
    Verify(VerifyArgs),
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
