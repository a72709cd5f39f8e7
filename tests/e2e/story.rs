//! The stories: a reviewer's day, and the same on files nobody here wrote.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::app::{App, Part};
use crate::decided::Made;
use crate::desktop::{Desktop, Keyring};
use crate::gestures::{
    ACCEPTED, Assess, NOT_APPLICABLE, Piece, REJECTED, Reason, SECOND_LOOK, Shown, Verdict,
};
use crate::stage::{Machine, Stage, act};
use crate::wait::{PATIENCE, until};

/// The reviewers whom `lutrin-central seed` makes: the one of the story, who signs
/// for a centre, and a colleague of the DNF, who sees every centre.
const REVIEWER: &str = "paul.meunier";
const COLLEAGUE: &str = "nadia.ferrand";
const PASSWORD: &str = "lutrin-demo-2026";

/// The reviewer's centre.
const CENTER: &str = "BFC";

/// What the reviewer writes.
const WORDS: &str = "La signature de l’employeur n’est pas lisible.";
const REASONS: &str =
    "Vingt-six mois dans la spécialité, au niveau du diplôme ; les bulletins concordent.";

/// How long a service that came back may stay unnoticed: one back-off.
const NOTICED: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_main_job_end_to_end() {
    play("day", main_job).await;
}

#[tokio::test]
async fn the_same_on_real_files() {
    let Some(folder) = corpus() else {
        println!("skipped: no corpus of real files ({CORPUS} or ../shared/corpus)");
        return;
    };
    play("real", async |play: &mut Play| real_files(play, &folder).await).await;
}

#[tokio::test]
async fn without_a_keyring_the_app_says_so_and_stores_nothing() {
    play("keyring", no_keyring).await;
}

