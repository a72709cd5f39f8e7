//! Pages as the reading room draws them: against pictures that somebody approved, and
//! against those of poppler, which is another program with another author.
//!
//! The documents are those of the specimens, whose fonts are embedded, so that nothing of
//! the machine shows. `target/references/index.html` has every difference to look at;
//! `LUTRIN_APPROVE_PICTURES=1` makes what is drawn now the approved pictures.

#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

mod compare;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, GrayImage, ImageEncoder as _};
use jiff::civil::date;
use lutrin_preview::{Pool, PoolSettings};
use lutrin_specimens::{Papers, SpecimenFile, kinds};

use crate::compare::{changed, resemblance};
use crate::report::{Judgement, write};

/// Pixels across an approved picture: small, and every line of a page is on it.
const APPROVED_WIDTH: u32 = 400;

/// Pixels across the page that poppler judges: about 100 dpi, where hinting and
/// antialiasing weigh less than what is drawn.
const JUDGED_WIDTH: u32 = 827;

/// The share of an approved picture's pixels that may be otherwise: 40 of them, less than
/// a word.
const TOLERANCE: f64 = 0.0002;

/// What is approved: kinds of paper that differ in rules, fonts and layout, and a
/// photograph that must be turned upright.
const APPROVED: &[&str] = &[
    "contract.pdf",
    "cv.pdf",
    "foreign_diploma.pdf",
    "payslip_agency.pdf",
    "payslip_private.pdf",
    "payslip_public.pdf",
    "prior_diploma.pdf",
    "report.pdf",
    "sirene.pdf",
    "temp_contract.pdf",
    "turnover.pdf",
    "payslip_private_photographed.jpg",
];

/// Each PDF and the least resemblance (SSIM) with poppler's page: what was measured, less
/// 0.02, rounded down.
const JUDGED: &[(&str, f64)] = &[
    ("comparability.pdf", 0.94),
    ("contract.pdf", 0.88),
    ("cv.pdf", 0.93),
    ("foreign_diploma.pdf", 0.95),
    ("foreign_paper.pdf", 0.9),
    ("internship_agreement.pdf", 0.88),
    ("internship_certificate.pdf", 0.94),
    ("letter.pdf", 0.94),
    ("payslip_agency.pdf", 0.89),
    ("payslip_private.pdf", 0.9),
    ("payslip_private_scanned.pdf", 0.87),
    ("payslip_public.pdf", 0.91),
    ("prior_diploma.pdf", 0.94),
    ("report.pdf", 0.96),
    ("service_record.pdf", 0.94),
    ("sirene.pdf", 0.92),
    ("temp_contract.pdf", 0.87),
    ("turnover.pdf", 0.91),
    ("unit_certificate.pdf", 0.94),
    ("work_certificate.pdf", 0.94),
];

#[tokio::test]
async fn pages_are_as_approved_and_as_poppler_draws_them() {
    let mut specimens = kinds(7, date(2026, 11, 20), &Papers::new()).unwrap();
    specimens.retain(|file| !["_locked", "_damaged"].iter().any(|no| file.file_name.contains(no)));
    let approves = std::env::var_os("LUTRIN_APPROVE_PICTURES").is_some();
    let has_poppler = Command::new("pdftoppm").arg("-v").output().is_ok();
    if !has_poppler {
        println!("without poppler, which is not installed");
    }
    let pool = Pool::new(PoolSettings::beside_current_exe().unwrap());
    let mut judgements = Vec::new();
    for file in &specimens {
        let name = file.file_name.as_str();
        if APPROVED.contains(&name) {
            let ours = draw(&pool, file, APPROVED_WIDTH).await;
            let path = approved_folder().join(name).with_extension("png");
            if approves {
                save_small(&ours, &path);
            }
            judgements.push(Judgement::approved(name, ours, load(&path)));
        }
        if has_poppler && name.ends_with(".pdf") {
            let ours = draw(&pool, file, JUDGED_WIDTH).await;
            let theirs = drawn_by_poppler(file, ours.dimensions());
            let (ours, theirs) = if name.contains("_scanned") {
                (without_grain(&ours), without_grain(&theirs))
            } else {
                (ours, theirs)
            };
            judgements.push(Judgement::poppler(name, ours, theirs));
        }
    }
    let page = write(&judgements, &report_folder());
    println!("differences to look at: {}", page.display());
    let failures: Vec<_> = judgements.iter().filter_map(Judgement::failure).collect();
    assert!(failures.is_empty(), "{}\n{}", failures.join("\n"), page.display());
    let names: Vec<_> = specimens.iter().map(|file| file.file_name.as_str()).collect();
    for name in APPROVED.iter().chain(JUDGED.iter().map(|(name, _)| name)) {
        assert!(names.contains(name), "{name} is no specimen any more");
    }
}

