//! Decisions on their way in.

use axum::Json as Answer;
use axum::extract::State;
use lutrin_protocol::endpoint;
use lutrin_protocol::limits::{ANSWER_BYTES, PUSH_DECISIONS};
use lutrin_protocol::problem::{Problem, ProblemCode};
use lutrin_protocol::push::{PushOutcome, PushRequest, PushResponse, PushResult};

use crate::access::Reviewer;
use crate::central::Central;
use crate::decisions;
use crate::failure::Failure;
use crate::json::Json;

/// `POST /v1/decisions`
///
/// Ruled on in the order given. If the service fails half-way, the client asks
/// again with all of them, and those taken give the same result.
#[utoipa::path(
    post,
    path = endpoint::DECISIONS,
    operation_id = "push_decisions",
    tag = "reviewers",
    request_body = PushRequest,
    responses(
        (status = 200, description = "What became of each decision, in the same order.", body = PushResponse),
        (status = 400, description = "The request could not be read.", body = Problem),
        (status = 413, description = "More than 200 decisions or 1 MiB.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn push(
    State(central): State<Central>,
    reviewer: Reviewer,
    Json(pushed): Json<PushRequest>,
) -> Result<Answer<PushResponse>, Failure> {
    if pushed.decisions.len() > PUSH_DECISIONS {
        return Err(Failure::new(ProblemCode::TooLarge)
            .detailed(format!("at most {PUSH_DECISIONS} decisions at once")));
    }
    let epoch = Some(central.data.db.state().await?.epoch);
    let trace = reviewer.0.trace(&central);
    let session = reviewer.session();
    let taken = decisions::take_all(central.data.kept(), session, pushed.decisions, &trace).await?;
    let mut room = HeldRoom::default();
    let results = taken.into_iter().map(|taken| room.fit(taken)).collect();
    central.news.look();
    Ok(Answer(PushResponse { results, epoch, server_time: central.data.sources.now() }))
}

/// Keeps an answer under what clients read, when many decisions on large
/// dossiers are refused: beyond half of it, what is held is left out and the
/// client learns it from the feed.
#[derive(Default)]
struct HeldRoom {
    used: usize,
}

impl HeldRoom {
    fn fit(&mut self, mut result: PushResult) -> PushResult {
        if let PushOutcome::Refused { held, .. } = &mut result.outcome
            && let Some(dossier) = held
        {
            self.used += serde_json::to_vec(dossier).map_or(ANSWER_BYTES, |json| json.len());
            if self.used > ANSWER_BYTES / 2 {
                *held = None;
            }
        }
        result
    }
}
