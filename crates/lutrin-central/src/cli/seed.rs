//! `seed`

use jiff::civil::Date;
use lutrin_central::data::Data;
use lutrin_central::seed::{SeedRequest, seed};

use super::{CommandResult, DataArg, password_from_stdin, print};

/// Arguments of `seed`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub data: DataArg,
    /// Another seed makes other people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day the dossiers are made for; that of the first run, or today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// How many dossiers; the ten examples when absent.
    #[arg(long, value_name = "N")]
    dossiers: Option<u64>,
    /// Reads the password of the demonstration accounts from standard input.
    #[arg(long)]
    password_stdin: bool,
}

/// Seeds the service.
pub async fn run(data: &Data, args: Args) -> CommandResult {
    let usual = SeedRequest::new(args.seed);
    let password = match args.password_stdin {
        true => password_from_stdin()?,
        false => usual.password,
    };
    let request =
        SeedRequest { seed: args.seed, today: args.today, dossiers: args.dossiers, password };
    print(&seed(data, request).await?)
}
