//! How long the first page of a file takes, against another program, and how much memory
//! a long document holds.
//!
//! Prints `page.vs_poppler=0.9 ×`: for each PDF of the shared collection, the median time of
//! `lutrin-preview render` at 150 dpi divided by that of `pdftoppm -r 150 -png -f 1 -l 1`,
//! both as a process from nothing to a PNG; the figure is the geometric mean over the
//! files, below 1 when we are faster. Then `page.vs_pdfium`, the same mean against pdfium
//! called from a program that stays: from the bytes to the pixels of the page, there; from
//! the bytes to a PNG that crossed two processes, here. Then `page.memory_growth_mb`: what
//! the worker holds after 300 pages of text and pictures beyond what it held after ten.

#![allow(clippy::unwrap_used, reason = "a measurement stops where it is wrong")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lutrin_preview::{Masks, Pool, PoolSettings};

/// Runs of each program on each file.
const RUNS: usize = 7;
const WORKER: &str = env!("CARGO_BIN_EXE_lutrin-preview");

fn main() {
    cost_of_masks();
    against_poppler();
    against_pdfium();
    memory_of_a_long_document();
}

/// What it costs that the worker reads a page before it gives its picture: the first page of
/// each real file, drawn bare and drawn with what is hidden painted over, and both followed
/// by its words, which a picture with masks has read already.
fn cost_of_masks() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let slow = |_| {};
    let mut times: [Vec<Duration>; 4] = Default::default();
    runtime.block_on(async {
        let pool = Pool::new(PoolSettings::new(PathBuf::from(WORKER)));
        for path in pdfs(&corpus()) {
            let bytes: Arc<[u8]> = fs::read(path).unwrap().into();
            let mut best = [Duration::MAX; 4];
            for _ in 0..RUNS {
                for (at, masks) in [(0, Masks::Lifted), (1, Masks::Down)] {
                    let Ok(document) = pool.open(bytes.clone()).await else { break };
                    let begun = Instant::now();
                    if document.on_screen(masks).page(1, 1240, &slow).await.is_err() {
                        break;
                    }
                    best[at] = best[at].min(begun.elapsed());
                    let _ = document.text(1).await;
                    best[at + 2] = best[at + 2].min(begun.elapsed());
                }
            }
            if !best.contains(&Duration::MAX) {
                times.iter_mut().zip(best).for_each(|(times, best)| times.push(best));
            }
        }
    });
    let [bare, masked, bare_words, masked_words] = times;
    for (name, mut times) in [
        ("page.bare_ms", bare),
        ("page.masked_ms", masked),
        ("page.bare_then_words_ms", bare_words),
        ("page.masked_then_words_ms", masked_words),
    ] {
        times.sort();
        let part = |hundredth: usize| {
            let at = (times.len() * hundredth / 100).min(times.len().saturating_sub(1));
            times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        println!("{name}_p50={:.1} ms", part(50));
        println!("{name}_p95={:.1} ms", part(95));
    }
}

