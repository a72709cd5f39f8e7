//! What went wrong with a request, on its way to becoming a problem (RFC 9457).
//!
//! A handler returns a [`Failure`]; the outermost layer ([`crate::layers::answer`])
//! knows the request's identifier, logs the cause once and writes the problem.
//! Causes are never sent.

use std::error::Error;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lutrin_protocol::problem::ProblemCode;

use crate::db::DbError;
use crate::documents::KeepError;
use crate::sign_in::{PasswordError, TooOften};

/// What went wrong with a request.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What a program goes by.
    pub code: ProblemCode,
    /// What exactly, for whoever sent it; never personal data.
    pub detail: Option<String>,
    /// When to come back, in seconds.
    pub retry_after: Option<u64>,
    /// The size of the document, for a range outside it.
    pub document_size: Option<u64>,
    /// Why, for the log only.
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Failure {
    /// A failure of this code.
    pub fn new(code: ProblemCode) -> Self {
        Self { code, detail: None, retry_after: None, document_size: None, cause: None }
    }

    /// The same, with what exactly went wrong.
    pub fn detailed(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// The service failed for this reason.
    pub fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self { cause: Some(Arc::new(cause)), ..Self::new(ProblemCode::Internal) }
    }
}

impl From<ProblemCode> for Failure {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        let busy = error.may_retry();
        let failure = Self::internal(error);
        if busy {
            Self { code: ProblemCode::Unavailable, retry_after: Some(1), ..failure }
        } else {
            failure
        }
    }
}

impl From<KeepError> for Failure {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::TooLarge => ProblemCode::TooLarge.into(),
            KeepError::OtherBytes => ProblemCode::DigestMismatch.into(),
            KeepError::Interrupted(_) => {
                Self { cause: Some(Arc::new(error)), ..Self::new(ProblemCode::Malformed) }
            }
            KeepError::Store(_) => Self::internal(error),
        }
    }
}

impl From<object_store::Error> for Failure {
    fn from(error: object_store::Error) -> Self {
        Self::internal(error)
    }
}

impl From<PasswordError> for Failure {
    fn from(error: PasswordError) -> Self {
        Self::internal(error)
    }
}

impl From<TooOften> for Failure {
    fn from(too_often: TooOften) -> Self {
        Self { retry_after: Some(too_often.retry_after), ..Self::new(ProblemCode::TooMany) }
    }
}

impl IntoResponse for Failure {
    /// A response without body that carries the failure to the outermost layer.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status());
        let mut response = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
