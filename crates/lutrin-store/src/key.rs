//! Keys and tokens: given, derived, redacted, wiped when dropped.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The key of the profile: 32 random bytes that the shell keeps in the keyring.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RootKey([u8; 32]);

/// The key with which this installation signs decisions (an Ed25519 seed).
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct DeviceKey([u8; 32]);

/// The token that gets the next session; it works once.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RefreshToken(String);

impl RootKey {
    /// Takes these bytes as the key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of `dossiers.db`.
    pub(crate) fn db_key(&self) -> DatabaseKey {
        DatabaseKey(self.derive(b"lutrin/1/dossiers.db"))
    }

    /// The key of `documents.db`.
    pub(crate) fn documents_key(&self) -> DatabaseKey {
        DatabaseKey(self.derive(b"lutrin/1/documents.db"))
    }

    /// What names the key beside the databases without telling anything of it.
    pub(crate) fn id(&self) -> String {
        hex::encode(&self.derive(b"lutrin/1/key.id").as_slice()[..16])
    }

    fn derive(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, &self.0)
            .expand(label, derived.as_mut_slice())
            .expect("32 bytes are one block of the 255 that HKDF can give");
        derived
    }
}

/// The raw key of one database.
pub(crate) struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// The value of `PRAGMA key` for a raw key: no password, no derivation.
    pub(crate) fn pragma(&self) -> String {
        format!("\"x'{}'\"", hex::encode(self.0.as_slice()))
    }
}

impl DeviceKey {
    /// Takes these bytes as the key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one place that signs.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl RefreshToken {
    /// Takes this text as the token.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

macro_rules! redacted {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

redacted!(RootKey, DeviceKey, RefreshToken);
