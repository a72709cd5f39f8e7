//! What goes between this machine and the service.

use std::collections::{BTreeSet, HashMap};

use lutrin_domain::assessment::Assessment;
use lutrin_domain::decision::{Act, Stamped, Verdict};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DossierId, ReviewerId};
use lutrin_domain::lease::Lease;
use lutrin_domain::subject::Subject;
use lutrin_store::{DossierOnDesk, Listed, OutboxEntry, OutboxState, Trouble};
use lutrin_sync::progress::{Contact, FileFailure, Receiving};

use super::decide::kind_code;
use super::dossier::{assessment_view, outcome_view};
use super::{Desk, titles};
use crate::error::{AppError, ErrorCode, written_code};
use crate::view::{
    AssessmentView, ContactView, ExchangeView, OtherSideView, OutboxRowView, OutboxStateView,
    RemovalView, TransferView,
};

/// What a limit of rate is counted in.
const KILOBYTE: u64 = 1_000;

/// From how many seconds on a clock is said to be off.
const CLOCK_OFF_SECONDS: i64 = 120;

impl Desk {
    /// The state of the exchange.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn exchange(&self) -> Result<ExchangeView, AppError> {
        let progress = self.exchange.progress().borrow().clone();
        let counts = self.store.outbox_counts().await?;
        let last_contact = self.store.last_contact().await?;
        // Names are not shown while nothing may be read.
        let is_open = matches!(self.lease(), Lease::Open { .. });
        let removal = if is_open { progress.removal } else { BTreeSet::new() };
        let fetching = progress.receiving.fetching.filter(|_| is_open);
        let receiving = Receiving { fetching, ..progress.receiving };
        let off = progress.clock_offset_seconds.filter(|off| off.abs() > CLOCK_OFF_SECONDS);
        Ok(ExchangeView {
            contact: contact_view(progress.contact),
            last_contact: last_contact.map(|contact| contact.at.to_string()),
            last_attempt: progress.last_attempt.map(|at| at.to_string()),
            next_attempt: progress.next_attempt.map(|at| at.to_string()),
            error: progress.error.map(AppError::from),
            pending: counts.pending,
            refused: counts.refused,
            transfer: self.transfer(receiving).await?,
            removal: self.removal(&removal).await?,
            receive_limit: self.exchange.receive_limit().map(kilobytes),
            clock_off_seconds: off.map(|seconds| seconds as f64),
        })
    }

    async fn removal(&self, leaving: &BTreeSet<DossierId>) -> Result<Vec<RemovalView>, AppError> {
        let mut rows = Vec::new();
        for dossier in leaving {
            let listed = self.store.summary(*dossier).await?;
            rows.extend(listed.map(|listed| RemovalView {
                learner: learner_of(&listed),
                reference: listed.summary.reference,
            }));
        }
        Ok(rows)
    }

    /// Lets the dossiers leave that [`ExchangeView::removal`] names.
    pub fn confirm_removal(&self) {
        self.exchange.confirm_removal();
    }

    /// Limits how many kilobytes of documents come a second; the choice is remembered.
    ///
    /// # Errors
    ///
    /// When the limit is zero, or the choice cannot be written.
    pub async fn set_receive_limit(&self, limit: Option<u32>) -> Result<(), AppError> {
        if limit == Some(0) {
            return Err(AppError::new(ErrorCode::InvalidRequest));
        }
        let bytes = limit.map(|limit| u64::from(limit) * KILOBYTE);
        Ok(self.exchange.set_receive_limit(bytes).await?)
    }

    async fn transfer(&self, receiving: Receiving) -> Result<Option<TransferView>, AppError> {
        if receiving.files_total == 0 {
            return Ok(None);
        }
        let fetching = match receiving.fetching {
            Some(dossier) => self.learner(dossier).await?,
            None => None,
        };
        let moving = receiving.files_done < receiving.files_total;
        Ok(Some(TransferView {
            files_done: receiving.files_done,
            files_total: receiving.files_total,
            bytes_done: receiving.bytes_done as f64,
            bytes_total: receiving.bytes_total as f64,
            fetching: fetching.filter(|_| moving),
            stopped: receiving.stopped,
            failed: receiving.failed.iter().map(|(sha256, why)| failure(*sha256, *why)).collect(),
        }))
    }

    async fn learner(&self, dossier: DossierId) -> Result<Option<String>, AppError> {
        let listed = self.store.summary(dossier).await?;
        Ok(listed.as_ref().map(learner_of))
    }

    /// Every decision made here and still kept, newest first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn outbox(&self) -> Result<Vec<OutboxRowView>, AppError> {
        let reviewer = self.store.profile().await?.reviewer;
        let mut desks: HashMap<DossierId, Option<DossierOnDesk>> = HashMap::new();
        let mut rows = Vec::new();
        for entry in self.store.outbox().await?.into_iter().rev() {
            let dossier = entry.stamped.decision.subject().dossier();
            if let Some(id) = dossier
                && !desks.contains_key(&id)
            {
                // A dossier that left, or whose rules are not here, is listed without names.
                desks.insert(id, self.store.view(id).await.ok().flatten());
            }
            let on_desk = dossier.and_then(|id| desks.get(&id)).and_then(Option::as_ref);
            let learner = match dossier {
                Some(id) => self.learner(id).await?,
                None => None,
            };
            let reviewer = reviewer.id;
            rows.push(row(&entry, on_desk, learner, reviewer));
        }
        Ok(rows)
    }

    /// Exchanges with the service now.
    pub fn sync_now(&self) {
        self.exchange.nudge();
    }
}

fn learner_of(listed: &Listed) -> String {
    format!("{} {}", listed.summary.first_name, listed.summary.birth_name)
}

