//! Takes pushed decisions, one transaction each: the executor of [`crate::decide`].

use lutrin_domain::decision::Stamped;
use lutrin_protocol::push::{PushOutcome, PushResult};

use crate::data::Data;
use crate::db::{DbError, Outcome, Ruled, Session, Trace};
use crate::decide::decide;

/// Takes one decision and says what became of it.
///
/// # Errors
///
/// When the database fails; nothing of the decision was done then.
pub async fn take(
    data: &Data,
    session: &Session,
    mut stamped: Stamped,
    trace: &Trace,
) -> Result<PushResult, DbError> {
    let id = stamped.decision.id();
    stamped.received_at = Some(trace.at);
    // A dossier never changes its catalogue, so this may be read beforehand.
    let catalogue = match stamped.decision.subject().dossier() {
        Some(dossier) => match data.db.catalogue_of(dossier).await? {
            Some(hash) => data.catalogues.get(data.db.as_ref(), hash).await?,
            None => None,
        },
        None => None,
    };
    let judge = |held| decide(session, catalogue.as_deref(), held, &stamped);
    let ruled = data.db.rule_on(&stamped, &judge, trace).await?;
    log(&stamped, &ruled, trace);
    Ok(PushResult { id, outcome: answer(ruled) })
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
