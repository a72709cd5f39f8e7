//! The dossier: one request of one learner, its slots, files, jobs and reviews.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::assessment::Level;
use crate::decision::{JobJudgement, SignedAssessment, SlotSettlement, Verdict, VerdictOutcome};
use crate::digest::Digest;
use crate::history::History;
use crate::id::{
    CenterCode, DecisionId, DepositId, DiplomaCode, DossierId, JobKey, JurySessionId, PieceKind,
    ReviewerId, SlotKey,
};
use crate::months::WorkRate;
use crate::subject::{Pages, Subject};

/// One request of one learner, as the last decision left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dossier {
    /// Identifier.
    pub id: DossierId,
    /// Reference that people quote, such as `D3-2026-004817`.
    pub reference: String,
    /// What is asked.
    pub request: Request,
    /// Who asks.
    pub learner: Learner,
    /// The diploma asked for.
    pub diploma: DiplomaCode,
    /// The course followed, where rules differ by it.
    pub route: Option<Route>,
    /// The centre in charge.
    pub center: CenterCode,
    /// Where the request stands.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub state: DossierState,
    /// Who may write now: the centre until transmission, then the DNF.
    pub holder: Holder,
    /// The version of the catalogue under which the dossier is judged (case W10).
    pub catalogue: Digest,
    /// The sitting of the jury it is planned for.
    pub jury: Option<JurySessionId>,
    /// When the learner signed, as the depositing application says it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub signed_at: Timestamp,
    /// What is expected and what was deposited, in reading order.
    pub slots: Vec<Slot>,
    /// The learner's jobs, in order of time.
    pub jobs: Vec<Job>,
    /// The assessment of the experience on two levels.
    pub review: ExperienceReview,
    /// Results of earlier dossiers, such as an early analysis.
    pub cited: Vec<CitedFact>,
    /// Correction requests sent, oldest first.
    #[serde(default)]
    pub correction_requests: Vec<CorrectionRequest>,
    /// Who has said to be working on it, until when; others still may.
    pub reservation: Option<Reservation>,
    /// The jury's deliberation, once its minutes exist.
    pub deliberation: Option<crate::decision::Deliberation>,
    /// The decisions already applied, with the digest of their text.
    pub applied: BTreeMap<DecisionId, Digest>,
    /// The last decision applied on each subject, by [`Subject::key`].
    pub heads: BTreeMap<String, DecisionId>,
}

/// What the learner asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Request {
    /// *Demande de délivrance de diplôme*.
    DiplomaRequest,
    /// *Demande d'analyse de l'expérience professionnelle*.
    ExperienceReviewRequest {
        /// Made before the diploma request (*examen anticipé*).
        early: bool,
    },
}

/// The learner (*auditrice, auditeur*).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Learner {
    /// First name.
    pub first_name: String,
    /// *Nom de naissance*.
    pub birth_name: String,
    /// *Nom d'usage*, if it differs.
    pub used_name: Option<String>,
    /// How to address the person, if they said.
    pub civility: Option<Civility>,
    /// Year of birth, enough to tell homonyms apart (case P03).
    pub birth_year: Option<i16>,
}

impl Learner {
    /// First name and birth name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.birth_name)
    }
}

/// Names never reach a log through `{:?}`.
impl std::fmt::Debug for Learner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Learner(…)")
    }
}

/// How a person is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Civility {
    /// *Madame*.
    Madame,
    /// *Monsieur*.
    Monsieur,
}

/// The course followed, where experience rules differ by it (rules R01, R02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// *Parcours complet L1-L2-L3*.
    FullBachelor,
    /// *Accès direct en L3*.
    DirectThirdYear,
}

/// Who may write on a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The regional centre.
    Center,
    /// The *Direction nationale des formations*.
    Dnf,
}

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// Where a request stands (domain notes, section 8.1).
        ///
        /// A code this version does not know is kept as it came and makes the
        /// dossier read-only (case W11).
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum DossierState {
            $($(#[$doc])* $name,)+
            /// A code of a later version.
            Unknown(String),
        }

        impl DossierState {
            /// Every state this version knows, in the order of the process.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),+];

            /// The code of the state on the wire.
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$name => $code,)+
                    Self::Unknown(code) => code,
                }
            }
        }

        impl From<String> for DossierState {
            fn from(code: String) -> Self {
                match code.as_str() {
                    $($code => Self::$name,)+
                    _ => Self::Unknown(code),
                }
            }
        }
    };
}

