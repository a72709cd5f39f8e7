//! Takes pushed decisions, some to a transaction: the executor of [`crate::decide`].

use lutrin_domain::decision::Stamped;
use lutrin_protocol::push::{PushOutcome, PushResult};

use crate::catalogues::Catalogues;
use crate::db::{DbError, Dossiers, Judge, Outcome, Ruled, Session, Trace};
use crate::decide::decide;

/// How many decisions share a transaction: what costs is the commit (22 ms on a
/// common disk), and others wait for one transaction at most.
const TOGETHER: usize = 50;

/// What decisions are taken into, and judged by.
#[derive(Clone, Copy)]
pub struct Kept<'a> {
    /// Dossiers and decisions.
    pub db: &'a dyn Dossiers,
    /// The versions of the catalogue.
    pub catalogues: &'a Catalogues,
}

/// Takes decisions in their order and says what became of each.
///
/// # Errors
///
/// When the database fails; those before may have been taken then, and give the
/// same result when they are pushed again.
pub async fn take_all(
    kept: Kept<'_>,
    session: &Session,
    mut decisions: Vec<Stamped>,
    trace: &Trace,
) -> Result<Vec<PushResult>, DbError> {
    let mut results = Vec::with_capacity(decisions.len());
    for together in decisions.chunks_mut(TOGETHER) {
        match take_together(kept, session, together, trace).await {
            Ok(taken) => results.extend(taken),
            Err(error) if error.may_retry() => return Err(error),
            // Those before the one that fails are taken, as if each were alone; the
            // client finds out which one it is.
            Err(_) => {
                for alone in together.chunks_mut(1) {
                    results.extend(take_together(kept, session, alone, trace).await?);
                }
            }
        }
    }
    Ok(results)
}

async fn take_together(
    kept: Kept<'_>,
    session: &Session,
    decisions: &mut [Stamped],
    trace: &Trace,
) -> Result<Vec<PushResult>, DbError> {
    let mut judges = Vec::with_capacity(decisions.len());
    for stamped in decisions {
        stamped.received_at = Some(trace.at);
        // A dossier never changes its catalogue, so this may be read beforehand.
        let catalogue = match stamped.decision.subject().dossier() {
            Some(dossier) => match kept.db.catalogue_of(dossier).await? {
                Some(hash) => kept.catalogues.get(kept.db, hash).await?,
                None => None,
            },
            None => None,
        };
        let stamped = &*stamped;
        let judge = move |held| decide(session, catalogue.as_deref(), held, stamped);
        judges.push((stamped, judge));
    }
    let asked: Vec<(&Stamped, Judge<'_>)> =
        judges.iter().map(|(stamped, judge)| (*stamped, judge as Judge<'_>)).collect();
    let ruled = kept.db.rule_on_all(&asked, trace).await?;
    let result = |((stamped, _), ruled): (&(&Stamped, _), _)| {
        log(stamped, &ruled, trace);
        PushResult { id: stamped.decision.id(), outcome: answer(ruled) }
    };
    Ok(asked.iter().zip(ruled).map(result).collect())
}

fn answer(ruled: Ruled) -> PushOutcome {
    match ruled.outcome {
        Outcome::Applied { position, received_at } if ruled.again => {
            PushOutcome::Duplicate { position, received_at }
        }
        Outcome::Applied { position, received_at } => {
            PushOutcome::Applied { position, received_at }
        }
        Outcome::Refused(refusal) => PushOutcome::Refused { refusal, held: ruled.held },
    }
}

fn log(stamped: &Stamped, ruled: &Ruled, trace: &Trace) {
    let outcome = match &ruled.outcome {
        Outcome::Applied { .. } if ruled.again => "duplicate",
        Outcome::Applied { .. } => "applied",
        Outcome::Refused(_) => "refused",
    };
    tracing::info!(
        request.id = trace.request_id.as_deref(),
        decision.id = %stamped.decision.id(),
        decision.kind = ?stamped.decision.act().kind(),
        outcome,
        "decision taken"
    );
}
