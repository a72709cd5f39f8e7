//! What the service answers, as a table grouped by who may ask.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post, put};
use lutrin_protocol::endpoint::*;
use lutrin_protocol::problem::ProblemCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};

use crate::central::Central;
use crate::failure::Failure;
use crate::layers;
use crate::routes::*;

/// JSON worth it is compressed. Not documents, which are compressed in themselves
/// and are asked for by ranges of their bytes; not events, which must not wait;
/// not sessions, whose length would say something about tokens.
fn compression() -> CompressionLayer<impl Predicate> {
    let worth_it = SizeAbove::new(1024).and(|_: _, _: _, headers: &HeaderMap, _: &_| {
        headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json")
    });
    CompressionLayer::new().compress_when(worth_it)
}

/// The service as a router.
#[rustfmt::skip]
pub fn router(central: Central) -> Router {
    let anyone = Router::new()
        .route(ABOUT,           get(about::show))
        .route(SESSIONS,        post(sessions::open))
        .route(REFRESH,         post(sessions::renew))
        // In a session, or under a proof.
        .route(RECEIPTS,        post(receipts::tell));

    let signed_in = Router::new()
        .route(CURRENT_SESSION, delete(sessions::end))
        .route(CATALOGUE,       get(catalogue::show));

    let reviewers = Router::new()
        .route(CHANGES,         get(changes::list))
        .route(COMPARE,         post(changes::compare))
        .route(EVENTS,          get(events::listen))
        .route(CARRIED,         get(carried::show).put(carried::replace))
        .route(JURIES,          get(juries::list))
        .route(DOSSIER,         get(dossiers::show))
        .route(DECISIONS,       post(decisions::push));

    let administrators = Router::new()
        .route(INTAKE,          post(intake::take_in));

    // `GET` by reviewers, `PUT` by administrators.
    let documents = Router::new()
        .route(DOCUMENT,        get(documents::read).put(documents::put));

    let told_whole = signed_in.merge(reviewers).layer(compression());
    let timed = anyone.merge(told_whole).merge(administrators)
        .route_layer(from_fn(layers::in_time));
    let journals = Router::new()
        .route(JOURNAL,         put(journal::put));

    let documents = documents.merge(journals)
        .route_layer(from_fn(layers::in_document_time));

    timed.merge(documents)
        .route_layer(from_fn(layers::note_route))
        .fallback(async || Failure::new(ProblemCode::NotFound))
        .method_not_allowed_fallback(async || Failure::new(ProblemCode::MethodNotAllowed))
        // Each handler states its own limit; none uses axum's.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(layers::of_known_protocol))
        .layer(from_fn_with_state(central.clone(), layers::in_room))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(from_fn_with_state(central.clone(), layers::answer))
        .with_state(central)
}
