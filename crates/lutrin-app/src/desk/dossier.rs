//! An open dossier, as it is shown.

use std::collections::BTreeSet;

use lutrin_domain::assessment::{AssessedBy, Level};
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::decision::{Kind, SignedAssessment, Verdict};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{
    Deposit, Dossier, DossierState, Job, Part, Requirement, Slot, SlotState,
};
use lutrin_domain::history::Recorded;
use lutrin_domain::id::{DecisionId, DossierId, JobKey};
use lutrin_domain::permission::{allows, level_of};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::subject::Subject;
use lutrin_store::{DossierOnDesk, OutboxState};

use super::citation::citation_views;
use super::contest::contests;
use super::people::People;
use super::undo::undoable;
use super::values::{assessment_view, outcome_view};
use super::work_list::{Copied, copy_view, count};
use super::{Desk, titles};
use crate::error::{AppError, ErrorCode};
use crate::view::{
    DepositView, DossierView, EarlierView, FileView, JobView, PieceGroupView, PieceView,
    ReasonView, ReviewLevelView, ReviewView, SignedView, VerdictView,
};

/// The reasons offered for a kind of piece that the catalogue does not know.
const REASONS_SHOWN: usize = 10;

impl Desk {
    /// Opens a dossier that this machine carries.
    ///
    /// # Errors
    ///
    /// When it is not carried, not in the scope, or its rules are not here.
    pub async fn open_dossier(&self, id: DossierId) -> Result<DossierView, AppError> {
        let on_desk = self.on_desk(id).await?;
        self.exchange.read_first(Some(id));
        self.dossier_view(&on_desk).await
    }

    /// The dossier with the outbox folded over it.
    pub(super) async fn on_desk(&self, id: DossierId) -> Result<DossierOnDesk, AppError> {
        match self.store.view(id).await? {
            Some(on_desk) => Ok(on_desk),
            None if self.store.summary(id).await?.is_some() => {
                Err(AppError::new(ErrorCode::DossierNotCarried))
            }
            None => Err(AppError::new(ErrorCode::DossierUnknown)),
        }
    }

    pub(super) async fn dossier_view(
        &self,
        on_desk: &DossierOnDesk,
    ) -> Result<DossierView, AppError> {
        let dossier = &on_desk.fold.dossier;
        let here = self.files_here(dossier).await?;
        let files = dossier.files_to_carry();
        let total = count(files.len());
        let have = count(files.iter().filter(|deposit| here.contains(&deposit.sha256)).count());
        let current = dossier.current_files();
        let lacking = current.iter().filter(|deposit| !here.contains(&deposit.sha256)).count();
        let people = self.people().await?;
        let outbox = self.store.outbox_of(dossier.id).await?;
        let can_undo = undoable(&outbox, dossier, people.me().id).is_some();
        let shown = Shown {
            dossier,
            catalogue: &on_desk.catalogue,
            people: &people,
            here: &here,
            unsent: unsent_ids(on_desk),
            contested: contests(outbox).iter().map(|contest| contest.subject().clone()).collect(),
        };
        let read_only = shown.read_only(Kind::SettlePiece);
        let contested = shown.contested.len();
        let mut review = shown.review();
        self.add_drafts(dossier.id, &mut review).await?;
        Ok(DossierView {
            heading: titles::heading(&dossier.summary(), Some(&on_desk.catalogue)),
            light: self.light(dossier, lacking, contested, read_only.is_none(), &people).await?,
            reservation: self.reservation(on_desk, &people),
            can_reserve: shown.read_only(Kind::Reserve).is_none(),
            news: self.news(on_desk, &people).await?,
            contested: count(contested),
            writable: read_only.is_none(),
            read_only,
            copy: copy_view(Some(Copied { have, total, lacking_bytes: 0 }), true),
            groups: shown.groups(),
            review,
            can_undo,
            unsent: count(on_desk.unsent.len()),
        })
    }

    pub(super) async fn files_here(&self, dossier: &Dossier) -> Result<BTreeSet<Digest>, AppError> {
        let all: Vec<Digest> = dossier
            .slots
            .iter()
            .flat_map(|slot| slot.deposits.iter().map(|deposit| deposit.sha256))
            .collect();
        let missing: BTreeSet<Digest> = self.store.missing(&all).await?.into_iter().collect();
        Ok(all.into_iter().filter(|digest| !missing.contains(digest)).collect())
    }
}

