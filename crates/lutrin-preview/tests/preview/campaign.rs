//! The campaign "documents": many files, most of them damaged on purpose, and a room that
//! stays open.
//!
//! Every real file, every hostile one, one made file of each format, then mutations of
//! them. After each the room must still answer; none may have made its worker reach for
//! anything outside; at the end no worker is left.
//!
//! `LUTRIN_CAMPAIGN_SCALE` says how many mutations: 200 without it, as in `cargo xtask
//! test`; `cargo xtask campaign documents` asks for more. `LUTRIN_CAMPAIGN_SEED` and
//! `LUTRIN_CAMPAIGN_FROM` (the number of the first mutant) repeat a part of another
//! campaign. The seed is fixed, so that a failure happens again.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use image::ImageFormat;
use lutrin_preview::{Document, Pool, PoolSettings, PreviewError};

use crate::flows::{docx, odt};
use crate::hostile::hostile_files;
use crate::made::{BLUE_SQUARE, encoded, pdf_of, photo, photo_with_orientation};
use crate::mutants::mutant;
use crate::support::{WORKER, corpus, open, settings};

const SEED: u64 = 0x6c75_7472_696e;

/// How many mutations `cargo xtask test` tries.
const SHORT: usize = 200;

/// What a worker may take over one request here; the app gives ten seconds.
const HARD_LIMIT: Duration = Duration::from_secs(2);

/// A number that the environment may give.
pub fn asked<N: std::str::FromStr>(name: &str, usual: N) -> N {
    match std::env::var(name) {
        Err(_) => usual,
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a number: {text}")),
    }
}

/// How many mutations the environment asks for.
fn scale() -> usize {
    asked("LUTRIN_CAMPAIGN_SCALE", SHORT)
}

/// Whether this is more than the short form.
pub fn is_long() -> bool {
    scale() > SHORT
}

/// What became of the files.
#[derive(Debug, Default)]
struct Tally {
    /// Those of which something was seen.
    opened: usize,
    /// Those refused, by reason.
    refused: BTreeMap<&'static str, usize>,
    /// Workers that died.
    deaths: usize,
    /// Workers that were stopped.
    stopped: usize,
    slowest: Duration,
}

impl Tally {
    fn all(&self) -> usize {
        self.opened + self.deaths + self.stopped + self.refused.values().sum::<usize>()
    }
}

/// One line of counts.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} files: {} shown", self.all(), self.opened)?;
        for (reason, count) in &self.refused {
            write!(f, ", {count} {reason}")?;
        }
        let (deaths, stopped) = (self.deaths, self.stopped);
        write!(f, ", {deaths} workers died, {stopped} stopped; ")?;
        write!(f, "slowest {:.1} s", self.slowest.as_secs_f64())
    }
}

/// A room and a document whose page it must go on drawing.
struct Watched {
    pool: Pool,
    good: Arc<[u8]>,
    /// The page of the good document, as first drawn.
    page: Vec<u8>,
}

impl Watched {
    async fn new(pool: Pool) -> Self {
        let good: Arc<[u8]> = pdf_of(&[BLUE_SQUARE]).into();
        let page = open(&pool, good.clone()).await.unwrap().page(1, 400).await.unwrap().png;
        Self { pool, good, page }
    }

    /// Opens each file, looks at its first page or its text, and counts.
    ///
    /// Panics where a file did more than end its own worker.
    async fn run(&self, files: impl Iterator<Item = (String, Vec<u8>)>) -> Tally {
        let mut tally = Tally::default();
        for (name, bytes) in files {
            let started = Instant::now();
            let outcome = look_at(&self.pool, bytes.into()).await;
            tally.slowest = tally.slowest.max(started.elapsed());
            match outcome {
                Ok(()) => tally.opened += 1,
                Err(PreviewError::Crashed) => {
                    println!("  a worker died of {name}");
                    tally.deaths += 1;
                }
                Err(PreviewError::TimedOut) => {
                    println!("  a worker was stopped at {name}");
                    tally.stopped += 1;
                }
                Err(
                    PreviewError::WorkerMissing { .. } | PreviewError::SandboxUnavailable { .. },
                ) => {
                    panic!("{name} reached beyond its own worker")
                }
                Err(error) => *tally.refused.entry(error.code()).or_default() += 1,
            }
            assert_eq!(self.pool.forbidden_calls(), 0, "{name} had its worker reach outside");
            self.see_that_the_room_is_open(&name).await;
        }
        tally
    }

    async fn see_that_the_room_is_open(&self, after: &str) {
        let drawn = match open(&self.pool, self.good.clone()).await {
            Ok(document) => document.page(1, 400).await.map(|page| page.png == self.page),
            Err(error) => Err(error),
        };
        assert_eq!(drawn, Ok(true), "the room after {after}");
    }
}

