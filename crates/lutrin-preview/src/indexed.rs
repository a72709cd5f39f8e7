//! A text as a search index keeps it: readable as it was, its signs taken apart.

use unicode_normalization::UnicodeNormalization;

use crate::nir::without_nir;

/// The text of a page, or what is searched in it, as an index is given it.
///
/// Ligatures are the letters they join and wide or raised signs the plain ones; accents
/// and case stay, for whoever reads an extract. What is of the shape of a NIR only then
/// is removed as it is everywhere.
pub fn indexed(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for sign in text.nfkc() {
        match sign {
            'œ' => plain.push_str("oe"),
            'Œ' => plain.push_str("OE"),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("AE"),
            '\u{ad}' => {}
            sign if sign.is_control() => plain.push(' '),
            sign => plain.push(sign),
        }
    }
    without_nir(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_letters_come_apart_and_accents_stay() {
        assert_eq!(
            indexed("Main-d’œuvre, ﬁche\u{a0}n°\u{a0}2\nŒuvré"),
            "Main-d’oeuvre, fiche n° 2 OEuvré"
        );
        assert_eq!(indexed("em\u{ad}ployeur"), "employeur");
    }

    #[test]
    fn a_nir_in_wide_digits_is_one() {
        assert_eq!(indexed("NIR ２８５０５７５１１６０４２"), format!("NIR {}", "•".repeat(13)));
    }
}
