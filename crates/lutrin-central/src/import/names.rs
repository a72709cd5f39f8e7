//! Names of files as a dossier can hold them.

use std::ffi::OsStr;

use lutrin_domain::intake::NAME_LIMIT;

/// Whether a name is hidden by convention.
pub fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// A name without what names do not hold: bytes that are no text, control
/// characters, separators of paths; not longer than agreed, and never empty.
pub fn clean(name: &OsStr) -> String {
    let text = name.to_string_lossy();
    let fits = |c: char| !c.is_control() && !matches!(c, '/' | '\\');
    let cleaned: String = text.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    if cleaned.trim().is_empty() {
        return "sans nom".to_owned();
    }
    shortened(&cleaned)
}

/// Keeps the end: that is where the extension is.
fn shortened(name: &str) -> String {
    let length = name.chars().count();
    if length <= NAME_LIMIT {
        return name.to_owned();
    }
    let rest: String = name.chars().skip(length - (NAME_LIMIT - 1)).collect();
    format!("…{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_become_names() {
        let cases = [
            ("contrat.pdf", "contrat.pdf"),
            ("a\\b.pdf", "a_b.pdf"),
            ("ligne\nsuivante.pdf", "ligne_suivante.pdf"),
            ("  ", "sans nom"),
            ("été 2024 (1).PDF", "été 2024 (1).PDF"),
        ];
        for (name, expected) in cases {
            assert_eq!(clean(OsStr::new(name)), expected);
        }
    }

    #[test]
    fn a_long_name_keeps_its_end() {
        let name = clean(OsStr::new(&format!("{}.pdf", "x".repeat(300))));
        assert_eq!(name.chars().count(), NAME_LIMIT);
        assert!(name.ends_with(".pdf"));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(clean(OsStr::from_bytes(b"paie\xff.pdf")), "paie\u{fffd}.pdf");
    }
}
