//! `deposit`

use std::path::PathBuf;

use lutrin_central::data::Data;
use lutrin_central::deposit::deposit_file;
use lutrin_domain::id::{DossierId, SlotKey};

use super::{CommandResult, DataArg, print};

/// Arguments of `deposit`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub data: DataArg,
    /// The dossier.
    #[arg(long, value_name = "ID")]
    dossier: DossierId,
    /// The slot, such as `import/001`.
    #[arg(long, value_name = "KEY")]
    slot: String,
    /// The file that replaces the newest one there.
    file: PathBuf,
}

/// Deposits a file.
pub async fn run(data: &Data, args: Args) -> CommandResult {
    let slot = SlotKey::new(args.slot);
    print(&deposit_file(data, args.dossier, &slot, &args.file).await?)
}
