//! The stories: a reviewer's day, and the same on files nobody here wrote.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::app::App;
use crate::gestures::{
    ACCEPTED, Assess, NOT_APPLICABLE, Piece, REJECTED, Reason, SECOND_LOOK, Shown, Verdict,
};
use crate::play::{PASSWORD, Play, REASONS, files, play};
use crate::stage::act;
use crate::wait::{PATIENCE, until};

/// A colleague of the DNF, who sees every centre.
const COLLEAGUE: &str = "nadia.ferrand";

/// What the reviewer writes.
const WORDS: &str = "La signature de l’employeur n’est pas lisible.";

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
    let jury = play.app()?.take_along().await?;
    play.import("REEL-1", &jury, folder).await?;
    let before = play.stage.service.decisions()?.len();
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

const CORPUS: &str = "LUTRIN_CORPUS";

/// Files nobody here wrote, if they are on this machine.
fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os(CORPUS).map_or(beside, PathBuf::from);
    let files = folder.join("files");
    [files, folder].into_iter().find(|folder| folder.is_dir())
}