/// A story being played.
struct Play {
    name: &'static str,
    stage: Stage,
    machine: Machine,
    app: Option<App>,
    made: Vec<Made>,
    /// Pieces and verdicts to find again after each interruption.
    seen: Vec<(Piece, &'static str)>,
    /// What axe found, by screen.
    faults: Vec<String>,
}

async fn play(name: &'static str, story: impl AsyncFnOnce(&mut Play) -> Result<()>) {
    println!();
    let mut play = Play::set(name).await.unwrap_or_else(|error| panic!("no stage: {error:#}"));
    if let Err(error) = story(&mut play).await {
        let scene = play.describe().await;
        panic!("{error:#}\n{scene}");
    }
}

/// The eight points of the main job but the last.
async fn main_job(play: &mut Play) -> Result<()> {
    act("The reviewer signs in; the key is in the keyring, nothing else is readable");
    play.stage.service.start().await?;
    play.open().await?;
    play.sign_in().await?;
    play.screen("work-list").await?;
    // On a kept stage, a run that was cut short may have left something to send.
    play.wait_until_nothing_waits().await?;
    let before = play.stage.service.decisions()?.len();
    ensure!(play.machine.desktop.secrets()? == 1, "one secret in the keyring: the root key");

    act("A sitting of the jury comes along, with its documents");
    let jury = play.app()?.carry_next_jury().await?;
    until("the progress of the files", PATIENCE, async || {
        let shown = play.app()?.part("transfer-files").await?;
        let copy = play.app()?.part(&format!("jury-copy-{jury}")).await?;
        Ok(shown.or(copy.filter(|copy| copy.text.contains("Complète"))))
    })
    .await?;
    play.picture("carrying").await?;
    play.app()?.wait_for_jury(&jury).await?;
    play.app()?.carry_other_juries().await?;

    act("The network goes; the app says so calmly");
    play.stage.service.stop()?;
    play.app()?.exchange_until("offline").await?;
    let dossiers = play.app()?.dossiers_here().await?;
    play.picture("offline").await?;

    act("Every piece of the dossier shows its page or one sentence");
    let Some(dossier) = choose_dossier(play, &dossiers, Assess::Opinion).await? else {
        act("Earlier runs have settled every dossier: `--fresh` starts again");
        return play.finish().await;
    };
    let pieces = play.app()?.pieces().await?;
    look_at_all(play, &pieces).await?;
    read_by_keyboard(play, &pieces).await?;

    act("Each piece gets a verdict; the last one is undone");
    settle_some(play, &pieces).await?;
    play.screen("verdicts").await?;
    undo_one(play, &pieces).await?;

    act("An assessment is drafted");
    play.app()?.open_review().await?;
    play.app()?.draft(Assess::Opinion, REASONS).await?;
    play.screen("draft").await?;

    act("The power is cut; everything is there, still offline");
    play.cut_power().await?;
    play.back_at(&dossier).await?;
    play.find_verdicts().await?;
    play.app()?.open_review().await?;
    play.app()?.see_that("review-reasons", |field| field.value == REASONS).await?;
    play.picture("after-power-cut").await?;

    act("It is signed; a certificate takes a mark instead; the power is cut again");
    play.sign(Assess::Opinion).await?;
    play.app()?.leave_dossier().await?;
    if choose_dossier(play, &dossiers, Assess::Mark).await?.is_some() {
        play.app()?.open_review().await?;
        play.app()?.draft(Assess::Mark, REASONS).await?;
        play.sign(Assess::Mark).await?;
        play.picture("mark").await?;
    }
    play.cut_power().await?;
    play.back_at(&dossier).await?;
    play.app()?.open_review().await?;
    play.app()?.see_that("signed", |signed| signed.data("unsent") == "true").await?;
    play.picture("signed").await?;
    play.app()?.leave_dossier().await?;
    play.app()?.click("contact-chip").await?;
    play.app()?.see("outbox-row").await?;
    play.screen("outbox").await?;

    act("The network is back: what was decided leaves by itself, once");
    play.stage.service.start().await?;
    play.wait_until_sent().await?;
    play.picture("sent").await?;
    play.compare_with_the_service(before)?;
    ensure_nothing_readable(&play.machine.profile)?;

    act("A colleague sees it on another machine");
    colleague_sees(play, &jury, &dossier).await?;
    play.finish().await
}

/// The same on a dossier made of real files.
async fn real_files(play: &mut Play, folder: &Path) -> Result<()> {
    act("A folder of real files becomes a dossier");
    play.stage.service.start().await?;
    play.open().await?;
    play.sign_in().await?;
    let jury = play.app()?.carry_next_jury().await?;
    play.app()?.wait_for_jury(&jury).await?;
    let folder = folder.to_str().context("the path of the corpus is no text")?;
    let arguments = [
        ["--reference", "REEL-1"],
        ["--jury", &jury],
        ["--center", CENTER],
        ["--status", "EN_EXAMEN_CENTRE"],
    ];
    play.stage.service.command(&["import"], &[arguments.as_flattened(), &[folder]].concat())?;
    let before = play.stage.service.decisions()?.len();
    play.app()?.exchange_until("online").await?;
    play.app()?.click("view-here").await?;
    let row = "dossier-row-REEL-1";
    let patience = Duration::from_secs(120);
    play.app()?.see_that_within(patience, row, |row| row.text.contains("Complète")).await?;

    act("Offline, each file shows its pages or one clear sentence, and takes a verdict");
    play.stage.service.stop()?;
    play.app()?.exchange_until("offline").await?;
    play.app()?.open_dossier("REEL-1").await?;
    let pieces = play.app()?.pieces().await?;
    let shown = look_at_all(play, &pieces).await?;
    for (piece, shown) in pieces.iter().zip(&shown) {
        let verdict = match shown {
            Shown::Page { .. } => ACCEPTED,
            Shown::Message { .. } => SECOND_LOOK,
        };
        play.settle(piece, verdict).await?;
    }
    play.picture("all-settled").await?;

    act("The power is cut, the network is back, the verdicts arrive");
    play.cut_power().await?;
    play.back_at("REEL-1").await?;
    play.find_verdicts().await?;
    play.stage.service.start().await?;
    play.wait_until_sent().await?;
    play.compare_with_the_service(before)?;
    play.finish().await
}

/// A machine that keeps no secrets.
async fn no_keyring(play: &mut Play) -> Result<()> {
    let desktop = Desktop::start(Keyring::Missing).await?;
    play.machine = Machine { profile: desktop.home().join("profile"), desktop };
    play.stage.service.start().await?;
    play.open().await?;
    let address = play.stage.service.address();
    let app = play.app()?;
    app.fill("signin-service", &address).await?;
    app.fill("signin-login", REVIEWER).await?;
    app.fill("signin-password", PASSWORD).await?;
    app.click("signin-submit").await?;
    app.see_that("signin-error", |error| error.data("code") == "keyring_missing").await?;
    play.screen("missing").await?;
    let stored = files(&play.machine.profile)?;
    let database = stored.iter().find(|path| path.extension().is_some_and(|end| end == "db"));
    ensure!(database.is_none(), "no dossier is stored without a keyring: {database:?}");
    play.finish().await
}

/// Opens the first dossier that this reviewer may assess so, and that has pieces
/// to settle. There is one, unless earlier runs on a kept stage were through.
async fn choose_dossier(
    play: &Play,
    dossiers: &[String],
    assess: Assess,
) -> Result<Option<String>> {
    let app = play.app()?;
    for reference in dossiers {
        app.open_dossier(reference).await?;
        let pieces = app.pieces().await?;
        let open = pieces.iter().take(5).filter(|piece| piece.status == "to_examine").count();
        if app.open_review().await? == Some(assess) && open == 5 {
            return Ok(Some(reference.clone()));
        }
        app.leave_dossier().await?;
    }
    ensure!(play.stage.is_kept(), "no dossier to assess by {assess:?} among {dossiers:?}");
    Ok(None)
}

async fn look_at_all(play: &mut Play, pieces: &[Piece]) -> Result<Vec<Shown>> {
    let mut all = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let shown = play.app()?.look_at(piece).await?;
        match &shown {
            Shown::Page { number } => println!("    {}: {number}", piece.slot),
            Shown::Message { text } => println!("    {}: {text}", piece.slot),
        }
        if index < 3 || matches!(shown, Shown::Message { .. }) {
            play.picture("piece").await?;
        }
        all.push(shown);
    }
    Ok(all)
}

