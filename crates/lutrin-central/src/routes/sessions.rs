//! Signing in, going on, signing out.

use std::net::SocketAddr;

use axum::Json as Answer;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use ed25519_dalek::VerifyingKey;
use lutrin_domain::reviewer::Reviewer;
use lutrin_protocol::endpoint;
use lutrin_protocol::limits::{NAME_CHARS, PASSWORD_BYTES};
use lutrin_protocol::problem::{Problem, ProblemCode};
use lutrin_protocol::session::{RefreshRequest, SessionResponse, SignInRequest};

use crate::access::SignedIn;
use crate::central::Central;
use crate::db::{NewSession, Opening, Renewal, Renewed, SessionId, Standing, Trace};
use crate::failure::Failure;
use crate::json::Json;
use crate::layers::RequestId;
use crate::tokens::{self, Tokens};

/// `POST /v1/sessions`
#[utoipa::path(
    post,
    path = endpoint::SESSIONS,
    operation_id = "sign_in",
    tag = "anyone",
    request_body = SignInRequest,
    responses(
        (status = 200, description = "Signed in; the device is registered.", body = SessionResponse),
        (status = 401, description = "The login or the password is wrong.", body = Problem),
        (status = 403, description = "The device was revoked, or the account disabled.", body = Problem),
        (status = 422, description = "The device is another reviewer's or has another key.", body = Problem),
        (status = 429, description = "Too many attempts; see `Retry-After`.", body = Problem),
    ),
)]
pub async fn open(
    State(central): State<Central>,
    request_id: RequestId,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Json(asked): Json<SignInRequest>,
) -> Result<Answer<SessionResponse>, Failure> {
    let device_key = checked(&asked)?;
    central.door.admit(&asked.login, from.ip())?;
    let credentials = central.data.db.credentials(&asked.login).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.as_str());
    let right = central.door.check(asked.password, hash).await?;
    let trace = Trace {
        reviewer: credentials.as_ref().map(|credentials| credentials.reviewer),
        device: Some(asked.device),
        request_id: Some(request_id.into()),
        at: central.data.sources.now(),
    };
    let Some(credentials) = credentials.filter(|_| right) else {
        central.data.db.note_sign_in_refused(&trace).await?;
        return Err(ProblemCode::BadCredentials.into());
    };
    // Only whoever knows the password learns it.
    if credentials.standing == Standing::Disabled {
        return Err(ProblemCode::AccountDisabled.into());
    }
    let sources = &central.data.sources;
    let tokens = Tokens::make(sources);
    let session = NewSession {
        id: SessionId(sources.next_id()),
        reviewer: credentials.reviewer,
        device: asked.device,
        device_name: asked.device_name,
        device_key,
        tokens: tokens.hashed(),
        now: sources.now(),
    };
    match central.data.db.open_session(&session, &trace).await? {
        Opening::Open(reviewer) => response(&central, tokens, reviewer).await,
        Opening::DeviceRevoked => Err(ProblemCode::DeviceRevoked.into()),
        Opening::OtherDevice => Err(Failure::new(ProblemCode::Unprocessable)
            .detailed("the device is registered for somebody else or with another key")),
    }
}

/// `POST /v1/sessions/refresh`
#[utoipa::path(
    post,
    path = endpoint::REFRESH,
    operation_id = "refresh_session",
    tag = "anyone",
    request_body = RefreshRequest,
    responses(
        (status = 200, description = "The next tokens; the one shown works again only until one of them is used.", body = SessionResponse),
        (status = 401, description = "The session has ended, or the token was used before.", body = Problem),
        (status = 403, description = "The device was revoked, or the account disabled.", body = Problem),
        (status = 429, description = "Too many attempts; see `Retry-After`.", body = Problem),
    ),
)]
pub async fn renew(
    State(central): State<Central>,
    request_id: RequestId,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Json(asked): Json<RefreshRequest>,
) -> Result<Answer<SessionResponse>, Failure> {
    central.door.admit_refresh(from.ip())?;
    let tokens = Tokens::make(&central.data.sources);
    let renewal = Renewal {
        used: tokens::hash(asked.refresh_token.expose()),
        next: tokens.hashed(),
        now: central.data.sources.now(),
    };
    let trace = Trace { request_id: Some(request_id.into()), ..central.data.command_trace() };
    match central.data.db.renew_session(&renewal, &trace).await? {
        Renewed::Renewed(reviewer) | Renewed::Repeated(reviewer) => {
            response(&central, tokens, reviewer).await
        }
        Renewed::AccountDisabled => Err(ProblemCode::AccountDisabled.into()),
        Renewed::Ended => Err(ProblemCode::SessionEnded.into()),
        Renewed::DeviceRevoked => Err(ProblemCode::DeviceRevoked.into()),
        Renewed::Reused(session) => {
            tracing::warn!(session.id = %session.0, "a refresh token was used twice");
            Err(ProblemCode::SessionEnded.into())
        }
    }
}

/// `DELETE /v1/sessions/current`
#[utoipa::path(
    delete,
    path = endpoint::CURRENT_SESSION,
    operation_id = "sign_out",
    tag = "signed in",
    responses(
        (status = 204, description = "The session has ended."),
        (status = 401, description = "No session.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn end(
    State(central): State<Central>,
    signed_in: SignedIn,
) -> Result<StatusCode, Failure> {
    let trace = signed_in.trace(&central);
    central.data.db.end_session(signed_in.session.id, &trace).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads the device's key, and keeps out what is longer than agreed.
fn checked(asked: &SignInRequest) -> Result<[u8; 32], Failure> {
    let fits = |text: &str| !text.is_empty() && text.chars().count() <= NAME_CHARS;
    let password = asked.password.expose().len() <= PASSWORD_BYTES;
    if !fits(&asked.login) || !fits(&asked.device_name) || !password {
        return Err(Failure::new(ProblemCode::Unprocessable)
            .detailed("login, password or device_name is empty or too long"));
    }
    let mut key = [0; 32];
    let read = hex::decode_to_slice(&asked.device_key, &mut key).is_ok();
    // A weak key verifies signatures that nobody made.
    if !read || VerifyingKey::from_bytes(&key).map_or(true, |key| key.is_weak()) {
        return Err(Failure::new(ProblemCode::Unprocessable)
            .detailed("device_key is not an Ed25519 public key in hexadecimal"));
    }
    Ok(key)
}

async fn response(
    central: &Central,
    tokens: Tokens,
    reviewer: Reviewer,
) -> Result<Answer<SessionResponse>, Failure> {
    let server_time = central.data.sources.now();
    let lending = central.data.db.state().await?.lending;
    Ok(Answer(SessionResponse {
        access_token: tokens.access,
        expires_at: tokens.access_until,
        refresh_token: tokens.refresh,
        reviewer,
        journal_recipient: central.data.journal_recipient.to_string(),
        server_time,
        lease: Some(lending.terms(server_time)),
    }))
}