states! {
    /// Being written by the learner; not seen by reviewers.
    Draft = "draft",
    /// Signed by the learner, which is the act of deposit.
    Signed = "signed",
    /// Being examined in the centre.
    CenterReview = "center_review",
    /// The learner was asked for corrections.
    CorrectionRequested = "correction_requested",
    /// The deadline of the correction passed; reminded.
    Reminded = "reminded",
    /// Closed without the missing pieces.
    ClosedIncomplete = "closed_incomplete",
    /// Every piece is settled in the centre.
    Complete = "complete",
    /// Being examined by the DNF.
    DnfReview = "dnf_review",
    /// Ready for the jury.
    JuryReady = "jury_ready",
    /// The jury has sat.
    JuryHeld = "jury_held",
    /// Awarded by the jury.
    Awarded = "awarded",
    /// Put off by the jury.
    Deferred = "deferred",
    /// Refused by the jury.
    Refused = "refused",
    /// The learner was told by letter.
    Notified = "notified",
    /// The diploma was handed over.
    DiplomaDelivered = "diploma_delivered",
    /// Withdrawn by the learner.
    Withdrawn = "withdrawn",
    /// A diploma that D3 does not handle (cases C09 to C11).
    OutOfScope = "out_of_scope",
}

impl From<DossierState> for String {
    fn from(state: DossierState) -> Self {
        state.code().to_owned()
    }
}

/// One expected or offered piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Slot {
    /// Stable key inside the dossier.
    pub key: SlotKey,
    /// The part of the dossier it belongs to.
    pub part: Part,
    /// The kind of piece.
    pub kind: PieceKind,
    /// What tells it apart from others of its kind, such as "mars 2024".
    pub label: Option<String>,
    /// The job it proves, if any.
    pub job: Option<JobKey>,
    /// Whether it is required.
    pub requirement: Requirement,
    /// What was deposited, oldest first.
    pub deposits: Vec<Deposit>,
    /// Whether the slot was exempted or found not required.
    pub settlement: History<SlotSettlement>,
}

/// The two parts of a dossier (source S2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Diplomas held, units, notifications.
    Curriculum,
    /// Jobs and their proofs, the report.
    Experience,
}

/// Whether a piece is required by the texts, or only useful (CRPA L114-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "requirement")]
pub enum Requirement {
    /// Required; if indispensable, the examination cannot go on without it (CRPA L114-5-1).
    Required {
        /// Whether the examination stops without it.
        indispensable: bool,
    },
    /// Useful only.
    Useful,
}

/// One version of a file in a slot (*fichier déposé*).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deposit {
    /// Identifier.
    pub id: DepositId,
    /// The file's bytes.
    pub sha256: Digest,
    /// Size of the file in bytes.
    pub size_bytes: u64,
    /// The name the learner gave; never a path.
    pub file_name: String,
    /// The pages that serve this slot.
    #[serde(default)]
    pub pages: Pages,
    /// When it was deposited.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub deposited_at: Timestamp,
    /// The deposit it replaces.
    pub replaces: Option<DepositId>,
    /// What was decided on it.
    pub verdicts: History<Verdict>,
}

/// File names are the learner's and never reach a log through `{:?}`.
impl std::fmt::Debug for Deposit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deposit")
            .field("id", &self.id)
            .field("sha256", &self.sha256)
            .field("verdicts", &self.verdicts)
            .finish_non_exhaustive()
    }
}

/// The state of a deposit (domain notes, section 8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DepositState {
    /// Nobody has settled it.
    Received,
    /// *Conforme*.
    Accepted,
    /// *Non conforme*.
    Rejected,
    /// *Second regard*.
    NeedsSecondLook,
    /// *Sans objet*.
    NotApplicable,
    /// Another deposit replaces it; its verdicts are history.
    Superseded,
}

/// The state of a slot (domain notes, section 8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SlotState {
    /// Nothing was deposited.
    Expected,
    /// Deposited, to be examined.
    Deposited,
    /// Accepted.
    Accepted,
    /// Something must be corrected.
    Issue,
    /// Exempted, with a reason.
    Exempted,
    /// Not required after all.
    NotRequired,
    /// Settled before, then replaced: to be examined again.
    Reopened,
}

