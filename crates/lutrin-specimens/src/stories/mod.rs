//! The ten example dossiers of the domain notes (section 11), and what they
//! share: a person, a centre, jobs, the usual pieces.

mod abroad;
mod bachelors;
mod independents;
mod ordinary;
mod public;
mod titles;

use jiff::civil::Date;
use lutrin_domain::dossier::{Civility, Learner, Request, Route};
use lutrin_domain::id::JobKey;
use lutrin_domain::intake::IntakeJob;
use lutrin_domain::months::WorkRate;

use crate::calendar::{Month, shifted};
use crate::draw::Draw;
use crate::employers::Employer;
use crate::employment::{ContractKind, Employment};
use crate::people::{Person, unaccented};
use crate::pieces::contract::Signed;
use crate::pieces::cv::{Experience, Held};
use crate::pieces::report::{Report, ReportKind};
use crate::pieces::studies::PriorDiploma;
use crate::pieces::{Author, certificate, contract, cv, payslip, report, studies};
use crate::plan::{File, Plan, Slot};
use crate::sheet::{Finish, Sheet};
use crate::training::{CENTERS, Center, Diploma, units_of};

pub(crate) use ordinary::ordinary;

/// What everything is drawn from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) day: Date,
}

/// The ten dossiers, in the order of the domain notes.
pub(crate) fn ten(world: World) -> Vec<Plan<Sheet>> {
    vec![
        bachelors::direct_third_year(world),
        bachelors::counting_case(world),
        titles::late_agreement(world),
        titles::regulation_change(world),
        titles::second_report(world),
        public::four_days_a_week(world),
        independents::micro_entrepreneur(world),
        independents::temp_worker(world),
        abroad::foreign_diploma(world),
        abroad::exempted(world),
    ]
}

/// A dossier being told.
pub(crate) struct Story {
    world: World,
    person: Person,
    center: &'static Center,
    signed: Date,
    pub(crate) plan: Plan<Sheet>,
    experiences: Vec<Experience>,
    held: Held,
}

/// Who asks for what, and where it stands.
pub(crate) struct Opening {
    pub(crate) number: u32,
    pub(crate) woman: bool,
    pub(crate) first_name: &'static str,
    pub(crate) birth_name: &'static str,
    pub(crate) center: &'static str,
    pub(crate) diploma: &'static Diploma,
    pub(crate) route: Option<Route>,
    pub(crate) status: &'static str,
}

/// A job to be told; dates are whole months.
pub(crate) struct Job<'a> {
    pub(crate) key: &'a str,
    pub(crate) title: &'a str,
    pub(crate) classification: &'a str,
    pub(crate) contract: ContractKind,
    pub(crate) full_gross: i64,
    pub(crate) weekly_hours: i64,
    pub(crate) first: Month,
    pub(crate) last: Option<Month>,
    pub(crate) tasks: &'a [&'a str],
}

impl Story {
    pub(crate) fn open(world: World, opening: &Opening) -> Self {
        let mut draw = Draw::new(world.seed, &format!("story/{}", opening.number));
        let signed = shifted(world.day, -draw.between(9, 20));
        let person = Person::drawn(&mut draw, world.day.year()).named(
            opening.woman,
            opening.first_name,
            opening.birth_name,
        );
        let center =
            CENTERS.iter().find(|center| center.code == opening.center).unwrap_or(&CENTERS[0]);
        let plan = Plan {
            reference: format!("D3-{}-{:06}", signed.year(), 4_800 + opening.number),
            status: opening.status,
            request: Request::DiplomaRequest,
            learner: learner(&person),
            diploma: opening.diploma,
            route: opening.route,
            center: center.code,
            signed,
            jobs: Vec::new(),
            slots: Vec::new(),
            cited: Vec::new(),
        };
        Self {
            world,
            person,
            center,
            signed,
            plan,
            experiences: Vec::new(),
            held: Held { name: "Baccalauréat".to_owned(), year: signed.year() - 8 },
        }
    }

