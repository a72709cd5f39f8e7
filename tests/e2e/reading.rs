//! Reading as a reviewer does: finding, masks, passwords, a thousand pages, two
//! documents, the light table; by keyboard.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;

use crate::app::App;
use crate::gestures::{Piece, Shown};
use crate::papers::{drawn, endless_pdf, pdf};
use crate::play::{Play, files, play};
use crate::stage::act;
use crate::wait::{PATIENCE, until};

/// What is written on each page, with an invented number whose key is wrong.
const TEXT: &str = "Employeur, NIR 2 85 05 75 116 042 99";

/// The password of the locked file that `lutrin-central seed` makes.
const FILE_PASSWORD: &str = "motdepasse";

/// Selects the first two words of the page and copies them.
const COPY: &str = r#"
const words = document.querySelectorAll("[data-testid=words-1] text");
const range = document.createRange();
range.setStartBefore(words[0]);
range.setEndAfter(words[1]);
getSelection().removeAllRanges();
getSelection().addRange(range);
const clipboardData = new DataTransfer();
words[0].dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }));
return clipboardData.getData("text/plain");
"#;

#[tokio::test]
async fn the_reading_room_by_keyboard() {
    play("reading", reading).await;
}

async fn reading(play: &mut Play) -> Result<()> {
    act(
        "A dossier: a text, a thousand pages, a locked file, a broken one, a letter, a trap, a stamp",
    );
    let pieces = open_dossier(play).await?;
    let [text, thousand, locked, broken, letter, endless, stamp] = &pieces[..] else {
        anyhow::bail!("seven pieces: {pieces:?}");
    };

    act("A text is found, page after page; a social security number is covered");
    let app = play.app()?;
    app.look_at(text).await?;
    app.see_that("text-1", |layer| layer.data("source") == "glyphs").await?;
    app.see("mask").await?;
    app.press('r').await?;
    app.fill("find-query", "EMPLOYEUR").await?;
    app.press(Key::Enter).await?;
    app.see_that("find-count", |count| count.data("hits") == "3").await?;
    app.press(Key::Enter).await?;
    app.see_that("find-count", |count| count.text.starts_with("2 sur 3")).await?;
    until("the page of the place found", PATIENCE, async || {
        Ok(app.part("page-number").await?.filter(|number| number.data("page") == "2"))
    })
    .await?;
    app.see("current-hit").await?;
    play.screen("found").await?;
    let app = play.app()?;
    app.fill("find-query", "116 042").await?;
    app.press(Key::Enter).await?;
    app.see_that("find-count", |count| count.data("hits") == "0").await?;
    app.press(Key::Escape).await?;
    app.see_gone("find-query").await?;
    app.press(Key::Home).await?;
    app.see_that("words-1", |words| words.data("state") == "whole").await?;
    let copied = app.script(COPY, Vec::new()).await?;
    ensure!(copied == "Employeur, NIR", "copied: {copied}");
    app.press('l').await?;
    app.see_gone("mask").await?;

    act(
        "A verdict cites the words selected, the page shown, the zone drawn where there are no words",
    );
    cites(play, text, stamp).await?;

    act("The whole dossier is searched by keyboard, and lands on the page");
    let app = play.app()?;
    app.look_at(text).await?;
    let first = app.see("document").await?.data("sha256").to_owned();
    app.look_at(thousand).await?;
    app.press('r').await?;
    app.fill("find-query", "ÉMPLOYEUR page 3").await?;
    app.press(Key::Tab).await?;
    app.press(Key::Right).await?;
    app.see_that("search-results", |found| found.data("pages") == "1").await?;
    app.press_shift(Key::Tab).await?;
    app.press(Key::Enter).await?;
    app.see_that("document", |document| document.data("sha256") == first).await?;
    app.see_that("page-number", |number| number.data("page") == "3").await?;
    app.see("current-hit").await?;
    app.fill("find-query", "annexe").await?;
    app.press(Key::Enter).await?;
    app.see_that("find-count", |count| count.data("hits") == "50").await?;
    app.press(Key::Down).await?;
    app.press(Key::Enter).await?;
    app.see_that("document", |document| document.data("sha256") != first).await?;
    app.see_that("page-number", |number| number.data("page") == "2").await?;
    app.see("current-hit").await?;
    app.see_that("search-coverage", |words| {
        words.text.contains("sous mot de passe") && words.text.contains("1 fichier illisible")
    })
    .await?;
    play.screen("search").await?;
    let app = play.app()?;
    app.fill("find-query", "116 042").await?;
    app.press(Key::Enter).await?;
    app.see_that("find-count", |count| count.data("hits") == "0").await?;
    app.press(Key::Escape).await?;
    app.see_gone("search-results").await?;

    act("A thousand pages scroll, and only those near are there");
    app.look_at(thousand).await?;
    app.click("document").await?;
    app.press(Key::End).await?;
    app.see_that("page-1000", |page| page.data("state") == "loaded").await?;
    let drawn = app.parts("page-").await?.len();
    ensure!(drawn < 14, "{drawn} parts for the pages near the screen");
    app.press_ctrl('g').await?;
    app.fill("page-input", "500").await?;
    app.press(Key::Enter).await?;
    app.see_that("page-500", |page| page.data("state") == "loaded").await?;
    app.click("toggle-thumbnails").await?;
    app.see("thumbnail-500").await?;
    play.screen("thousand-pages").await?;
    play.app()?.click("toggle-thumbnails").await?;

    act("A locked file asks for its password, once; a broken one says so");
    let app = play.app()?;
    ensure!(matches!(app.look_at(locked).await?, Shown::Message { .. }), "it is locked");
    app.fill("document-password", "autre").await?;
    app.click("document-unlock").await?;
    let wrong = "document_password_wrong";
    app.see_that("document-message", |message| message.data("code") == wrong).await?;
    play.screen("password").await?;
    let app = play.app()?;
    app.fill("document-password", FILE_PASSWORD).await?;
    app.click("document-unlock").await?;
    ensure!(matches!(app.wait_for_document(locked).await?, Shown::Page { .. }), "it opens");
    app.look_at(broken).await?;
    app.see_that("document-message", |message| message.data("code") == "document_damaged").await?;
    ensure!(matches!(app.look_at(locked).await?, Shown::Page { .. }), "known for the session");

    act("A letter has no pages here: its text is shown, and said to be only that");
    app.click_on(&format!("[data-deposit=\"{}\"]", letter.deposit)).await?;
    app.see_that("flow", |flow| flow.text.contains("Je soussignée atteste")).await?;
    app.see_that("flow", |flow| flow.text.contains("Texte sans mise en page")).await?;
    play.screen("letter").await?;

    act("A page without end: told after three seconds, stopped, and the next file opens");
    let app = play.app()?;
    app.click_on(&format!("[data-deposit=\"{}\"]", endless.deposit)).await?;
    app.see("page-slow").await?;
    app.click("page-stop").await?;
    app.see_that("document-message", |message| message.data("code") == "document_stopped").await?;
    app.click_on("[data-testid=page-1] button").await?;
    app.see("page-slow").await?;
    play.picture("slow-page").await?;
    let app = play.app()?;
    ensure!(matches!(app.look_at(text).await?, Shown::Page { .. }), "the next one opens");

    act("Enlarged eight times, the page is sharp and the number stays covered");
    deep_zoom(play).await?;

    act("À propos says what the program that reads documents cannot do");
    let app = play.app()?;
    app.click("go-about").await?;
    app.see_that("about-sandbox", |sandbox| sandbox.data("state") == "enforced").await?;
    for door in ["network", "files", "programs", "memory"] {
        app.see_that(&format!("about-door-{door}"), |door| door.data("state") == "closed").await?;
    }
    play.screen("about").await?;
    let app = play.app()?;
    app.press(Key::Escape).await?;
    app.see_gone("about").await?;

    act("Two documents side by side, then every page on the light table");
    app.look_at(text).await?;
    app.press('v').await?;
    app.see_that("second-page-1", |page| page.data("state") == "loaded").await?;
    play.screen("side-by-side").await?;
    let app = play.app()?;
    app.press(Key::Escape).await?;
    app.see_gone("second-document").await?;
    app.press('g').await?;
    app.see("light-table").await?;
    until("pages on the light table", PATIENCE, async || {
        let pages = app.script(
            "return [...document.querySelectorAll('[data-testid=light-table] img')].filter((each) => each.complete).length;",
            Vec::new(),
        );
        Ok(pages.await?.as_u64().filter(|pages| *pages > 4))
    })
    .await?;
    play.screen("light-table").await?;
    play.app()?.press(Key::Escape).await?;
    play.app()?.see("document").await?;
    play.finish().await
}