impl SlotState {
    /// Whether somebody has settled the piece, one way or another.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Accepted | Self::Issue | Self::Exempted | Self::NotRequired)
    }
}

impl Slot {
    /// The deposit of this identifier.
    pub fn deposit(&self, id: DepositId) -> Option<&Deposit> {
        self.deposits.iter().find(|deposit| deposit.id == id)
    }

    /// The deposits that nothing replaces.
    pub fn current_deposits(&self) -> impl Iterator<Item = &Deposit> {
        self.deposits.iter().filter(|deposit| !self.is_replaced(deposit.id))
    }

    /// The newest of the versions before this one on which somebody decided.
    pub fn judged_before(&self, deposit: &Deposit) -> Option<&Deposit> {
        let mut replaced = deposit.replaces;
        // No longer than the deposits there are, whatever they say of each other.
        for _ in &self.deposits {
            let before = self.deposit(replaced?)?;
            if before.verdicts.current().is_some() {
                return Some(before);
            }
            replaced = before.replaces;
        }
        None
    }

    /// The deposit in force that replaces this one, at once or through others.
    pub fn newest_after(&self, deposit: DepositId) -> Option<&Deposit> {
        let mut newest = None;
        let mut replaced = deposit;
        // No longer than the deposits there are, whatever they say of each other.
        for _ in &self.deposits {
            let Some(by) = self.deposits.iter().find(|other| other.replaces == Some(replaced))
            else {
                break;
            };
            (newest, replaced) = (Some(by), by.id);
        }
        newest
    }

    /// Whether another deposit of the slot replaces this one.
    pub fn is_replaced(&self, deposit: DepositId) -> bool {
        self.deposits.iter().any(|other| other.replaces == Some(deposit))
    }

    /// The state of one deposit of the slot.
    pub fn deposit_state(&self, deposit: &Deposit) -> DepositState {
        if self.is_replaced(deposit.id) {
            return DepositState::Superseded;
        }
        match deposit.verdicts.value().map(|verdict| verdict.outcome) {
            None => DepositState::Received,
            Some(VerdictOutcome::Accepted) => DepositState::Accepted,
            Some(VerdictOutcome::Rejected) => DepositState::Rejected,
            Some(VerdictOutcome::SecondLook) => DepositState::NeedsSecondLook,
            Some(VerdictOutcome::NotApplicable) => DepositState::NotApplicable,
        }
    }

    /// The state of the slot, from its settlement and its current deposits.
    pub fn state(&self) -> SlotState {
        match self.settlement.value() {
            Some(SlotSettlement::Exempted { .. }) => return SlotState::Exempted,
            Some(SlotSettlement::NotRequired { .. }) => return SlotState::NotRequired,
            Some(SlotSettlement::RequiredAgain { .. }) | None => {}
        }
        let states: Vec<_> = self.current_deposits().map(|d| self.deposit_state(d)).collect();
        if states.is_empty() {
            return SlotState::Expected;
        }
        if states.contains(&DepositState::Rejected) {
            return SlotState::Issue;
        }
        let open = [DepositState::Received, DepositState::NeedsSecondLook];
        if states.iter().any(|state| open.contains(state)) {
            return if self.was_judged_before() {
                SlotState::Reopened
            } else {
                SlotState::Deposited
            };
        }
        if states.contains(&DepositState::Accepted) {
            SlotState::Accepted
        } else {
            SlotState::NotRequired
        }
    }

    /// Whether a verdict was given on a file that was since replaced.
    fn was_judged_before(&self) -> bool {
        self.deposits.iter().any(|d| self.is_replaced(d.id) && !d.verdicts.is_empty())
    }
}

/// One job of the learner.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    /// Stable key inside the dossier.
    pub key: JobKey,
    /// The employer as the learner declares it.
    pub employer: String,
    /// The post held.
    pub title: String,
    /// First day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub start: Date,
    /// Last day, included; absent while the job goes on.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub end: Option<Date>,
    /// Hours over the reference of a full time.
    pub rate: WorkRate,
    /// Specialty and level, as a person judged them.
    pub judgement: History<JobJudgement>,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The assessment of the experience.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExperienceReview {
    /// By the centre.
    pub local: History<SignedAssessment>,
    /// By the DNF.
    pub national: History<SignedAssessment>,
}