    fn author(&self) -> Author<'_> {
        Author { seed: self.world.seed, person: &self.person, center: self.center }
    }

    /// The last month that was over when the learner deposited, some days before
    /// signing.
    fn last_month(&self) -> Month {
        Month::of(shifted(self.signed, -5)).plus(-1)
    }

    /// The month `count` months before the last one.
    fn month(&self, count: i32) -> Month {
        self.last_month().plus(-count)
    }

    fn add(&mut self, slot: Slot<Sheet>) {
        self.plan.slots.push(slot);
    }

    /// Declares a salaried job.
    fn employ(&mut self, job: &Job<'_>) -> Employment {
        let employment = Employment {
            key: job.key.to_owned(),
            person: self.person.clone(),
            employer: Employer::of(self.world.seed, job.key),
            title: job.title.to_owned(),
            classification: job.classification.to_owned(),
            contract: job.contract,
            full_gross: job.full_gross,
            weekly_hours: job.weekly_hours,
            start: job.first.first(),
            end: job.last.map(Month::last),
            tasks: job.tasks.iter().map(|task| (*task).to_owned()).collect(),
        };
        self.declare(IntakeJob {
            key: JobKey::new(job.key),
            employer: employment.employer.plain_name(),
            title: employment.title.clone(),
            start: employment.start,
            end: employment.end,
            rate: WorkRate::new(job.weekly_hours as u32, 3_500).unwrap_or(WorkRate::FULL),
        });
        self.experiences.push(Experience::of(&employment));
        employment
    }

    /// Declares a job of any sort.
    fn declare(&mut self, job: IntakeJob) {
        self.plan.jobs.push(job);
    }

    fn prior(&mut self, diploma: PriorDiploma, name: &str) {
        let obtained = Date::constant(self.signed.year() - 6, 7, 8);
        self.held =
            Held { name: format!("{} {}", diploma.name, diploma.specialty), year: obtained.year() };
        let sheet = studies::prior_diploma(self.author(), diploma, obtained);
        self.add(
            Slot::new("prior_diploma", "prior_diploma")
                .indispensable()
                .label(diploma.name)
                .file(File::new(sheet, name).days_before(9)),
        );
    }

    /// The first `count` units of the diploma; every third one was passed in
    /// another centre (case C01).
    fn units(&mut self, count: usize) {
        for (index, unit) in units_of(self.plan.diploma.field).iter().take(count).enumerate() {
            let center =
                if index % 3 == 2 { &CENTERS[(index + 1) % CENTERS.len()] } else { self.center };
            let years_ago = 3 - (index * 3 / count) as i16;
            let passed = Date::constant(self.signed.year() - years_ago, 7, 3 + index as i8);
            let sheet = studies::unit_certificate(self.author(), *unit, center, passed);
            self.add(
                Slot::new(format!("unit/{}", unit.code), "unit_certificate").label(unit.code).file(
                    File::new(sheet, format!("Attestation {}.pdf", unit.code)).days_before(8),
                ),
            );
        }
    }

    /// The CV, once every job is declared.
    fn cv(&mut self) {
        let name = format!("CV_{}_{}.pdf", self.person.first_name, self.person.birth_name);
        let sheet = cv::cv(
            self.author(),
            self.plan.diploma,
            &self.experiences,
            &self.held,
            shifted(self.signed, -12),
        );
        self.add(
            Slot::new("cv", "cv")
                .file(File::new(sheet, unaccented(&name).replace(' ', "_")).days_before(7)),
        );
    }

    fn contract(&mut self, job: &Employment, signed: Signed) {
        let sheet = contract::of_job(self.world.seed, job, signed);
        let name = format!("Contrat {}.pdf", job.employer.plain_name());
        self.add(
            Slot::new(format!("contract/{}", job.key), "employment_contract")
                .label(job.employer.plain_name())
                .job(&job.key)
                .file(File::new(sheet, name).days_before(5)),
        );
    }

    fn work_certificate(&mut self, job: &Employment, signed: Signed) {
        let sheet = certificate::of_work(self.world.seed, job, self.last_month().last(), signed);
        let name = format!("Certificat de travail {}.pdf", job.employer.plain_name());
        self.add(
            Slot::new(format!("certificate/{}", job.key), "employment_certificate")
                .label(job.employer.plain_name())
                .job(&job.key)
                .file(File::new(sheet, name).days_before(5)),
        );
    }

    /// One payslip per month, each in its own slot.
    fn payslips(&mut self, job: &Employment, months: &[Month]) {
        for month in months {
            self.payslip(job, *month, Finish::Plain);
        }
    }

    fn payslip(&mut self, job: &Employment, month: Month, finish: Finish) {
        let sheet = payslip::monthly(self.world.seed, job, month).finished(finish);
        let name = payslip_name(month, finish);
        self.add(payslip_slot(&job.key, month).file(File::new(sheet, name).days_before(4)));
    }

    /// A slot per month, all served by pages of one file (case P05).
    fn payslip_book(&mut self, job: &Employment, months: &[Month], name: &str) {
        let sheet = payslip::several(self.world.seed, job, months);
        for (index, month) in months.iter().enumerate() {
            let file = File::new(sheet.clone(), name).page(index as u32 + 1).days_before(4);
            self.add(payslip_slot(&job.key, *month).file(file));
        }
    }

    /// The report of a job or internship.
    fn report_sheet(&self, kind: ReportKind, told: &Told<'_>) -> Sheet {
        let report = Report {
            kind,
            diploma: self.plan.diploma,
            employer: told.employer.clone(),
            title: told.title.to_owned(),
            period: told.period.clone(),
            tasks: told.tasks.to_vec(),
            mention: told.mention.clone(),
            short: told.short,
            dated: shifted(self.signed, -told.days_before),
        };
        report::report(self.author(), &report)
    }

    /// The activity report on a salaried job.
    fn activity_report(&mut self, job: &Employment) {
        let told = Told::of(job);
        let sheet = self.report_sheet(ReportKind::Activity, &told);
        self.add(activity_slot().file(File::new(sheet, "Rapport d'activité.pdf").days_before(3)));
    }
}

