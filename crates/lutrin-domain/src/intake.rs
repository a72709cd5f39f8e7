//! How a dossier enters: what the depositing application hands over.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dossier::{
    CitedFact, Deposit, Dossier, DossierState, ExperienceReview, Holder, Job, Learner, Part,
    Request, Requirement, Route, Slot,
};
use crate::history::History;
use crate::id::{
    CenterCode, DepositId, DiplomaCode, DossierId, JobKey, JurySessionId, PieceKind, SlotKey,
};
use crate::months::WorkRate;
use crate::subject::Pages;

/// The most slots a dossier may have.
pub const SLOT_LIMIT: usize = 2_000;
/// The most files a slot may have.
pub const FILE_LIMIT: usize = 200;
/// The longest key, reference or label, in characters.
pub const NAME_LIMIT: usize = 200;

/// A dossier as it is handed over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Intake {
    /// Reference that people quote.
    pub reference: String,
    /// The status of the depositing application, mapped by [`state_of`].
    pub status: String,
    /// What is asked.
    pub request: Request,
    /// Who asks.
    pub learner: Learner,
    /// The diploma asked for.
    pub diploma: DiplomaCode,
    /// The course followed.
    #[serde(default)]
    pub route: Option<Route>,
    /// The centre in charge.
    pub center: CenterCode,
    /// The sitting it is planned for.
    #[serde(default)]
    pub jury: Option<JurySessionId>,
    /// When the learner signed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub signed_at: Timestamp,
    /// The pieces, in reading order.
    pub slots: Vec<IntakeSlot>,
    /// The jobs declared.
    #[serde(default)]
    pub jobs: Vec<IntakeJob>,
    /// Results of earlier dossiers.
    #[serde(default)]
    pub cited: Vec<CitedFact>,
}

/// One piece as it is handed over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntakeSlot {
    /// Stable key inside the dossier.
    pub key: SlotKey,
    /// The part of the dossier.
    pub part: Part,
    /// The kind of piece.
    pub kind: PieceKind,
    /// What tells it apart from others of its kind.
    #[serde(default)]
    pub label: Option<String>,
    /// The job it proves.
    #[serde(default)]
    pub job: Option<JobKey>,
    /// Whether it is required.
    pub requirement: Requirement,
    /// The files deposited, oldest first.
    pub files: Vec<IntakeFile>,
}

/// One file as it is handed over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntakeFile {
    /// The file's bytes.
    pub sha256: Digest,
    /// Size in bytes.
    pub size_bytes: u64,
    /// The name the learner gave; a name, not a path.
    pub file_name: String,
    /// The pages that serve the slot.
    #[serde(default)]
    pub pages: Pages,
    /// When it was deposited.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub deposited_at: Timestamp,
    /// Whether it replaces the file before it in the slot.
    #[serde(default)]
    pub replaces_previous: bool,
}

/// One job as it is handed over.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IntakeJob {
    /// Stable key inside the dossier.
    pub key: JobKey,
    /// The employer.
    pub employer: String,
    /// The post held.
    pub title: String,
    /// First day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub start: Date,
    /// Last day, included.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub end: Option<Date>,
    /// Hours over a full time.
    pub rate: WorkRate,
}

/// What is handed over never reaches a log through `{:?}`.
impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake").field("slots", &self.slots.len()).finish_non_exhaustive()
    }
}

/// Why what is handed over cannot be a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum IntakeError {
    /// A text is empty, too long or holds control characters.
    #[error("{field} is empty, longer than {NAME_LIMIT} characters or holds control characters")]
    InvalidText {
        /// Which one.
        field: String,
    },
    /// A key has characters other than letters, digits, `.`, `_`, `-` and `/`.
    #[error("the key {key} has characters that keys do not have")]
    InvalidKey {
        /// The key.
        key: String,
    },
    /// Two slots or two jobs have the same key.
    #[error("the key {key} stands twice")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A file name is a path.
    #[error("a file name of slot {slot} is a path, not a name")]
    PathInFileName {
        /// The slot.
        slot: SlotKey,
    },
    /// A slot names a job that the dossier does not have.
    #[error("slot {slot} names an unknown job")]
    UnknownJob {
        /// The slot.
        slot: SlotKey,
    },
    /// A job ends before it starts.
    #[error("job {job} ends before it starts")]
    JobEndsBeforeStart {
        /// The job.
        job: JobKey,
    },
    /// More slots or files than a dossier may have.
    #[error("more than {SLOT_LIMIT} pieces, or more than {FILE_LIMIT} files in one")]
    TooMany,
    /// The slot is not in the dossier.
    #[error("the dossier has no slot {slot}")]
    UnknownSlot {
        /// The slot.
        slot: SlotKey,
    },
}

