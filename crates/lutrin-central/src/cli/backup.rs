//! `backup`

use std::path::PathBuf;

use lutrin_central::backup::backup;
use lutrin_central::data::Data;

use super::{CommandResult, DataArg, print};

/// Arguments of `backup`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub data: DataArg,
    /// The folder in which a folder named by the time is made. Keep it on another
    /// disk: it holds dossiers in clear, and the key of laptops' journals.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// Makes a backup.
pub async fn run(data: &Data, args: Args) -> CommandResult {
    print(&backup(data, &args.to).await?)
}