/// The parts over the enlarged page: how many, how many of them have one pixel for each of
/// the screen, and what is on top where a number is covered.
const SHARP: &str = r#"
const parts = [...document.querySelectorAll("[data-testid=tiles-1] img")];
const sharp = parts.filter((part) => {
  const shown = parseFloat(getComputedStyle(part).width) * devicePixelRatio;
  return part.complete && part.naturalWidth > 0 && Math.abs(part.naturalWidth - shown) < 1.5;
});
const mask = document.querySelector("[data-testid=mask]");
mask.scrollIntoView({ block: "center", inline: "center" });
const { left, top, width, height } = mask.getBoundingClientRect();
const over = document.elementFromPoint(left + width / 2, top + height / 2);
return [parts.length, sharp.length, over?.closest("[data-testid]")?.dataset.testid];
"#;

async fn deep_zoom(play: &mut Play) -> Result<()> {
    let app = play.app()?;
    app.click("document").await?;
    app.press(Key::Home).await?;
    for _ in 0..12 {
        app.press('+').await?;
    }
    // The corner with the number comes into view.
    app.script(SHARP, Vec::new()).await?;
    let sharp = async |app: &App| {
        until("sharp parts, a mask above them", PATIENCE, async || {
            app.see_that("tiles-1", |tiles| tiles.data("state") == "loaded").await?;
            let found = app.script(SHARP, Vec::new()).await?;
            let parts = found[0].as_u64().unwrap_or(0);
            let good = parts > 0 && found[1] == found[0] && found[2] == "mask";
            if good { Ok(Some(parts)) } else { anyhow::bail!("{found}") }
        })
        .await
    };
    let parts = sharp(app).await?;
    ensure!(parts < 16, "{parts} parts for one screen");
    play.screen("deep-zoom").await?;
    let app = play.app()?;
    app.press('p').await?;
    app.script(SHARP, Vec::new()).await?;
    sharp(app).await?;
    play.picture("deep-zoom-turned").await?;
    let app = play.app()?;
    for _ in 0..3 {
        app.press('p').await?;
    }
    app.press('0').await?;
    app.see_gone("tiles-1").await
}

