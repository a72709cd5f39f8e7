//! A story being played: the stage, the reviewer's machine, what was decided.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::app::{App, Part};
use crate::decided::Made;
use crate::gestures::{ACCEPTED, Assess, Piece, Verdict};
use crate::stage::{Machine, Stage};
use crate::wait::{PATIENCE, until};

/// The reviewer of the stories, who signs for a centre; `lutrin-central seed` makes it.
pub const REVIEWER: &str = "paul.meunier";
/// The password of every reviewer that `seed` makes.
pub const PASSWORD: &str = "lutrin-demo-2026";

/// The reviewer's centre.
const CENTER: &str = "BFC";

/// Why the reviewer signs.
pub const REASONS: &str =
    "Vingt-six mois dans la spécialité, au niveau du diplôme ; les bulletins concordent.";

/// How long a service that came back may stay unnoticed: one back-off.
const NOTICED: Duration = Duration::from_secs(60);

/// A story being played.
pub struct Play {
    pub name: &'static str,
    pub stage: Stage,
    pub machine: Machine,
    pub app: Option<App>,
    pub made: Vec<Made>,
    /// Pieces and verdicts to find again after each interruption.
    pub seen: Vec<(Piece, &'static str)>,
    /// What axe found, by screen.
    faults: Vec<String>,
}

pub async fn play(name: &'static str, story: impl AsyncFnOnce(&mut Play) -> Result<()>) {
    println!();
    let mut play = Play::set(name).await.unwrap_or_else(|error| panic!("no stage: {error:#}"));
    if let Err(error) = story(&mut play).await {
        let scene = play.describe().await;
        panic!("{error:#}\n{scene}");
    }
}

impl Play {
    pub async fn set(name: &'static str) -> Result<Self> {
        let stage = Stage::set(name)?;
        let machine = stage.machine("reviewer").await?;
        Ok(Self {
            name,
            stage,
            machine,
            app: None,
            made: Vec::new(),
            seen: Vec::new(),
            faults: Vec::new(),
        })
    }

    pub fn app(&self) -> Result<&App> {
        self.app.as_ref().context("the app is closed")
    }

    pub async fn open(&mut self) -> Result<()> {
        self.app = Some(App::open(&self.machine.desktop, &self.machine.profile).await?);
        Ok(())
    }

    pub async fn sign_in(&self) -> Result<()> {
        self.app()?.sign_in(&self.stage.service.address(), REVIEWER, PASSWORD).await
    }

    /// Makes a dossier of a folder, that the reviewer holds, and looks at the list.
    pub async fn import(&self, reference: &str, jury: &str, folder: &Path) -> Result<()> {
        let folder = folder.to_str().context("the path of the folder is no text")?;
        let arguments = [
            ["--reference", reference],
            ["--jury", jury],
            ["--center", CENTER],
            ["--status", "EN_EXAMEN_CENTRE"],
        ];
        self.stage.service.command(&["import"], &[arguments.as_flattened(), &[folder]].concat())?;
        self.app()?.exchange_until("online").await?;
        self.app()?.click("view-here").await
    }

    pub async fn picture(&mut self, name: &str) -> Result<()> {
        let app = self.app.as_ref().context("the app is closed")?;
        self.stage.picture(app, self.name, name).await
    }

    /// Takes a picture of a main screen and has axe look at it, then in the dark; what it
    /// finds is told at the end, all at once.
    pub async fn screen(&mut self, name: &str) -> Result<()> {
        self.look(name).await?;
        let before = self.app()?.set_theme("sombre").await?;
        self.look(&format!("{name}-dark")).await?;
        self.app()?.set_theme(&before).await?;
        Ok(())
    }

    async fn look(&mut self, name: &str) -> Result<()> {
        self.picture(name).await?;
        let found = self.app()?.accessibility_faults().await?;
        self.faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
        Ok(())
    }

    pub async fn settle(&mut self, piece: &Piece, verdict: Verdict<'static>) -> Result<()> {
        let made = self.app()?.settle(piece, verdict).await?;
        self.made.push(made);
        self.seen.push((piece.clone(), verdict.outcome));
        Ok(())
    }

    /// Signs in, takes everything along and settles a piece once the service has gone; gives how
    /// many decisions the service had.
    pub async fn leave_work_unsent(&mut self) -> Result<usize> {
        self.stage.service.start().await?;
        self.open().await?;
        self.sign_in().await?;
        self.app()?.take_along().await?;
        let before = self.stage.service.decisions()?.len();
        self.settle_away().await?;
        Ok(before)
    }

