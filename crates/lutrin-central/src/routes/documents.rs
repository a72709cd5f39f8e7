//! The bytes of files.

use std::ops::Range;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use lutrin_domain::digest::Digest;
use lutrin_protocol::documents::DocumentResponse;
use lutrin_protocol::endpoint;
use lutrin_protocol::problem::{Problem, ProblemCode};

use super::named;
use crate::access::{Administrator, Reviewer};
use crate::central::Central;
use crate::conditional;
use crate::failure::Failure;
use crate::range::{Wanted, wanted};
use crate::reads::{Answer, Thing};

/// `GET /v1/documents/{sha256}`
///
/// The type is always *bytes*: what a learner deposited is nowhere presented as
/// what it pretends to be.
#[utoipa::path(
    get,
    path = endpoint::DOCUMENT,
    operation_id = "read_document",
    tag = "reviewers",
    params(
        ("sha256" = String, Path),
        ("Range" = Option<String>, Header, description = "One range of bytes."),
        ("If-Range" = Option<String>, Header, description = "The `ETag` the range is of."),
    ),
    responses(
        (status = 200, description = "The whole file.", content_type = "application/octet-stream"),
        (status = 206, description = "The range asked for.", content_type = "application/octet-stream"),
        (status = 304, description = "The file of this `ETag` is at hand already."),
        (status = 404, description = "Of no dossier of the scope.", body = Problem),
        (status = 416, description = "The range lies outside the file.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn read(
    State(central): State<Central>,
    reviewer: Reviewer,
    Path(sha256): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let sha256: Digest = named(&sha256)?;
    let scope = reviewer.session().scope();
    let found = central.data.db.document(sha256, scope).await?;
    let answer = if found.is_some() { Answer::Given } else { Answer::OutOfScope };
    central.reads.note(reviewer.0.trace(&central), Thing::Document(sha256), answer);
    let Some(size) = found else {
        return Err(not_in_scope(&reviewer, sha256));
    };
    let tag = conditional::tag(sha256);
    if let Some(at_hand) = conditional::at_hand(&headers, &tag) {
        return Ok(at_hand);
    }
    // A range of another file, or of a date, is of no use here.
    let of_this = text(&headers, &IF_RANGE).is_none_or(|condition| condition == tag);
    match wanted(text(&headers, &RANGE).filter(|_| of_this), size) {
        Wanted::Whole => Ok(bytes(&central, sha256, &tag, 0..size, None)),
        Wanted::Part(part) => Ok(bytes(&central, sha256, &tag, part, Some(size))),
        Wanted::Outside => Err(Failure {
            document_size: Some(size),
            ..Failure::new(ProblemCode::RangeNotSatisfiable)
        }),
    }
}

/// `PUT /v1/documents/{sha256}`
#[utoipa::path(
    put,
    path = endpoint::DOCUMENT,
    operation_id = "put_document",
    tag = "administrators",
    params(
        ("sha256" = String, Path),
    ),
    request_body(content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "Was kept already.", body = DocumentResponse),
        (status = 201, description = "Kept.", body = DocumentResponse),
        (status = 413, description = "Larger than 50 MiB.", body = Problem),
        (status = 422, description = "The bytes do not match the digest.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn put(
    State(central): State<Central>,
    Administrator(_): Administrator,
    Path(sha256): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<DocumentResponse>), Failure> {
    let sha256: Digest = named(&sha256)?;
    let kept = central.data.documents.keep_announced(sha256, body.into_data_stream()).await?;
    let status = if kept.known { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(DocumentResponse { sha256, size_bytes: kept.size_bytes })))
}

fn bytes(
    central: &Central,
    sha256: Digest,
    tag: &str,
    part: Range<u64>,
    of: Option<u64>,
) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_LENGTH, (part.end - part.start).to_string()),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (ETAG, tag.to_owned()),
    ];
    let range = of.map(|size| {
        [(CONTENT_RANGE, format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1)))]
    });
    let status = if of.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let body = Body::from_stream(central.data.documents.read(sha256, part));
    match range {
        Some(range) => (status, headers, range, body).into_response(),
        None => (status, headers, body).into_response(),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn not_in_scope(reviewer: &Reviewer, sha256: Digest) -> Failure {
    tracing::warn!(
        document.sha256 = %sha256.short(),
        reviewer.id = %reviewer.session().reviewer.id,
        request.id = %reviewer.0.request_id,
        "document asked for out of scope"
    );
    ProblemCode::NotFound.into()
}