/// Selects the first two words of the page.
const SELECT: &str = r#"
const words = document.querySelectorAll("[data-testid=words-1] text");
getSelection().setBaseAndExtent(words[0], 0, words[1], words[1].childNodes.length);
"#;

/// Where the zone cited first lies on its page, in hundredths of it: left, top, right, bottom.
const CITED: &str = r#"
const cited = document.querySelector("[data-testid=cited]").getBoundingClientRect();
const page = document.querySelector("[data-testid=page-1]").getBoundingClientRect();
const across = (x) => Math.round((100 * (x - page.left)) / page.width);
const down = (y) => Math.round((100 * (y - page.top)) / page.height);
return [across(cited.left), down(cited.top), across(cited.right), down(cited.bottom)];
"#;

async fn cites(play: &mut Play, text: &Piece, stamp: &Piece) -> Result<()> {
    let app = play.app()?;
    app.press('c').await?;
    app.script(SELECT, Vec::new()).await?;
    app.press('u').await?;
    app.see_that("proof", |proof| proof.text == "page 1, zone").await?;
    let line = app.script(CITED, Vec::new()).await?;
    ensure!(line[3].as_i64() < Some(16) && line[2].as_i64() < Some(60), "two words: {line}");
    app.script("getSelection().removeAllRanges();", Vec::new()).await?;
    app.press(Key::PageDown).await?;
    app.press('u').await?;
    until("the page shown to be cited too", PATIENCE, async || {
        let proofs = app.parts("proof").await?;
        Ok(proofs.iter().any(|proof| proof.text == "page 2").then_some(()))
    })
    .await?;
    app.click("proof").await?;
    app.see_that("page-number", |number| number.data("page") == "1").await?;
    play.screen("cited").await?;
    let app = play.app()?;
    app.press(Key::Enter).await?;
    app.wait_for_status(text, "accepted").await?;
    app.look_at(text).await?;
    app.see_that("cited-by", |words| words.text.contains("page 1, zone ; page 2")).await?;

    app.look_at(stamp).await?;
    app.see("draw-1").await?;
    app.drag_across("draw-1", (0.1, 0.2), (0.6, 0.5)).await?;
    app.press('u').await?;
    app.see_that("proof", |proof| proof.text == "page 1, zone").await?;
    let drawn = app.script(CITED, Vec::new()).await?;
    ensure!(drawn == serde_json::json!([10, 20, 60, 50]), "as it was drawn: {drawn}");
    app.press('p').await?;
    let turned = app.script(CITED, Vec::new()).await?;
    ensure!(turned == serde_json::json!([50, 10, 80, 60]), "turned with its page: {turned}");
    play.screen("drawn").await?;
    let app = play.app()?;
    for _ in 0..3 {
        app.press('p').await?;
    }
    app.click("proof-remove").await?;
    app.see_gone("proof").await
}

