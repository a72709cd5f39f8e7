//! Who asks: types that a handler must hold, so that forgetting to ask does not
//! compile.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use lutrin_domain::id::DossierId;
use lutrin_domain::reviewer::Role;
use lutrin_protocol::problem::ProblemCode;

use crate::central::Central;
use crate::db::{Access, Session, Trace};
use crate::failure::Failure;
use crate::layers::RequestId;
use crate::tokens;

/// Whoever signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Their session.
    pub session: Session,
    /// The request.
    pub request_id: String,
}

/// Somebody who works on dossiers.
#[derive(Clone, Debug)]
pub struct Reviewer(pub SignedIn);

/// Somebody who runs the service. Being one does not give dossiers to read.
#[derive(Clone, Debug)]
pub struct Administrator(pub SignedIn);

impl FromRequestParts<Central> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, central: &Central) -> Result<Self, Failure> {
        let token = bearer(parts).ok_or(ProblemCode::Unauthenticated)?;
        let now = central.data.sources.now();
        match central.data.db.session(tokens::hash(token), now).await? {
            Access::None => Err(ProblemCode::Unauthenticated.into()),
            Access::DeviceRevoked => Err(ProblemCode::DeviceRevoked.into()),
            Access::Open(session) => {
                central.door.admit_request(session.id)?;
                Ok(Self { session: *session, request_id: RequestId::of(&parts.extensions) })
            }
        }
    }
}

impl FromRequestParts<Central> for Reviewer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, central: &Central) -> Result<Self, Failure> {
        let signed_in = SignedIn::from_request_parts(parts, central).await?;
        let works = |role: &Role| *role != Role::Administrator;
        if !signed_in.session.reviewer.roles.iter().any(works) {
            return Err(ProblemCode::NotAllowed.into());
        }
        Ok(Self(signed_in))
    }
}

impl FromRequestParts<Central> for Administrator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, central: &Central) -> Result<Self, Failure> {
        let signed_in = SignedIn::from_request_parts(parts, central).await?;
        if !signed_in.session.reviewer.roles.contains(&Role::Administrator) {
            return Err(ProblemCode::NotAllowed.into());
        }
        Ok(Self(signed_in))
    }
}

impl SignedIn {
    /// The trace of what this session does.
    pub fn trace(&self, central: &Central) -> Trace {
        Trace {
            reviewer: Some(self.session.reviewer.id),
            device: Some(self.session.device),
            request_id: Some(self.request_id.clone()),
            at: central.data.sources.now(),
        }
    }
}

impl Reviewer {
    /// The session.
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// The answer for what is not there or not in the scope: the two are not told
    /// apart, and somebody who tries is seen (case W12).
    pub fn not_in_scope(&self, dossier: DossierId) -> Failure {
        tracing::warn!(
            dossier.id = %dossier,
            reviewer.id = %self.session().reviewer.id,
            request.id = %self.0.request_id,
            "dossier asked for out of scope"
        );
        ProblemCode::NotFound.into()
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
