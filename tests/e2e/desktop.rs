//! A machine of its own: bus, keyring, display and home.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Result;
use tempfile::TempDir;

use crate::bus::{self, Environment, ask_bus, folders, start_bus, start_keyring};
use crate::programs::Program;
use crate::screen::Screen;

/// How the web view paints and keeps memory is what the app chooses: nothing of it is
/// inherited.
const CHOSEN: &[&str] =
    &["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE", "GLIBC_TUNABLES"];

/// The size of the laptops of the centres.
const SCREEN: &str = "1440x900x24";

/// Whether the machine keeps secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// It does, and the person is logged in.
    Unlocked,
    /// Nothing answers.
    Missing,
}

/// A machine of its own, which ends with this value.
pub struct Desktop {
    environment: Environment,
    // Dropped in this order: programs first, then what they stand on.
    _display: Program,
    _keyring: Option<Program>,
    _bus: Program,
    home: Home,
    run: TempDir,
}

/// Where a machine keeps what it keeps.
enum Home {
    Temporary(TempDir),
    Kept(PathBuf),
}

impl Desktop {
    /// Starts a machine whose home disappears with it.
    pub async fn start(keyring: Keyring) -> Result<Self> {
        Self::with_home(Home::Temporary(TempDir::with_prefix("lutrin-home-")?), keyring).await
    }

    /// Starts a machine whose home, keyring included, is kept.
    pub async fn start_in(home: &Path) -> Result<Self> {
        Self::with_home(Home::Kept(home.to_path_buf()), Keyring::Unlocked).await
    }

    async fn with_home(home: Home, keyring: Keyring) -> Result<Self> {
        let run = TempDir::with_prefix("lutrin-run-")?;
        let mut environment = folders(home.path(), run.path())?;
        let mut bus = start_bus(run.path(), &environment)?;
        environment.push(("DBUS_SESSION_BUS_ADDRESS", bus.first_line()?.into()));
        let mut display = start_display(run.path(), &environment)?;
        environment.push(("DISPLAY", format!(":{}", display.first_line()?).into()));
        let unlocked = match keyring {
            Keyring::Missing => None,
            Keyring::Unlocked => Some(start_keyring(&environment).await?),
        };
        let (_display, _keyring, _bus) = (display, unlocked, bus);
        Ok(Self { environment, _display, _keyring, _bus, home, run })
    }

    /// Its home.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Makes a command run on this machine.
    pub fn equip(&self, command: &mut Command) {
        equip(command, &self.environment);
    }

    /// How many secrets its keyring holds.
    pub fn secrets(&self) -> Result<usize> {
        let said = ask_bus(
            &self.environment,
            "org.freedesktop.secrets",
            "/org/freedesktop/secrets/collection/login",
            "org.freedesktop.DBus.Properties.Get",
            &["string:org.freedesktop.Secret.Collection", "string:Items"],
        )?;
        Ok(said.matches("object path").count())
    }

    /// Its screen.
    pub fn screen(&self) -> Screen {
        Screen::kept_in(self.run.path())
    }
}

impl Home {
    fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}

fn equip(command: &mut Command, environment: &Environment) {
    CHOSEN.iter().for_each(|name| {
        command.env_remove(name);
    });
    // There is no accessibility bus here, and GTK would say so at each start.
    command.env_remove("WAYLAND_DISPLAY").env("NO_AT_BRIDGE", "1");
    bus::equip(command, environment);
}

/// `-displayfd 1` has the server choose a free number and write it.
fn start_display(run: &Path, environment: &Environment) -> Result<Program> {
    Program::start("Xvfb", |command| {
        equip(command, environment);
        command.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]);
        command.arg("-fbdir").arg(run);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
    })
}