fn kilobytes(bytes: u64) -> u32 {
    u32::try_from(bytes / KILOBYTE).unwrap_or(u32::MAX)
}

fn contact_view(contact: Contact) -> ContactView {
    match contact {
        Contact::Unknown => ContactView::Unknown,
        Contact::Exchanging => ContactView::Exchanging,
        Contact::Online => ContactView::Online,
        Contact::Offline => ContactView::Offline,
        Contact::SignInNeeded => ContactView::SignInNeeded,
    }
}

fn failure(sha256: lutrin_domain::digest::Digest, why: FileFailure) -> AppError {
    let code = match why {
        FileFailure::Mismatch => ErrorCode::DocumentMismatch,
        FileFailure::Missing => ErrorCode::DocumentMissing,
        FileFailure::Unfit => ErrorCode::ServiceFailed,
    };
    AppError::new(code).with("sha256", sha256.short()).retry()
}

fn row(
    entry: &OutboxEntry,
    on_desk: Option<&DossierOnDesk>,
    learner: Option<String>,
    reviewer: ReviewerId,
) -> OutboxRowView {
    let decision = &entry.stamped.decision;
    let (state, refusal, held) = match &entry.state {
        OutboxState::Pending => (OutboxStateView::Pending, None, None),
        OutboxState::Acknowledged { .. } => (OutboxStateView::Acknowledged, None, None),
        OutboxState::Withdrawn => (OutboxStateView::Withdrawn, None, None),
        OutboxState::Refused { refusal, held, .. } => {
            (OutboxStateView::Refused, Some(AppError::from(refusal)), held.as_deref())
        }
    };
    let theirs = held.and_then(|held| other_side(decision.subject(), held, on_desk, reviewer));
    OutboxRowView {
        decision: decision.id().to_string(),
        dossier: decision.subject().dossier().map(|id| id.to_string()).unwrap_or_default(),
        learner: learner.unwrap_or_default(),
        kind: match decision.act() {
            Act::Unknown { kind } => kind.clone(),
            act => act.kind().map(kind_code).unwrap_or_default(),
        },
        value: value_of(decision.act()),
        reasons: reasons_of(decision.act(), on_desk),
        piece: piece_of(&entry.stamped, on_desk),
        made_at: entry.stamped.made_at.to_string(),
        state,
        attempts: entry.attempts,
        refusal,
        theirs,
        unread_until: entry
            .trouble
            .as_ref()
            .filter(|trouble| !trouble.is_early())
            .map(|trouble| trouble.next_try.to_string()),
        is_early: entry.trouble.as_ref().is_some_and(Trouble::is_early),
    }
}

/// What the service holds at the subject of a decision that was refused.
fn other_side(
    subject: &Subject,
    held: &Dossier,
    on_desk: Option<&DossierOnDesk>,
    reviewer: ReviewerId,
) -> Option<OtherSideView> {
    match subject {
        Subject::Deposit { slot, deposit, .. } => {
            let deposit = held.slot(slot)?.deposits.iter().find(|each| each.id == *deposit)?;
            let verdict = deposit.verdicts.current()?;
            Some(OtherSideView {
                value: written_code(&outcome_view(verdict.value.outcome)),
                reasons: labels(&verdict.value, on_desk),
                comment: verdict.value.comment.clone(),
                role: verdict.role.code().to_owned(),
                mine: verdict.author == reviewer,
                made_at: verdict.made_at.to_string(),
            })
        }
        Subject::Review { level, .. } => {
            let signed = held.review.on(*level).current()?;
            Some(OtherSideView {
                value: assessment_code(signed.value.assessment),
                reasons: Vec::new(),
                comment: Some(signed.value.reasons.clone()),
                role: signed.role.code().to_owned(),
                mine: signed.author == reviewer,
                made_at: signed.made_at.to_string(),
            })
        }
        _ => None,
    }
}

/// What it decides, as the code of the value.
fn value_of(act: &Act) -> Option<String> {
    match act {
        Act::SettlePiece(verdict) => Some(written_code(&outcome_view(verdict.outcome))),
        Act::SignAssessment(signed) => Some(assessment_code(signed.assessment)),
        _ => None,
    }
}

fn assessment_code(assessment: Assessment) -> String {
    match assessment_view(assessment) {
        AssessmentView::Mark { hundredths } => hundredths.to_string(),
        view => {
            let written = serde_json::to_value(view).unwrap_or_default();
            written["kind"].as_str().unwrap_or_default().to_owned()
        }
    }
}

fn reasons_of(act: &Act, on_desk: Option<&DossierOnDesk>) -> Vec<String> {
    match act {
        Act::SettlePiece(verdict) => labels(verdict, on_desk),
        _ => Vec::new(),
    }
}

fn labels(verdict: &Verdict, on_desk: Option<&DossierOnDesk>) -> Vec<String> {
    let label = |code: &lutrin_domain::id::ReasonCode| {
        let reason = on_desk.and_then(|on_desk| on_desk.catalogue.reason(code));
        reason.map_or_else(|| code.to_string(), |reason| reason.label.clone())
    };
    verdict.reasons.iter().map(label).collect()
}

/// The piece in words of the catalogue, such as "Bulletin de paie, mars 2024".
fn piece_of(stamped: &Stamped, on_desk: Option<&DossierOnDesk>) -> Option<String> {
    let (Subject::Deposit { slot, .. } | Subject::Slot { slot, .. }) = stamped.decision.subject()
    else {
        return None;
    };
    let on_desk = on_desk?;
    let slot = on_desk.fold.dossier.slot(slot)?;
    let kind = titles::piece_kind(&on_desk.catalogue, &slot.kind);
    Some(match &slot.label {
        Some(label) => format!("{kind}, {label}"),
        None => kind,
    })
}
