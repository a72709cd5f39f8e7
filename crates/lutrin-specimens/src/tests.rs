//! What is promised of the specimens as a whole.
//!
//! Making the ten dossiers takes seconds, so they are made once and every test
//! of their files looks at them; what a file says is tested on plans.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DepositId, DossierId};
use lutrin_domain::intake::open_dossier;
use lutrin_papers::Papers;
use serde_json::Value;

use crate::calendar::shifted;
use crate::numbers::{has_luhn_key, nir_key};
use crate::plan::Plan;
use crate::pool;
use crate::press::Press;
use crate::sheet::{Finish, Sheet, Template};
use crate::stories::{self, World};
use crate::{PASSWORD, Specimen, SpecimenFile, Specimens, ten_dossiers, volume};

const SEED: u64 = 20_261_121;

fn day() -> Date {
    date(2026, 11, 21)
}

static TEN: LazyLock<Specimens> =
    LazyLock::new(|| ten_dossiers(SEED, day(), &Papers::new()).unwrap());

/// Made apart from the ten, which it begins with: two runs to compare.
static VOLUME: LazyLock<Specimens> =
    LazyLock::new(|| volume(SEED, day(), 60, &Papers::new()).unwrap());

fn plans(seed: u64) -> Vec<Plan<Sheet>> {
    let world = World { seed, day: day() };
    let mut plans = stories::ten(world);
    plans.extend(pool::more_stories(world));
    plans
}

fn number(number: usize) -> &'static Specimen {
    &TEN.dossiers[number - 1]
}

fn keys(specimen: &Specimen) -> Vec<&str> {
    specimen.intake.slots.iter().map(|slot| slot.key.as_str()).collect()
}

fn count(specimen: &Specimen, kind: &str) -> usize {
    specimen.intake.slots.iter().filter(|slot| slot.kind.as_str() == kind).count()
}

/// The file of the first slot whose key starts like this.
fn file_of<'a>(specimen: &'a Specimen, key: &str) -> &'a SpecimenFile {
    let slot =
        specimen.intake.slots.iter().find(|slot| slot.key.as_str().starts_with(key)).unwrap();
    specimen.files.iter().find(|file| file.sha256 == slot.files[0].sha256).unwrap()
}