fn against_poppler() {
    let folder = corpus();
    if !folder.is_dir() {
        return println!("skipped: no collection of real documents in {}", folder.display());
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut ratios: Vec<Compared> = Vec::new();
    for path in &pdfs(&folder) {
        let Some(width) = width_at_150_dpi(path) else { continue };
        let ours = || {
            let mut command = Command::new(WORKER);
            command.args(["render", "--width", &width.to_string(), "--output"]);
            command.arg(scratch.path().join("ours.png")).arg(path);
            command
        };
        let theirs = || {
            let mut command = Command::new("pdftoppm");
            command.args(["-r", "150", "-png", "-f", "1", "-l", "1"]).arg(path);
            command.arg(scratch.path().join("theirs"));
            command
        };
        let (Some(ours), Some(theirs)) = (median_ms(&ours), median_ms(&theirs)) else { continue };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        ratios.push((ours / theirs, ours, theirs, name));
    }
    if ratios.is_empty() {
        return println!("skipped: pdftoppm is not installed");
    }
    tell("poppler", ratios);
}

/// Our time divided by theirs, both, and the file.
type Compared = (f64, f64, f64, String);

/// Prints the geometric mean, then each file, worst first.
fn tell(peer: &str, mut ratios: Vec<Compared>) {
    let mean = ratios.iter().map(|(ratio, ..)| ratio.ln()).sum::<f64>() / ratios.len() as f64;
    println!("page.vs_{peer}={:.3} ×", mean.exp());
    ratios.sort_by(|one, other| other.0.total_cmp(&one.0));
    for (ratio, ours, theirs, name) in ratios {
        println!("  {ratio:6.3}  {ours:7.1} ms  {peer} {theirs:7.1} ms  {name}");
    }
}

/// The PDFs of a folder, by name.
fn pdfs(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "pdf"));
    paths.sort();
    paths
}

/// Reads lines `RUNS FILE`, writes the median milliseconds of each, or nothing.
const PDFIUM: &str = r#"
import pypdfium2, statistics, sys, time
for line in sys.stdin:
    runs, path = line.rstrip("\n").split(" ", 1)
    data = open(path, "rb").read()
    times = []
    try:
        for _ in range(int(runs)):
            start = time.perf_counter()
            document = pypdfium2.PdfDocument(data)
            page = document[0]
            bitmap = page.render(scale=150 / 72)
            times.append((time.perf_counter() - start) * 1000)
            bitmap.close(); page.close(); document.close()
        print(statistics.median(times), flush=True)
    except pypdfium2.PdfiumError:
        print("", flush=True)
"#;

/// Each document in a worker of its own that waited for it, as in the application, against
/// pdfium on the same bytes.
fn against_pdfium() {
    let Some(python) = std::env::var_os("LUTRIN_PDFIUM_PYTHON") else {
        return println!("  vs_pdfium is not measured: LUTRIN_PDFIUM_PYTHON names no Python");
    };
    let folder = corpus();
    if !folder.is_dir() {
        return println!("skipped: no collection of real documents in {}", folder.display());
    }
    let paths = pdfs(&folder);
    let theirs = pdfium_ms(&python, &paths);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let pool = runtime.block_on(async { Pool::new(PoolSettings::new(PathBuf::from(WORKER))) });
    let mut ratios: Vec<Compared> = Vec::new();
    for (path, theirs) in paths.iter().zip(theirs) {
        let (Some(width), Some(theirs)) = (width_at_150_dpi(path), theirs) else { continue };
        let bytes: Arc<[u8]> = fs::read(path).unwrap().into();
        let mut times: Vec<f64> = (0..RUNS)
            .filter_map(|_| runtime.block_on(first_page_ms(&pool, bytes.clone(), width)))
            .collect();
        if times.len() == RUNS {
            times.sort_by(f64::total_cmp);
            let ours = times[RUNS / 2];
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            ratios.push((ours / theirs, ours, theirs, name));
        }
    }
    tell("pdfium", ratios);
}

async fn first_page_ms(pool: &Pool, bytes: Arc<[u8]>, width: u32) -> Option<f64> {
    // The next worker gets ready while a reader looks at a page.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let started = Instant::now();
    pool.open(bytes).await.ok()?.page(1, width).await.ok()?;
    Some(started.elapsed().as_secs_f64() * 1000.0)
}

/// What pdfium takes for each file, where it opens it.
fn pdfium_ms(python: &OsStr, paths: &[PathBuf]) -> Vec<Option<f64>> {
    let asked: String = paths.iter().map(|path| format!("{RUNS} {}\n", path.display())).collect();
    let scratch = tempfile::tempdir().unwrap();
    let list = scratch.path().join("list");
    fs::write(&list, asked).unwrap();
    let mut command = Command::new(python);
    command.args(["-c", PDFIUM]).stdin(fs::File::open(list).unwrap());
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "pdfium ended with {}", output.status);
    let said = String::from_utf8(output.stdout).unwrap();
    let times: Vec<Option<f64>> = said.lines().map(|line| line.parse().ok()).collect();
    assert_eq!(times.len(), paths.len(), "pdfium stopped");
    times
}