/// The decisions in it that wait to leave.
pub(super) fn unsent_ids(on_desk: &DossierOnDesk) -> BTreeSet<DecisionId> {
    on_desk
        .unsent
        .iter()
        .filter(|entry| entry.state == OutboxState::Pending)
        .map(|entry| entry.stamped.decision.id())
        .collect()
}

/// A dossier with what is needed to show it.
struct Shown<'a> {
    dossier: &'a Dossier,
    catalogue: &'a Catalogue,
    people: &'a People,
    here: &'a BTreeSet<Digest>,
    unsent: BTreeSet<DecisionId>,
    contested: Vec<Subject>,
}

impl Shown<'_> {
    /// Why the reviewer may not make this kind of decision, if so.
    fn read_only(&self, kind: Kind) -> Option<AppError> {
        let Dossier { state, holder, .. } = self.dossier;
        if let DossierState::Unknown(code) = state {
            return Some((&Refusal::UnknownState { state: code.clone() }).into());
        }
        let roles = &self.people.me().roles;
        if roles.iter().any(|role| allows(*role, kind, state, *holder)) {
            return None;
        }
        let Some(role) = roles.first() else { return Some(AppError::new(ErrorCode::NotAllowed)) };
        Some((&Refusal::NotAllowed { kind, role: *role, state: state.clone() }).into())
    }

    /// The pieces by part, then by job in order of time.
    fn groups(&self) -> Vec<PieceGroupView> {
        let mut groups = Vec::new();
        for part in [Part::Curriculum, Part::Experience] {
            let jobs = self.dossier.jobs.iter().map(|job| Some(&job.key));
            for job in std::iter::once(None).chain(jobs) {
                groups.extend(self.group(part, job));
            }
        }
        groups
    }

    fn group(&self, part: Part, job: Option<&JobKey>) -> Option<PieceGroupView> {
        let pieces: Vec<PieceView> = self
            .dossier
            .slots
            .iter()
            .filter(|slot| slot.part == part && slot.job.as_ref() == job)
            .flat_map(|slot| self.pieces(slot))
            .collect();
        let job = job.and_then(|key| self.dossier.job(key));
        (!pieces.is_empty()).then(|| PieceGroupView {
            part: match part {
                Part::Curriculum => "curriculum".to_owned(),
                Part::Experience => "experience".to_owned(),
            },
            job: job.map(job_view),
            pieces,
        })
    }

    /// One row per file in force, or one for a slot without any.
    fn pieces(&self, slot: &Slot) -> Vec<PieceView> {
        let deposits: Vec<_> = slot.current_deposits().collect();
        if deposits.is_empty() {
            return vec![self.piece(slot, None)];
        }
        deposits.into_iter().map(|deposit| self.piece(slot, Some(deposit))).collect()
    }

    fn piece(&self, slot: &Slot, deposit: Option<&Deposit>) -> PieceView {
        PieceView {
            slot: slot.key.to_string(),
            kind: titles::piece_kind(self.catalogue, &slot.kind),
            label: slot.label.clone(),
            state: slot_state_code(slot.state()).to_owned(),
            required: matches!(slot.requirement, Requirement::Required { .. }),
            deposit: deposit.map(|deposit| self.deposit(slot, deposit)),
            earlier: deposit.and_then(|deposit| self.earlier(slot, deposit)),
            contested: self.is_contested(slot),
            reasons: self.reasons(slot),
        }
    }

    /// Whether something decided here on the slot or its files waits to be settled.
    fn is_contested(&self, slot: &Slot) -> bool {
        self.contested.iter().any(|subject| match subject {
            Subject::Deposit { slot: key, .. } | Subject::Slot { slot: key, .. } => {
                *key == slot.key
            }
            _ => false,
        })
    }

    fn deposit(&self, slot: &Slot, deposit: &Deposit) -> DepositView {
        DepositView {
            id: deposit.id.to_string(),
            sha256: deposit.sha256.to_string(),
            file_name: deposit.file_name.clone(),
            size_bytes: deposit.size_bytes as f64,
            deposited_at: deposit.deposited_at.to_string(),
            replaces: versions_before(slot, deposit),
            here: self.here.contains(&deposit.sha256),
            verdict: deposit.verdicts.current().map(|verdict| self.verdict(verdict)),
        }
    }

    /// The last version of the file that was judged and replaced since.
    fn earlier(&self, slot: &Slot, deposit: &Deposit) -> Option<EarlierView> {
        let before = slot.judged_before(deposit)?;
        let verdict = self.verdict(before.verdicts.current()?);
        Some(EarlierView { file: file_view(before, self.here), verdict })
    }

    fn verdict(&self, verdict: &Recorded<Verdict>) -> VerdictView {
        VerdictView {
            outcome: outcome_view(verdict.value.outcome),
            reasons: verdict.value.reasons.iter().map(ToString::to_string).collect(),
            comment: verdict.value.comment.clone(),
            citations: citation_views(&verdict.value.citations),
            name: self.people.name(verdict.author),
            mine: self.people.is_me(verdict.author),
            role: verdict.role.code().to_owned(),
            made_at: verdict.made_at.to_string(),
            unsent: self.unsent.contains(&verdict.decision),
        }
    }

    fn reasons(&self, slot: &Slot) -> Vec<ReasonView> {
        let known = self.catalogue.piece_kind(&slot.kind);
        let codes: Vec<_> = match known {
            Some(kind) => kind.reasons.iter().collect(),
            None => self.catalogue.reasons.iter().map(|reason| &reason.code).collect(),
        };
        codes
            .into_iter()
            .filter_map(|code| self.catalogue.reason(code))
            .map(|reason| ReasonView { code: reason.code.to_string(), label: reason.label.clone() })
            .take(REASONS_SHOWN)
            .collect()
    }

    fn review(&self) -> ReviewView {
        let diploma = self.catalogue.diploma(&self.dossier.diploma);
        let by_mark = diploma.is_some_and(|diploma| diploma.kind.assessed_by() == AssessedBy::Mark);
        ReviewView {
            by_mark,
            local: self.review_level(Level::Local),
            national: self.review_level(Level::National),
        }
    }

    fn review_level(&self, level: Level) -> ReviewLevelView {
        let mine = level_of(self.dossier.holder) == level;
        ReviewLevelView {
            signed: self.dossier.review.on(level).current().map(|signed| self.signed(signed)),
            can_sign: mine && self.read_only(Kind::SignAssessment).is_none(),
            draft: None,
        }
    }

    fn signed(&self, signed: &Recorded<SignedAssessment>) -> SignedView {
        SignedView {
            assessment: assessment_view(signed.value.assessment),
            reasons: signed.value.reasons.clone(),
            name: self.people.name(signed.author),
            mine: self.people.is_me(signed.author),
            role: signed.role.code().to_owned(),
            made_at: signed.made_at.to_string(),
            unsent: self.unsent.contains(&signed.decision),
        }
    }
}