/// Every text of the data of these plans.
fn printed_texts(plans: &[Plan<Sheet>]) -> Vec<String> {
    fn collect(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::String(text) => into.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
            Value::Object(fields) => fields.values().for_each(|field| collect(field, into)),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    plans.iter().flat_map(Plan::contents).for_each(|sheet| collect(&sheet.data, &mut texts));
    texts
}

/// Groups of digits of a text, spaces between them left out.
fn long_numbers(text: &str) -> Vec<String> {
    let joined: String = text.chars().filter(|c| *c != ' ' && *c != '\u{a0}').collect();
    joined
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| part.len() >= 13)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_same_seed_and_day_give_the_same_files() {
    let digests = |s: &Specimen| s.files.iter().map(|file| file.sha256).collect::<Vec<_>>();
    assert_eq!(VOLUME.juries, TEN.juries);
    for (made, before) in VOLUME.dossiers.iter().zip(&TEN.dossiers) {
        assert!(made.intake == before.intake, "{}", before.intake.reference);
        assert_eq!(digests(made), digests(before), "{}", before.intake.reference);
    }
}

#[test]
fn another_seed_gives_other_people_and_papers() {
    let keys = |plans: &[Plan<Sheet>]| {
        plans.iter().flat_map(Plan::contents).map(Sheet::key).collect::<BTreeSet<_>>()
    };
    assert!(keys(&plans(1)).is_disjoint(&keys(&plans(2))));
}

#[test]
fn every_dossier_is_taken_in_by_the_domain() {
    assert_eq!(TEN.dossiers.len(), 10);
    for specimen in &TEN.dossiers {
        let id = DossierId(uuid::Uuid::nil());
        let mut next = 0;
        let deposit = || {
            next += 1;
            DepositId(uuid::Uuid::from_u128(next))
        };
        let dossier =
            open_dossier(specimen.intake.clone(), id, Digest::of(b"catalogue"), deposit).unwrap();
        assert_eq!(dossier.slots.len(), specimen.intake.slots.len());
    }
}

#[test]
fn what_slots_name_is_among_the_files() {
    for specimen in &TEN.dossiers {
        let held: BTreeMap<_, _> =
            specimen.files.iter().map(|file| (file.sha256, file.bytes.len())).collect();
        for file in &specimen.files {
            assert_eq!(Digest::of(&file.bytes), file.sha256);
        }
        for file in specimen.intake.slots.iter().flat_map(|slot| &slot.files) {
            assert_eq!(held.get(&file.sha256).copied(), Some(file.size_bytes as usize));
        }
    }
}

#[test]
fn the_ten_stories_hold_the_pieces_they_tell_of() {
    let expected: [&[(&str, usize)]; 10] = [
        &[
            ("prior_diploma", 1),
            ("unit_certificate", 7),
            ("payslip", 14),
            ("employment_contract", 1),
            ("cv", 1),
            ("activity_report", 1),
        ],
        &[
            ("unit_certificate", 5),
            ("payslip", 17),
            ("employment_contract", 2),
            ("employment_certificate", 2),
            ("activity_report", 1),
        ],
        &[
            ("early_decision", 1),
            ("internship_agreement", 1),
            ("internship_certificate", 1),
            ("internship_report", 1),
            ("payslip", 4),
        ],
        &[
            ("early_decision", 1),
            ("payslip", 7),
            ("employment_contract", 1),
            ("employment_certificate", 1),
        ],
        &[("activity_report", 1), ("payslip", 4), ("employment_contract", 1)],
        &[("service_record", 1), ("payslip", 12), ("activity_report", 1)],
        &[("business_registration", 1), ("turnover_statement", 1), ("employer_statement", 2)],
        &[("temp_contract", 20), ("payslip", 4), ("employer_statement", 3)],
        &[
            ("comparability_statement", 1),
            ("employment_contract", 2),
            ("translation", 1),
            ("payslip", 4),
        ],
        &[("ves_notification", 1), ("unit_certificate", 6), ("activity_report", 1)],
    ];
    for (index, kinds) in expected.iter().enumerate() {
        for (kind, wanted) in *kinds {
            assert_eq!(count(number(index + 1), kind), *wanted, "{kind} of dossier {}", index + 1);
        }
        assert!((8..=36).contains(&number(index + 1).intake.slots.len()));
    }
}

#[test]
fn slots_have_stable_keys() {
    let first = keys(number(1));
    for key in ["prior_diploma", "unit/NFA031", "cv", "contract/vauban", "activity_report"] {
        assert!(first.contains(&key), "{key}");
    }
    // The learner signed in November 2026 or late in October: the last month over.
    assert!(first.iter().any(|key| key.starts_with("payslip/vauban/2026-")));
}

#[test]
fn jobs_count_the_months_of_their_story() {
    let jobs = &number(2).intake.jobs;
    assert_eq!(jobs.len(), 3);
    assert!(jobs[1].start < jobs[2].start && jobs[2].start < jobs[1].end.unwrap(), "they overlap");
    assert_eq!((jobs[2].rate.hours(), jobs[2].rate.reference()), (1_750, 3_500));
    let agent = &number(6).intake.jobs[0];
    assert_eq!((agent.rate.hours(), agent.rate.reference()), (4, 5));
    let missions = &number(8).intake.jobs;
    assert_eq!(missions.len(), 20);
    assert_eq!(missions.iter().map(|job| &job.employer[..4]).collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn the_school_signed_the_agreement_the_day_after_the_start() {
    let plan = &plans(SEED)[2];
    let agreement =
        plan.contents().find(|sheet| sheet.template == Template::InternshipAgreement).unwrap();
    let signed = agreement.data["signatures"][0]["on"].as_str().unwrap();
    assert!(signed.starts_with("02/"), "the internship starts on the first: {signed}");
    assert!(agreement.data["from"].as_str().unwrap().starts_with("1er "));
}

#[test]
fn a_second_report_replaces_the_first() {
    let slot =
        number(5).intake.slots.iter().find(|slot| slot.key.as_str() == "activity_report").unwrap();
    assert_eq!(slot.files.len(), 2);
    assert!(!slot.files[0].replaces_previous && slot.files[1].replaces_previous);
    assert!(slot.files[0].deposited_at < slot.files[1].deposited_at);
}

#[test]
fn twelve_payslips_are_pages_of_one_file() {
    let book = file_of(number(2), "payslip/mercerie");
    let slots = number(2)
        .intake
        .slots
        .iter()
        .filter(|slot| slot.files.iter().any(|f| f.sha256 == book.sha256));
    let pages: Vec<String> = slots.map(|slot| slot.files[0].pages.to_string()).collect();
    assert_eq!(pages, (1..=12).map(|page| page.to_string()).collect::<Vec<_>>());
    assert_eq!(lopdf::Document::load_mem(&book.bytes).unwrap().get_pages().len(), 12);
}

#[test]
fn no_printed_social_security_number_has_a_right_key() {
    let mut found = 0;
    for seed in [1, 2, SEED] {
        for text in printed_texts(&plans(seed)) {
            for number in long_numbers(&text).iter().filter(|number| number.len() == 15) {
                assert_ne!(nir_key(&number[..13]), number[13..].parse().ok(), "{number}");
                found += 1;
            }
        }
    }
    assert!(found > 100, "payslips print them: {found}");
}

#[test]
fn every_printed_siret_has_a_right_key() {
    let mut found = 0;
    for text in printed_texts(&plans(SEED)) {
        for number in long_numbers(&text).iter().filter(|number| number.len() == 14) {
            assert!(has_luhn_key(number), "{number}");
            found += 1;
        }
    }
    assert!(found > 100, "{found}");
}

#[test]
fn pieces_are_dated_before_they_are_deposited() {
    // Days at both ends of months, and the last of February of a leap year.
    let days = ["2026-11-03", "2026-11-12", "2026-11-21", "2027-01-01", "2027-03-31", "2028-02-29"];
    for day in days.map(|day| day.parse().unwrap()) {
        for plan in stories::ten(World { seed: SEED, day }) {
            for file in plan.slots.iter().flat_map(|slot| &slot.files) {
                let deposited = shifted(plan.signed, -file.days_before);
                let sheet = &file.content;
                let place = format!("{} {:?} on {day}", plan.reference, sheet.template);
                assert!(sheet.dated <= deposited && plan.signed < day, "{place}: {}", sheet.dated);
            }
        }
    }
}

#[test]
fn a_catalogue_of_the_project_knows_every_code() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/catalogue");
    let texts = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let catalogues: Vec<Catalogue> = texts
        .map(|path| Catalogue::read(&std::fs::read_to_string(path).unwrap()).unwrap().1)
        .collect();
    let known = |check: &dyn Fn(&Catalogue) -> bool| catalogues.iter().any(check);
    for specimen in &VOLUME.dossiers {
        let intake = &specimen.intake;
        assert!(known(&|c| c.diploma(&intake.diploma).is_some()), "{}", intake.diploma);
        assert!(known(&|c| c.center(&intake.center).is_some()), "{}", intake.center);
        for slot in &intake.slots {
            assert!(known(&|c| c.piece_kind(&slot.kind).is_some()), "{}", slot.kind);
        }
    }
}

#[test]
fn ordinary_files_are_pdfs_that_end() {
    let plain = plans(SEED)
        .into_iter()
        .take(10)
        .flat_map(|plan| plan.contents().map(|s| s.finish).collect::<Vec<_>>());
    assert_eq!(plain.filter(|finish| *finish != Finish::Plain).count(), 5);
    let broken = number(10).files.iter().filter(|file| !ends_like_a_pdf(&file.bytes)).count();
    assert_eq!(broken, 1, "one file of the tenth dossier is damaged");
    assert!(number(3).files.iter().all(|file| ends_like_a_pdf(&file.bytes)));
}

fn ends_like_a_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-1.") && bytes.trim_ascii_end().ends_with(b"%%EOF")
}

#[test]
fn the_scan_is_a_grey_picture_without_text() {
    let scan = number(1).files.iter().find(|file| file.file_name.starts_with("scan")).unwrap();
    let document = lopdf::Document::load_mem(&scan.bytes).unwrap();
    assert_eq!(document.get_pages().len(), 1);
    let fonts = |id| document.get_page_fonts(id).unwrap().len();
    assert!(document.page_iter().all(|id| fonts(id) == 0));
    assert!(scan.bytes.windows(3).any(|window| window == b"\xff\xd8\xff"), "it holds a JPEG");
}

#[test]
fn the_photo_lies_on_its_side_and_says_so() {
    let photo = number(1).files.iter().find(|file| file.file_name.ends_with(".jpg")).unwrap();
    assert!(photo.bytes.starts_with(b"\xff\xd8\xff"));
    let mut decoder = image::ImageReader::new(std::io::Cursor::new(&photo.bytes[..]))
        .with_guessed_format()
        .unwrap()
        .into_decoder()
        .unwrap();
    use image::ImageDecoder as _;
    assert_eq!(decoder.dimensions(), (1_600, 1_200), "stored wide");
    // EXIF orientation 6.
    assert_eq!(decoder.orientation().unwrap(), image::metadata::Orientation::Rotate90);
}

#[test]
fn the_locked_file_opens_with_its_password_only() {
    let locked =
        number(8).files.iter().filter(|file| file.bytes.windows(8).any(|w| w == b"/Encrypt"));
    let locked: Vec<_> = locked.collect();
    assert_eq!(locked.len(), 1);
    let document = lopdf::Document::load_mem(&locked[0].bytes).unwrap();
    assert!(document.is_encrypted());
    assert!(document.clone().decrypt("autre").is_err());
    assert!(document.clone().decrypt(PASSWORD).is_ok());
}

#[test]
fn juries_sit_on_fridays_after_the_day() {
    assert!(TEN.juries.len() >= 2);
    for jury in &TEN.juries {
        assert!(
            jury.date > day()
                && jury.file_closing_date > day()
                && jury.file_closing_date < jury.date
        );
        assert_eq!(jury.date.weekday(), jiff::civil::Weekday::Friday);
    }
    for specimen in &TEN.dossiers {
        let jury = TEN.juries.iter().find(|jury| Some(jury.id) == specimen.intake.jury).unwrap();
        assert!(jury.diplomas.contains(&specimen.intake.diploma));
    }
}

#[test]
fn two_thousand_dossiers_are_drawn_without_making_a_page() {
    let world = World { seed: SEED, day: day() };
    let pool = pool::Pool::of(printed_ten().iter());
    let draw = |index| pool::draw_dossier(world, &pool, index);
    let drawn: Vec<_> = (10..2_010).map(draw).collect();
    let references: BTreeSet<_> = drawn.iter().map(|plan| &plan.reference).collect();
    assert_eq!(references.len(), 2_000);
    let pieces: usize = drawn.iter().map(|plan| plan.slots.len()).sum();
    assert!((8..=40).contains(&(pieces / drawn.len())), "{pieces} pieces in all");
}

/// The ten plans with a few bytes in place of each file.
fn printed_ten() -> Vec<Plan<crate::press::Printed>> {
    let stand_in = |sheet: Sheet| {
        let bytes = sheet.key();
        Ok::<_, ()>(crate::press::Printed {
            bytes: bytes.to_vec().into(),
            sha256: Digest::of(&bytes),
        })
    };
    plans(SEED).into_iter().map(|plan| plan.try_map(stand_in).unwrap()).collect()
}

#[test]
fn the_dossiers_of_a_volume_are_taken_in_and_share_their_files() {
    assert_eq!(VOLUME.dossiers.len(), 60);
    let files: BTreeSet<_> = VOLUME
        .dossiers
        .iter()
        .flat_map(|dossier| dossier.files.iter().map(|file| file.sha256))
        .collect();
    assert!((180..=260).contains(&files.len()), "{} distinct files", files.len());
    for specimen in &VOLUME.dossiers {
        let id = DossierId(uuid::Uuid::nil());
        let deposit = || DepositId(uuid::Uuid::nil());
        open_dossier(specimen.intake.clone(), id, Digest::of(b"catalogue"), deposit).unwrap();
    }
}

#[test]
fn every_template_is_used() {
    let used: BTreeSet<String> =
        plans(SEED).iter().flat_map(Plan::contents).map(|s| format!("{:?}", s.template)).collect();
    assert_eq!(used.len(), 19, "{used:?}");
}

#[test]
fn a_sheet_is_made_once() {
    let mut press = Press::new(&Papers::new());
    let plan = &plans(SEED)[9];
    let sheet = plan.contents().next().unwrap();
    press.print([sheet, sheet].into_iter()).unwrap();
    let (one, two) = (press.printed(sheet).unwrap(), press.printed(sheet).unwrap());
    assert!(std::sync::Arc::ptr_eq(&one.bytes, &two.bytes));
}
