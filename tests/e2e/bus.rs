//! A bus of a test's own, and a keyring on it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::program::Program;
use super::wait::until;

/// What programs of a machine are told of it.
pub type Environment = Vec<(&'static str, OsString)>;

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

/// How long a part of the machine may take to be there.
const BOOT: Duration = Duration::from_secs(20);

/// Makes the folders of a home and says where they are. Sockets are elsewhere,
/// since their path may not be longer than 108 bytes.
pub fn folders(home: &Path, run: &Path) -> Result<Environment> {
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

/// Makes a command run on a machine.
pub fn equip(command: &mut Command, environment: &Environment) {
    command.env("LANG", "C.UTF-8");
    command.envs(environment.iter().map(|(name, value)| (name, value)));
}

/// Starts a bus; the first line that it writes is its address.
pub fn start_bus(run: &Path, environment: &Environment) -> Result<Program> {
    let settings = run.join("bus.conf");
    fs::write(&settings, BUS.replace("FOLDER", &run.to_string_lossy()))?;
    Program::start("dbus-daemon", |command| {
        equip(command, environment);
        command.arg("--config-file").arg(&settings).args(["--nofork", "--print-address=1"]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
    })
}

/// The keyring of a person who just logged in: the password comes on the
/// standard input, and makes the keyring if there is none.
pub async fn start_keyring(environment: &Environment) -> Result<Program> {
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

/// Calls a method of something on the bus.
pub fn ask_bus(
    environment: &Environment,
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
