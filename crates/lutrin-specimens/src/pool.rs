//! Many dossiers from few files: each further dossier has its own person,
//! diploma, jobs and state, and borrows its files from those already made.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use lutrin_domain::dossier::{Civility, Learner, Request, Route};
use lutrin_domain::id::JobKey;
use lutrin_domain::intake::IntakeJob;
use lutrin_domain::months::WorkRate;

use crate::calendar::{Month, shifted};
use crate::draw::Draw;
use crate::employers::Employer;
use crate::people::Person;
use crate::plan::{File, Plan, Slot};
use crate::press::Printed;
use crate::sheet::Sheet;
use crate::stories::{self, World};
use crate::training::{CENTERS, DIPLOMAS, Diploma, Field, units_of};

/// How many stories are told only to fill the pool.
const MORE_STORIES: usize = 4;

/// States in which further dossiers are found, some more often.
const STATES: [&str; 12] = [
    "DEPOSE",
    "DEPOSE",
    "DEPOSE",
    "EN_EXAMEN_CENTRE",
    "EN_EXAMEN_CENTRE",
    "EN_EXAMEN_CENTRE",
    "EN_EXAMEN_CENTRE",
    "COMPLET",
    "TRANSMIS_DNF",
    "TRANSMIS_DNF",
    "PRET_JURY",
    "RETIRE",
];

/// Stories whose only use is that their files differ from those of the ten.
pub(crate) fn more_stories(world: World) -> Vec<Plan<Sheet>> {
    (0..MORE_STORIES).map(|index| stories::ordinary(world, index)).collect()
}

/// Files by kind of piece, in the order they were made.
pub(crate) struct Pool {
    by_kind: BTreeMap<&'static str, Vec<Printed>>,
}

impl Pool {
    pub(crate) fn of<'a>(plans: impl Iterator<Item = &'a Plan<Printed>>) -> Self {
        let mut seen = HashSet::new();
        let mut by_kind: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for slot in plans.flat_map(|plan| &plan.slots) {
            for file in &slot.files {
                if seen.insert(file.content.sha256) {
                    by_kind.entry(slot.kind).or_default().push(file.content.clone());
                }
            }
        }
        Self { by_kind }
    }

    /// A file of this kind, if there is one.
    fn file(&self, draw: &mut Draw, kind: &str, name: &str) -> Option<File<Printed>> {
        let files = self.by_kind.get(kind).filter(|files| !files.is_empty())?;
        Some(File::new(draw.one_of(files).clone(), name).days_before(draw.between(1, 15)))
    }
}

/// Dossier number `index`, drawn alone: adding dossiers changes none before.
pub(crate) fn draw_dossier(world: World, pool: &Pool, index: usize) -> Plan<Printed> {
    let mut draw = Draw::new(world.seed, &format!("volume/{index}"));
    let person = Person::drawn(&mut draw, world.day.year());
    let diploma = draw.one_of(&DIPLOMAS);
    let signed = shifted(world.day, -draw.between(3, 60));
    let mut plan = Plan {
        reference: format!("D3-{}-{:06}", signed.year(), 10_000 + index),
        status: draw.pick(&STATES),
        request: request(&mut draw),
        learner: learner(&person),
        diploma,
        route: route(&mut draw, diploma),
        center: draw.one_of(&CENTERS).code,
        signed,
        jobs: Vec::new(),
        slots: Vec::new(),
        cited: Vec::new(),
    };
    add_curriculum(&mut plan, pool, &mut draw);
    add_jobs(&mut plan, pool, &mut draw);
    let report =
        slot(pool, &mut draw, "activity_report", "activity_report", "Rapport d'activité.pdf");
    plan.slots.push(report.indispensable());
    plan
}

fn request(draw: &mut Draw) -> Request {
    if draw.happens(12) {
        Request::ExperienceReviewRequest { early: true }
    } else {
        Request::DiplomaRequest
    }
}

fn route(draw: &mut Draw, diploma: &Diploma) -> Option<Route> {
    let bachelor = diploma.code.starts_with("LG");
    let direct = draw.happens(60);
    bachelor.then_some(if direct { Route::DirectThirdYear } else { Route::FullBachelor })
}

