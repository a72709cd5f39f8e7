//! JSON bodies within their limit.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use lutrin_protocol::limits::BODY_BYTES;
use lutrin_protocol::problem::ProblemCode;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// How much of a body that is too large is still read before the answer: a
/// client that is writing does not hear an answer given earlier.
const DRAINED_BYTES: usize = 32 * 1024 * 1024;

/// The JSON body of a request, of at most `LIMIT` bytes.
pub struct Json<T, const LIMIT: usize = BODY_BYTES>(pub T);

impl<T, S, const LIMIT: usize> FromRequest<S> for Json<T, LIMIT>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        if !is_json(&request) {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        let body = read(request.into_body(), LIMIT).await?;
        match serde_json::from_slice(&body) {
            Ok(value) => Ok(Self(value)),
            // Where it is, not what it says: the message quotes the value.
            Err(error) => Err(Failure::new(ProblemCode::Malformed).detailed(format!(
                "line {}, column {}",
                error.line(),
                error.column()
            ))),
        }
    }
}

fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// A body of at most so many bytes.
///
/// # Errors
///
/// When it is larger, or breaks off.
pub async fn read(body: Body, limit: usize) -> Result<Bytes, Failure> {
    let mut frames = body.into_data_stream();
    let mut whole = BytesMut::new();
    let mut received = 0;
    while let Some(frame) = frames.next().await {
        let frame = frame.map_err(|_| Failure::new(ProblemCode::Malformed))?;
        received += frame.len();
        if received <= limit {
            whole.extend_from_slice(&frame);
        } else if received > limit.max(DRAINED_BYTES) {
            break;
        }
    }
    if received > limit {
        return Err(ProblemCode::TooLarge.into());
    }
    Ok(whole.freeze())
}
