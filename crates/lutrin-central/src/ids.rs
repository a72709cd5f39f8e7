//! Identifiers of dossiers and of their files, derived from what they are of.
//!
//! A dossier that is taken in again after a restore gets the identifiers it had,
//! so that what laptops decided on it meanwhile still is about it. They are
//! derived with a key of the service: a reference, which people quote, does not
//! lead to the identifier that stands in logs and in the journal.

use hkdf::Hkdf;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DepositId, DossierId, SlotKey};
use sha2::Sha256;
use uuid::{Builder, Uuid};

/// The key from which identifiers are derived.
#[derive(Clone)]
pub struct IdKey(Hkdf<Sha256>);

impl IdKey {
    /// The key that a secret gives.
    pub fn of(secret: &[u8]) -> Self {
        Self(Hkdf::new(Some(b"lutrin-ids-1"), secret))
    }

    /// The dossier of a reference.
    pub fn dossier(&self, reference: &str) -> DossierId {
        DossierId(self.derive(&[b"dossier", reference.as_bytes()]))
    }

    /// The file of a dossier at this place of the intake.
    pub fn taken_in(&self, dossier: DossierId, intake: Digest, place: u64) -> DepositId {
        let parts: [&[u8]; 4] =
            [b"taken in", dossier.0.as_bytes(), &intake.0, &place.to_le_bytes()];
        DepositId(self.derive(&parts))
    }

    /// The file that a slot receives after so many others.
    pub fn deposited(
        &self,
        dossier: DossierId,
        slot: &SlotKey,
        sha256: Digest,
        earlier: usize,
    ) -> DepositId {
        let earlier = (earlier as u64).to_le_bytes();
        let parts: [&[u8]; 5] =
            [b"deposited", dossier.0.as_bytes(), slot.as_str().as_bytes(), &sha256.0, &earlier];
        DepositId(self.derive(&parts))
    }

    fn derive(&self, parts: &[&[u8]]) -> Uuid {
        // Each part by its length, so that they do not run into each other.
        let lengths: Vec<_> = parts.iter().map(|part| (part.len() as u64).to_le_bytes()).collect();
        let info: Vec<&[u8]> =
            lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], part]).collect();
        let mut bytes = [0; 16];
        self.0
            .expand_multi_info(&info, &mut bytes)
            .expect("16 bytes are less than what one key can give");
        // Version 8: made by a rule of our own.
        Builder::from_custom_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_gives_the_same_and_anything_else_another() {
        let key = IdKey::of(b"secret");
        let dossier = key.dossier("D3-1");
        assert_eq!(IdKey::of(b"secret").dossier("D3-1"), dossier);
        assert_eq!(dossier.0.get_version_num(), 8);
        assert_ne!(key.dossier("D3-2"), dossier);
        assert_ne!(IdKey::of(b"other").dossier("D3-1"), dossier, "not without the key");
        let (slot, sha256) = (SlotKey::new("cv"), Digest::of(b"cv"));
        let ids = [
            key.taken_in(dossier, sha256, 0),
            key.taken_in(dossier, sha256, 1),
            key.deposited(dossier, &slot, sha256, 0),
            key.deposited(dossier, &slot, sha256, 1),
            key.deposited(dossier, &SlotKey::new("c"), sha256, 0),
        ];
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }
}