/// Where a request stands, and who holds it, by the status of D3.
///
/// D3 publishes no list of its statuses (domain notes, section 1.4): these are
/// the ones agreed for the exchange. A status not in the table is kept as it
/// came and makes the dossier read-only.
pub fn state_of(status: &str) -> (DossierState, Holder) {
    let state = match status {
        "DEPOSE" => DossierState::Signed,
        "EN_EXAMEN_CENTRE" => DossierState::CenterReview,
        "CORRECTION_DEMANDEE" => DossierState::CorrectionRequested,
        "COMPLET" => DossierState::Complete,
        "TRANSMIS_DNF" => DossierState::DnfReview,
        "PRET_JURY" => DossierState::JuryReady,
        "PASSE_JURY" => DossierState::JuryHeld,
        "RETIRE" => DossierState::Withdrawn,
        "HORS_PERIMETRE" => DossierState::OutOfScope,
        other => DossierState::Unknown(other.to_owned()),
    };
    let holder = match state {
        DossierState::DnfReview | DossierState::JuryReady | DossierState::JuryHeld => Holder::Dnf,
        _ => Holder::Center,
    };
    (state, holder)
}

/// Makes a dossier of what is handed over.
///
/// `next_deposit` gives an identifier for each file.
///
/// # Errors
///
/// The first thing found wrong; nothing is made.
pub fn open_dossier(
    intake: Intake,
    id: DossierId,
    catalogue: Digest,
    mut next_deposit: impl FnMut() -> DepositId,
) -> Result<Dossier, IntakeError> {
    check(&intake)?;
    let (state, holder) = state_of(&intake.status);
    let slots = intake.slots.into_iter().map(|slot| open_slot(slot, &mut next_deposit)).collect();
    Ok(Dossier {
        id,
        reference: intake.reference,
        request: intake.request,
        learner: intake.learner,
        diploma: intake.diploma,
        route: intake.route,
        center: intake.center,
        state,
        holder,
        catalogue,
        jury: intake.jury,
        signed_at: intake.signed_at,
        slots,
        jobs: intake.jobs.into_iter().map(open_job).collect(),
        review: ExperienceReview::default(),
        cited: intake.cited,
        correction_requests: Vec::new(),
        reservation: None,
        deliberation: None,
        applied: Default::default(),
        heads: Default::default(),
    })
}

/// Puts a new version of a file in a slot; it replaces the newest one there.
///
/// # Errors
///
/// When the slot does not exist, is full, or the name is a path.
pub fn replace_file(
    mut dossier: Dossier,
    slot: &SlotKey,
    file: IntakeFile,
    id: DepositId,
) -> Result<Dossier, IntakeError> {
    check_file(slot, &file)?;
    let Some(slot) = dossier.slots.iter_mut().find(|s| s.key == *slot) else {
        return Err(IntakeError::UnknownSlot { slot: slot.clone() });
    };
    if slot.deposits.len() >= FILE_LIMIT {
        return Err(IntakeError::TooMany);
    }
    let replaces = slot.current_deposits().last().map(|deposit| deposit.id);
    slot.deposits.push(open_deposit(file, id, replaces));
    Ok(dossier)
}