/// What a report tells of.
struct Told<'a> {
    employer: String,
    title: &'a str,
    period: String,
    tasks: &'a [String],
    mention: String,
    short: bool,
    days_before: i64,
}

impl<'a> Told<'a> {
    fn of(job: &'a Employment) -> Self {
        let since = Month::of(job.start).words();
        Self {
            employer: job.employer.plain_name(),
            title: &job.title,
            period: job.end.map_or_else(
                || format!("depuis {since}"),
                |end| format!("de {since} à {}", Month::of(end).words()),
            ),
            tasks: &job.tasks,
            mention: "Unité d'activité professionnelle".to_owned(),
            short: false,
            days_before: 10,
        }
    }
}

fn learner(person: &Person) -> Learner {
    Learner {
        first_name: person.first_name.clone(),
        birth_name: person.birth_name.clone(),
        used_name: person.used_name.clone(),
        civility: Some(if person.woman { Civility::Madame } else { Civility::Monsieur }),
        birth_year: Some(person.born.year()),
    }
}

fn activity_slot() -> Slot<Sheet> {
    Slot::new("activity_report", "activity_report").indispensable()
}

fn payslip_slot(job: &str, month: Month) -> Slot<Sheet> {
    Slot::new(format!("payslip/{job}/{}", month.key()), "payslip").label(month.words()).job(job)
}

/// Names as telephones, scanners and learners give them.
fn payslip_name(month: Month, finish: Finish) -> String {
    match finish {
        Finish::Photographed => {
            format!("IMG_{}{:02}05_183207.jpg", month.plus(1).year, month.plus(1).month)
        }
        Finish::Scanned => {
            format!("scan_{:04}.pdf", i32::from(month.year) * 3 + i32::from(month.month))
        }
        _ if month.month % 2 == 0 => format!("Bulletin_{}.pdf", month.key()),
        _ => format!("BP {}.pdf", month.words()),
    }
}
