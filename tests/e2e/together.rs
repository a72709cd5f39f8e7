//! Two people, two machines, one truth.

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;

use crate::app::App;
use crate::gestures::{ACCEPTED, Assess, Piece, REJECTED};
use crate::play::{PASSWORD, Play, play};
use crate::stage::{Machine, act};
use crate::wait::{PATIENCE, until};

const NADIA: &str = "nadia.ferrand";
const KARINE: &str = "karine.soulier";
/// What a side says of its page when its verdict cites none.
const UNCITED: &str = "aucune page citée";
const WHY: &str = "Le verso de l’attestation manque ; relu ensemble.";

#[tokio::test]
async fn w02_opposite_verdicts_are_arbitrated_with_both_sides_in_sight() {
    play("arbitration", arbitrated).await;
}

#[tokio::test]
async fn w01_a_piece_replaced_while_offline_is_compared_with_the_one_before() {
    play("replaced", replaced).await;
}

/// Signs in and takes everything along.
async fn carries(app: &App, play: &Play, login: &str) -> Result<()> {
    app.sign_in(&play.stage.service.address(), login, PASSWORD).await?;
    app.take_along().await?;
    app.carry_other_juries().await
}

/// Opens the first dossier whose pieces the reviewer may judge; gives the first two of them.
async fn opens_one(app: &App) -> Result<(String, Vec<Piece>)> {
    for reference in app.dossiers_here().await? {
        app.open_dossier(&reference).await?;
        let pieces = app.pieces().await?;
        let open: Vec<_> =
            pieces.into_iter().filter(|piece| piece.status == "to_examine").collect();
        if open.len() >= 2 && app.open_review().await? == Some(Assess::Opinion) {
            return Ok((reference, open));
        }
        app.leave_dossier().await?;
    }
    anyhow::bail!("no dossier to work on")
}

async fn sent(app: &App) -> Result<()> {
    app.press(Key::F9).await?;
    until("everything to have left", PATIENCE * 2, async || {
        app.click("go-exchanges").await?;
        Ok(app.part("count-pending").await?.filter(|count| count.text.trim() == "0").map(|_| ()))
    })
    .await
}

async fn arbitrated(play: &mut Play) -> Result<()> {
    act("Two reviewers take the same dossiers along, and lose the network");
    play.stage.service.start().await?;
    play.open().await?;
    carries(play.app()?, play, NADIA).await?;
    let Machine { desktop, profile } = play.stage.machine("colleague").await?;
    let karine = App::open(&desktop, &profile).await?;
    carries(&karine, play, KARINE).await?;
    play.stage.service.stop()?;
    play.app()?.exchange_until("offline").await?;
    karine.exchange_until("offline").await?;

    act("They judge one piece in opposite ways");
    let (reference, pieces) = opens_one(play.app()?).await?;
    let piece = &pieces[0];
    play.app()?.pieces().await?;
    play.app()?.look_at(piece).await?;
    play.app()?.press('u').await?;
    play.app()?.see_that("proof", |proof| proof.text == "page 1").await?;
    play.app()?.settle(piece, REJECTED).await?;
    karine.dossiers_here().await?;
    karine.open_dossier(&reference).await?;
    karine.pieces().await?;
    karine.settle(piece, ACCEPTED).await?;

    act("The colleague comes first; the other learns of it calmly, and only this piece waits");
    play.stage.service.start().await?;
    sent(&karine).await?;
    sent(play.app()?).await?;
    let app = play.app()?;
    app.see_that("arbitration", |row| row.data("why") == "opposed").await?;
    play.screen("exchanges").await?;
    let app = play.app()?;
    app.click("arbitration").await?;
    app.see_that("side-mine", |side| !side.text.contains(UNCITED)).await?;
    app.see_that("side-theirs", |side| side.text.contains(UNCITED)).await?;
    let why = app.see("arbitration-why").await?.text;
    ensure!(why.contains("quoi que vous choisissiez"), "{why}");
    until("both pages to be drawn", PATIENCE, async || {
        let drawn = app.script(
            "return document.querySelectorAll('figure img').length === 2 \
             && [...document.querySelectorAll('figure img')].every((i) => i.naturalWidth > 0)",
            vec![],
        );
        Ok((drawn.await? == serde_json::Value::Bool(true)).then_some(()))
    })
    .await?;
    play.screen("two-sides").await?;

    act("Without a reason nothing is chosen; with one, by keyboard, it is");
    let app = play.app()?;
    app.press('1').await?;
    app.see_that("status-line", |line| line.text.contains("raison")).await?;
    app.fill("arbitration-reason", WHY).await?;
    app.press(Key::Escape).await?;
    app.press('1').await?;
    app.see_gone("side-theirs").await?;
    sent(app).await?;
    play.screen("settled").await?;

    act("The colleague sees who chose, and why; her verdict is in the history");
    karine.click("go-dossiers").await?;
    karine.exchange_until("online").await?;
    karine.dossiers_here().await?;
    karine.open_dossier(&reference).await?;
    karine.wait_for_status(piece, "rejected").await?;
    karine.click("tab-history").await?;
    karine.see_that("history-count", |count| !count.text.starts_with('0')).await?;
    karine.fill("history-find", "ecarte").await?;
    let aside = karine.see_that("history-row", |row| row.data("standing") == "set_aside").await?;
    ensure!(aside.text.contains("Karine Soulier") && aside.text.contains(WHY), "{}", aside.text);
    play.stage.picture(&karine, play.name, "history").await?;
    karine.accessibility_faults().await.and_then(|faults| {
        ensure!(faults.is_empty(), "axe found in the history: {faults:?}");
        Ok(())
    })?;
    karine.close().await?;
    let last = play.stage.service.decisions()?.pop().context("a decision")?;
    ensure!(last.applied && last.decision["kind"] == "arbitrate", "{last:?}");
    play.finish().await
}

