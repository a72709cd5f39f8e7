//! `withdraw`

use lutrin_central::data::Data;
use lutrin_domain::id::DossierId;
use serde::Serialize;

use super::{CommandResult, DataArg, print};

/// Arguments of `withdraw`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub data: DataArg,
    /// The dossier.
    #[arg(long, value_name = "ID")]
    dossier: DossierId,
}

#[derive(Serialize)]
struct Withdrawn {
    dossier: DossierId,
    position: u64,
}

/// Takes a dossier out.
pub async fn run(data: &Data, args: Args) -> CommandResult {
    let dossier = args.dossier;
    let Some(position) = data.db.withdraw(dossier, &data.command_trace()).await? else {
        return Err(format!("there is no dossier {dossier}").into());
    };
    print(&Withdrawn { dossier, position })
}
