//! What the reviewer sees: the mirror with the outbox folded over it.

use std::collections::BTreeMap;
use std::sync::Arc;

use lutrin_domain::apply::{Fold, fold};
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::dossier::{Dossier, DossierState};
use lutrin_domain::id::{CenterCode, DecisionId, DossierId, JurySessionId};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::summary::DossierSummary;

use crate::Store;
use crate::desk::Desk;
use crate::error::{StoreError, ViewError};
use crate::push::{OutboxEntry, OutboxState};
use crate::tables::summaries::{SummaryRow, folded};
use crate::tables::{dossiers, outbox, summaries};

/// A dossier as the reviewer sees it.
#[derive(Clone, Debug)]
pub struct DossierOnDesk {
    /// The mirror with the outbox folded over it; what was refused, by the
    /// service or here, with the reason.
    pub fold: Fold,
    /// The catalogue under which it is judged.
    pub catalogue: Arc<Catalogue>,
    /// The position of the feed that the mirror is from.
    pub position: u64,
    /// Decisions that wait: to be sent, answered or arbitrated.
    pub unsent: Vec<OutboxEntry>,
}

/// A dossier in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What is shown; with unsent decisions, as the fold leaves it.
    pub summary: DossierSummary,
    /// Decisions that wait: to be sent, answered or arbitrated.
    pub unsent: u32,
    /// Whether its snapshot is held, so that it can be opened without a network.
    pub held: bool,
    /// Whether it left the scope; it is kept for the work that waits on it.
    pub left: bool,
}

/// Which dossiers a list shows; what is empty or absent does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummaryFilter {
    /// In one of these states.
    pub states: Vec<DossierState>,
    /// Of one of these centres.
    pub centers: Vec<CenterCode>,
    /// Planned for this sitting.
    pub jury: Option<JurySessionId>,
    /// Whose reference or names contain each of these words, accents apart.
    pub words: Option<String>,
    /// Whose snapshot is held.
    pub held_only: bool,
}

impl Store {
    /// The dossiers of the scope, by name of the learner.
    pub async fn summaries(&self, filter: SummaryFilter) -> Result<Vec<Listed>, StoreError> {
        self.desk.ask(|desk| Box::pin(list(desk, filter))).await
    }

    /// One dossier as a list shows it.
    pub async fn summary(&self, id: DossierId) -> Result<Option<Listed>, StoreError> {
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let Some(row) = summaries::one(&mut desk.conn, id).await? else {
                        return Ok(None);
                    };
                    overlay(desk).await?;
                    Ok(Some(listed(desk, row)))
                })
            })
            .await
    }

    /// The mirror of one dossier, if its snapshot is held, with its position.
    pub async fn dossier(&self, id: DossierId) -> Result<Option<(u64, Dossier)>, StoreError> {
        self.desk.ask(move |desk| Box::pin(dossiers::get(&mut desk.conn, id))).await
    }

    /// One dossier as the reviewer sees it, if its snapshot is held.
    pub async fn view(&self, id: DossierId) -> Result<Option<DossierOnDesk>, ViewError> {
        self.desk.ask(move |desk| Box::pin(view(desk, id))).await
    }
}

async fn view(desk: &mut Desk, id: DossierId) -> Result<Option<DossierOnDesk>, ViewError> {
    let Some((position, mirror)) = dossiers::get(&mut desk.conn, id).await? else {
        return Ok(None);
    };
    let missing = ViewError::CatalogueMissing { catalogue: mirror.catalogue };
    let catalogue = desk.catalogue(mirror.catalogue).await?.ok_or(missing)?;
    let entries = outbox::of_dossier(&mut desk.conn, id).await?;
    let fold = fold_outbox(&catalogue, mirror, &entries);
    let unsent = entries.into_iter().filter(OutboxEntry::is_waiting).collect();
    Ok(Some(DossierOnDesk { fold, catalogue, position, unsent }))
}

/// Folds what may have an effect: pending decisions, and acknowledged ones, which
/// the mirror may not show yet and which change nothing when it does.
///
/// What the service refused has no effect, whatever the mirror would let through;
/// neither has what builds on it. Both are told with what the fold refuses, in
/// outbox order, until a person has arbitrated.
pub fn fold_outbox(catalogue: &Catalogue, mirror: Dossier, entries: &[OutboxEntry]) -> Fold {
    let mut refused: BTreeMap<DecisionId, Option<Refusal>> = BTreeMap::new();
    let mut folded = Vec::new();
    for entry in entries {
        let refused_base = entry.stamped.decision.based_on().filter(|id| refused.contains_key(id));
        match (&entry.state, refused_base) {
            (OutboxState::Withdrawn, _) => {}
            (OutboxState::Refused { refusal, settled: None, .. }, _) => {
                refused.insert(entry.decision(), Some(refusal.clone()));
            }
            (OutboxState::Refused { .. }, _) => {
                refused.insert(entry.decision(), None);
            }
            (OutboxState::Pending, Some(base)) => {
                let refusal = Refusal::DependsOnRefused { refused: base };
                refused.insert(entry.decision(), Some(refusal));
            }
            (OutboxState::Pending | OutboxState::Acknowledged { .. }, _) => {
                folded.push(&entry.stamped);
            }
        }
    }
    let mut result = fold(catalogue, mirror, folded);
    refused.extend(result.refused.into_iter().map(|(id, refusal)| (id, Some(refusal))));
    let in_order = entries.iter().map(OutboxEntry::decision);
    result.refused = in_order.filter_map(|id| Some((id, refused.remove(&id)??))).collect();
    result
}

async fn list(desk: &mut Desk, filter: SummaryFilter) -> Result<Vec<Listed>, StoreError> {
    overlay(desk).await?;
    let rows = summaries::all(&mut desk.conn, filter.jury).await?;
    let words: Vec<String> =
        filter.words.iter().flat_map(|words| words.split_whitespace()).map(folded).collect();
    let asked = rows.into_iter().filter(|row| {
        (row.held || !filter.held_only) && words.iter().all(|word| row.words.contains(word))
    });
    let listed = asked.map(|row| listed(desk, row));
    Ok(listed.filter(|listed| filter.lets(&listed.summary)).collect())
}

impl SummaryFilter {
    /// Whether the state and centre, as they are shown, are asked for.
    fn lets(&self, summary: &DossierSummary) -> bool {
        (self.states.is_empty() || self.states.contains(&summary.state))
            && (self.centers.is_empty() || self.centers.contains(&summary.center))
    }
}

fn listed(desk: &Desk, row: SummaryRow) -> Listed {
    let overlay = desk.overlays.get(&row.summary.id).cloned();
    let SummaryRow { summary, unsent, held, left, .. } = row;
    Listed { summary: overlay.unwrap_or(summary), unsent, held, left }
}

/// Computes the summaries that the outbox changes and that are not at hand.
async fn overlay(desk: &mut Desk) -> Result<(), StoreError> {
    for id in dossiers::with_unmirrored_work(&mut desk.conn).await? {
        if desk.overlays.contains_key(&id) {
            continue;
        }
        match view(desk, id).await {
            Ok(Some(seen)) => {
                desk.overlays.insert(id, seen.fold.dossier.summary());
            }
            // Without its catalogue a dossier is listed as the service said it.
            Ok(None) | Err(ViewError::CatalogueMissing { .. }) => {}
            Err(ViewError::Store(error)) => return Err(error),
        }
    }
    Ok(())
}
