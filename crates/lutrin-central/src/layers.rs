//! What surrounds every handler: identifier, log line, problems, time, room.

use std::any::Any;
use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lutrin_protocol::about::{PROTOCOL, PROTOCOL_HEADER};
use lutrin_protocol::problem::{PROBLEM_JSON, Problem, ProblemCode};

use crate::central::Central;
use crate::failure::Failure;

/// The oldest protocol that pushes are taken from.
pub const OLDEST_PROTOCOL: u32 = 1;
/// How long a request may take, a document apart.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a document may take to arrive: 50 MiB at 100 KB/s is under nine minutes.
pub const DOCUMENT_TIMEOUT: Duration = Duration::from_secs(15 * 60);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The identifier of a request, in its problem and in the log.
#[derive(Clone)]
pub struct RequestId(String);

impl RequestId {
    /// The identifier of the request with these extensions.
    pub fn of(extensions: &Extensions) -> String {
        extensions.get::<Self>().map(|id| id.0.clone()).unwrap_or_default()
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

impl FromRequestParts<Central> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Central) -> Result<Self, Infallible> {
        Ok(Self(Self::of(&parts.extensions)))
    }
}

/// The outermost layer: names the request, turns a [`Failure`] into a problem,
/// logs one line.
pub async fn answer(State(central): State<Central>, mut request: Request, next: Next) -> Response {
    let id = central.data.sources.next_id().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let started = Instant::now();
    let mut response = next.run(request).await;
    // The route, not the path: a path may hold anything.
    let route = response.extensions_mut().remove::<Route>();
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        response = problem(&failure, &id, response.headers());
    }
    tracing::info!(
        request.id = %id,
        http.method = %method,
        http.route = route.as_ref().map_or("none", |route| route.0.as_str()),
        http.status = response.status().as_u16(),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "request answered"
    );
    finish_headers(response.headers_mut(), &id);
    response
}

/// The template of the route that answered.
#[derive(Clone)]
struct Route(MatchedPath);

/// Notes which route answered; only layers of a route see it.
pub async fn note_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(Route(route));
    }
    response
}

fn problem(failure: &Failure, request_id: &str, headers: &HeaderMap) -> Response {
    let code = &failure.code;
    let cause = failure.cause.as_ref().map(chain);
    if code.status() >= 500 {
        tracing::error!(request.id = %request_id, code = code.as_str(), cause, "request failed");
    } else {
        tracing::info!(request.id = %request_id, code = code.as_str(), cause, "request refused");
    }
    let body = Problem { detail: failure.detail.clone(), ..Problem::new(code.clone(), request_id) };
    let mut response = Failure::new(code.clone()).into_response();
    response.extensions_mut().clear();
    *response.headers_mut() = headers.clone();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.remove(axum::http::header::CONTENT_LENGTH);
    if code.status() == 401 {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = failure.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(size) = failure.document_size {
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
            headers.insert(CONTENT_RANGE, value);
        }
    }
    *response.body_mut() = Body::from(serde_json::to_vec(&body).unwrap_or_default());
    response
}

/// The messages of an error and of what caused it; they hold no values.
fn chain(cause: &std::sync::Arc<dyn std::error::Error + Send + Sync>) -> String {
    let mut text = cause.to_string();
    let mut source = cause.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

fn finish_headers(headers: &mut HeaderMap, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Dossiers are nobody's cache's; the catalogue says otherwise itself.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
}

/// A handler that panicked: a defect of ours; the message may hold anything and
/// is not logged here.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Failure::new(ProblemCode::Internal).into_response()
}

/// Refuses what the service has no room for, rather than making everybody wait.
pub async fn in_room(State(central): State<Central>, request: Request, next: Next) -> Response {
    match central.room.try_acquire() {
        Ok(_room) => next.run(request).await,
        Err(_) => Failure { retry_after: Some(1), ..Failure::new(ProblemCode::Unavailable) }
            .into_response(),
    }
}

/// Gives a request its time; what it had begun is rolled back.
pub async fn in_time(request: Request, next: Next) -> Response {
    within(REQUEST_TIMEOUT, request, next).await
}

/// Gives a document its time.
pub async fn in_document_time(request: Request, next: Next) -> Response {
    within(DOCUMENT_TIMEOUT, request, next).await
}

async fn within(time: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::new(ProblemCode::Unavailable).into_response(),
    }
}

/// Refuses clients of a protocol that is no longer taken.
pub async fn of_known_protocol(request: Request, next: Next) -> Response {
    let Some(header) = request.headers().get(PROTOCOL_HEADER) else {
        return next.run(request).await;
    };
    let protocol = header.to_str().ok().and_then(|text| text.parse::<u32>().ok());
    match protocol {
        Some(protocol) if protocol >= OLDEST_PROTOCOL => next.run(request).await,
        Some(_) => Failure::new(ProblemCode::ProtocolTooOld).into_response(),
        None => Failure::new(ProblemCode::Malformed)
            .detailed(format!("{PROTOCOL_HEADER} is a number up to {PROTOCOL}"))
            .into_response(),
    }
}
