//! A machine of its own: bus, keyring, display and home.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::programs::Program;
use crate::screen::Screen;
use crate::wait::until;

/// A bus that starts nothing by itself: neither a second keyring, which would
/// be locked, nor the accessibility bus. FOLDER is where it listens.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=FOLDER</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// How the web view paints and keeps memory is what the app chooses: nothing of it is
/// inherited.
const CHOSEN: &[&str] =
    &["WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE", "GLIBC_TUNABLES"];

/// How long a part of the machine may take to be there.
const BOOT: Duration = Duration::from_secs(20);

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
    environment: Vec<(&'static str, OsString)>,
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

/// Makes the folders of a home and says where they are. Sockets are elsewhere,
/// since their path may not be longer than 108 bytes.
fn folders(home: &Path, run: &Path) -> Result<Vec<(&'static str, OsString)>> {
    fs::set_permissions(run, fs::Permissions::from_mode(0o700))?;
    let mut environment = vec![("HOME", home.into()), ("XDG_RUNTIME_DIR", run.into())];
    for (variable, name) in [
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
        ("TMPDIR", "tmp"),
    ] {
        let folder = home.join(name);
        fs::create_dir_all(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        environment.push((variable, folder.into()));
    }
    Ok(environment)
}

fn equip(command: &mut Command, environment: &[(&'static str, OsString)]) {
    CHOSEN.iter().for_each(|name| {
        command.env_remove(name);
    });
    command.env_remove("WAYLAND_DISPLAY").env("LANG", "C.UTF-8");
    // There is no accessibility bus here, and GTK would say so at each start.
    command.env("NO_AT_BRIDGE", "1");
    command.envs(environment.iter().map(|(name, value)| (name, value)));
}

fn start_bus(run: &Path, environment: &[(&'static str, OsString)]) -> Result<Program> {
    let settings = run.join("bus.conf");
    fs::write(&settings, BUS.replace("FOLDER", &run.to_string_lossy()))?;
    Program::start("dbus-daemon", |command| {
        equip(command, environment);
        command.arg("--config-file").arg(&settings).args(["--nofork", "--print-address=1"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
    })
}

/// `-displayfd 1` has the server choose a free number and write it.
fn start_display(run: &Path, environment: &[(&'static str, OsString)]) -> Result<Program> {
    Program::start("Xvfb", |command| {
        equip(command, environment);
        command.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]);
        command.arg("-fbdir").arg(run);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
    })
}

/// The keyring of a person who just logged in: the password comes on the
/// standard input, and makes the keyring if there is none.
async fn start_keyring(environment: &[(&'static str, OsString)]) -> Result<Program> {
    use std::io::Write as _;
    let mut keyring = Program::start("gnome-keyring-daemon", |command| {
        equip(command, environment);
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    })?;
    keyring.child().stdin.take().context("no way to give the password")?.write_all(b"login")?;
    until("the keyring", BOOT, async || {
        keyring.still_runs()?;
        let owned = ask_bus(
            environment,
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            &["string:org.freedesktop.secrets"],
        )?;
        Ok(owned.contains("boolean true").then_some(()))
    })
    .await?;
    Ok(keyring)
}

fn ask_bus(
    environment: &[(&'static str, OsString)],
    whom: &str,
    object: &str,
    method: &str,
    arguments: &[&str],
) -> Result<String> {
    let mut command = Command::new("dbus-send");
    equip(&mut command, environment);
    command.args(["--session", "--print-reply", &format!("--dest={whom}"), object, method]);
    let output = command.args(arguments).output().context("dbus-send cannot be started")?;
    anyhow::ensure!(
        output.status.success(),
        "{method}: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
