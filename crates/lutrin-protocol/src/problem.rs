//! Errors as problem details (RFC 9457).

use serde::{Deserialize, Serialize};

/// The content type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `https://lutrin.example/problems/` and the code.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The HTTP status.
    pub status: u16,
    /// What a program goes by.
    pub code: ProblemCode,
    /// One sentence in English, for whoever reads a log.
    pub title: String,
    /// The identifier of the request in the service's log.
    pub request_id: String,
    /// What exactly, where that helps whoever sent it; never personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal);+ $(;)?) => {
        /// What a program goes by; a code of a later version stays as it came.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(from = "String", into = "String")]
        pub enum ProblemCode {
            $($(#[$doc])* $name,)+
            /// A code of a later version.
            Other(String),
        }

        impl ProblemCode {
            /// The code as it is written.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $code,)+
                    Self::Other(code) => code,
                }
            }

            /// The HTTP status it goes with.
            pub fn status(&self) -> u16 {
                match self {
                    $(Self::$name => $status,)+
                    Self::Other(_) => 500,
                }
            }

            /// One sentence in English.
            pub fn title(&self) -> &str {
                match self {
                    $(Self::$name => $title,)+
                    Self::Other(code) => code,
                }
            }
        }

        impl From<String> for ProblemCode {
            fn from(code: String) -> Self {
                match code.as_str() {
                    $($code => Self::$name,)+
                    _ => Self::Other(code),
                }
            }
        }
    };
}

codes! {
    /// Login or password is wrong.
    BadCredentials = "bad_credentials", 401, "The login or the password is wrong.";
    /// No access token, or one that is unknown or past its time.
    Unauthenticated = "unauthenticated", 401, "Sign in, or refresh the session.";
    /// The refresh token was used before or revoked; sign in again.
    SessionEnded = "session_ended", 401, "The session has ended; sign in again.";
    /// The device was revoked.
    DeviceRevoked = "device_revoked", 403, "This device was revoked.";
    /// The account was disabled.
    AccountDisabled = "account_disabled", 403, "This account was disabled.";
    /// The reviewer's role does not allow this.
    NotAllowed = "not_allowed", 403, "The role does not allow this.";
    /// Not there, or not in the scope: the two are not told apart (W12).
    NotFound = "not_found", 404, "There is no such thing in your scope.";
    /// The address exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "The address does not take this method.";
    /// The epoch or the scope changed: ask again without a cursor.
    CursorGone = "cursor_gone", 410, "The cursor is from another epoch or scope; start again.";
    /// The request is not of the form that was agreed.
    Malformed = "malformed", 400, "The request could not be read.";
    /// Too much at once.
    TooLarge = "too_large", 413, "The request is larger than allowed.";
    /// A body of another type than the one agreed.
    UnsupportedMediaType = "unsupported_media_type", 415, "The body is not of the agreed type.";
    /// A range outside the document.
    RangeNotSatisfiable = "range_not_satisfiable", 416, "The range lies outside the document.";
    /// Read, but it cannot be.
    Unprocessable = "unprocessable", 422, "The request was read but cannot be carried out.";
    /// The bytes are not those of the digest.
    DigestMismatch = "digest_mismatch", 422, "The bytes do not match the digest.";
    /// The protocol is older than the service takes.
    ProtocolTooOld = "protocol_too_old", 426, "This version of the application is too old.";
    /// Too many requests; see `Retry-After`.
    TooMany = "too_many_requests", 429, "Too many requests; wait and try again.";
    /// The service failed; nothing was changed.
    Internal = "internal", 500, "The service failed; nothing was changed.";
    /// The service is stopping or overloaded.
    Unavailable = "unavailable", 503, "The service is not available now.";
}

impl From<ProblemCode> for String {
    fn from(code: ProblemCode) -> Self {
        code.as_str().to_owned()
    }
}

impl Problem {
    /// The problem of this code for this request.
    pub fn new(code: ProblemCode, request_id: impl Into<String>) -> Self {
        Self {
            type_uri: format!("https://lutrin.example/problems/{}", code.as_str()),
            status: code.status(),
            title: code.title().to_owned(),
            request_id: request_id.into(),
            detail: None,
            code,
        }
    }
}
