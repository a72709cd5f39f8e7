//! The real service on a loopback port, and what its database holds.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::driver::free_port;
use crate::programs::{Program, beside_the_app};
use crate::wait::{PATIENCE, until};

/// The seed and the civil day of dossiers that must be the same at each run.
pub const SEED: &[&str] = &["--seed", "7", "--today", "2026-11-20"];

/// Prints the decisions of a service's database in the order they were taken, as
/// JSON, through a connection of its own that cannot write.
const READ_DECISIONS: &str = r#"
import json, sqlite3, sys
base = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
rows = base.execute("select text, position, refusal, device from decision order by received_at, rowid")
print(json.dumps([{"decision": json.loads(t), "applied": p is not None, "refusal": r, "device": d}
                  for t, p, r, d in rows]))
"#;

/// Prints the first column of a query's rows.
const ASK: &str = r#"
import sqlite3, sys
base = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
print("\n".join(row[0] for row in base.execute(sys.argv[2])))
"#;

/// A service that can be stopped and started again at the same address.
pub struct Service {
    data: PathBuf,
    port: u16,
    program: Option<Program>,
}

/// A decision as the service holds it.
#[derive(Clone, Debug)]
pub struct Held {
    /// The decision as it was made.
    pub decision: Value,
    /// Whether it took effect.
    pub applied: bool,
}

impl Service {
    /// A service with fictitious dossiers. The same folder keeps its address,
    /// since a profile belongs to one.
    pub fn seeded(data: &Path, arguments: &[&str]) -> Result<Self> {
        let port_file = data.with_extension("port");
        let kept = fs::read_to_string(&port_file).ok().and_then(|text| text.parse().ok());
        let port = kept.map_or_else(free_port, Ok)?;
        if let Some(parent) = port_file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&port_file, port.to_string())?;
        let service = Self { data: data.to_path_buf(), port, program: None };
        service.command(&["seed"], arguments)?;
        Ok(service)
    }

    /// Where its data is.
    pub fn folder(&self) -> &Path {
        &self.data
    }

    /// Its address.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Runs one of its commands on its data.
    pub fn command(&self, name: &[&str], arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(beside_the_app("lutrin-central")?);
        command.args(name).arg("--data").arg(&self.data).args(arguments);
        let output = command.stdin(Stdio::null()).output()?;
        ensure!(
            output.status.success(),
            "lutrin-central {name:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Starts it and waits until it answers.
    pub async fn start(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let program = beside_the_app("lutrin-central")?;
        let mut program = Program::start(&program.to_string_lossy(), |command| {
            command.arg("serve").arg("--data").arg(&self.data);
            command.args(["--listen", &format!("127.0.0.1:{}", self.port)]);
            if let Ok(errors) = log.try_clone() {
                command.stderr(errors);
            }
            command.stdout(log);
        })?;
        until("the service", PATIENCE, async || {
            program.still_runs()?;
            Ok(self.answers()?.then_some(()))
        })
        .await?;
        self.program = Some(program);
        Ok(())
    }

    /// Where it writes its log.
    pub fn log(&self) -> PathBuf {
        self.data.with_extension("log")
    }

    pub const fn runs(&self) -> bool {
        self.program.is_some()
    }

    /// Stops it as an administrator would.
    pub fn stop(&mut self) -> Result<()> {
        self.program.take().context("the service does not run")?.stop()
    }

    /// Every decision it holds, in the order it received them.
    pub fn decisions(&self) -> Result<Vec<Held>> {
        let output = Command::new("python3")
            .args(["-c", READ_DECISIONS])
            .arg(self.data.join("central.db"))
            .output()
            .context("python3 cannot be started")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let rows: Vec<Value> = serde_json::from_slice(&output.stdout)?;
        Ok(rows.into_iter().map(Held::from).collect())
    }

    /// What its database holds: the first column of a query's rows, in a connection that
    /// cannot write.
    pub fn ask(&self, query: &str) -> Result<Vec<String>> {
        let base = self.data.join("central.db");
        let output = Command::new("python3").args(["-c", ASK]).arg(base).arg(query).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
    }

    fn answers(&self) -> Result<bool> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET /v1/about HTTP/1.0\r\nHost: 127.0.0.1:{}\r\n\r\n", self.port)?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(start.ends_with(b" 200"))
    }
}

impl From<Value> for Held {
    fn from(row: Value) -> Self {
        Self { applied: row["applied"] == true, decision: row["decision"].clone() }
    }
}
