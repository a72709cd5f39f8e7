//! The area `page`: pieces shown one after the other in the real window, what the whole
//! tree of processes weighs then, and pdf.js in the same web view.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fantoccini::key::Key;
use serde_json::json;

use crate::app::App;
use crate::driver::{Driver, free_port};
use crate::measure::{Setting, percentile};
use crate::programs::{Program, app, beside_the_app};
use crate::wait::{PATIENCE, until};

/// Pieces shown before the memory is told.
const BROWSED: usize = 300;

/// How long a reader looks at a page at least: what is read ahead is read then.
const LOOK: Duration = Duration::from_millis(400);

/// The dossier of real documents.
const REAL: &str = "BANC-1";

/// How long its files may take to come.
const CARRYING: Duration = Duration::from_secs(120);

/// In the page: from the last key to the frame that has the first page of another document,
/// decoded; nothing where there is none to show (a locked file, an expected piece).
const WATCH: &str = r#"
const page = () => document.querySelector('[data-testid="page-1"]');
const shown = () => page()?.dataset.state === "loaded" ? (page().querySelector("img")?.src ?? null) : null;
const document_of = (src) => src && new URL(src).pathname.split("/")[1];
let before, pressed;
addEventListener("keydown", (event) => { before = document_of(shown()); pressed = event.timeStamp; }, true);
window.next_page = (done) => {
  const look = async () => {
    const image = page()?.querySelector("img");
    const waited = performance.now() - pressed;
    const there = document_of(shown());
    if (there && there !== before && image.complete && image.naturalWidth > 0) {
      await image.decode();
      const width = image.naturalWidth;
      return requestAnimationFrame(() => done({ ms: performance.now() - pressed, width }));
    }
    const message = document.querySelector('[data-testid="document-message"]')?.checkVisibility();
    if (waited > 20000 || (waited > 3000 && !page()) || (waited > 600 && (message || there))) return done(null);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
};
"#;

/// Answers with the time of the key just pressed.
const NEXT_PAGE: &str = "next_page(arguments[0]);";

/// In which order the pieces of a dossier are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Over a piece, which is thus not read ahead, to a new one; and so on.
    OnlyNew,
    /// Over a piece to a new one; then to the next, which was read ahead; and so on.
    NewThenNext,
    /// The same when nothing is new any more.
    Again,
}

/// What was measured.
#[derive(Default)]
struct Times {
    /// Files that nobody looked at before.
    first: Vec<f64>,
    /// Files that were read ahead.
    next: Vec<f64>,
    shown: usize,
    /// The most that the tree of processes weighed.
    megabytes: f64,
    /// What each program weighed then.
    programs: BTreeMap<String, f64>,
}

/// A first page.
#[derive(Clone, Copy)]
struct Seen {
    ms: f64,
    /// Pixels across.
    width: f64,
}

/// Measures everything of the area.
pub async fn page() -> Result<()> {
    let setting = Setting::new(&[]).await?;
    let app = setting.signed_in_locally().await?;
    let jury = app.take_along().await?;
    app.carry_other_juries().await?;
    let folder = tempfile::tempdir()?;
    let files = real_files(folder.path())?;
    if !files.is_empty() {
        setting.import(&app, REAL, &jury, folder.path(), CARRYING).await?;
    }
    app.script(WATCH, Vec::new()).await?;
    let mut times = Times::default();
    let real = if files.is_empty() {
        BTreeMap::new()
    } else {
        app.dossiers_here().await?;
        app.open_dossier(REAL).await?;
        let seen = browse(&app, &mut times, Order::OnlyNew).await?;
        app.leave_dossier().await?;
        seen.into_iter().filter_map(|(at, seen)| Some((files.get(at)?.clone(), seen))).collect()
    };
    let mut order = Order::NewThenNext;
    while times.shown < BROWSED {
        let before = times.shown;
        for dossier in app.dossiers_here().await? {
            if dossier != REAL {
                app.open_dossier(&dossier).await?;
                browse(&app, &mut times, order).await?;
                app.leave_dossier().await?;
            }
        }
        ensure!(times.shown > before, "no dossier has a page to show");
        order = Order::Again;
    }
    app.close().await?;
    ensure!(!times.first.is_empty() && !times.next.is_empty(), "nothing new, or nothing next");
    println!("page.first_ms_p50={:.1} ms", percentile(&mut times.first, 50));
    println!("page.first_ms_p95={:.1} ms", percentile(&mut times.first, 95));
    println!("page.next_ms_p95={:.1} ms", percentile(&mut times.next, 95));
    println!("page.rss_mb_max={:.0} MB", times.megabytes);
    for (program, megabytes) in &times.programs {
        println!("  {megabytes:7.1} MB  {program}");
    }
    println!("  {} first, {} next, {} shown", times.first.len(), times.next.len(), times.shown);
    against_pdfjs(&setting, folder.path(), &real).await
}

/// Goes down the pieces of a dossier; gives what was new by the place of its piece.
async fn browse(app: &App, times: &mut Times, order: Order) -> Result<BTreeMap<usize, Seen>> {
    app.pieces().await?;
    let rows = app.parts("piece-").await?;
    let rows = rows.iter().filter(|row| row.testid != "piece-list").count();
    app.click_on("[data-deposit]").await?;
    app.see("page-number").await.ok();
    let mut seen = BTreeMap::new();
    let mut at = 0;
    while at + 2 < rows {
        tokio::time::sleep(LOOK).await;
        app.press_in_turn(&[char::from(Key::Down); 2]).await?;
        at += 2;
        if let Some(page) = next_page(app).await? {
            times.shown += 1;
            if order != Order::Again {
                times.first.push(page.ms);
                seen.insert(at, page);
            }
        }
        if order != Order::OnlyNew && at + 1 < rows {
            tokio::time::sleep(LOOK).await;
            app.press(Key::Down).await?;
            at += 1;
            if let Some(page) = next_page(app).await? {
                times.shown += 1;
                times.next.push(page.ms);
            }
        }
        let programs = megabytes_of_tree(app.pid()?)?;
        let megabytes = programs.values().sum();
        if megabytes > times.megabytes {
            (times.megabytes, times.programs) = (megabytes, programs);
        }
    }
    Ok(seen)
}

