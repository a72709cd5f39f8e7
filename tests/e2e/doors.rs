//! What keeps the profile closed: no keyring, a damaged file, another key; and leaving it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;

use crate::app::App;
use crate::desktop::{Desktop, Keyring};
use crate::play::{PASSWORD, Play, REVIEWER, files, play};
use crate::stage::{Machine, act};

const PHRASE: &str = "trois chevaux gris sous la pluie";

#[tokio::test]
async fn without_a_keyring_the_app_says_so_and_a_passphrase_takes_its_place() {
    play("keyring", no_keyring).await;
}

#[tokio::test]
async fn a_damaged_file_or_another_key_is_said_and_destroys_nothing() {
    play("closed", closed_profile).await;
}

#[tokio::test]
async fn leaving_keeps_what_was_not_sent_and_erases_only_what_was() {
    play("leaving", leave_and_come_back).await;
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
    play.keeps_no_database()?;

    act("A passphrase takes its place; it is asked again at the next start");
    play.app()?.fill("signin-phrase", "trop court").await?;
    play.app()?.fill("signin-password", PASSWORD).await?;
    play.app()?.click("signin-submit").await?;
    play.app()?.see_that("signin-error", |told| told.data("code") == "passphrase_unfit").await?;
    play.app()?.fill("signin-phrase", PHRASE).await?;
    play.app()?.click("signin-submit").await?;
    play.app()?.see("dossier-grid").await?;
    play.close().await?;
    play.open().await?;
    play.app()?.fill("unlock-phrase", "une autre phrase").await?;
    play.app()?.press(Key::Enter).await?;
    play.app()?.see_that("unlock-error", |told| told.data("code") == "passphrase_wrong").await?;
    play.screen("locked").await?;
    play.app()?.fill("unlock-phrase", PHRASE).await?;
    play.app()?.press(Key::Enter).await?;
    play.app()?.see("dossier-grid").await?;
    play.finish().await
}

/// Leaves with work that has not been sent, and comes back to it.
async fn leave_and_come_back(play: &mut Play) -> Result<()> {
    act("A verdict waits while the network is away: leaving says so, and hides nothing");
    let before = play.leave_work_unsent().await?;
    play.app()?.click("profile").await?;
    play.app()?.see("account-unsent").await?;
    ensure!(play.app()?.part("account-erase").await?.is_none(), "unsent work cannot be erased");
    play.screen("unsent").await?;
    play.app()?.click("account-leave").await?;
    play.app()?.see("signin-service").await?;

    act("The next start asks to sign in; the work is there and leaves");
    play.close().await?;
    play.open().await?;
    play.app()?.see("signin-service").await?;
    play.stage.service.start().await?;
    play.sign_in().await?;
    play.wait_until_sent().await?;
    play.compare_with_the_service(before)?;

    act("With everything sent the copy can be erased from the machine");
    play.app()?.click("profile").await?;
    play.app()?.see("account-sent").await?;
    play.app()?.click("account-erase").await?;
    play.screen("erase").await?;
    play.app()?.click("account-erase-confirm").await?;
    play.app()?.see("signin-service").await?;
    play.keeps_no_database()?;
    play.finish().await
}

/// A profile that does not open: damaged, put right, then under another key.
async fn closed_profile(play: &mut Play) -> Result<()> {
    act("A file was damaged: the app says so, touches nothing, and tries again when asked");
    play.stage.service.start().await?;
    play.open().await?;
    play.sign_in().await?;
    play.close().await?;
    let database = database_of(&play.machine.profile)?;
    let whole = fs::read(&database)?;
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 64].fill(0xAA);
    fs::write(&database, &damaged)?;
    play.open().await?;
    blocked_by(play, "store_damaged").await?;
    play.screen("damaged").await?;
    play.app()?.click("blocked-retry").await?;
    play.app()?.see("blocked-tried").await?;
    blocked_by(play, "store_damaged").await?;
    ensure!(fs::read(&database)? == damaged, "a file that does not open is left as it is");
    fs::write(&database, &whole)?;
    play.app()?.click("blocked-retry").await?;
    play.app()?.see("dossier-grid").await?;
    play.close().await?;

    act("The key is another one: the person starts over, the old copy is kept");
    let other = play.machine.profile.with_file_name("profile-other");
    let app = App::open(&play.machine.desktop, &other).await?;
    app.sign_in(&play.stage.service.address(), REVIEWER, PASSWORD).await?;
    app.quit().await?;
    let theirs = database_of(&other)?;
    for ours in files(database.parent().context("a folder")?)? {
        fs::copy(&ours, theirs.with_file_name(ours.file_name().context("a file")?))?;
    }
    let copied = fs::read(&theirs)?;
    play.machine.profile = other;
    play.open().await?;
    blocked_by(play, "store_wrong_key").await?;
    play.screen("wrong-key").await?;
    play.app()?.click("blocked-start-over").await?;
    play.sign_in().await?;
    let kept = files(&play.machine.profile)?;
    let kept = kept.iter().filter(|path| **path != theirs).any(|path| {
        path.file_name() == theirs.file_name() && fs::read(path).is_ok_and(|bytes| bytes == copied)
    });
    ensure!(kept, "the copy under the other key is renamed and kept");
    play.finish().await
}

async fn blocked_by(play: &Play, code: &str) -> Result<()> {
    play.app()?.see_that("blocked-message", |message| message.data("code") == code).await?;
    Ok(())
}

/// The only database of dossiers below a folder.
fn database_of(profile: &Path) -> Result<PathBuf> {
    let found = files(profile)?.into_iter().find(|path| path.ends_with("dossiers.db"));
    found.context("no database of dossiers")
}
