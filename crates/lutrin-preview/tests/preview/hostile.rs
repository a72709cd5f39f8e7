//! Documents made to harm: whatever each does to its worker, the room goes on.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use lutrin_preview::{Pool, PreviewError};
use tempfile::TempDir;

use crate::made::{BLUE_SQUARE, pdf_of};
use crate::support::{corpus, impatient_room, open};

/// Runs the generator with one word changed: it joins a hundred thousand objects by
/// copying all before them each time, five minutes of work that a `bytearray` spares.
const GENERATE: &str = r#"
import sys
generator, folder = sys.argv[1:]
text = open(generator).read()
head = r"out=b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'"
text = text.replace(head, head.replace("=b", "=bytearray(b") + ")")
sys.argv = [generator, folder]
exec(compile(text, generator, "exec"))
"#;

/// A folder of them, or why there is none.
pub fn hostile_files() -> Result<TempDir, String> {
    let generator = corpus()?.join("hostile/gen.py");
    let folder = tempfile::tempdir().unwrap();
    let mut python = Command::new("python3");
    let run = python.args(["-c", GENERATE]).arg(&generator).arg(folder.path()).status();
    let status = run.map_err(|error| format!("they need python3, {error}"))?;
    assert!(status.success(), "{} failed", generator.display());
    Ok(folder)
}

#[tokio::test]
async fn hostile_documents_are_contained() {
    let folder = match hostile_files() {
        Ok(folder) => folder,
        Err(why) => return println!("skipped: no hostile documents, {why}"),
    };
    let mut paths: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 28, "the whole collection: {}", paths.len());

    let limit = Duration::from_secs(4);
    let pool = impatient_room(limit);
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy();
        let bytes = fs::read(&path).unwrap();
        let started = Instant::now();
        let outcome = match open(&pool, bytes.as_slice()).await {
            Ok(document) => document.page(1, 600).await.map(drop),
            Err(error) => Err(error),
        };
        let elapsed = started.elapsed();
        read_all(&pool, &bytes).await;
        let word = outcome.as_ref().map_or_else(PreviewError::code, |()| "shown");
        println!("{:8.1} ms  {word:<12} {name}", elapsed.as_secs_f64() * 1000.0);
        assert!(elapsed < limit * 3, "{name} took {elapsed:?}");
        let foreign = matches!(
            outcome,
            Err(PreviewError::WorkerMissing { .. } | PreviewError::SandboxUnavailable { .. })
        );
        assert!(!foreign, "{name} reached beyond its own worker: {outcome:?}");
    }
    open(&pool, pdf_of(&[BLUE_SQUARE])).await.unwrap().page(1, 600).await.unwrap();
}

/// Asks for all that is not a picture; whatever comes of it, it is an answer.
async fn read_all(pool: &Pool, bytes: &[u8]) {
    let Ok(document) = open(pool, bytes).await else { return };
    for outcome in [
        document.text(1).await.map(drop),
        document.page_layers(1).await.map(drop),
        document.annotations(1, 600).await.map(drop),
    ] {
        let foreign = matches!(
            outcome,
            Err(PreviewError::WorkerMissing { .. } | PreviewError::SandboxUnavailable { .. })
        );
        assert!(!foreign, "{outcome:?}");
    }
}