/// Zoom, rotation and the next piece, without a mouse.
async fn read_by_keyboard(play: &mut Play, pieces: &[Piece]) -> Result<()> {
    let app = play.app()?;
    app.look_at(&pieces[0]).await?;
    let fit = app.see("zoom").await?.text;
    app.press('+').await?;
    app.see_that("zoom", |zoom| zoom.text != fit).await?;
    app.press('p').await?;
    app.see_that("status-line", |line| line.text.contains("90")).await?;
    play.picture("zoomed-and-turned").await?;
    let app = play.app()?;
    for _ in 0..3 {
        app.press('p').await?;
    }
    // In the list this digit is a reason; on the page it fits the width.
    app.click("document").await?;
    app.press('0').await?;
    app.see_that("zoom", |zoom| zoom.text == fit).await?;
    app.press('j').await?;
    let next = &pieces[1];
    until("the next piece", PATIENCE, async || {
        let rows = app.parts(&format!("piece-{}", next.slot)).await?;
        Ok(rows.into_iter().find(|row| row.selected && row.data("deposit") == next.deposit))
    })
    .await?;
    Ok(())
}

async fn settle_some(play: &mut Play, pieces: &[Piece]) -> Result<()> {
    let other = Verdict { reason: Reason::Other, words: Some(WORDS), ..REJECTED };
    let verdicts = [ACCEPTED, REJECTED, SECOND_LOOK, NOT_APPLICABLE, other];
    for (piece, verdict) in pieces.iter().zip(verdicts) {
        play.settle(piece, verdict).await?;
    }
    Ok(())
}

/// A verdict that is undone before it left never leaves.
async fn undo_one(play: &mut Play, pieces: &[Piece]) -> Result<()> {
    let piece = pieces.last().context("a piece")?;
    let app = play.app()?;
    let verdict = if piece.status == ACCEPTED.outcome { SECOND_LOOK } else { ACCEPTED };
    app.settle(piece, verdict).await?;
    app.press_ctrl('z').await?;
    app.wait_for_status(piece, &piece.status).await
}

async fn colleague_sees(play: &mut Play, jury: &str, dossier: &str) -> Result<()> {
    let machine = play.stage.machine("colleague").await?;
    let app = App::open(&machine.desktop, &machine.profile).await?;
    app.sign_in(&play.stage.service.address(), COLLEAGUE, PASSWORD).await?;
    let carried = app.carry_next_jury().await?;
    ensure!(carried == jury, "both carry the same sitting");
    app.wait_for_jury(jury).await?;
    app.carry_other_juries().await?;
    app.dossiers_here().await?;
    app.open_dossier(dossier).await?;
    app.pieces().await?;
    for (piece, status) in &play.seen {
        app.wait_for_status(piece, status).await?;
    }
    app.open_review().await?;
    app.see_that("signed", |signed| signed.data("unsent") == "false").await?;
    play.stage.picture(&app, play.name, "colleague").await?;
    app.close().await
}

