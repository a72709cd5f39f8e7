//! A PDF behind a password, as payroll vaults send them.

use lopdf::encryption::{EncryptionState, EncryptionVersion, Permissions};
use lopdf::{Document, Error, Object, StringFormat};
use sha2::{Digest, Sha256};

/// The password of every locked specimen.
pub(crate) const PASSWORD: &str = "motdepasse";

/// Locks a PDF with [`PASSWORD`].
///
/// The handler is the 128-bit one of PDF 1.4 (RC4): the newer ones encrypt under
/// random numbers, and the same seed must give the same bytes.
pub(crate) fn lock(pdf: &[u8]) -> Result<Vec<u8>, Error> {
    let mut document = Document::load_mem(pdf)?;
    name_file(&mut document, pdf);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "proprietaire",
        user_password: PASSWORD,
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version)?;
    document.encrypt(&state)?;
    clear_padding(&mut document)?;
    let mut locked = Vec::new();
    document.save_to(&mut locked)?;
    Ok(locked)
}

/// Clears the sixteen bytes of `/U` that the standard leaves arbitrary and the
/// library fills at random.
fn clear_padding(document: &mut Document) -> Result<(), Error> {
    let id = document.trailer.get(b"Encrypt")?.as_reference()?;
    let user = document.get_object_mut(id)?.as_dict_mut()?.get_mut(b"U")?;
    if let Object::String(bytes, _) = user {
        bytes.iter_mut().skip(16).for_each(|byte| *byte = 0);
    }
    Ok(())
}

/// Gives the file the identifier that encryption needs, from its content.
fn name_file(document: &mut Document, pdf: &[u8]) {
    let id = Sha256::digest(pdf)[..16].to_vec();
    let text = Object::String(id, StringFormat::Hexadecimal);
    document.trailer.set("ID", Object::Array(vec![text.clone(), text]));
}
