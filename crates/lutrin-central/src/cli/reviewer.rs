//! `reviewer add`

use clap::ArgGroup;
use lutrin_central::data::Data;
use lutrin_central::reviewers::{NewAccount, add_reviewer};
use lutrin_domain::id::{CenterCode, ReviewerId};
use lutrin_domain::reviewer::{Role, Scope};
use lutrin_protocol::session::Secret;
use serde::Serialize;

use super::{CommandResult, DataArg, password_from_stdin, print};

/// Commands on accounts.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Makes an account.
    Add(AddArgs),
}

/// Arguments of `reviewer add`.
#[derive(clap::Args)]
#[command(group(ArgGroup::new("scope").required(true).args(["centers", "everywhere"])))]
pub struct AddArgs {
    #[command(flatten)]
    pub data: DataArg,
    /// Login.
    #[arg(long)]
    login: String,
    /// First name and name, shown on messages.
    #[arg(long)]
    name: String,
    /// What they may act as; repeat it, the usual one first.
    #[arg(long = "role", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// A centre whose dossiers they may see; repeat it.
    #[arg(long = "center", value_name = "CODE")]
    centers: Vec<String>,
    /// They may see the dossiers of every centre.
    #[arg(long)]
    everywhere: bool,
    /// Reads the password from standard input; else one is made up and printed.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Serialize)]
struct Made {
    reviewer: ReviewerId,
    login: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Secret>,
}

/// Adds an account.
pub async fn run(data: &Data, args: AddArgs) -> CommandResult {
    let made_up = (!args.password_stdin).then(|| Secret(hex::encode(data.sources.random::<12>())));
    let password = match &made_up {
        Some(password) => password.clone(),
        None => password_from_stdin()?,
    };
    let scope = match args.everywhere {
        true => Scope::Everywhere,
        false => Scope::Centers(args.centers.into_iter().map(CenterCode::new).collect()),
    };
    let login = args.login.clone();
    let account =
        NewAccount { login: args.login, name: args.name, roles: args.roles, scope, password };
    let reviewer = add_reviewer(data, account).await?;
    print(&Made { reviewer, login, password: made_up })
}

fn role(code: &str) -> Result<Role, String> {
    Role::ALL.into_iter().find(|role| role.code() == code).ok_or_else(|| {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("a role is one of {}", known.join(", "))
    })
}
