//! What goes between this machine and the service.

use std::collections::{BTreeSet, HashMap};

use lutrin_domain::id::DossierId;
use lutrin_domain::lease::Lease;
use lutrin_store::{
    DossierOnDesk, ExchangeNote, Listed, OutboxEntry, OutboxState, Settled, Trouble,
};
use lutrin_sync::progress::{Contact, FileFailure, Receiving};

use super::Desk;
use super::said::{kind_code, piece_of, said};
use crate::error::{AppError, ErrorCode};
use crate::view::{
    ContactView, ExchangeView, OutboxRowView, OutboxStateView, PastExchangeView, ReceivingView,
    RemovalView, TransferView,
};

/// What a limit of rate is counted in.
const KILOBYTE: u64 = 1_000;

/// How many past exchanges are shown.
const EXCHANGES_SHOWN: u32 = 50;

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

    /// The carried dossiers of which files are lacking, those of the next sitting first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn receiving(&self) -> Result<Vec<ReceivingView>, AppError> {
        let copies = self.copies().await?;
        let mut rows = Vec::new();
        for dossier in self.store.carried().await?.following {
            let Some(copy) = copies.get(&dossier).filter(|copy| copy.lacking_bytes > 0) else {
                continue;
            };
            let Some(listed) = self.store.summary(dossier).await? else { continue };
            rows.push(ReceivingView {
                dossier: dossier.to_string(),
                learner: learner_of(&listed),
                have: copy.have,
                total: copy.total,
                lacking_bytes: copy.lacking_bytes as f64,
            });
        }
        Ok(rows)
    }

    /// The last exchanges in which something happened, the newest first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn past_exchanges(&self) -> Result<Vec<PastExchangeView>, AppError> {
        let notes = self.store.exchanges(EXCHANGES_SHOWN).await?;
        Ok(notes.into_iter().map(past_exchange).collect())
    }

    /// Exchanges with the service now.
    pub fn sync_now(&self) {
        self.exchange.nudge();
    }
}

fn past_exchange(note: ExchangeNote) -> PastExchangeView {
    PastExchangeView {
        at: note.at.to_string(),
        times: note.times,
        sent: note.sent,
        refused: note.refused,
        receipt: note.receipt.map(|place| place.to_string()),
        dossiers: note.dossiers,
        files: note.files,
        bytes: note.bytes as f64,
        failure: note.failure,
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
) -> OutboxRowView {
    let decision = &entry.stamped.decision;
    let (state, refusal) = match &entry.state {
        OutboxState::Pending => (OutboxStateView::Pending, None),
        OutboxState::Acknowledged { .. } => (OutboxStateView::Acknowledged, None),
        OutboxState::Withdrawn => (OutboxStateView::Withdrawn, None),
        OutboxState::Refused { refusal, settled: None, .. } => {
            (OutboxStateView::Refused, Some(AppError::from(refusal)))
        }
        OutboxState::Refused { refusal, .. } => {
            (OutboxStateView::Settled, Some(AppError::from(refusal)))
        }
    };
    let said = said(decision.act(), on_desk.map(|on_desk| &*on_desk.catalogue));
    OutboxRowView {
        decision: decision.id().to_string(),
        dossier: decision.subject().dossier().map(|id| id.to_string()).unwrap_or_default(),
        learner: learner.unwrap_or_default(),
        kind: kind_code(decision.act()),
        value: said.value,
        reasons: said.reasons,
        piece: piece_of(&entry.stamped, on_desk),
        made_at: entry.stamped.made_at.to_string(),
        state,
        attempts: entry.attempts,
        refusal,
        can_reopen: matches!(
            entry.state,
            OutboxState::Refused { settled: Some(Settled::FiledAway(_)), .. }
        ),
        unread_until: entry
            .trouble
            .as_ref()
            .filter(|trouble| !trouble.is_early())
            .map(|trouble| trouble.next_try.to_string()),
        is_early: entry.trouble.as_ref().is_some_and(Trouble::is_early),
    }
}
