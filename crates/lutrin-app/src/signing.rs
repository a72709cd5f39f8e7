//! The key with which this installation signs.

use ed25519_dalek::{Signer as _, SigningKey};
use lutrin_domain::decision::{Signature, Stamped};
use lutrin_store::DeviceKey;

/// Its public half, which the service registers at sign-in.
pub(crate) fn public_key(key: &DeviceKey) -> [u8; 32] {
    SigningKey::from_bytes(key.expose()).verifying_key().to_bytes()
}

/// Signs a decision with its stamp.
pub(crate) fn sign(key: &SigningKey, stamped: Stamped) -> Stamped {
    let signature = Signature(key.sign(&stamped.signed_bytes()).to_bytes());
    Stamped { signature, ..stamped }
}
