//! Nudges: that asking for changes is worth it.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use lutrin_protocol::endpoint;
use lutrin_protocol::events::{CHANGED, Changed, HEARTBEAT_SECONDS};
use lutrin_protocol::problem::{Problem, ProblemCode};
use tokio::time::{Instant, sleep_until};

use crate::access::Reviewer;
use crate::central::Central;
use crate::db::{DbError, Session};
use crate::failure::Failure;
use crate::news::{Heard, Place};

/// How long a stream lives: then the client shows who it is again.
const LIFETIME: Duration = Duration::from_secs(60 * 60);
const HEARTBEAT: Duration = Duration::from_secs(HEARTBEAT_SECONDS);
/// Tells a proxy not to keep events back.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// `GET /v1/events`
///
/// Ends with the session, after an hour, when the same machine listens anew, and
/// when the service stops. An event is sent only for what the reviewer may see.
#[utoipa::path(
    get,
    path = endpoint::EVENTS,
    operation_id = "listen",
    tag = "reviewers",
    params(
        ("Last-Event-ID" = Option<u64>, Header, description = "The position the client has; told at once if there is more."),
    ),
    responses(
        (status = 200, description = "Server-sent events named `changed`.", body = Changed, content_type = "text/event-stream"),
        (status = 503, description = "Too many listen; ask now and then.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn listen(
    State(central): State<Central>,
    reviewer: Reviewer,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let session = reviewer.session().clone();
    let Some(place) = central.news.listen(session.device) else {
        return Err(Failure { retry_after: Some(60), ..Failure::new(ProblemCode::Unavailable) });
    };
    let known = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let state = central.data.db.state().await?;
    let listener = Listener {
        told: Heard { position: known.unwrap_or(0), juries_rev: state.juries_rev, stopping: false },
        first: true,
        until: Instant::now() + LIFETIME,
        central,
        session,
        place,
    };
    let events = stream::unfold(listener, async |mut listener| {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let headers = [
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (BUFFERING, HeaderValue::from_static("no")),
    ];
    Ok((headers, Sse::new(events)).into_response())
}

struct Listener {
    central: Central,
    session: Session,
    place: Place,
    /// Up to where this machine was told.
    told: Heard,
    first: bool,
    until: Instant,
}

impl Listener {
    /// The next event or sign of life; nothing at the end.
    async fn next(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.first) {
            return match self.news().await {
                Ok(Some(event)) => Some(event),
                Ok(None) => Some(sign_of_life()),
                Err(error) => gave_up(&error),
            };
        }
        let heartbeat = (Instant::now() + HEARTBEAT).min(self.until);
        loop {
            tokio::select! {
                heard = self.place.heard.changed() => {
                    if heard.is_err() || self.place.heard.borrow().stopping {
                        return None;
                    }
                    match self.news().await {
                        Ok(Some(event)) => return self.is_allowed().await.then_some(event),
                        Ok(None) => {}
                        Err(error) => return gave_up(&error),
                    }
                }
                _ = &mut self.place.replaced => return None,
                () = sleep_until(heartbeat) => {
                    let ends = heartbeat >= self.until || !self.is_allowed().await;
                    return (!ends).then(sign_of_life);
                }
            }
        }
    }

    /// The event to send, if what is new concerns this reviewer.
    async fn news(&mut self) -> Result<Option<Event>, DbError> {
        let state = self.central.data.db.state().await?;
        let (position, juries_rev) = (state.position, state.juries_rev);
        let reviewer = self.session.reviewer.id;
        let concerned = juries_rev != self.told.juries_rev
            || self.central.data.db.has_news(reviewer, self.told.position).await?;
        self.told = Heard { position, juries_rev, stopping: false };
        let json = serde_json::to_string(&Changed { position }).unwrap_or_default();
        let event = || Event::default().event(CHANGED).id(position.to_string()).data(json);
        Ok(concerned.then(event))
    }

    async fn is_allowed(&self) -> bool {
        matches!(self.central.data.db.is_open(self.session.id).await, Ok(true))
    }
}

fn sign_of_life() -> Event {
    Event::default().comment("")
}

/// The client asks now and then, and listens again later.
fn gave_up(error: &DbError) -> Option<Event> {
    tracing::warn!(error = error as &dyn std::error::Error, "a stream of events ended");
    None
}