impl Play {
    async fn set(name: &'static str) -> Result<Self> {
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

    fn app(&self) -> Result<&App> {
        self.app.as_ref().context("the app is closed")
    }

    async fn open(&mut self) -> Result<()> {
        self.app = Some(App::open(&self.machine.desktop, &self.machine.profile).await?);
        Ok(())
    }

    async fn sign_in(&self) -> Result<()> {
        self.app()?.sign_in(&self.stage.service.address(), REVIEWER, PASSWORD).await
    }

    async fn picture(&mut self, name: &str) -> Result<()> {
        let app = self.app.as_ref().context("the app is closed")?;
        self.stage.picture(app, self.name, name).await
    }

    /// Takes a picture of a main screen and has axe look at it; what it finds is
    /// told at the end, all at once.
    async fn screen(&mut self, name: &str) -> Result<()> {
        self.picture(name).await?;
        let found = self.app()?.accessibility_faults().await?;
        self.faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
        Ok(())
    }

    async fn settle(&mut self, piece: &Piece, verdict: Verdict<'static>) -> Result<()> {
        let made = self.app()?.settle(piece, verdict).await?;
        self.made.push(made);
        self.seen.push((piece.clone(), verdict.outcome));
        Ok(())
    }

    async fn sign(&mut self, assess: Assess) -> Result<()> {
        let signed = self.app()?.sign(assess, REASONS).await?;
        self.made.push(signed);
        Ok(())
    }

    async fn cut_power(&mut self) -> Result<()> {
        self.app.take().context("the app is closed")?.kill().await
    }

    /// Opens the app again, at a dossier.
    async fn back_at(&mut self, dossier: &str) -> Result<()> {
        self.open().await?;
        let app = self.app()?;
        app.see("dossier-grid").await?;
        app.dossiers_here().await?;
        app.open_dossier(dossier).await
    }

    async fn find_verdicts(&self) -> Result<()> {
        let app = self.app()?;
        app.pieces().await?;
        for (piece, status) in &self.seen {
            app.wait_for_status(piece, status).await?;
        }
        Ok(())
    }

    /// Nobody asks for anything: the app notices the service by itself.
    async fn wait_until_sent(&self) -> Result<()> {
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

    async fn wait_until_nothing_waits(&self) -> Result<()> {
        let app = self.app()?;
        until("the outbox to be empty", NOTICED, async || {
            Ok(app.part("exchange-badge").await?.is_none().then_some(()))
        })
        .await
    }

    /// The service holds exactly what was decided here, once, and applied it.
    fn compare_with_the_service(&self, before: usize) -> Result<()> {
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

    async fn finish(&mut self) -> Result<()> {
        if let Some(app) = self.app.take() {
            app.close().await?;
        }
        self.stage.service.stop()?;
        ensure!(self.faults.is_empty(), "axe found:\n{}", self.faults.join("\n"));
        Ok(())
    }

    /// What was on screen when something went wrong, for the person who reads the log.
    async fn describe(&self) -> String {
        let Some(app) = &self.app else { return "the app was closed".to_owned() };
        let path = self.stage.wrong(self.name);
        let picture = match app.picture(path.clone()).await {
            Ok(()) => path.display().to_string(),
            Err(error) => {
                self.machine.desktop.picture(&path);
                format!("{} (the window gave none: {error:#})", path.display())
            }
        };
        let words = app.words().await.unwrap_or_default();
        format!(
            "picture: {picture}\nservice log: {}\non screen:\n{words}",
            self.stage.service.log().display()
        )
    }
}

/// Nothing on disk says who the reviewer or the learners are, nor any secret.
fn ensure_nothing_readable(profile: &Path) -> Result<()> {
    for path in files(profile)? {
        let bytes = fs::read(&path)?;
        ensure!(
            !bytes.starts_with(b"SQLite format 3\0"),
            "{} is a database in clear",
            path.display()
        );
        for text in [PASSWORD, WORDS, REASONS, "payslip/", "settle_piece"] {
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            ensure!(!found, "{text:?} can be read in {}", path.display());
        }
    }
    Ok(())
}

/// Every file below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
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

const CORPUS: &str = "LUTRIN_CORPUS";

/// Files nobody here wrote, if they are on this machine.
fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os(CORPUS).map_or(beside, PathBuf::from);
    let files = folder.join("files");
    [files, folder].into_iter().find(|folder| folder.is_dir())
}