/// How many versions of the file came before this one.
fn versions_before(slot: &Slot, deposit: &Deposit) -> u32 {
    let mut before = 0;
    let mut replaced = deposit.replaces;
    while let Some(id) = replaced {
        before += 1;
        // A chain is never longer than the deposits it is made of.
        if before as usize > slot.deposits.len() {
            break;
        }
        replaced = slot.deposit(id).and_then(|deposit| deposit.replaces);
    }
    before
}

fn job_view(job: &Job) -> JobView {
    JobView {
        key: job.key.to_string(),
        employer: job.employer.clone(),
        title: job.title.clone(),
        start: job.start.to_string(),
        end: job.end.map(|end| end.to_string()),
        rate_hours: job.rate.hours(),
        rate_reference: job.rate.reference(),
    }
}

pub(super) fn file_view(deposit: &Deposit, here: &BTreeSet<Digest>) -> FileView {
    FileView {
        sha256: deposit.sha256.to_string(),
        file_name: deposit.file_name.clone(),
        here: here.contains(&deposit.sha256),
    }
}

fn slot_state_code(state: SlotState) -> &'static str {
    match state {
        SlotState::Expected => "expected",
        SlotState::Deposited => "deposited",
        SlotState::Accepted => "accepted",
        SlotState::Issue => "issue",
        SlotState::Exempted => "exempted",
        SlotState::NotRequired => "not_required",
        SlotState::Reopened => "reopened",
    }
}