/// The pixels across the first page at 150 dpi, if the file opens.
fn width_at_150_dpi(path: &Path) -> Option<u32> {
    let output = Command::new(WORKER).arg("pages").arg(path).output().unwrap();
    let facts: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let points = facts["pages"][0]["width"].as_f64()?;
    Some((points * 150.0 / 72.0).round() as u32)
}

/// The middle of some runs, in milliseconds, or nothing if the program fails.
fn median_ms(command: &dyn Fn() -> Command) -> Option<f64> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let started = Instant::now();
        let status = command().stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        status.success().then_some(())?;
    }
    times.sort_by(f64::total_cmp);
    Some(times[RUNS / 2])
}

fn memory_of_a_long_document() {
    const PAGES: u32 = 300;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let pool = Pool::new(PoolSettings::new(PathBuf::from(WORKER)));
        let document = pool.open(long_document(PAGES).into()).await.unwrap();
        let mut after_ten = None;
        for page in 1..=PAGES {
            document.page(page, 1240).await.unwrap();
            document.text(page).await.unwrap();
            if page == 10 {
                after_ten = resident_mb(document.worker_id().unwrap());
            }
        }
        let after_all = resident_mb(document.worker_id().unwrap());
        if let (Some(after_ten), Some(after_all)) = (after_ten, after_all) {
            println!("page.memory_growth_mb={:.1} MB", after_all - after_ten);
            println!("  {after_ten:.1} MB after 10 pages, {after_all:.1} MB after {PAGES}");
        }
    });
}

/// What the process holds in memory, where the system tells.
fn resident_mb(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok().map(|kilobytes: f64| kilobytes / 1024.0)
}

/// A document of pages that have each a full text and a picture of their own.
fn long_document(pages: u32) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    let mut add = |object: &[u8]| {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", offsets.len()).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    };
    let stream = |entries: &str, data: &[u8]| {
        let mut object = format!("<< {entries} /Length {} >>\nstream\n", data.len()).into_bytes();
        object.extend(data);
        object.extend(b"\nendstream");
        object
    };
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", 3 + 3 * page)).collect();
    add(b"<< /Type /Catalog /Pages 2 0 R >>");
    add(format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>").as_bytes());
    for page in 0..pages {
        let (content, picture) = (4 + 3 * page, 5 + 3 * page);
        add(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R \
             /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> \
             /XObject << /I {picture} 0 R >> >> >>"
        )
        .as_bytes());
        let lines: String = (0..50)
            .map(|line| format!("(Attestation {page} ligne {line}, du 12 mars au 31 mai) Tj T* "))
            .collect();
        let content =
            format!("q 200 0 0 200 350 50 cm /I Do Q BT /F 10 Tf 12 TL 50 780 Td {lines} ET");
        add(&stream("", content.as_bytes()));
        // 200 × 200 pixels that no other page has.
        let pixels: Vec<u8> = (0..120_000_u32)
            .map(|at| (at.wrapping_mul(2_654_435_761 + page) >> 24) as u8)
            .collect();
        let entries = "/Type /XObject /Subtype /Image /Width 200 /Height 200 \
            /ColorSpace /DeviceRGB /BitsPerComponent 8";
        add(&stream(entries, &pixels));
    }
    let table = bytes.len();
    let size = offsets.len() + 1;
    bytes.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    bytes.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    bytes
}

/// The real documents, as in the tests.
fn corpus() -> PathBuf {
    match std::env::var_os("LUTRIN_CORPUS") {
        Some(folder) => PathBuf::from(folder).join("files"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/files"),
    }
}
