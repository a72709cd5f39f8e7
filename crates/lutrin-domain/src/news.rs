//! What is new in a dossier since somebody looked at it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::dossier::{Dossier, DossierState};
use crate::history::History;
use crate::id::{DecisionId, DepositId, ReviewerId, SlotKey};

/// What there was to see of a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Where it stood.
    pub state: DossierState,
    /// The files.
    pub deposits: BTreeSet<DepositId>,
    /// The decisions.
    pub decisions: BTreeSet<DecisionId>,
}

/// Something new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The learner deposited a file where there was none.
    Deposited {
        /// Where.
        slot: SlotKey,
        /// The file.
        deposit: DepositId,
    },
    /// The learner replaced a file.
    Replaced {
        /// Where.
        slot: SlotKey,
        /// The new file.
        deposit: DepositId,
        /// The one it replaces.
        replaced: DepositId,
    },
    /// Somebody else decided on a piece.
    Settled {
        /// Where.
        slot: SlotKey,
        /// Who.
        by: ReviewerId,
    },
    /// Somebody else signed an opinion or a mark.
    Signed {
        /// Who.
        by: ReviewerId,
    },
    /// It stands elsewhere in the process.
    Moved {
        /// Where it stood.
        from: DossierState,
    },
}

/// What there is to see now.
pub fn look(dossier: &Dossier) -> Look {
    let deposits = dossier.slots.iter().flat_map(|slot| &slot.deposits);
    Look {
        state: dossier.state.clone(),
        deposits: deposits.map(|deposit| deposit.id).collect(),
        decisions: dossier.applied.keys().copied().collect(),
    }
}

/// What is new since `before` for `reader`, whose own decisions are no news, in reading order.
pub fn news(before: &Look, dossier: &Dossier, reader: ReviewerId) -> Vec<News> {
    let mut news = Vec::new();
    if before.state != dossier.state {
        news.push(News::Moved { from: before.state.clone() });
    }
    for slot in &dossier.slots {
        for deposit in &slot.deposits {
            let (slot_key, id) = (slot.key.clone(), deposit.id);
            if !before.deposits.contains(&id) && !slot.is_replaced(id) {
                news.push(match deposit.replaces {
                    Some(replaced) => News::Replaced { slot: slot_key, deposit: id, replaced },
                    None => News::Deposited { slot: slot_key, deposit: id },
                });
            } else if let Some(by) = decided_since(before, &deposit.verdicts, reader) {
                news.push(News::Settled { slot: slot_key, by });
            }
        }
        if let Some(by) = decided_since(before, &slot.settlement, reader) {
            news.push(News::Settled { slot: slot.key.clone(), by });
        }
    }
    let levels = [&dossier.review.local, &dossier.review.national];
    let signed = levels.into_iter().filter_map(|level| decided_since(before, level, reader));
    news.extend(signed.map(|by| News::Signed { by }));
    news
}

/// Whose decision is in force that the reader neither made nor saw.
fn decided_since<T>(before: &Look, history: &History<T>, reader: ReviewerId) -> Option<ReviewerId> {
    let current = history.current()?;
    let is_new = !before.decisions.contains(&current.decision) && current.author != reader;
    is_new.then_some(current.author)
}
