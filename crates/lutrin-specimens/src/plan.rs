//! A dossier before its files are made: what a story tells, cheap to build.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lutrin_domain::dossier::{CitedFact, Learner, Part, Request, Requirement, Route};
use lutrin_domain::id::{CenterCode, DiplomaCode, JobKey, JurySessionId, PieceKind, SlotKey};
use lutrin_domain::intake::{Intake, IntakeFile, IntakeJob, IntakeSlot};
use lutrin_domain::subject::Pages;

use crate::press::Printed;
use crate::training::{Diploma, Sitting};
use crate::{Specimen, SpecimenFile};

/// The kinds of piece of the first part; the others tell of experience.
const CURRICULUM: [&str; 4] =
    ["prior_diploma", "comparability_statement", "ves_notification", "unit_certificate"];

/// A dossier whose files are `C`: sheets at first, then bytes.
#[derive(Clone)]
pub(crate) struct Plan<C> {
    pub(crate) reference: String,
    pub(crate) status: &'static str,
    pub(crate) request: Request,
    pub(crate) learner: Learner,
    pub(crate) diploma: &'static Diploma,
    pub(crate) route: Option<Route>,
    pub(crate) center: &'static str,
    pub(crate) signed: Date,
    pub(crate) jobs: Vec<IntakeJob>,
    pub(crate) slots: Vec<Slot<C>>,
    pub(crate) cited: Vec<CitedFact>,
}

/// An expected piece and what was deposited in it.
#[derive(Clone)]
pub(crate) struct Slot<C> {
    key: String,
    pub(crate) kind: &'static str,
    label: Option<String>,
    job: Option<String>,
    requirement: Requirement,
    pub(crate) files: Vec<File<C>>,
}

/// One deposited file.
#[derive(Clone)]
pub(crate) struct File<C> {
    pub(crate) content: C,
    name: String,
    pages: Pages,
    /// How long before the signature it was deposited.
    pub(crate) days_before: i64,
    replaces_previous: bool,
}

impl<C> Slot<C> {
    pub(crate) fn new(key: impl Into<String>, kind: &'static str) -> Self {
        Self {
            key: key.into(),
            kind,
            label: None,
            job: None,
            requirement: Requirement::Required { indispensable: false },
            files: Vec::new(),
        }
    }

    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    pub(crate) fn job(self, job: &str) -> Self {
        Self { job: Some(job.to_owned()), ..self }
    }

    pub(crate) fn useful(self) -> Self {
        Self { requirement: Requirement::Useful, ..self }
    }

    /// Makes it a piece without which nothing can be examined.
    pub(crate) fn indispensable(self) -> Self {
        Self { requirement: Requirement::Required { indispensable: true }, ..self }
    }

    pub(crate) fn file(mut self, file: File<C>) -> Self {
        self.files.push(file);
        self
    }
}

impl<C> File<C> {
    pub(crate) fn new(content: C, name: impl Into<String>) -> Self {
        Self {
            content,
            name: name.into(),
            pages: Pages::All,
            days_before: 1,
            replaces_previous: false,
        }
    }

    /// Only this page serves the slot.
    pub(crate) fn page(self, page: u32) -> Self {
        Self { pages: Pages::Set(BTreeSet::from([page])), ..self }
    }

    pub(crate) fn days_before(self, days: i64) -> Self {
        Self { days_before: days, ..self }
    }

    pub(crate) fn replacing(self) -> Self {
        Self { replaces_previous: true, ..self }
    }
}

impl<C> Plan<C> {
    /// The same dossier with other contents; the first error stops.
    pub(crate) fn try_map<D, E>(
        self,
        mut make: impl FnMut(C) -> Result<D, E>,
    ) -> Result<Plan<D>, E> {
        let slots = self
            .slots
            .into_iter()
            .map(|slot| {
                let files = slot
                    .files
                    .into_iter()
                    .map(|file| file.with(&mut make))
                    .collect::<Result<Vec<_>, E>>()?;
                Ok(Slot {
                    key: slot.key,
                    kind: slot.kind,
                    label: slot.label,
                    job: slot.job,
                    requirement: slot.requirement,
                    files,
                })
            })
            .collect::<Result<Vec<_>, E>>()?;
        Ok(Plan {
            reference: self.reference,
            status: self.status,
            request: self.request,
            learner: self.learner,
            diploma: self.diploma,
            route: self.route,
            center: self.center,
            signed: self.signed,
            jobs: self.jobs,
            slots,
            cited: self.cited,
        })
    }

    /// Everything deposited.
    pub(crate) fn contents(&self) -> impl Iterator<Item = &C> {
        self.slots.iter().flat_map(|slot| &slot.files).map(|file| &file.content)
    }
}

impl<C> File<C> {
    fn with<D, E>(self, make: &mut impl FnMut(C) -> Result<D, E>) -> Result<File<D>, E> {
        Ok(File {
            content: make(self.content)?,
            name: self.name,
            pages: self.pages,
            days_before: self.days_before,
            replaces_previous: self.replaces_previous,
        })
    }
}

impl Plan<Printed> {
    /// The dossier as it is handed over, with its files, once each.
    pub(crate) fn hand_over(self, jury: impl Fn(Sitting) -> JurySessionId) -> Specimen {
        let mut files: Vec<SpecimenFile> = Vec::new();
        for file in self.slots.iter().flat_map(|slot| &slot.files) {
            if files.iter().all(|known| known.sha256 != file.content.sha256) {
                files.push(SpecimenFile {
                    file_name: file.name.clone(),
                    bytes: file.content.bytes.clone(),
                    sha256: file.content.sha256,
                });
            }
        }
        let signed = self.signed;
        let slots = self.slots.into_iter().enumerate();
        let intake = Intake {
            reference: self.reference,
            status: self.status.to_owned(),
            request: self.request,
            learner: self.learner,
            diploma: DiplomaCode::new(self.diploma.code),
            route: self.route,
            center: CenterCode::new(self.center),
            jury: Some(jury(self.diploma.sitting)),
            signed_at: evening(signed, 59),
            slots: slots.map(|(index, slot)| intake_slot(slot, signed, index)).collect(),
            jobs: self.jobs,
            cited: self.cited,
        };
        Specimen { intake, files }
    }
}

fn intake_slot(slot: Slot<Printed>, signed: Date, index: usize) -> IntakeSlot {
    let part = if CURRICULUM.contains(&slot.kind) { Part::Curriculum } else { Part::Experience };
    let files = slot.files.into_iter().map(|file| IntakeFile {
        sha256: file.content.sha256,
        size_bytes: file.content.bytes.len() as u64,
        file_name: file.name,
        pages: file.pages,
        deposited_at: evening(crate::calendar::shifted(signed, -file.days_before), index % 50),
        replaces_previous: file.replaces_previous,
    });
    IntakeSlot {
        key: SlotKey::new(slot.key),
        part,
        kind: PieceKind::new(slot.kind),
        label: slot.label,
        job: slot.job.map(JobKey::new),
        requirement: slot.requirement,
        files: files.collect(),
    }
}

/// Learners work on their dossier in the evening.
fn evening(day: Date, minute: usize) -> Timestamp {
    day.at(19, minute as i8, 0, 0)
        .to_zoned(TimeZone::UTC)
        .map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}
