//! `restore`

use std::path::PathBuf;

use lutrin_central::restore::{Occupied, restore};
use lutrin_central::sources::Sources;

use super::{CommandResult, DataArg, print};

/// Arguments of `restore`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArg,
    /// The backup: a folder that `backup` made.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Rename a data folder that is there, and put the restored one in its place.
    #[arg(long)]
    replace: bool,
}

/// Restores a backup.
pub async fn run(args: Args) -> CommandResult {
    let occupied = if args.replace { Occupied::SetAside } else { Occupied::Refuse };
    print(&restore(&args.from, args.data.path(), occupied, &Sources::system()).await?)
}
