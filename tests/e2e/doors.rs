//! What keeps the profile closed: no keyring, a damaged file, another key.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::app::App;
use crate::desktop::{Desktop, Keyring};
use crate::play::{PASSWORD, Play, REVIEWER, files, play};
use crate::stage::{Machine, act};

#[tokio::test]
async fn without_a_keyring_the_app_says_so_and_stores_nothing() {
    play("keyring", no_keyring).await;
}

#[tokio::test]
async fn a_damaged_file_or_another_key_is_said_and_destroys_nothing() {
    play("closed", closed_profile).await;
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
