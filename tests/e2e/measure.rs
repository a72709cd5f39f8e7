//! The measurements of [`crate`]'s areas.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use fantoccini::Client;
use fantoccini::key::Key;
use serde_json::Value;
use tempfile::TempDir;

use crate::app::App;
use crate::desktop::{Desktop, Keyring};
use crate::driver::Driver;
use crate::gestures::{ACCEPTED, Piece, SECOND_LOOK};
use crate::programs;
use crate::service::{SEED, Service};
use crate::wait::until;

/// Signs for a centre.
const LOCAL: &str = "paul.meunier";
/// Sees every centre.
const NATIONAL: &str = "nadia.ferrand";
const PASSWORD: &str = "lutrin-demo-2026";

/// Starts of each window, in turn.
const STARTS: usize = 7;

/// How many summaries the work list holds when the start is measured.
const SUMMARIES: usize = 2_000;

/// How long the first exchange of all summaries may take.
const FIRST_EXCHANGE: Duration = Duration::from_secs(300);

/// Verdicts given.
const VERDICTS: usize = 40;

/// In the page: from each Enter to the frame after the status line says so.
const WATCH_STATUS: &str = r#"
window.measured = [];
let pressed = null;
addEventListener("keydown", (event) => { if (event.key === "Enter") pressed = event.timeStamp; }, true);
const line = document.querySelector("[data-testid=status-line]");
new MutationObserver(() => {
  if (pressed === null || !line.classList.contains("ok")) return;
  const start = pressed;
  pressed = null;
  requestAnimationFrame(() => window.measured.push(performance.now() - start));
}).observe(line, { subtree: true, childList: true, attributes: true });
"#;

/// Answers with the times so far, once there are as many as wanted. The page looks
/// by itself: a driver that keeps asking keeps it from drawing.
const MEASURED: &str = r#"
const [wanted, done] = arguments;
const look = () => (measured.length >= wanted ? done(measured) : setTimeout(look, 20));
look();
"#;

/// A service with dossiers and a reviewer's machine, both temporary.
pub struct Setting {
    service: Service,
    desktop: Desktop,
    profile: PathBuf,
    _folder: TempDir,
}

impl Setting {
    pub async fn new(seed: &[&str]) -> Result<Self> {
        let folder = TempDir::with_prefix("lutrin-bench-")?;
        let mut service = Service::seeded(&folder.path().join("service"), &[SEED, seed].concat())?;
        service.start().await?;
        let desktop = Desktop::start(Keyring::Unlocked).await?;
        let profile = folder.path().join("profile");
        Ok(Self { service, desktop, profile, _folder: folder })
    }

    async fn signed_in(&self, login: &str) -> Result<App> {
        let app = App::open(&self.desktop, &self.profile).await?;
        app.sign_in(&self.service.address(), login, PASSWORD).await?;
        Ok(app)
    }

    /// The machine.
    pub const fn desktop(&self) -> &Desktop {
        &self.desktop
    }

    /// The app, at the desk of somebody who signs for a centre.
    pub async fn signed_in_locally(&self) -> Result<App> {
        self.signed_in(LOCAL).await
    }

    /// Makes a dossier of a folder and waits until its documents are here.
    pub async fn import(
        &self,
        app: &App,
        reference: &str,
        jury: &str,
        folder: &Path,
        patience: Duration,
    ) -> Result<()> {
        let folder = folder.to_str().context("the path of the folder is no text")?;
        let arguments = [
            ["--reference", reference],
            ["--jury", jury],
            ["--center", "BFC"],
            ["--status", "EN_EXAMEN_CENTRE"],
        ];
        self.service.command(&["import"], &[arguments.as_flattened(), &[folder]].concat())?;
        app.exchange_until("online").await?;
        app.click("view-here").await?;
        let row = format!("dossier-row-{reference}");
        app.see_that_within(patience, &row, |row| row.text.contains("Complète")).await?;
        Ok(())
    }

