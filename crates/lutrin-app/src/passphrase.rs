//! The root key in a file that a passphrase opens, for systems without a keyring.
//!
//! `key.sealed` is JSON: the cost of Argon2id, its salt, a nonce, and the key encrypted with
//! what Argon2id makes of the passphrase (XChaCha20-Poly1305). The cost is that of
//! RFC 9106 §4, second choice: 64 MiB, three passes, four lanes.

use std::fs;
use std::io;
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const FILE: &str = "key.sealed";

/// The shortest passphrase, in characters: it is what a thief of the machine tries.
pub(crate) const SHORTEST: usize = 12;
/// The longest, in bytes; more is a mistake of pasting.
const LONGEST: usize = 1_024;

/// What is encrypted is a root key of this version, and nothing else.
const PURPOSE: &[u8] = b"lutrin root key 1";

/// What Argon2id costs at most when a file says so itself: a file that was tampered with
/// must not take all memory.
const DEAREST_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 16;

/// Why a passphrase gives no key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PassphraseError {
    /// It is shorter than [`SHORTEST`] or longer than anybody types.
    #[error("the passphrase is too short or too long")]
    Unfit,
    /// It is not the one the file was made with, or the file was changed.
    #[error("the passphrase does not open the key")]
    Wrong,
    /// The file is not there or says nothing that can be read.
    #[error("the sealed key cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: [u8; 32],
    nonce: [u8; 24],
    key: Vec<u8>,
}

/// Writes a root key into a folder, encrypted with a passphrase. `salt` and `nonce` are
/// random.
///
/// Blocks for some tenths of a second.
pub(crate) fn seal(
    folder: &Path,
    passphrase: &str,
    root_key: &[u8; 32],
    salt: [u8; 32],
    nonce: [u8; 32],
) -> Result<(), PassphraseError> {
    if passphrase.chars().count() < SHORTEST || passphrase.len() > LONGEST {
        return Err(PassphraseError::Unfit);
    }
    let (nonce, _) = nonce.split_first_chunk::<24>().ok_or(PassphraseError::Unfit)?;
    let mut sealed =
        Sealed { memory_kib: 64 * 1024, passes: 3, lanes: 4, salt, nonce: *nonce, key: Vec::new() };
    let payload = Payload { msg: root_key, aad: PURPOSE };
    let cipher = cipher(&sealed, passphrase)?;
    let nonce = XNonce::from_slice(&sealed.nonce);
    sealed.key = cipher.encrypt(nonce, payload).map_err(|_| PassphraseError::Unfit)?;
    let bytes = serde_json::to_vec(&sealed).map_err(io::Error::from)?;
    Ok(lutrin_store::write_whole(&folder.join(FILE), &bytes)?)
}

/// Reads the root key of a folder with the passphrase it was sealed with.
///
/// Blocks for some tenths of a second.
pub(crate) fn unseal(
    folder: &Path,
    passphrase: &str,
) -> Result<Zeroizing<[u8; 32]>, PassphraseError> {
    let bytes = fs::read(folder.join(FILE))?;
    let sealed: Sealed = serde_json::from_slice(&bytes).map_err(io::Error::from)?;
    if passphrase.len() > LONGEST {
        return Err(PassphraseError::Wrong);
    }
    let payload = Payload { msg: &sealed.key, aad: PURPOSE };
    let cipher = cipher(&sealed, passphrase)?;
    let opened = cipher.decrypt(XNonce::from_slice(&sealed.nonce), payload);
    let opened = Zeroizing::new(opened.map_err(|_| PassphraseError::Wrong)?);
    let key = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_| PassphraseError::Wrong)?;
    Ok(Zeroizing::new(key))
}

fn cipher(sealed: &Sealed, passphrase: &str) -> Result<XChaCha20Poly1305, PassphraseError> {
    let unreadable = || io::Error::new(io::ErrorKind::InvalidData, "no cost of Argon2id");
    if sealed.memory_kib > DEAREST_KIB || sealed.passes > MOST_PASSES {
        return Err(unreadable().into());
    }
    let params = Params::new(sealed.memory_kib, sealed.passes, sealed.lanes, Some(32))
        .map_err(|_| unreadable())?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), &sealed.salt, key.as_mut_slice())
        .map_err(|_| unreadable())?;
    Ok(XChaCha20Poly1305::new(Key::from_slice(key.as_slice())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHRASE: &str = "trois chevaux gris sous la pluie";

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        seal(folder.path(), PHRASE, &[7; 32], [1; 32], [2; 32]).unwrap();
        folder
    }

    #[test]
    fn the_key_comes_back_with_its_passphrase_and_with_no_other() {
        let folder = folder();
        assert_eq!(*unseal(folder.path(), PHRASE).unwrap(), [7; 32]);
        for other in ["", "trois chevaux gris sous la pluie ", &"x".repeat(LONGEST + 1)] {
            assert!(matches!(unseal(folder.path(), other), Err(PassphraseError::Wrong)));
        }
    }

    #[test]
    fn a_short_passphrase_is_refused_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        for unfit in ["", "onze lettre", &"x".repeat(LONGEST + 1)] {
            let refused = seal(folder.path(), unfit, &[7; 32], [1; 32], [2; 32]);
            assert!(matches!(refused, Err(PassphraseError::Unfit)), "{} bytes", unfit.len());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_key_is_not_in_the_file_and_a_changed_file_opens_nothing() {
        let folder = folder();
        let path = folder.path().join(FILE);
        let mut sealed: Sealed = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert!(!sealed.key.windows(8).any(|window| window == [7; 8]));
        sealed.key[0] ^= 1;
        fs::write(&path, serde_json::to_vec(&sealed).unwrap()).unwrap();
        assert!(matches!(unseal(folder.path(), PHRASE), Err(PassphraseError::Wrong)));
        for garbage in [&b"{}"[..], b"", b"\xff\xff"] {
            fs::write(&path, garbage).unwrap();
            assert!(matches!(unseal(folder.path(), PHRASE), Err(PassphraseError::Unreadable(_))));
        }
    }

    #[test]
    fn a_file_cannot_ask_for_all_memory() {
        let folder = folder();
        let path = folder.path().join(FILE);
        let mut sealed: Sealed = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        sealed.memory_kib = u32::MAX;
        fs::write(&path, serde_json::to_vec(&sealed).unwrap()).unwrap();
        assert!(matches!(unseal(folder.path(), PHRASE), Err(PassphraseError::Unreadable(_))));
    }
}