async fn next_page(app: &App) -> Result<Option<Seen>> {
    let told = app.script_that_answers(NEXT_PAGE, Vec::new()).await?;
    Ok(told["ms"].as_f64().zip(told["width"].as_f64()).map(|(ms, width)| Seen { ms, width }))
}

/// The memory of a process and all below it, by program: memory that processes share is
/// divided among them (PSS).
fn megabytes_of_tree(root: u32) -> Result<BTreeMap<String, f64>> {
    let mut parents = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        // A process may end while it is looked at.
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        if let Some(parent) = field(&status, "PPid:") {
            parents.insert(pid, parent as u32);
        }
    }
    let below = |pid: u32| {
        let mut above = Some(pid);
        while let Some(one) = above {
            if one == root {
                return true;
            }
            above = parents.get(&one).copied();
        }
        false
    };
    let mut programs = BTreeMap::new();
    let exe = |pid: u32| fs::read_link(format!("/proc/{pid}/exe")).ok();
    // A child that has not begun its own program is the memory of its parent, seen again.
    let begun = |pid: u32| pid == root || exe(pid) != exe(root);
    for pid in parents.keys().filter(|pid| below(**pid) && begun(**pid)) {
        let read = |name: &str| fs::read_to_string(format!("/proc/{pid}/{name}"));
        let (Ok(name), Ok(rollup)) = (read("comm"), read("smaps_rollup")) else { continue };
        let kilobytes = field(&rollup, "Pss:").unwrap_or_default();
        *programs.entry(name.trim().to_owned()).or_default() += kilobytes / 1024.0;
    }
    ensure!(!programs.is_empty(), "the app weighs nothing");
    Ok(programs)
}

fn field(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The real PDFs that the reading room draws, linked into a folder; their names in the
/// order in which a dossier takes them.
fn real_files(folder: &Path) -> Result<Vec<String>> {
    let corpus = match std::env::var_os("LUTRIN_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
    }
    .join("files");
    if !corpus.is_dir() {
        println!("skipped: no collection of real documents in {}", corpus.display());
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(corpus)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".pdf") && is_drawn(&path, folder)? {
            fs::copy(&path, folder.join(&name))?;
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn is_drawn(path: &Path, folder: &Path) -> Result<bool> {
    let out = folder.with_extension("png");
    let mut command = Command::new(beside_the_app("lutrin-preview")?);
    command.args(["render", "--width", "100", "--output"]).arg(&out).arg(path);
    let status = command.stderr(Stdio::null()).status()?;
    fs::remove_file(&out).ok();
    Ok(status.success())
}

/// The same files at the same width in pdf.js, in an empty window of the same web view. Its
/// bytes are there before its clock starts, and its worker is warm: what is measured of ours
/// also has the key, the encrypted store and the start of the document.
async fn against_pdfjs(
    setting: &Setting,
    files: &Path,
    ours: &BTreeMap<String, Seen>,
) -> Result<()> {
    let Some(library) = std::env::var_os("LUTRIN_PDFJS") else {
        println!("  vs_pdfjs_in_window is not measured: LUTRIN_PDFJS names no pdfjs-dist");
        return Ok(());
    };
    if ours.is_empty() {
        return Ok(());
    }
    let site = tempfile::tempdir()?;
    std::os::unix::fs::symlink(library, site.path().join("pdfjs"))?;
    std::os::unix::fs::symlink(files, site.path().join("files"))?;
    fs::write(site.path().join("index.html"), include_str!("pdfjs.html"))?;
    let port = free_port()?;
    let _server = Program::start("python3", |command| {
        command.args(["-m", "http.server", "--bind", "127.0.0.1", &port.to_string()]);
        command.current_dir(site.path()).stdout(Stdio::null()).stderr(Stdio::null());
    })?;
    let empty = app().with_file_name("examples").join("empty_window");
    let driver = Driver::start(setting.desktop(), &empty, &[]).await?;
    let client = driver.open().await?;
    let page = format!("http://127.0.0.1:{port}/index.html");
    until("the page of pdf.js", PATIENCE, async || {
        client.goto(&page).await?;
        let ready = client.execute("return typeof window.show;", Vec::new()).await?;
        Ok((ready == "function").then_some(()))
    })
    .await?;
    let show = "const [file, width, done] = arguments; \
                show(file, width).then(done, (error) => done(String(error)));";
    let (mut ratios, mut refused) = (Vec::new(), 0);
    let warm = ours.keys().next().context("a file")?;
    client.execute_async(show, vec![json!(warm), json!(800)]).await?;
    for (file, seen) in ours {
        let theirs = client.execute_async(show, vec![json!(file), json!(seen.width)]).await?;
        match theirs.as_f64() {
            Some(theirs) => {
                println!("  {:7.1} ms  pdf.js {theirs:7.1} ms  {file}", seen.ms);
                ratios.push((theirs / seen.ms).ln());
            }
            None => {
                println!("  pdf.js does not show {file}: {theirs}");
                refused += 1;
            }
        }
    }
    client.close().await?;
    ensure!(!ratios.is_empty(), "pdf.js shows nothing: {refused} refused");
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    println!("page.vs_pdfjs_in_window={:.2} ×", mean.exp());
    Ok(())
}