    /// A dossier open with its documents here, and its pieces.
    async fn dossier_open(&self) -> Result<(App, Vec<Piece>)> {
        let app = self.signed_in(LOCAL).await?;
        app.take_along().await?;
        let references = app.dossiers_here().await?;
        let first = references.first().context("no dossier is here")?;
        app.open_dossier(first).await?;
        let pieces = app.pieces().await?;
        ensure!(pieces.len() > 1, "a dossier with several pieces is needed");
        Ok((app, pieces))
    }
}

/// From launch to a work list of 2,000 summaries that answers a key, against an
/// empty window.
pub async fn start() -> Result<()> {
    let setting = Setting::new(&["--dossiers", &SUMMARIES.to_string()]).await?;
    let app = setting.signed_in(NATIONAL).await?;
    until("all summaries", FIRST_EXCHANGE, async || {
        let rows = app.script(
            "return document.querySelector('[data-testid=dossier-grid]').ariaRowCount;",
            Vec::new(),
        );
        let rows = rows.await?.as_str().and_then(|rows| rows.parse::<usize>().ok());
        Ok(rows.filter(|rows| *rows > SUMMARIES))
    })
    .await?;
    app.close().await?;

    let empty = programs::app().with_file_name("examples").join("empty_window");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        theirs.push(time_start(&setting, &empty, is_loaded).await?);
        ours.push(time_start(&setting, &programs::app(), list_answers).await?);
    }
    let (ours, theirs) = (percentile(&mut ours, 50), percentile(&mut theirs, 50));
    println!("start.interactive_ms={ours:.0} ms");
    println!("start.empty_window_ms={theirs:.0} ms");
    println!("start.interactive_ratio={:.2} ×", ours / theirs);
    Ok(())
}

/// From the key that validates a verdict to durable and on screen.
pub async fn decide() -> Result<()> {
    let setting = Setting::new(&[]).await?;
    let (app, pieces) = setting.dossier_open().await?;
    app.look_at(&pieces[0]).await?;
    app.script(WATCH_STATUS, Vec::new()).await?;
    let mut times = Vec::new();
    for index in 0..VERDICTS {
        let piece = &pieces[index % pieces.len()];
        let again = (index / pieces.len()) % 2 == 1;
        app.look_at(piece).await?;
        app.press(if again { SECOND_LOOK } else { ACCEPTED }.key).await?;
        app.press(Key::Enter).await?;
        times = measured(&app, index + 1).await?;
    }
    println!("decide.ms_p50={:.1} ms", percentile(&mut times, 50));
    println!("decide.ms_p95={:.1} ms", percentile(&mut times, 95));
    app.close().await
}

/// Opens a program and looks, without pause, until it is usable.
async fn time_start(
    setting: &Setting,
    program: &Path,
    usable: impl AsyncFn(&Client) -> Result<bool>,
) -> Result<f64> {
    let environment = [("LUTRIN_PROFILE_DIR", setting.profile.clone().into())];
    let driver = Driver::start(&setting.desktop, program, &environment).await?;
    let started = Instant::now();
    let client = driver.open().await?;
    while !usable(&client).await.unwrap_or(false) {
        ensure!(started.elapsed() < Duration::from_secs(60), "{} never starts", program.display());
    }
    let took = started.elapsed();
    client.close().await?;
    Ok(took.as_secs_f64() * 1_000.0)
}

async fn is_loaded(client: &Client) -> Result<bool> {
    Ok(client.execute("return document.readyState;", Vec::new()).await? == "complete")
}

/// The first row is there and the list has the focus.
async fn list_answers(client: &Client) -> Result<bool> {
    let script = "return document.querySelector('[data-testid^=dossier-row-]') !== null \
                  && document.activeElement?.dataset.testid === 'dossier-grid';";
    Ok(client.execute(script, Vec::new()).await? == true)
}

/// The times that the page took, once there are as many as wanted.
async fn measured(app: &App, wanted: usize) -> Result<Vec<f64>> {
    let times = app.script_that_answers(MEASURED, vec![wanted.into()]).await?;
    Ok(times.as_array().into_iter().flatten().filter_map(Value::as_f64).collect())
}

/// The nearest-rank percentile.
pub fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() * percent).div_ceil(100).max(1) - 1]
}
