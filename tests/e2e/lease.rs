//! Until when the copy may be read, and what the window says when it may not be kept: a
//! lease that ends with the clock set back, a machine revoked with work that was not sent.

use std::fs;

use anyhow::{Context as _, Result, ensure};

use crate::app::App;
use crate::clock::Clock;
use crate::play::{Play, files, play};
use crate::stage::act;

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn a_lease_that_ends_locks_the_window_whatever_the_clock_says_and_a_contact_opens_it() {
    play("lease", lease).await;
}

#[tokio::test]
async fn a_revoked_machine_says_so_hands_in_its_work_and_keeps_no_name() {
    play("revoked", revoked).await;
}

async fn open_with(play: &mut Play, clock: &Clock) -> Result<()> {
    let machine = &play.machine;
    let opened = App::open_with(&machine.desktop, &machine.profile, &clock.environment()).await?;
    play.app = Some(opened);
    Ok(())
}

async fn lease(play: &mut Play) -> Result<()> {
    act("A sitting is taken along; the exchanges say until when");
    let clock = Clock::new()?;
    play.stage.service.start().await?;
    open_with(play, &clock).await?;
    play.sign_in().await?;
    play.app()?.take_along().await?;
    let before = play.stage.service.decisions()?.len();
    play.app()?.click("go-exchanges").await?;
    play.app()?.see_that("station-lease", |part| part.text.contains("jusqu’au")).await?;
    play.screen("station").await?;
    play.app()?.click("go-dossiers").await?;

    act("Fifteen days without the service: the window locks, what was decided is counted");
    play.settle_away().await?;
    clock.set_off(15 * DAY)?;
    play.app()?.see_that("expired", |part| part.text.contains("1 action non envoyée")).await?;
    ensure!(play.app()?.part("dossier-grid").await?.is_none(), "no dossier is shown");
    play.screen("expired").await?;

    act("The clock is set back, and the program started again: it stays locked");
    play.close().await?;
    clock.set_off(-30 * DAY)?;
    open_with(play, &clock).await?;
    play.app()?.see("expired").await?;
    clock.set_off(-400 * DAY)?;
    play.app()?.click("expired-sync").await?;
    play.app()?.see_that("expired-contact", |part| part.data("contact") == "offline").await?;
    play.app()?.see("expired").await?;

    act("One contact opens it, with the clock still wrong; the work leaves");
    play.stage.service.start().await?;
    play.app()?.click("expired-sync").await?;
    play.app()?.see("dossier-grid").await?;
    play.wait_until_sent().await?;
    play.compare_with_the_service(before)?;
    play.finish().await
}

async fn revoked(play: &mut Play) -> Result<()> {
    act("A verdict waits to leave when the machine is revoked");
    let before = play.leave_work_unsent().await?;
    let names = names(play)?;
    ensure!(names.len() > 10, "there are names to look for: {}", names.len());
    let seen = play.app()?.words().await?;
    ensure!(names.iter().any(|name| seen.contains(name)), "the window shows one of them");
    play.stage.service.command(&["device", "revoke"], &["--device", &device(play)?])?;

    act("The window says what happened; the service has what was decided");
    play.stage.service.start().await?;
    let app = play.app()?;
    app.see_that("shut-out", |part| part.data("handedIn") == "true").await?;
    play.screen("shut-out").await?;
    play.compare_with_the_service(before)?;
    ensure!(play.machine.desktop.secrets()? == 0, "the key is gone from the keyring");

    act("Nothing of anybody is left: profile, web view, logs, temporary files");
    play.keeps_no_database()?;
    let left = files(&play.machine.profile)?;
    let home = files(play.machine.desktop.home())?;
    ensure!(!home.is_empty(), "there are files to look into");
    let mut scanned = 0;
    for file in left.iter().chain(&home) {
        let bytes = fs::read(file)?;
        scanned += bytes.len();
        for name in &names {
            ensure!(!is_in(&bytes, name), "{name} is in {}", file.display());
        }
    }
    println!("    {scanned} bytes of {} files scanned", left.len() + home.len());
    play.app()?.click("shut-out-go").await?;
    play.app()?.see("signin-service").await?;
    play.finish().await
}

/// The names and references of every dossier, as the service has them.
fn names(play: &Play) -> Result<Vec<String>> {
    play.stage.service.ask(
        "select json_extract(summary, '$.birth_name') from dossier union select reference from dossier",
    )
}

/// The only machine that the service knows.
fn device(play: &Play) -> Result<String> {
    play.stage.service.ask("select id from device")?.into_iter().next().context("no machine")
}

/// Whether a word stands in these bytes, in UTF-8 or in UTF-16.
fn is_in(bytes: &[u8], word: &str) -> bool {
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [word.as_bytes(), &wide]
        .iter()
        .any(|form| bytes.windows(form.len()).any(|window| window == *form))
}
