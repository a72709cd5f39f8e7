//! `reviewer add`, `scope`, `disable`, `enable`

use clap::ArgGroup;
use lutrin_central::data::Data;
use lutrin_central::db::Standing;
use lutrin_central::reviewers::{NewAccount, add_reviewer_as, set_scope, set_standing};
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
    /// Changes which centres' dossiers an account may see.
    Scope(ScopeArgs),
    /// Ends the sessions of an account; it can no longer be used.
    Disable(StandingArgs),
    /// Lets an account be used again.
    Enable(StandingArgs),
}

/// Arguments of `reviewer add`.
#[derive(clap::Args)]
pub struct AddArgs {
    #[command(flatten)]
    pub data: DataArg,
    /// The identifier it had, to make it again after a restore.
    #[arg(long, value_name = "ID")]
    id: Option<ReviewerId>,
    /// Login.
    #[arg(long)]
    login: String,
    /// First name and name, shown on messages.
    #[arg(long)]
    name: String,
    /// What they may act as; repeat it, the usual one first.
    #[arg(long = "role", required = true, value_parser = role)]
    roles: Vec<Role>,
    #[command(flatten)]
    scope: ScopeArg,
    /// Reads the password from standard input; else one is made up and printed.
    #[arg(long)]
    password_stdin: bool,
}

/// What an account may see.
#[derive(clap::Args)]
#[command(group(ArgGroup::new("scope").required(true).args(["centers", "everywhere"])))]
struct ScopeArg {
    /// A centre whose dossiers they may see; repeat it.
    #[arg(long = "center", value_name = "CODE")]
    centers: Vec<String>,
    /// They may see the dossiers of every centre.
    #[arg(long)]
    everywhere: bool,
}

/// Arguments of `reviewer scope`.
#[derive(clap::Args)]
pub struct ScopeArgs {
    #[command(flatten)]
    pub data: DataArg,
    /// Login.
    #[arg(long)]
    login: String,
    #[command(flatten)]
    scope: ScopeArg,
}

/// Arguments of `reviewer disable` and `reviewer enable`.
#[derive(clap::Args)]
pub struct StandingArgs {
    #[command(flatten)]
    pub data: DataArg,
    /// Login.
    #[arg(long)]
    login: String,
}

#[derive(Serialize)]
struct Changed {
    reviewer: ReviewerId,
}

#[derive(Serialize)]
struct Made {
    reviewer: ReviewerId,
    login: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Secret>,
}

impl From<ScopeArg> for Scope {
    fn from(arg: ScopeArg) -> Self {
        match arg.everywhere {
            true => Self::Everywhere,
            false => Self::Centers(arg.centers.into_iter().map(CenterCode::new).collect()),
        }
    }
}

/// Changes a scope.
pub async fn scope(data: &Data, args: ScopeArgs) -> CommandResult {
    print(&Changed { reviewer: set_scope(data, &args.login, &args.scope.into()).await? })
}

/// Disables an account, or enables it again.
pub async fn standing(data: &Data, args: StandingArgs, standing: Standing) -> CommandResult {
    print(&Changed { reviewer: set_standing(data, &args.login, standing).await? })
}

/// Adds an account.
pub async fn add(data: &Data, args: AddArgs) -> CommandResult {
    let made_up = (!args.password_stdin).then(|| Secret(hex::encode(data.sources.random::<12>())));
    let password = match &made_up {
        Some(password) => password.clone(),
        None => password_from_stdin()?,
    };
    let scope = args.scope.into();
    let login = args.login.clone();
    let account =
        NewAccount { login: args.login, name: args.name, roles: args.roles, scope, password };
    let id = args.id.unwrap_or_else(|| ReviewerId(data.sources.next_id()));
    let reviewer = add_reviewer_as(data, id, account).await?;
    print(&Made { reviewer, login, password: made_up })
}

fn role(code: &str) -> Result<Role, String> {
    Role::ALL.into_iter().find(|role| role.code() == code).ok_or_else(|| {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("a role is one of {}", known.join(", "))
    })
}
