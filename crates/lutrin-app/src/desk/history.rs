//! Who did what on a dossier, when, on which file.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lutrin_domain::assessment::Level;
use lutrin_domain::decided::Decided;
use lutrin_domain::decision::Act;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::{Deposit, Dossier, Slot};
use lutrin_domain::history::{History, Recorded};
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_store::{DossierOnDesk, OutboxEntry, OutboxState};

use super::dossier::{file_view, unsent_ids};
use super::people::People;
use super::said::{Said, kind_code, piece_of, said};
use super::{Desk, titles};
use crate::error::AppError;
use crate::view::{HistoryRowView, HistoryStandingView};

impl Desk {
    /// Everything that was done on a dossier, the newest first, with what the service did
    /// not apply of this reviewer's.
    ///
    /// # Errors
    ///
    /// When the dossier is not carried here, or the store cannot be read.
    pub async fn history(&self, id: DossierId) -> Result<Vec<HistoryRowView>, AppError> {
        let on_desk = self.on_desk(id).await?;
        let entries = self.store.outbox_of(id).await?;
        let told = Told {
            people: self.people().await?,
            here: self.files_here(&on_desk.fold.dossier).await?,
            unsent: unsent_ids(&on_desk),
            on_desk: &on_desk,
        };
        let mut rows = told.dossier();
        rows.extend(entries.iter().filter_map(|entry| told.refused(entry)));
        rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}

type Row = (Timestamp, HistoryRowView);

/// What a history is told from.
struct Told<'a> {
    people: People,
    here: BTreeSet<Digest>,
    unsent: BTreeSet<DecisionId>,
    on_desk: &'a DossierOnDesk,
}

impl Told<'_> {
    fn dossier(&self) -> Vec<Row> {
        let Dossier { slots, jobs, review, .. } = &self.on_desk.fold.dossier;
        let mut rows = Vec::new();
        for slot in slots {
            for deposit in &slot.deposits {
                rows.push(self.deposited(slot, deposit));
                rows.extend(self.decided(&deposit.verdicts, |verdict| {
                    let act = Act::SettlePiece(verdict.clone());
                    HistoryRowView {
                        file: Some(file_view(deposit, &self.here)),
                        ..self.on_slot(slot, &act)
                    }
                }));
            }
            rows.extend(self.decided(&slot.settlement, |settlement| {
                self.on_slot(slot, &Act::SettleSlot(settlement.clone()))
            }));
        }
        for job in jobs {
            rows.extend(self.decided(&job.judgement, |judgement| HistoryRowView {
                on: Some(job.employer.clone()),
                ..self.row(&Act::JudgeJob(judgement.clone()))
            }));
        }
        for level in [Level::Local, Level::National] {
            rows.extend(self.decided(review.on(level), |signed| HistoryRowView {
                on: Some(match level {
                    Level::Local => "local".to_owned(),
                    Level::National => "national".to_owned(),
                }),
                ..self.row(&Act::SignAssessment(signed.clone()))
            }));
        }
        rows
    }

    fn deposited(&self, slot: &Slot, deposit: &Deposit) -> Row {
        let row = HistoryRowView {
            at: deposit.deposited_at.to_string(),
            role: "learner".to_owned(),
            kind: "deposited".to_owned(),
            file: Some(file_view(deposit, &self.here)),
            on: Some(self.piece(slot)),
            slot: Some(slot.key.to_string()),
            standing: match slot.is_replaced(deposit.id) {
                true => HistoryStandingView::Replaced,
                false => HistoryStandingView::InForce,
            },
            ..empty()
        };
        (deposit.deposited_at, row)
    }

    /// The decisions of one subject.
    fn decided<T: Decided>(
        &self,
        history: &History<T>,
        told: impl Fn(&T) -> HistoryRowView,
    ) -> Vec<Row> {
        let entries = history.entries();
        let in_force = entries.iter().rposition(Recorded::stands);
        let row = |(place, entry): (usize, &Recorded<T>)| {
            let standing = if entry.revoked {
                HistoryStandingView::Revoked
            } else if entry.set_aside.is_some() {
                HistoryStandingView::SetAside
            } else if Some(place) != in_force {
                match history.value().is_some_and(|value| entry.value.agrees_with(value)) {
                    true => HistoryStandingView::Agrees,
                    false => HistoryStandingView::Replaced,
                }
            } else if self.unsent.contains(&entry.decision) {
                HistoryStandingView::Unsent
            } else {
                HistoryStandingView::InForce
            };
            let aside = entry.set_aside.as_ref();
            let row = HistoryRowView {
                at: entry.made_at.to_string(),
                name: self.people.name(entry.author),
                mine: self.people.is_me(entry.author),
                role: entry.role.code().to_owned(),
                standing,
                set_aside_by: aside.and_then(|aside| self.people.name(aside.author)),
                set_aside_reason: aside.map(|aside| aside.reason.clone()),
                ..told(&entry.value)
            };
            (entry.made_at, row)
        };
        entries.iter().enumerate().map(row).collect()
    }

    /// What the service did not apply and the dossier does not show.
    fn refused(&self, entry: &OutboxEntry) -> Option<Row> {
        let OutboxState::Refused { .. } = entry.state else { return None };
        let stamped = &entry.stamped;
        let shown = self.row(stamped.decision.act());
        shown.value.as_ref()?;
        let row = HistoryRowView {
            at: stamped.made_at.to_string(),
            name: self.people.name(stamped.author),
            mine: true,
            role: stamped.role.code().to_owned(),
            on: piece_of(stamped, Some(self.on_desk)),
            standing: HistoryStandingView::Refused,
            ..shown
        };
        Some((stamped.made_at, row))
    }

    fn on_slot(&self, slot: &Slot, act: &Act) -> HistoryRowView {
        HistoryRowView {
            on: Some(self.piece(slot)),
            slot: Some(slot.key.to_string()),
            ..self.row(act)
        }
    }

    fn row(&self, act: &Act) -> HistoryRowView {
        let Said { value, reasons, comment, citations } = said(act, Some(&self.on_desk.catalogue));
        HistoryRowView { kind: kind_code(act), value, reasons, comment, citations, ..empty() }
    }

    fn piece(&self, slot: &Slot) -> String {
        titles::piece(&self.on_desk.catalogue, slot)
    }
}

fn empty() -> HistoryRowView {
    HistoryRowView {
        at: String::new(),
        name: None,
        mine: false,
        role: String::new(),
        kind: String::new(),
        value: None,
        reasons: Vec::new(),
        comment: None,
        on: None,
        slot: None,
        file: None,
        citations: Vec::new(),
        standing: HistoryStandingView::InForce,
        set_aside_by: None,
        set_aside_reason: None,
    }
}
