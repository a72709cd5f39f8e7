//! `serve`

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use lutrin_central::service::{Running, Service, Settings};
use serde::Serialize;

use super::{CommandResult, DataArg, print};

/// Arguments of `serve`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArg,
    /// Where to listen; port 0 takes a free one. TLS is the work of a proxy in
    /// front, so anything but the loopback address must be behind one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// A file that receives the port, once it is listened on.
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// After how many days without hearing the service a laptop locks what it carries; kept
    /// for the next start (14 at first).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=366))]
    lease_days: Option<u16>,
    /// How many days after a sitting laptops erase what they carried for it; kept for the
    /// next start (15 at first).
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=366))]
    retention_days: Option<u16>,
}

#[derive(Serialize)]
struct Ready {
    address: String,
    port: u16,
}

/// Serves until SIGTERM or Ctrl+C, then finishes the requests in flight.
pub async fn run(args: Args) -> CommandResult {
    if !args.listen.ip().is_loopback() {
        tracing::warn!("not a loopback address: keep a TLS proxy in front");
    }
    let settings = Settings {
        listen: args.listen,
        lease_days: args.lease_days,
        retention_days: args.retention_days,
        ..Settings::new(args.data.path())
    };
    let running = Service::start(settings).await?;
    if let Some(file) = &args.port_file {
        write_port(file, running.addr.port())?;
    }
    print(&Ready { address: running.url(), port: running.addr.port() })?;
    stop_when_told(running).await
}

async fn stop_when_told(running: Running) -> CommandResult {
    told_to_stop().await?;
    tracing::info!("stopping");
    running.stop().await?;
    tracing::info!("stopped");
    Ok(())
}

#[cfg(unix)]
async fn told_to_stop() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        pressed = tokio::signal::ctrl_c() => pressed,
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Whoever waits for the file sees it whole or not at all.
fn write_port(file: &Path, port: u16) -> io::Result<()> {
    let unfinished = file.with_extension("unfinished");
    fs::write(&unfinished, format!("{port}\n"))?;
    fs::rename(unfinished, file)
}
