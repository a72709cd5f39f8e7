//! Who asks: types that a handler must hold, so that forgetting to ask does not
//! compile.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use bytes::Bytes;
use ed25519_dalek::{Signature, VerifyingKey};
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DeviceId, DossierId};
use lutrin_domain::reviewer::Role;
use lutrin_protocol::problem::ProblemCode;
use lutrin_protocol::proof::{PROOF_HEADER, Proof, signed_bytes};

use crate::central::Central;
use crate::db::{Access, RegisteredDevice, Session, Trace};
use crate::failure::Failure;
use crate::json::read;
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

/// Whoever sends something of a machine: its owner in a session, or the machine itself
/// under a proof, which is all that is left to one that was shut out.
#[derive(Clone, Debug)]
pub enum Presented {
    /// In a session.
    SignedIn(Reviewer),
    /// Under a proof of what it sends.
    Proven {
        /// The machine.
        device: Box<RegisteredDevice>,
        /// The body that it signed.
        sha256: Digest,
        /// The request.
        request_id: String,
    },
}

impl FromRequestParts<Central> for Presented {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, central: &Central) -> Result<Self, Failure> {
        let Some(shown) = parts.headers.get(PROOF_HEADER).cloned() else {
            return Reviewer::from_request_parts(parts, central).await.map(Self::SignedIn);
        };
        // Whoever shows a proof is nobody yet: counted as those who sign in are.
        let from = ConnectInfo::<SocketAddr>::from_request_parts(parts, central).await;
        let ConnectInfo(from) = from.map_err(|_| ProblemCode::Unauthenticated)?;
        central.door.admit_refresh(from.ip())?;
        let proof: Proof = serde_json::from_slice(shown.as_bytes())
            .map_err(|_| Failure::new(ProblemCode::Unauthenticated))?;
        let device = central.data.db.device(proof.device).await?;
        let device = device.filter(|device| is_proven(&device.key, parts.uri.path(), &proof));
        Ok(Self::Proven {
            device: Box::new(device.ok_or(ProblemCode::Unauthenticated)?),
            sha256: proof.sha256,
            request_id: RequestId::of(&parts.extensions),
        })
    }
}

fn is_proven(key: &[u8; 32], path: &str, proof: &Proof) -> bool {
    let signed = signed_bytes(path, proof.device, proof.sha256);
    let signature = Signature::from_bytes(&proof.signature.0);
    VerifyingKey::from_bytes(key).and_then(|key| key.verify_strict(&signed, &signature)).is_ok()
}

impl Presented {
    /// Reads what is sent, of at most so many bytes: under a proof the body that it is about and
    /// no other.
    ///
    /// # Errors
    ///
    /// When it is another one, is larger, or breaks off.
    pub async fn read(self, body: Body, limit: usize) -> Result<Sent, Failure> {
        let body = read(body, limit).await?;
        match &self {
            Self::Proven { sha256, .. } if *sha256 != Digest::of(&body) => {
                Err(ProblemCode::DigestMismatch.into())
            }
            _ => Ok(Sent { body, from: self }),
        }
    }
}

/// What was sent of a machine. Nobody else says whose it is: what was not compared with its
/// proof is entered for nobody.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The bytes.
    pub body: Bytes,
    from: Presented,
}

impl Sent {
    /// The machine in whose name it is sent.
    pub fn device(&self) -> DeviceId {
        match &self.from {
            Presented::SignedIn(reviewer) => reviewer.session().device,
            Presented::Proven { device, .. } => device.id,
        }
    }

    /// The trace of what is sent.
    pub fn trace(&self, central: &Central) -> Trace {
        match &self.from {
            Presented::SignedIn(reviewer) => reviewer.0.trace(central),
            Presented::Proven { device, request_id, .. } => Trace {
                reviewer: Some(device.owner.id),
                device: Some(device.id),
                request_id: Some(request_id.clone()),
                at: central.data.sources.now(),
            },
        }
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
