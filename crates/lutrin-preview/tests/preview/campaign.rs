//! The campaign "documents": many files, most of them damaged on purpose, and a room that
//! stays open.
//!
//! Every real file, every hostile one, one made file of each format, then mutations of
//! them: bits turned, ends and middles missing, numbers grown, files crossed. After each
//! the room must still be there; at the end no worker is left.
//!
//! `LUTRIN_CAMPAIGN_SCALE` says how many mutations: `short` (200, as without it), `full`
//! (2,000), `long` (25,000), or a number. The seed is fixed, so that a failure happens again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use image::ImageFormat;
use lutrin_preview::{Pool, PoolSettings, PreviewError};

use crate::flows::{docx, odt};
use crate::hostile::hostile_files;
use crate::made::{BLUE_SQUARE, encoded, pdf_of, photo, photo_with_orientation};
use crate::support::{WORKER, corpus, open, settings};

const SEED: u64 = 0x6c75_7472_696e;

/// How many mutations the environment asks for.
fn scale() -> usize {
    match std::env::var("LUTRIN_CAMPAIGN_SCALE").as_deref() {
        Err(_) | Ok("" | "short") => 200,
        Ok("full") => 2_000,
        Ok("long") => 25_000,
        Ok(number) => number.parse().expect("LUTRIN_CAMPAIGN_SCALE is a number or a name"),
    }
}

/// What became of the files.
#[derive(Debug, Default)]
struct Tally {
    /// Those of which something was seen.
    opened: u32,
    /// Those refused, by reason.
    refused: BTreeMap<&'static str, u32>,
    /// Workers that died.
    deaths: u32,
    /// Workers that were stopped.
    stopped: u32,
    slowest: Duration,
}

/// Opens each file, looks at its first page or its text, and counts.
///
/// Panics where a file did more than end its own worker.
async fn run(pool: &Pool, files: impl Iterator<Item = (String, Vec<u8>)>) -> Tally {
    let mut tally = Tally::default();
    for (name, bytes) in files {
        let started = Instant::now();
        let outcome = look_at(pool, bytes.into()).await;
        tally.slowest = tally.slowest.max(started.elapsed());
        match outcome {
            Ok(()) => tally.opened += 1,
            Err(PreviewError::Crashed) => {
                println!("a worker died of {name}");
                tally.deaths += 1;
            }
            Err(PreviewError::TimedOut) => {
                println!("a worker was stopped at {name}");
                tally.stopped += 1;
            }
            Err(PreviewError::WorkerMissing { .. } | PreviewError::SandboxUnavailable { .. }) => {
                panic!("{name} reached beyond its own worker")
            }
            Err(error) => *tally.refused.entry(error.code()).or_default() += 1,
        }
    }
    tally
}

async fn look_at(pool: &Pool, bytes: Arc<[u8]>) -> Result<(), PreviewError> {
    let document = open(pool, bytes).await?;
    if document.facts().format.is_flow() {
        document.flow().await.map(drop)
    } else {
        document.page(1, 400).await.map(drop)
    }
}

#[tokio::test]
async fn a_room_survives_every_file() {
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
    let hard_limit = Duration::from_secs(2);
    let soft_limit = hard_limit / 2;
    let folder = tempfile::tempdir().unwrap();
    let worker = own_name(folder.path());
    let settings = PoolSettings { worker: worker.clone(), soft_limit, hard_limit, ..settings() };
    let pool = Pool::new(settings);

    let count = scale();
    println!("unchanged: {:?}", run(&pool, seeds.clone().into_iter()).await);
    println!("hostile: {:?}", run(&pool, hostile.clone().into_iter()).await);
    // Large files make slow mutants without being other files.
    seeds.extend(hostile);
    seeds.retain(|(_, bytes)| bytes.len() < 1024 * 1024);
    let mut chance = Chance(SEED);
    let mutants = (0..count).map(|number| {
        let (name, mutant) = mutant(&seeds, &mut chance);
        (format!("mutant {number} of {name}"), mutant)
    });
    let tally = run(&pool, mutants).await;
    println!("mutated, {count}: {tally:?}");
    let seen = tally.opened + tally.deaths + tally.stopped + tally.refused.values().sum::<u32>();
    assert_eq!(seen as usize, count);

    look_at(&pool, pdf_of(&[BLUE_SQUARE]).into()).await.unwrap();
    drop(pool);
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

/// A sequence of numbers that look like chance and are the same every time (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// One of the files, changed once or a few times.
fn mutant(seeds: &[(String, Vec<u8>)], chance: &mut Chance) -> (String, Vec<u8>) {
    let (name, bytes) = &seeds[chance.below(seeds.len())];
    let (_, other) = &seeds[chance.below(seeds.len())];
    let mut bytes = bytes.clone();
    for _ in 0..=chance.below(4) {
        change(&mut bytes, other, chance);
    }
    (name.clone(), bytes)
}

fn change(bytes: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    if bytes.len() < 2 {
        return bytes.extend_from_slice(other);
    }
    let place = chance.below(bytes.len());
    let length = 1 + chance.below(64.min(bytes.len() - place));
    match chance.below(5) {
        0 => {
            for _ in 0..=chance.below(16) {
                let place = chance.below(bytes.len());
                bytes[place] ^= 1 << chance.below(8);
            }
        }
        1 => bytes.truncate(place),
        2 => drop(bytes.drain(place..place + length)),
        3 => grow_number(bytes, place, chance),
        _ => {
            let from = chance.below(other.len());
            let part = &other[from..(from + length).min(other.len())];
            drop(bytes.splice(place..place + length, part.iter().copied()));
        }
    }
}

/// Puts a number without measure in the place of the next one: in digits where there are
/// digits, else in bytes.
fn grow_number(bytes: &mut Vec<u8>, place: usize, chance: &mut Chance) {
    let digits = bytes[place..].iter().take(4096).position(u8::is_ascii_digit);
    if let Some(start) = digits.filter(|_| chance.below(2) == 0) {
        let start = place + start;
        let end = bytes[start..].iter().position(|byte| !byte.is_ascii_digit());
        let end = end.map_or(bytes.len(), |end| start + end);
        let numbers = ["0", "-1", "65536", "4294967295", "99999999999999999999", "1e300"];
        let number = numbers[chance.below(numbers.len())];
        drop(bytes.splice(start..end, number.bytes()));
    } else {
        let values: [&[u8]; 4] = [&[0xff; 4], &[0; 4], &[0x7f, 0xff, 0xff, 0xff], &[0xff; 2]];
        let value = values[chance.below(values.len())];
        let end = (place + value.len()).min(bytes.len());
        bytes[place..end].copy_from_slice(&value[..end - place]);
    }
}

/// A name of the worker for this campaign alone: other tests have workers at the same time.
fn own_name(folder: &Path) -> PathBuf {
    #[cfg(unix)]
    {
        let name = folder.join("campaign-worker");
        std::os::unix::fs::symlink(WORKER, &name).unwrap();
        name
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        PathBuf::from(WORKER)
    }
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