fn learner(person: &Person) -> Learner {
    Learner {
        first_name: person.first_name.clone(),
        birth_name: person.birth_name.clone(),
        used_name: None,
        civility: Some(if person.woman { Civility::Madame } else { Civility::Monsieur }),
        birth_year: Some(person.born.year()),
    }
}

/// A slot with a file, or empty one time in twenty: the learner forgot it.
fn slot(pool: &Pool, draw: &mut Draw, key: &str, kind: &'static str, name: &str) -> Slot<Printed> {
    let slot = Slot::new(key, kind);
    if draw.happens(5) {
        return slot;
    }
    match pool.file(draw, kind, name) {
        Some(file) => slot.file(file),
        None => slot,
    }
}

fn add_curriculum(plan: &mut Plan<Printed>, pool: &Pool, draw: &mut Draw) {
    plan.slots
        .push(slot(pool, draw, "prior_diploma", "prior_diploma", "diplome.pdf").indispensable());
    let count = draw.between(3, 8) as usize;
    for unit in units_of(plan.diploma.field).iter().take(count) {
        let name = format!("attestation {}.pdf", unit.code);
        let unit_slot = slot(pool, draw, &format!("unit/{}", unit.code), "unit_certificate", &name);
        plan.slots.push(unit_slot.label(unit.code));
    }
    plan.slots.push(slot(pool, draw, "cv", "cv", "CV.pdf"));
}

fn add_jobs(plan: &mut Plan<Printed>, pool: &Pool, draw: &mut Draw) {
    let mut keys: Vec<&str> = Employer::keys().collect();
    let mut last = Month::of(plan.signed).plus(-1);
    for order in 0..draw.between(1, 3) {
        let key = keys.remove(draw.between(0, keys.len() as i64 - 1) as usize);
        let months = draw.between(4, 26) as i32;
        let first = last.plus(1 - months);
        let ended = order > 0;
        let job = declared(plan.diploma.field, draw, key, first, ended.then(|| last.last()));
        add_proofs(plan, pool, draw, &job, first, last);
        plan.jobs.insert(0, job);
        last = first.plus(-1 - draw.between(0, 3) as i32);
    }
}

fn declared(
    field: Field,
    draw: &mut Draw,
    key: &str,
    first: Month,
    end: Option<Date>,
) -> IntakeJob {
    let titles: [&str; 4] = match field {
        Field::Computing => {
            ["Développeur", "Technicien support", "Administrateur systèmes", "Testeur"]
        }
        Field::Management => {
            ["Assistant comptable", "Gestionnaire de paie", "Assistant de gestion", "Vendeur"]
        }
    };
    let hours = draw.pick(&[3_500, 3_500, 3_500, 2_800, 1_750]);
    IntakeJob {
        key: JobKey::new(key),
        employer: Employer::of(0, key).plain_name(),
        title: draw.pick(&titles).to_owned(),
        start: first.first(),
        end,
        rate: WorkRate::new(hours, 3_500).unwrap_or(WorkRate::FULL),
    }
}

fn add_proofs(
    plan: &mut Plan<Printed>,
    pool: &Pool,
    draw: &mut Draw,
    job: &IntakeJob,
    first: Month,
    last: Month,
) {
    let key = job.key.as_str();
    let (proof, kind) = match job.end {
        Some(_) => (format!("certificate/{key}"), "employment_certificate"),
        None => (format!("contract/{key}"), "employment_contract"),
    };
    let name = format!("{kind}.pdf");
    plan.slots.push(slot(pool, draw, &proof, kind, &name).label(job.employer.clone()).job(key));
    let months: Vec<Month> = first.to(last).collect();
    let step = months.len().div_ceil(draw.between(3, 8) as usize);
    for month in months.into_iter().step_by(step) {
        let name = format!("bulletin {}.pdf", month.key());
        let payslip = slot(pool, draw, &format!("payslip/{key}/{}", month.key()), "payslip", &name);
        plan.slots.push(payslip.label(month.words()).job(key));
    }
}
