//! `demo`: from a fresh machine to the app open on fictitious dossiers.
//!
//! What the demonstration keeps is in `target/demo`: the service's data, the
//! reviewer's profile and the port, since a profile belongs to one address.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::check::{WINDOW, npm_run};
use crate::prepare::{self, Purpose};
use crate::process::{self, Kept};
use crate::steps::Steps;
use crate::test::all;
use crate::workspace::Workspace;

/// The reviewer whom `lutrin-central seed` makes for demonstrations.
const LOGIN: &str = "paul.meunier";
const PASSWORD: &str = "lutrin-demo-2026";

/// How long the service may take to open its database and listen.
const SERVICE_STARTS: Duration = Duration::from_secs(30);

/// The test that plays the reviewer's day in a virtual display.
const STORY: &str = "story::the_main_job_end_to_end";

/// Runs the demonstration.
pub fn run(workspace: &Workspace, fresh: bool) -> Result<()> {
    let place = Place { root: workspace.target().join("demo") };
    let display = Display::of_this_machine();
    if fresh && place.root.exists() {
        fs::remove_dir_all(&place.root).context("the earlier demonstration cannot be removed")?;
    }
    fs::create_dir_all(&place.root)?;
    announce(workspace, &place, display);

    let mut steps = Steps::new();
    let ready = match display {
        Display::Real => open(workspace, &place, &mut steps),
        Display::Virtual => play(workspace, &place, &mut steps),
        Display::Missing => bail!("no display, and a virtual one can only be made on Linux"),
    };
    steps.finish()?;
    ready
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Display {
    Real,
    Virtual,
    Missing,
}

impl Display {
    fn of_this_machine() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if cfg!(any(windows, target_os = "macos")) || set("DISPLAY") || set("WAYLAND_DISPLAY") {
            Self::Real
        } else if cfg!(target_os = "linux") {
            Self::Virtual
        } else {
            Self::Missing
        }
    }
}

fn announce(workspace: &Workspace, place: &Place, display: Display) {
    let built = workspace.program("lutrin").exists() && workspace.program(CENTRAL).exists();
    let time = match (prepare::is_first_time(workspace), built) {
        (false, true) => "half a minute, or a few if the sources changed",
        (_, true) => "a few minutes",
        (_, false) => "15 minutes on two cores the first time, mostly to compile",
    };
    let end = match display {
        Display::Real => "open the app, signed in as a demonstration reviewer",
        _ => "play a reviewer's day in a virtual display, since there is none here",
    };
    println!("Lutrin, demonstration. It takes about {time}. Steps:");
    println!(" 1. install what is missing (Debian packages, npm packages)");
    println!(" 2. build the window, then the programs");
    println!(" 3. take fictitious dossiers into a service on this machine");
    println!(" 4. {end}");
    println!("Everything stays in {}; `--fresh` forgets it.", place.root.display());
}

/// Opens the app on the person's display.
fn open(workspace: &Workspace, place: &Place, steps: &mut Steps) -> Result<()> {
    let port = process::free_port(place.port())?;
    let done = steps.run("prepare", || prepare::run(workspace, Purpose::Build))
        && steps.run("build the window (vite)", || npm_run(workspace, "build"))
        && steps.run("build the programs", || {
            process::run(all(workspace, "build").args(["--bins", "--quiet"]))
        })
        && steps.run("fictitious dossiers", || seed(workspace, place));
    if !done {
        return Ok(());
    }
    place.keep_port(port)?;
    let mut service = None;
    steps.run("start the service", || {
        service = Some(start_service(workspace, place, port)?);
        Ok(())
    });
    if service.is_some() {
        steps.run("the app, until you close it (Ctrl+C stops all)", || {
            use_app(workspace, place, port)
        });
    }
    Ok(())
}

/// Plays the story of the window tests on the kept data; pictures stay in
/// `target/demo`.
fn play(workspace: &Workspace, place: &Place, steps: &mut Steps) -> Result<()> {
    let done = steps.run("prepare", || prepare::run(workspace, Purpose::VirtualDisplay))
        && steps.run("build the window (vite)", || npm_run(workspace, "build"))
        && steps.run("build the programs", || {
            process::run(all(workspace, "build").args(["--bins", "--quiet", "--test", WINDOW]))
        })
        && steps.run("a reviewer's day, in a virtual display", || {
            let mut story = all(workspace, "test");
            story.args(["--quiet", "--test", WINDOW, "--", "--exact", STORY, "--nocapture"]);
            process::run(story.env("LUTRIN_STAGE", &place.root).env("RUST_BACKTRACE", "0"))
        });
    if done {
        pictures(&place.root)?;
    }
    Ok(())
}

/// The service's program.
const CENTRAL: &str = "lutrin-central";

/// Where a demonstration keeps what it keeps.
struct Place {
    root: PathBuf,
}

impl Place {
    fn service(&self) -> PathBuf {
        self.root.join("service")
    }

    fn profile(&self) -> PathBuf {
        self.root.join("profile")
    }

    fn port_file(&self) -> PathBuf {
        self.root.join("service.port")
    }

    fn port(&self) -> Option<u16> {
        fs::read_to_string(self.port_file()).ok()?.trim().parse().ok()
    }

    fn keep_port(&self, port: u16) -> Result<()> {
        if self.port().is_some_and(|kept| kept != port) {
            println!("The port of last time is taken: this demonstration starts a new profile.");
        }
        fs::write(self.port_file(), port.to_string()).context("the port cannot be kept")
    }
}

/// The service remembers what it was seeded with: a second run keeps it.
fn seed(workspace: &Workspace, place: &Place) -> Result<()> {
    let mut command = Command::new(workspace.program(CENTRAL));
    process::run(command.arg("seed").arg("--data").arg(place.service()))
}

fn start_service(workspace: &Workspace, place: &Place, port: u16) -> Result<Kept> {
    let mut service = Kept::start(&workspace.program(CENTRAL), |command| {
        command.arg("serve").arg("--data").arg(place.service());
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
    })?;
    service.wait_until(SERVICE_STARTS, || process::answers(port, "/v1/about"))?;
    println!("The service listens on http://127.0.0.1:{port}.");
    Ok(service)
}

fn use_app(workspace: &Workspace, place: &Place, port: u16) -> Result<()> {
    let mut app = Kept::start(&workspace.program("lutrin"), |command| {
        command
            .env("LUTRIN_PROFILE_DIR", place.profile())
            .env("LUTRIN_DEMO_SERVICE", format!("http://127.0.0.1:{port}"))
            .env("LUTRIN_DEMO_LOGIN", LOGIN)
            .env("LUTRIN_DEMO_PASSWORD", PASSWORD);
    })?;
    let status = app.wait()?;
    if !status.success() {
        bail!("the app ended with {status}");
    }
    Ok(())
}

fn pictures(folder: &Path) -> Result<()> {
    let mut names: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "png"))
        .collect();
    names.sort();
    println!("\nPictures:");
    names.iter().for_each(|path| println!("  {}", path.display()));
    Ok(())
}
