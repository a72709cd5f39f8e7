//! A session of a desktop that belongs to the campaign: a bus, and keyrings on it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::bus::{Environment, ask_bus, folders, start_bus, start_keyring};
use super::program::Program;

const BUS: &str = "org.freedesktop.DBus";
const SECRETS: &str = "org.freedesktop.secrets";
/// What the bus is told to let nobody speak to the keyring.
const DENIED: &str = r#"<deny send_destination="org.freedesktop.secrets"/></policy>"#;

/// The bus, which ends with this value.
pub struct Room {
    environment: Environment,
    folder: TempDir,
    _bus: Program,
}

impl Room {
    /// Starts a bus.
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("lutrin-room-").unwrap();
        let mut environment = folders(folder.path(), folder.path()).unwrap();
        let mut bus = start_bus(folder.path(), &environment).unwrap();
        environment.push(("DBUS_SESSION_BUS_ADDRESS", bus.first_line().unwrap().into()));
        Self { environment, folder, _bus: bus }
    }

    /// What a program in it is told.
    pub fn environment(&self) -> Environment {
        self.environment.clone()
    }

    /// Where its bus has its settings.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A person's keyring on the bus of this process.
pub struct Keyring {
    room: PathBuf,
    home: TempDir,
    environment: Environment,
    running: Option<Program>,
    /// The home of another keyring, while one has taken its place.
    other: Option<TempDir>,
}

impl Keyring {
    /// Starts a new one, unlocked.
    pub async fn start(room: &Path) -> Self {
        let home = TempDir::with_prefix("lutrin-keyring-").unwrap();
        let environment = environment_of(room, home.path());
        let running = Some(start_keyring(&environment).await.unwrap());
        Self { room: room.to_owned(), home, environment, running, other: None }
    }

    /// Locks it.
    pub fn lock(&self) {
        let collection = "array:objpath:/org/freedesktop/secrets/collection/login";
        let method = "org.freedesktop.Secret.Service.Lock";
        ask_bus(&self.environment, SECRETS, "/org/freedesktop/secrets", method, &[collection])
            .unwrap();
    }

    /// Ends it.
    pub fn stop(&mut self) {
        self.running = None;
    }

    /// Starts it again, unlocked, on what it kept.
    pub async fn restart(&mut self) {
        self.stop();
        self.other = None;
        self.environment = environment_of(&self.room, self.home.path());
        self.running = Some(start_keyring(&self.environment).await.unwrap());
    }

    /// Has another one take its place, that keeps nothing yet.
    pub async fn replace(&mut self) {
        self.stop();
        let other = TempDir::with_prefix("lutrin-keyring-").unwrap();
        self.environment = environment_of(&self.room, other.path());
        self.running = Some(start_keyring(&self.environment).await.unwrap());
        self.other = Some(other);
    }

    /// Has the bus let nobody speak to it.
    pub fn deny(&self) {
        self.set_up(|settings| settings.replace("</policy>", DENIED));
    }

    /// Has the bus let everybody speak to it.
    pub fn allow(&self) {
        self.set_up(|settings| settings.replace(DENIED, "</policy>"));
    }

    fn set_up(&self, change: impl Fn(&str) -> String) {
        let file = self.room.join("bus.conf");
        let settings = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, change(&settings)).unwrap();
        let method = "org.freedesktop.DBus.ReloadConfig";
        ask_bus(&self.environment, BUS, "/org/freedesktop/DBus", method, &[]).unwrap();
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        if std::fs::read_to_string(self.room.join("bus.conf")).is_ok_and(|s| s.contains(DENIED)) {
            self.allow();
        }
    }
}

fn environment_of(room: &Path, home: &Path) -> Environment {
    let mut environment = folders(home, room).unwrap();
    let address = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").unwrap();
    environment.push(("DBUS_SESSION_BUS_ADDRESS", address));
    environment
}
