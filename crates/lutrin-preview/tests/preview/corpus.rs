//! Real documents, from elsewhere: payslips, forms, scans, photographs, broken files.

use std::fs;
use std::time::Instant;

use lutrin_preview::{Format, PageSize, PreviewError};

use crate::support::{corpus, open, pixels, room};

/// What is known in advance of some of them, by the end of their name.
const DAMAGED: [&str; 1] = ["arturt__corrupted.pdf"];
const LOCKED: [&str; 1] = ["libreoffice-writer-password.pdf"];

#[tokio::test]
async fn real_documents_are_shown_or_refused_by_name() {
    let folder = match corpus() {
        Ok(root) => root.join("files"),
        Err(why) => return println!("skipped: no collection of real documents, {why}"),
    };
    let pool = room();
    let mut shown = 0;
    let mut paths: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy();
        let started = Instant::now();
        let opened = open(&pool, fs::read(path).unwrap()).await;
        let outcome = match opened {
            Ok(document) => document.page(1, 1240).await.map(|picture| (document, picture)),
            Err(error) => Err(error),
        };
        let elapsed = started.elapsed().as_secs_f64() * 1000.0;
        match outcome {
            Ok((document, picture)) => {
                shown += 1;
                let pages = document.facts().pages.len();
                println!("{elapsed:8.1} ms  {pages:3} pages  {name}");
                let picture = pixels(&picture);
                let first = picture.get_pixel(0, 0);
                assert!(picture.pixels().any(|pixel| pixel != first), "{name} is blank");
            }
            Err(error) => {
                println!("{elapsed:8.1} ms  {:<13}  {name}", error.code());
                let expected = match error {
                    PreviewError::Damaged => &DAMAGED,
                    PreviewError::PasswordRequired => &LOCKED,
                    error => panic!("{name}: {error}"),
                };
                assert!(expected.iter().any(|end| name.ends_with(end)), "{name}: {error}");
            }
        }
    }
    assert_eq!(shown, paths.len() - DAMAGED.len() - LOCKED.len());
}

#[tokio::test]
async fn real_photographs_are_upright() {
    let folder = match corpus() {
        Ok(root) => root.join("files"),
        Err(why) => return println!("skipped: no collection of real documents, {why}"),
    };
    let pool = room();
    for (name, upright) in
        [("exif__Landscape_8.jpg", (1800, 1200)), ("exif__Portrait_6.jpg", (1200, 1800))]
    {
        let document = open(&pool, fs::read(folder.join(name)).unwrap()).await.unwrap();
        let facts = document.facts();
        let (width, height) = upright;
        assert_eq!(facts.format, Format::Jpeg);
        let size = PageSize { width: width as f32, height: height as f32 };
        assert_eq!(facts.pages, [size], "{name}");
    }
}
