//! A proof that a body comes from a machine that was registered, without a session: what
//! a machine that was revoked may still do is hand in what it sealed and say what it
//! erased.
//!
//! It is good for one address and one body, so that it opens nothing else.

use lutrin_domain::decision::Signature;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::DeviceId;
use serde::{Deserialize, Serialize};

/// The header in which a proof is shown, as JSON.
pub const PROOF_HEADER: &str = "lutrin-proof";

/// A proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Whose.
    pub device: DeviceId,
    /// Of which body.
    pub sha256: Digest,
    /// The device's signature of [`signed_bytes`].
    pub signature: Signature,
}

/// What a device signs to send a body to an address.
pub fn signed_bytes(path: &str, device: DeviceId, sha256: Digest) -> Vec<u8> {
    format!("lutrin-proof-1\n{path}\n{device}\n{sha256}\n").into_bytes()
}
