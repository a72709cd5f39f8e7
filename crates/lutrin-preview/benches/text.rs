//! How near the words of a page are to those that pdftotext reads.
//!
//! Prints `text.words_f1_vs_pdftotext=0.97 of 1`, the mean over the PDFs of the shared
//! collection of which pdftotext reads at least twenty words, then each file, worst first.
//! The measure is the F1 of the two bags of words: order and places do not count.

#![allow(clippy::unwrap_used, reason = "a measurement stops where it is wrong")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files with fewer words say little of a reader.
const MIN_WORDS: usize = 20;

fn main() {
    let folder = corpus();
    if !folder.is_dir() {
        return println!("skipped: no collection of real documents in {}", folder.display());
    }
    let mut measured: Vec<(f64, usize, String)> = Vec::new();
    let mut paths: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "pdf")) {
        let Some(theirs) = words("pdftotext", &[path.as_os_str(), "-".as_ref()]) else { continue };
        if theirs.len() < MIN_WORDS {
            continue;
        }
        let ours =
            words(env!("CARGO_BIN_EXE_lutrin-preview"), &["text".as_ref(), path.as_os_str()]);
        let ours = ours.unwrap_or_default();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        measured.push((f1(&ours, &theirs), theirs.len(), name));
    }
    if measured.is_empty() {
        return println!("skipped: pdftotext is not installed");
    }
    let mean = measured.iter().map(|(f1, ..)| f1).sum::<f64>() / measured.len() as f64;
    println!("text.words_f1_vs_pdftotext={mean:.4} of 1");
    measured.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (f1, words, name) in measured {
        println!("  {f1:.4}  {words:5} words  {name}");
    }
}

/// The words a program tells, or nothing if it fails.
fn words(program: &str, arguments: &[&std::ffi::OsStr]) -> Option<Vec<String>> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    // A NIR is hidden from our words only: those of both are compared without it.
    let text = lutrin_preview::without_nir(&text).into_owned();
    output.status.success().then(|| text.split_whitespace().map(str::to_owned).collect())
}

/// Twice what both have, over the words of both.
fn f1(ours: &[String], theirs: &[String]) -> f64 {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for word in theirs {
        *left.entry(word).or_default() += 1;
    }
    let mut common = 0;
    for word in ours {
        if let Some(count) = left.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    2.0 * common as f64 / (ours.len() + theirs.len()).max(1) as f64
}

/// The real documents, as in the tests.
fn corpus() -> PathBuf {
    match std::env::var_os("LUTRIN_CORPUS") {
        Some(folder) => PathBuf::from(folder).join("files"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/files"),
    }
}