/// The first page in shades of grey, which is what office papers are made of.
async fn draw(pool: &Pool, file: &SpecimenFile, width: u32) -> GrayImage {
    let document = pool.open(file.bytes.clone()).await.unwrap();
    let picture = document.page(1, width).await.unwrap();
    image::load_from_memory(&picture.png).unwrap().into_luma8()
}

fn drawn_by_poppler(file: &SpecimenFile, (width, height): (u32, u32)) -> GrayImage {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("file.pdf"), folder.path().join("page"));
    fs::write(&path, &file.bytes).unwrap();
    let mut poppler = Command::new("pdftoppm");
    poppler.args(["-png", "-singlefile", "-f", "1", "-l", "1"]);
    poppler.args(["-scale-to-x", &width.to_string(), "-scale-to-y", &height.to_string()]);
    assert!(poppler.arg(&path).arg(&out).status().unwrap().success(), "{}", file.file_name);
    load(&out.with_extension("png"))
}

/// The grain of a scanned paper falls otherwise when it is made smaller: what is left is
/// what was printed.
fn without_grain(scan: &GrayImage) -> GrayImage {
    image::imageops::blur(scan, 3.0)
}

fn load(path: &Path) -> GrayImage {
    image::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).into_luma8()
}

/// The largest compression there is: these files are kept.
fn save_small(picture: &GrayImage, path: &Path) {
    let file = fs::File::create(path).unwrap();
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
    let (width, height) = picture.dimensions();
    encoder.write_image(picture, width, height, ExtendedColorType::L8).unwrap();
}

fn approved_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/references/approved")
}

fn report_folder() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap_or(temporary).join("references")
}

/// The tolerance must see what a reader would: a page that moved by one pixel, a word that
/// is gone. The bound must see a line that is gone.
#[test]
fn a_page_that_moved_and_a_word_that_is_gone_are_seen() {
    let approved = load(&approved_folder().join("contract.png"));
    let (width, height) = approved.dimensions();
    assert_eq!(changed(&approved, &approved), 0.0);
    assert!(resemblance(&approved, &approved).0 > 0.9999);
    let moved =
        GrayImage::from_fn(width, height, |x, y| *approved.get_pixel(x.saturating_sub(1), y));
    assert!(changed(&approved, &moved) > TOLERANCE);
    // The darkest stretch of a line, as long as a word.
    let ink = |x: u32, y: u32| 255 - u64::from(approved.get_pixel(x, y).0[0]);
    let (word, line) = (20, 6);
    let ink_of = |left: u32, top: u32| {
        (top..top + line)
            .flat_map(|y| (left..left + word).map(move |x| (x, y)))
            .map(|(x, y)| ink(x, y))
            .sum::<u64>()
    };
    let places = (0..height - line)
        .step_by(3)
        .flat_map(|y| (0..width - word).step_by(10).map(move |x| (x, y)));
    let (left, top) = places.max_by_key(|(x, y)| ink_of(*x, *y)).unwrap();
    let mut lacking = approved.clone();
    for (x, y) in (top..top + line).flat_map(|y| (left..left + word).map(move |x| (x, y))) {
        lacking.put_pixel(x, y, image::Luma([255]));
    }
    assert!(changed(&approved, &lacking) > TOLERANCE);
}