impl ExperienceReview {
    /// What was signed on this level.
    pub fn on(&self, level: Level) -> &History<SignedAssessment> {
        match level {
            Level::Local => &self.local,
            Level::National => &self.national,
        }
    }

    pub(crate) fn on_mut(&mut self, level: Level) -> &mut History<SignedAssessment> {
        match level {
            Level::Local => &mut self.local,
            Level::National => &mut self.national,
        }
    }
}

/// The result of another dossier, copied here by the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CitedFact {
    /// The dossier it comes from.
    pub from: DossierId,
    /// Its reference.
    pub reference: String,
    /// What was decided there.
    pub assessment: crate::assessment::Assessment,
    /// The day it was decided.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub decided_on: Date,
    /// The catalogue under which it was decided.
    pub catalogue: Digest,
}

/// A correction request that left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CorrectionRequest {
    /// The decision that sent it.
    pub decision: DecisionId,
    /// What it asks for.
    pub request: crate::decision::RequestBody,
}

/// Somebody says to be working on the dossier; others still may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reservation {
    /// Who.
    pub by: ReviewerId,
    /// Until when.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub until: Timestamp,
}

impl Dossier {
    /// The slot of this key.
    pub fn slot(&self, key: &SlotKey) -> Option<&Slot> {
        self.slots.iter().find(|slot| &slot.key == key)
    }

    /// The job of this key.
    pub fn job(&self, key: &JobKey) -> Option<&Job> {
        self.jobs.iter().find(|job| &job.key == key)
    }

    /// The file that this subject is about, if it is about one that is here.
    pub fn deposit(&self, subject: &Subject) -> Option<&Deposit> {
        let Subject::Deposit { slot, deposit, .. } = subject else { return None };
        self.slot(slot)?.deposit(*deposit)
    }

    /// The last decision applied on this subject: what a new one is based on.
    pub fn head(&self, subject: &Subject) -> Option<DecisionId> {
        self.heads.get(&subject.key()).copied()
    }

    /// The subject that a verdict on this deposit must name.
    pub fn deposit_subject(&self, slot: &Slot, deposit: &Deposit) -> Subject {
        Subject::Deposit {
            dossier: self.id,
            slot: slot.key.clone(),
            deposit: deposit.id,
            sha256: deposit.sha256,
            pages: deposit.pages.clone(),
        }
    }

    /// Everybody whose decisions it shows, or who reserved it.
    pub fn people(&self) -> BTreeSet<ReviewerId> {
        let deposits = self.slots.iter().flat_map(|slot| &slot.deposits);
        let levels = [Level::Local, Level::National];
        let mut people: BTreeSet<ReviewerId> =
            deposits.flat_map(|deposit| deposit.verdicts.people()).collect();
        people.extend(self.slots.iter().flat_map(|slot| slot.settlement.people()));
        people.extend(self.jobs.iter().flat_map(|job| job.judgement.people()));
        people.extend(levels.into_iter().flat_map(|level| self.review.on(level).people()));
        people.extend(self.reservation.as_ref().map(|reservation| reservation.by));
        people
    }

    /// Every file to have at hand, once per digest: those that nothing replaces, in reading
    /// order, then the versions to compare them with where nobody has decided on the new one.
    pub fn files_to_carry(&self) -> Vec<&Deposit> {
        let compared = self.slots.iter().flat_map(|slot| {
            let undecided = slot.current_deposits().filter(|new| new.verdicts.current().is_none());
            undecided.filter_map(|new| slot.judged_before(new))
        });
        let mut seen = BTreeSet::new();
        let files = self.current_files().into_iter().chain(compared);
        files.filter(|deposit| seen.insert(deposit.sha256)).collect()
    }

    /// Every file that nothing replaces, once per digest, in reading order.
    pub fn current_files(&self) -> Vec<&Deposit> {
        let mut seen = BTreeSet::new();
        self.slots
            .iter()
            .flat_map(Slot::current_deposits)
            .filter(|deposit| seen.insert(deposit.sha256))
            .collect()
    }
}
