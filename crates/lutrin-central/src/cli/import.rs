//! `import`

use std::path::PathBuf;

use lutrin_central::data::Data;
use lutrin_central::import::{ImportRequest, import_folder};
use lutrin_domain::id::{CenterCode, DiplomaCode, JurySessionId};

use super::{CommandResult, DataArg, print};

/// Arguments of `import`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub data: DataArg,
    /// The folder; its files only, hidden ones and links left out.
    folder: PathBuf,
    /// Reference that people quote; made up when absent.
    #[arg(long)]
    reference: Option<String>,
    /// Code of the diploma.
    #[arg(long)]
    diploma: Option<String>,
    /// Code of the centre.
    #[arg(long)]
    center: Option<String>,
    /// The sitting of the jury it is planned for.
    #[arg(long, value_name = "ID")]
    jury: Option<JurySessionId>,
    /// Status of D3, such as EN_EXAMEN_CENTRE; TRANSMIS_DNF when absent.
    #[arg(long)]
    status: Option<String>,
    /// First name of the learner.
    #[arg(long)]
    first_name: Option<String>,
    /// Birth name of the learner.
    #[arg(long)]
    birth_name: Option<String>,
}

/// Imports a folder.
pub async fn run(data: &Data, args: Args) -> CommandResult {
    let usual = ImportRequest::new(args.folder);
    let request = ImportRequest {
        reference: args.reference,
        status: args.status.unwrap_or(usual.status),
        diploma: args.diploma.map_or(usual.diploma, DiplomaCode::new),
        center: args.center.map_or(usual.center, CenterCode::new),
        jury: args.jury,
        first_name: args.first_name.unwrap_or(usual.first_name),
        birth_name: args.birth_name.unwrap_or(usual.birth_name),
        folder: usual.folder,
    };
    print(&import_folder(data, request).await?)
}