    /// The service goes away, and a piece is settled.
    pub async fn settle_away(&mut self) -> Result<()> {
        self.stage.service.stop()?;
        let app = self.app()?;
        app.exchange_until("offline").await?;
        let dossier = app.dossiers_here().await?.into_iter().next().context("a dossier")?;
        app.open_dossier(&dossier).await?;
        let pieces = app.pieces().await?;
        self.settle(pieces.first().context("a piece")?, ACCEPTED).await
    }

    /// No dossier is stored on the machine.
    pub fn keeps_no_database(&self) -> Result<()> {
        let stored = files(&self.machine.profile)?;
        let database = stored.iter().find(|path| path.extension().is_some_and(|end| end == "db"));
        ensure!(database.is_none(), "there is a database: {database:?}");
        Ok(())
    }

    pub async fn sign(&mut self, assess: Assess) -> Result<()> {
        let signed = self.app()?.sign(assess, REASONS).await?;
        self.made.push(signed);
        Ok(())
    }

    pub async fn cut_power(&mut self) -> Result<()> {
        self.app.take().context("the app is closed")?.kill().await
    }

    /// Opens the app again, at a dossier.
    pub async fn back_at(&mut self, dossier: &str) -> Result<()> {
        self.open().await?;
        let app = self.app()?;
        app.see("dossier-grid").await?;
        app.dossiers_here().await?;
        app.open_dossier(dossier).await
    }

    pub async fn find_verdicts(&self) -> Result<()> {
        let app = self.app()?;
        app.pieces().await?;
        for (piece, status) in &self.seen {
            app.wait_for_status(piece, status).await?;
        }
        Ok(())
    }

    /// Nobody asks for anything: the app notices the service by itself.
    pub async fn wait_until_sent(&self) -> Result<()> {
        self.wait_until_nothing_waits().await?;
        let app = self.app()?;
        app.click("go-exchanges").await?;
        until("every decision to be acknowledged", PATIENCE, async || {
            let rows = app.parts("outbox-row").await?;
            let sent = |row: &Part| ["acknowledged", "withdrawn"].contains(&row.data("state"));
            Ok((!rows.is_empty() && rows.iter().all(sent)).then_some(()))
        })
        .await
    }

    pub async fn wait_until_nothing_waits(&self) -> Result<()> {
        let app = self.app()?;
        until("the outbox to be empty", NOTICED, async || {
            Ok(app.part("exchange-badge").await?.is_none().then_some(()))
        })
        .await
    }

    /// The service holds exactly what was decided here, once, and applied it.
    pub fn compare_with_the_service(&self, before: usize) -> Result<()> {
        let held = self.stage.service.decisions()?;
        let new = held.get(before..).context("decisions disappeared")?;
        if let Some(refused) = new.iter().find(|held| !held.applied) {
            bail!("the service refused {refused:?}");
        }
        let mut expected = self.made.clone();
        let mut found: Vec<Made> = new.iter().map(Made::from).collect();
        expected.sort();
        found.sort();
        if expected != found {
            let list =
                |all: &[Made]| all.iter().map(|made| format!("\n  {made}")).collect::<String>();
            bail!("decided here:{}\nheld by the service:{}", list(&expected), list(&found));
        }
        println!("    {} decisions, each once", found.len());
        Ok(())
    }

    pub async fn close(&mut self) -> Result<()> {
        match self.app.take() {
            Some(app) => app.quit().await,
            None => Ok(()),
        }
    }

    pub async fn finish(&mut self) -> Result<()> {
        self.close().await?;
        if self.stage.service.runs() {
            self.stage.service.stop()?;
        }
        ensure!(self.faults.is_empty(), "axe found:\n{}", self.faults.join("\n"));
        Ok(())
    }

    /// What was on screen when something went wrong, for the person who reads the log.
    pub async fn describe(&self) -> String {
        let Some(app) = &self.app else { return "the app was closed".to_owned() };
        let path = self.stage.wrong(self.name);
        let picture = match self.machine.desktop.screen().picture(&path) {
            Ok(()) => path.display().to_string(),
            Err(error) => format!("none: {error:#}"),
        };
        let words = app.words().await.unwrap_or_default();
        format!(
            "picture: {picture}\nservice log: {}\non screen:\n{words}",
            self.stage.service.log().display()
        )
    }
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.exists() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(found)
}
