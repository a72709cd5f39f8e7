//! `decisions`

use lutrin_central::data::Data;
use lutrin_central::db::Outcome;
use lutrin_domain::decision::Stamped;
use lutrin_domain::id::DossierId;
use lutrin_domain::refusal::Refusal;
use serde::Serialize;

use super::{CommandResult, DataArg, print};

/// Arguments of `decisions`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub data: DataArg,
    /// Those on this dossier only.
    #[arg(long, value_name = "ID")]
    dossier: Option<DossierId>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    stamped: &'a Stamped,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'a Refusal>,
}

/// Prints each decision on a line of its own.
pub async fn run(data: &Data, args: Args) -> CommandResult {
    for kept in data.db.decisions(args.dossier).await? {
        let (position, refusal) = match &kept.outcome {
            Outcome::Applied { position, .. } => (Some(*position), None),
            Outcome::Refused(refusal) => (None, Some(refusal)),
        };
        print(&Line { stamped: &kept.stamped, position, refusal })?;
    }
    Ok(())
}
