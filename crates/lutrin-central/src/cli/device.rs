//! `device revoke`

use lutrin_central::data::Data;
use lutrin_domain::id::DeviceId;
use serde::Serialize;

use super::{CommandResult, DataArg, print};

/// Commands on machines.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Revokes a machine: its sessions end and it cannot sign in again.
    Revoke(RevokeArgs),
}

/// Arguments of `device revoke`.
#[derive(clap::Args)]
pub struct RevokeArgs {
    #[command(flatten)]
    pub data: DataArg,
    /// The machine.
    #[arg(long, value_name = "ID")]
    device: DeviceId,
}

#[derive(Serialize)]
struct Revoked {
    device: DeviceId,
}

/// Revokes a machine.
pub async fn run(data: &Data, args: RevokeArgs) -> CommandResult {
    if !data.db.revoke_device(args.device, &data.command_trace()).await? {
        return Err(format!("there is no device {}", args.device).into());
    }
    print(&Revoked { device: args.device })
}
