//! PDFs of which only the attached files are encrypted.
//!
//! Their text and pictures need no password, but hayro asks for one whenever there is an
//! encryption dictionary. Such a dictionary says that strings and streams are left as they
//! are (the filter `Identity`). When it does, the document is read a second time with the
//! entry that leads to it made unknown; its attachments are never opened here anyway.

use std::sync::Arc;

use hayro::hayro_syntax::object::{Dict, FromBytes, Name, ObjRef};
use hayro::hayro_syntax::{LoadPdfError, Pdf};

/// The entry of the trailer.
const ENTRY: &[u8] = b"/Encrypt";
/// As long, and unknown to every reader.
const UNKNOWN: &[u8] = b"/Encrypx";

/// Says whether the document has an encryption dictionary.
pub(crate) fn is_encrypted(pdf: &Pdf) -> bool {
    let bytes: &[u8] = pdf.data().as_ref();
    [ENTRY, UNKNOWN].into_iter().any(|entry| {
        entries(bytes, entry).any(|place| {
            dictionary(pdf, &bytes[place + entry.len()..])
                .is_some_and(|dictionary| dictionary.contains_key("Filter"))
        })
    })
}

/// Opens a document of which only attachments are encrypted; for another, gives `error`.
pub(crate) fn without_encrypted_attachments(
    bytes: &Arc<Vec<u8>>,
    error: LoadPdfError,
) -> Result<Pdf, LoadPdfError> {
    let LoadPdfError::Decryption(_) = error else { return Err(error) };
    let places: Vec<_> = entries(bytes, ENTRY).collect();
    let mut without = bytes.as_ref().clone();
    for &place in &places {
        without[place..place + ENTRY.len()].copy_from_slice(UNKNOWN);
    }
    let pdf = Pdf::new(without).map_err(|_| error)?;
    // Each version of the document may have its own dictionary: all must say the same.
    let open = !places.is_empty()
        && places.iter().all(|place| {
            dictionary(&pdf, &bytes[place + ENTRY.len()..])
                .is_some_and(|dictionary| strings_and_streams_are_plain(&dictionary))
        });
    if open { Ok(pdf) } else { Err(error) }
}

/// The dictionary that the entry has, there or in another object.
fn dictionary<'a>(pdf: &'a Pdf, value: &'a [u8]) -> Option<Dict<'a>> {
    let start = value.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let value = &value[start..];
    if value.starts_with(b"<<") {
        return Dict::from_bytes(value);
    }
    pdf.xref().get(ObjRef::from_bytes(value)?.into())
}

/// Says whether the filters for strings and for streams change nothing, as without one.
fn strings_and_streams_are_plain(encryption: &Dict<'_>) -> bool {
    // Before version 4 there are no filters: everything is encrypted.
    let has_filters = matches!(encryption.get::<u8>("V"), Some(4 | 5));
    let filters = encryption.get::<Dict<'_>>("CF");
    let is_plain = |entry: &str| {
        let Some(filter) = encryption.get::<Name<'_>>(entry) else {
            return !encryption.contains_key(entry);
        };
        let defined = filters.as_ref().and_then(|filters| filters.get::<Dict<'_>>(filter.as_ref()));
        let method = defined.and_then(|filter| filter.get::<Name<'_>>("CFM"));
        // The name of the filter that changes nothing cannot be given to another.
        filter.as_str() == "Identity" || method.is_some_and(|method| method.as_str() == "None")
    };
    has_filters && is_plain("StmF") && is_plain("StrF")
}

/// Where the name is in the file, as a whole name.
fn entries<'a>(bytes: &'a [u8], entry: &'static [u8]) -> impl Iterator<Item = usize> + 'a {
    let ends_name = |byte: &u8| byte.is_ascii_whitespace() || b"<>[]()/%".contains(byte);
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let found = from + memchr::memmem::find(&bytes[from..], entry)?;
            from = found + entry.len();
            if bytes.get(from).is_some_and(ends_name) {
                return Some(found);
            }
        }
    })
}
