//! WebKitWebDriver and one run of the app in it.

use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::desktop::Desktop;
use crate::programs::{self, Program};
use crate::wait::until;

/// Without these Tauri opens no session for the driver.
const AUTOMATION: &[&str] = &["TAURI_AUTOMATION", "TAURI_WEBVIEW_AUTOMATION"];

/// How long the driver may take to listen.
const BOOT: Duration = Duration::from_secs(20);

/// A driver: one for each run of the app, which inherits its environment.
pub struct Driver {
    program: Program,
    binary: PathBuf,
    port: u16,
}

impl Driver {
    /// Starts a driver on a machine.
    pub async fn start(
        desktop: &Desktop,
        binary: &Path,
        environment: &[(&str, OsString)],
    ) -> Result<Self> {
        let port = free_port()?;
        let mut program = Program::start("WebKitWebDriver", |command| {
            desktop.equip(command);
            command.envs(AUTOMATION.iter().map(|name| (name, "true")));
            command.envs(environment.iter().map(|(name, value)| (name, value)));
            command.args([&format!("--port={port}"), "--host=127.0.0.1"]);
        })?;
        until("the driver", BOOT, async || {
            program.still_runs()?;
            Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok())
        })
        .await?;
        let binary = binary.canonicalize().context("the app is not built")?;
        Ok(Self { program, binary, port })
    }

    /// Opens the app.
    pub async fn open(&self) -> Result<Client> {
        let options = json!({ "binary": self.binary, "args": [] });
        let wanted = [("webkitgtk:browserOptions".to_owned(), options)];
        ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.into_iter().collect())
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .context("the app does not open under the driver")
    }

    /// The process of the app.
    pub fn app_pid(&self) -> Result<u32> {
        let processes = fs::read_dir("/proc")?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        processes
            .filter(|pid| self.started(*pid))
            .find(|pid| {
                fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == self.binary)
            })
            .context("the app does not run")
    }

    /// Kills the app, as a power cut would.
    pub fn kill_app(&self) -> Result<()> {
        programs::kill(self.app_pid()?)
    }

    /// Asks the app to end.
    pub fn end_app(&self) -> Result<()> {
        programs::end(self.app_pid()?)
    }

    fn started(&self, pid: u32) -> bool {
        let parent = format!("PPid:\t{}", self.program.pid());
        fs::read_to_string(format!("/proc/{pid}/status"))
            .is_ok_and(|status| status.lines().any(|line| line == parent))
    }
}

/// A loopback port nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