async fn replaced(play: &mut Play) -> Result<()> {
    act("A piece is found wanting; the reviewer goes offline, the learner replaces it");
    play.stage.service.start().await?;
    play.open().await?;
    carries(play.app()?, play, NADIA).await?;
    let (reference, pieces) = opens_one(play.app()?).await?;
    let (wanting, other) = (&pieces[0], &pieces[1]);
    play.app()?.pieces().await?;
    play.app()?.settle(wanting, REJECTED).await?;
    sent(play.app()?).await?;
    let made = play.stage.service.decisions()?.pop().context("a decision")?;
    let dossier = made.decision["subject"]["dossier"].as_str().context("a dossier")?.to_owned();
    play.stage.service.stop()?;
    play.app()?.click("go-dossiers").await?;
    play.app()?.exchange_until("offline").await?;
    play.app()?.dossiers_here().await?;
    play.app()?.open_dossier(&reference).await?;
    play.app()?.pieces().await?;
    play.app()?.settle(other, ACCEPTED).await?;
    play.app()?.leave_dossier().await?;
    let folder = play.machine.desktop.home().join("versions");
    std::fs::create_dir_all(&folder)?;
    for piece in [wanting, other] {
        let file = folder.join("nouvelle-version.pdf");
        std::fs::write(&file, crate::papers::pdf(1, &format!("{}, version 2", piece.slot)))?;
        let file = file.to_str().context("a path")?;
        let arguments = ["--dossier", &dossier, "--slot", &piece.slot, file];
        play.stage.service.command(&["deposit"], &arguments)?;
    }

    act("Back online: what was decided on the old file waits, and nothing was accepted in silence");
    play.stage.service.start().await?;
    sent(play.app()?).await?;
    play.app()?.see_that("arbitration", |row| row.data("why") == "replaced").await?;
    play.screen("exchanges").await?;
    play.app()?.click("arbitration").await?;
    play.app()?.see("arbitration-open").await?;
    play.screen("one-side").await?;
    play.app()?.click("arbitration-open").await?;
    let news = play.app()?.see("news").await?.text;
    ensure!(news.contains("remplacé"), "{news}");

    act("The new file lies beside the old one, with the earlier reason; one key settles it");
    let now = until("the new version", PATIENCE * 2, async || {
        let now = play.app()?.pieces().await?;
        Ok(now
            .into_iter()
            .find(|piece| piece.slot == wanting.slot && piece.deposit != wanting.deposit))
    })
    .await?;
    play.app()?.look_at(&now).await?;
    play.app()?.see("compare-earlier").await?;
    play.app()?.press('v').await?;
    play.app()?.see("second-earlier").await?;
    play.screen("compared").await?;
    play.app()?.press(Key::Escape).await?;
    play.app()?.see_gone("second-earlier").await?;
    play.app()?.press('b').await?;
    play.app()?.wait_for_status(&now, "accepted").await?;

    act("The light says whether deciding is safe, and why");
    play.app()?.click("light").await?;
    play.app()?.see_that("condition-newest", |each| each.data("standing") == "holds").await?;
    play.screen("light").await?;
    play.app()?.press(Key::Escape).await?;
    play.app()?.see_gone("light-dialog").await?;
    play.app()?.click("reserve").await?;
    play.app()?.see_that("reservation", |by| by.data("mine") == "true").await?;
    play.screen("reserved").await?;
    play.app()?.click("tab-history").await?;
    play.app()?.see_that("history-count", |count| !count.text.starts_with('0')).await?;
    play.screen("history").await?;
    sent(play.app()?).await?;
    play.finish().await
}