/// Takes the dossier along and opens it, offline; gives its pieces.
async fn open_dossier(play: &mut Play) -> Result<Vec<Piece>> {
    let folder = tempfile::tempdir()?;
    let locked = locked_file(play.stage.service.folder())?;
    for (name, bytes) in [
        ("a-attestation.pdf", pdf(3, TEXT)),
        ("b-annexe.pdf", pdf(1_000, "Annexe")),
        ("c-bulletin.pdf", locked),
        ("d-releve.pdf", b"%PDF-1.7 and nothing more".to_vec()),
        ("e-lettre.docx", letter()?),
        ("f-plan.pdf", endless_pdf(0)),
        ("g-tampon.pdf", drawn(&["0 0 1 rg 100 500 200 100 re f".to_owned()])),
    ] {
        fs::write(folder.path().join(name), bytes)?;
    }
    play.stage.service.start().await?;
    play.open().await?;
    play.sign_in().await?;
    let jury = play.app()?.take_along().await?;
    play.import("LIRE-1", &jury, folder.path()).await?;
    let patience = Duration::from_secs(120);
    let row = "dossier-row-LIRE-1";
    play.app()?.see_that_within(patience, row, |row| row.text.contains("Complète")).await?;
    play.stage.service.stop()?;
    play.app()?.exchange_until("offline").await?;
    play.app()?.open_dossier("LIRE-1").await?;
    play.app()?.pieces().await
}

/// A letter as Word writes it.
fn letter() -> Result<Vec<u8>> {
    let mut parts = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("[Content_Types].xml", "<Types/>"),
        (
            "word/document.xml",
            "<w:document xmlns:w=\"w\"><w:body>\
             <w:p><w:r><w:t>Attestation de l’employeur</w:t></w:r></w:p>\
             <w:p><w:r><w:t>Je soussignée atteste que Mme Camille Exemple a travaillé ici.</w:t></w:r></w:p>\
             </w:body></w:document>",
        ),
    ] {
        parts.start_file(name, zip::write::SimpleFileOptions::default())?;
        parts.write_all(content.as_bytes())?;
    }
    Ok(parts.finish()?.into_inner())
}

/// A payslip behind a password, among the files of the service.
fn locked_file(service: &Path) -> Result<Vec<u8>> {
    for path in files(service)? {
        let bytes = fs::read(&path)?;
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        if bytes.starts_with(b"%PDF-") && holds(b"/Encrypt") {
            return Ok(bytes);
        }
    }
    None.context("no locked file among the seeded ones")
}
