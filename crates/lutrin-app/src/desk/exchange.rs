//! What goes between this machine and the service.

use std::collections::HashMap;

use lutrin_domain::decision::{Act, Stamped};
use lutrin_domain::id::DossierId;
use lutrin_domain::subject::Subject;
use lutrin_store::{DossierOnDesk, OutboxEntry, OutboxState};
use lutrin_sync::progress::{Contact, FileFailure, Receiving};

use super::decide::kind_code;
use super::dossier::{assessment_view, outcome_view};
use super::{Desk, titles};
use crate::error::{AppError, ErrorCode};
use crate::view::{
    AssessmentView, ContactView, ExchangeView, OutboxRowView, OutboxStateView, TransferView,
};

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
        let off = progress.clock_offset_seconds.filter(|off| off.abs() > CLOCK_OFF_SECONDS);
        Ok(ExchangeView {
            contact: contact_view(progress.contact),
            last_contact: last_contact.map(|contact| contact.at.to_string()),
            last_attempt: progress.last_attempt.map(|at| at.to_string()),
            next_attempt: progress.next_attempt.map(|at| at.to_string()),
            error: progress.error.map(AppError::from),
            pending: counts.pending,
            refused: counts.refused,
            transfer: self.transfer(progress.receiving).await?,
            clock_off_seconds: off.map(|seconds| seconds as f64),
        })
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
        Ok(listed.map(|l| format!("{} {}", l.summary.first_name, l.summary.birth_name)))
    }

    /// Every decision made here and still kept, newest first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn outbox(&self) -> Result<Vec<OutboxRowView>, AppError> {
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
            rows.push(row(&entry, on_desk, learner));
        }
        Ok(rows)
    }

    /// Exchanges with the service now.
    pub fn sync_now(&self) {
        self.exchange.nudge();
    }
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
) -> OutboxRowView {
    let decision = &entry.stamped.decision;
    let (state, refusal) = match &entry.state {
        OutboxState::Pending => (OutboxStateView::Pending, None),
        OutboxState::Acknowledged { .. } => (OutboxStateView::Acknowledged, None),
        OutboxState::Withdrawn => (OutboxStateView::Withdrawn, None),
        OutboxState::Refused { refusal, .. } => {
            (OutboxStateView::Refused, Some(AppError::from(refusal)))
        }
    };
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
    }
}

/// What it decides, as the code of the value.
fn value_of(act: &Act) -> Option<String> {
    let written = match act {
        Act::SettlePiece(verdict) => serde_json::to_value(outcome_view(verdict.outcome)),
        Act::SignAssessment(signed) => match assessment_view(signed.assessment) {
            AssessmentView::Mark { hundredths } => return Some(hundredths.to_string()),
            view => serde_json::to_value(view).map(|value| value["kind"].clone()),
        },
        _ => return None,
    };
    written.ok()?.as_str().map(str::to_owned)
}

fn reasons_of(act: &Act, on_desk: Option<&DossierOnDesk>) -> Vec<String> {
    let Act::SettlePiece(verdict) = act else { return Vec::new() };
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