fn open_slot(slot: IntakeSlot, next_deposit: &mut impl FnMut() -> DepositId) -> Slot {
    let mut deposits: Vec<Deposit> = Vec::with_capacity(slot.files.len());
    for file in slot.files {
        let previous = deposits.last().map(|deposit| deposit.id);
        let replaces = previous.filter(|_| file.replaces_previous);
        deposits.push(open_deposit(file, next_deposit(), replaces));
    }
    Slot {
        key: slot.key,
        part: slot.part,
        kind: slot.kind,
        label: slot.label,
        job: slot.job,
        requirement: slot.requirement,
        deposits,
        settlement: History::default(),
    }
}

fn open_deposit(file: IntakeFile, id: DepositId, replaces: Option<DepositId>) -> Deposit {
    Deposit {
        id,
        sha256: file.sha256,
        size_bytes: file.size_bytes,
        file_name: file.file_name,
        pages: file.pages,
        deposited_at: file.deposited_at,
        replaces,
        verdicts: History::default(),
    }
}

fn open_job(job: IntakeJob) -> Job {
    Job {
        key: job.key,
        employer: job.employer,
        title: job.title,
        start: job.start,
        end: job.end,
        rate: job.rate,
        judgement: History::default(),
    }
}

fn check(intake: &Intake) -> Result<(), IntakeError> {
    check_text("reference", &intake.reference)?;
    check_text("status", &intake.status)?;
    check_text("diploma", intake.diploma.as_str())?;
    check_text("center", intake.center.as_str())?;
    check_text("learner.first_name", &intake.learner.first_name)?;
    check_text("learner.birth_name", &intake.learner.birth_name)?;
    if intake.slots.len() > SLOT_LIMIT {
        return Err(IntakeError::TooMany);
    }
    let jobs = check_jobs(&intake.jobs)?;
    let mut keys = BTreeSet::new();
    for slot in &intake.slots {
        check_slot(slot, &jobs)?;
        if !keys.insert(&slot.key) {
            return Err(IntakeError::DuplicateKey { key: slot.key.to_string() });
        }
    }
    Ok(())
}

fn check_jobs(jobs: &[IntakeJob]) -> Result<BTreeSet<&JobKey>, IntakeError> {
    let mut keys = BTreeSet::new();
    for job in jobs {
        check_key(job.key.as_str())?;
        check_text("employer", &job.employer)?;
        check_text("title", &job.title)?;
        if job.end.is_some_and(|end| end < job.start) {
            return Err(IntakeError::JobEndsBeforeStart { job: job.key.clone() });
        }
        if !keys.insert(&job.key) {
            return Err(IntakeError::DuplicateKey { key: job.key.to_string() });
        }
    }
    Ok(keys)
}

fn check_slot(slot: &IntakeSlot, jobs: &BTreeSet<&JobKey>) -> Result<(), IntakeError> {
    check_key(slot.key.as_str())?;
    check_key(slot.kind.as_str())?;
    if let Some(label) = &slot.label {
        check_text("label", label)?;
    }
    if slot.job.as_ref().is_some_and(|job| !jobs.contains(job)) {
        return Err(IntakeError::UnknownJob { slot: slot.key.clone() });
    }
    if slot.files.len() > FILE_LIMIT {
        return Err(IntakeError::TooMany);
    }
    slot.files.iter().try_for_each(|file| check_file(&slot.key, file))
}

fn check_file(slot: &SlotKey, file: &IntakeFile) -> Result<(), IntakeError> {
    check_text("file_name", &file.file_name)?;
    let name = file.file_name.as_str();
    if name.contains(['/', '\\']) || name == "." || name == ".." {
        return Err(IntakeError::PathInFileName { slot: slot.clone() });
    }
    Ok(())
}

fn check_key(key: &str) -> Result<(), IntakeError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    if key.is_empty() || key.len() > NAME_LIMIT || !key.chars().all(fits) {
        return Err(IntakeError::InvalidKey { key: key.chars().take(NAME_LIMIT).collect() });
    }
    Ok(())
}

fn check_text(field: &str, text: &str) -> Result<(), IntakeError> {
    let fits = !text.trim().is_empty()
        && text.chars().count() <= NAME_LIMIT
        && !text.chars().any(char::is_control);
    fits.then_some(()).ok_or_else(|| IntakeError::InvalidText { field: field.to_owned() })
}
