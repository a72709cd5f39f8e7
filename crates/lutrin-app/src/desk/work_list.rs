//! The work list.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use lutrin_domain::day::paris_day;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::DossierState;
use lutrin_domain::id::DossierId;
use lutrin_store::{Jury, Listed, SummaryFilter};

use super::{Desk, titles};
use crate::error::AppError;
use crate::view::{CopyView, DossierRowView, JuryRowView, WorkListView};

/// What is here of each carried dossier.
pub(super) type Copies = HashMap<DossierId, Copied>;

/// What is here of a carried dossier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Copied {
    /// Files here.
    pub(super) have: u32,
    /// Files in all.
    pub(super) total: u32,
    /// The bytes of the files that are not here.
    pub(super) lacking_bytes: u64,
}

impl Desk {
    /// The dossiers of the scope and the sittings of the jury.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn work_list(&self) -> Result<WorkListView, AppError> {
        let juries = self.store.juries().await?;
        let dates: BTreeMap<_, _> =
            juries.iter().map(|jury| (jury.session.id, jury.session.date)).collect();
        let summaries = self.store.summaries(SummaryFilter::default()).await?;
        // After the summaries: a dossier that comes in between is shown as still to
        // take, never as complete with no file counted.
        let copies = self.copies().await?;
        let mut rows = Vec::new();
        for listed in summaries {
            let date = listed.summary.jury.and_then(|jury| dates.get(&jury).copied());
            rows.push((date, listed));
        }
        rows.sort_by_key(|(date, listed)| order(*date, listed));
        let mut dossiers = Vec::with_capacity(rows.len());
        for (date, listed) in rows {
            dossiers.push(self.row(listed, date, &copies).await?);
        }
        Ok(WorkListView { dossiers, juries: self.jury_rows(&juries, &copies).await? })
    }

    async fn row(
        &self,
        listed: Listed,
        jury_date: Option<Date>,
        copies: &Copies,
    ) -> Result<DossierRowView, AppError> {
        let summary = listed.summary;
        let catalogue = self.titles.catalogue(summary.catalogue).await?;
        Ok(DossierRowView {
            heading: titles::heading(&summary, catalogue.as_deref()),
            state_known: !matches!(summary.state, DossierState::Unknown(_)),
            fine: summary.pieces.fine,
            issues: summary.pieces.issues,
            open: summary.pieces.open,
            expected: summary.pieces.expected,
            jury: summary.jury.map(|jury| jury.to_string()),
            jury_date: jury_date.map(|date| date.to_string()),
            signed_on: paris_day(summary.signed_at).to_string(),
            copy: copy_view(copies.get(&summary.id).copied(), listed.held),
            unsent: listed.unsent,
        })
    }

    async fn jury_rows(
        &self,
        juries: &[Jury],
        copies: &Copies,
    ) -> Result<Vec<JuryRowView>, AppError> {
        let choice = self.store.carried().await?.choice;
        let complete =
            |dossier: &&DossierId| copies.get(*dossier).is_some_and(|copy| copy.have == copy.total);
        Ok(juries
            .iter()
            .map(|jury| JuryRowView {
                id: jury.session.id.to_string(),
                label: jury.session.label.clone(),
                date: jury.session.date.to_string(),
                dossiers: count(jury.dossiers.len()),
                complete: count(jury.dossiers.iter().filter(complete).count()),
                carried: choice.juries.contains(&jury.session.id),
            })
            .collect())
    }

    /// How many files of each mirrored dossier are here. A dossier is mirrored a
    /// moment before it counts as carried, and never complete by that alone.
    pub(super) async fn copies(&self) -> Result<Copies, AppError> {
        let files = self.store.mirrored_files().await?;
        let digests: Vec<Digest> = files.iter().map(|file| file.sha256).collect();
        let missing: BTreeSet<Digest> = self.store.missing(&digests).await?.into_iter().collect();
        let mut copies = Copies::new();
        let mut seen = BTreeSet::new();
        for file in files {
            // A file that serves two slots of a dossier is one file.
            if seen.insert((file.dossier, file.sha256)) {
                let copy = copies.entry(file.dossier).or_default();
                copy.total += 1;
                if missing.contains(&file.sha256) {
                    copy.lacking_bytes += file.size;
                } else {
                    copy.have += 1;
                }
            }
        }
        Ok(copies)
    }
}

/// By date of jury, dossiers without one last, then by signature.
fn order(date: Option<Date>, listed: &Listed) -> impl Ord + use<> {
    (date.is_none(), date, listed.summary.signed_at, listed.summary.reference.clone())
}

pub(super) fn copy_view(copy: Option<Copied>, held: bool) -> CopyView {
    match copy {
        Some(Copied { have, total, .. }) if held && have == total => CopyView::Complete { total },
        Some(Copied { have, total, .. }) if held => CopyView::Partial { have, total },
        None if held => CopyView::Complete { total: 0 },
        _ => CopyView::Summary,
    }
}

pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