async fn look_at(pool: &Pool, bytes: Arc<[u8]>) -> Result<(), PreviewError> {
    let document = open(pool, bytes).await?;
    if document.facts().format.is_flow() {
        document.flow().await?;
    } else {
        document.page(1, 400).await?;
    }
    see_that_nothing_is_open(&document);
    Ok(())
}

/// The worker that read the document is under its filter, which kills it if it opens
/// anything, and holds its two pipes and the null device, no file.
fn see_that_nothing_is_open(document: &Document) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let process = PathBuf::from(format!("/proc/{}", document.worker_id().unwrap()));
    let status = fs::read_to_string(process.join("status")).unwrap();
    assert!(status.lines().any(|line| line == "Seccomp:\t2"), "{status}");
    for entry in fs::read_dir(process.join("fd")).unwrap() {
        let target = fs::read_link(entry.unwrap().path()).unwrap();
        let target = target.to_string_lossy();
        assert!(target.starts_with("pipe:") || target == "/dev/null", "{target} is open");
    }
}

#[tokio::test]
async fn a_room_survives_every_file() {
    let started = Instant::now();
    let mut seeds = made_files();
    match corpus() {
        Ok(root) => seeds.extend(files_in(root.join("files"))),
        Err(why) => println!("without real documents, {why}"),
    }
    let hostile = match hostile_files() {
        Ok(folder) => files_in(folder.path().to_owned()),
        Err(why) => {
            println!("without hostile documents, {why}");
            Vec::new()
        }
    };
    // Beside it, since a hard link stays on its disk.
    let folder = tempfile::tempdir_in(Path::new(WORKER).parent().unwrap()).unwrap();
    let worker = own_name(folder.path());
    let (soft_limit, hard_limit) = (HARD_LIMIT / 2, HARD_LIMIT);
    let settings = PoolSettings { worker: worker.clone(), soft_limit, hard_limit, ..settings() };
    let room = Watched::new(Pool::new(settings)).await;

    println!("unchanged: {}", room.run(seeds.clone().into_iter()).await);
    println!("hostile: {}", room.run(hostile.clone().into_iter()).await);
    // Large files make slow mutants without being other files.
    seeds.extend(hostile);
    seeds.retain(|(_, bytes)| bytes.len() < 1024 * 1024);
    let (count, seed) = (scale(), asked("LUTRIN_CAMPAIGN_SEED", SEED));
    let first: usize = asked("LUTRIN_CAMPAIGN_FROM", 0);
    let mutants = (first..first + count).map(|number| mutant(&seeds, seed, number));
    let tally = room.run(mutants).await;
    println!("mutated, seed {seed}, from {first}: {tally}");
    assert_eq!(tally.all(), count);
    println!("calls forbidden to workers: {}", room.pool.forbidden_calls());
    println!("took {:.0} s", started.elapsed().as_secs_f64());

    drop(room);
    wait_until_none_is_left(&worker).await;
}

/// One small file of each format that is read, with its name.
pub fn made_files() -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("made.pdf".to_owned(), pdf_of(&[BLUE_SQUARE])),
        ("turned.jpg".to_owned(), photo_with_orientation(6)),
        ("made.docx".to_owned(), docx("<w:p><w:r><w:t>Bonjour</w:t></w:r></w:p>")),
        ("made.odt".to_owned(), odt("<text:p>Bonjour</text:p>")),
    ];
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Tiff,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Bmp,
    ] {
        files.push((format!("made {format:?}"), encoded(&photo(), format)));
    }
    let options = heifer::EncodeOptions { quality: 80, max_threads: 1 };
    let heic = heifer::encode_rgb8(96, 64, photo().as_raw(), &options).unwrap();
    files.push(("made.heic".to_owned(), heic));
    files
}

/// The files of a folder, by name.
pub fn files_in(folder: PathBuf) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

/// The worker under a name of this campaign alone: other tests have workers at the same
/// time, and a build meanwhile replaces theirs.
fn own_name(folder: &Path) -> PathBuf {
    let name = folder.join(format!("campaign-worker{}", std::env::consts::EXE_SUFFIX));
    fs::hard_link(WORKER, &name).unwrap();
    name
}

/// Waits until no process of that name runs: those that were being started as spares end
/// when they are ready and nobody wants them.
async fn wait_until_none_is_left(worker: &Path) {
    let name = worker.to_string_lossy();
    let left = || {
        let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        let words = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
        words.filter(|words| String::from_utf8_lossy(words).starts_with(&*name)).count()
    };
    let deadline = Instant::now() + Duration::from_secs(10);
    while left() > 0 {
        assert!(Instant::now() < deadline, "{} workers are left over", left());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
