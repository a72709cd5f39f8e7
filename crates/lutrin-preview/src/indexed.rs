//! A text as a search index keeps it: readable as it was, its signs taken apart.

use unicode_normalization::UnicodeNormalization;

use crate::find::before_hyphen;
use crate::nir::without_nir;

/// The text of a page, or what is searched in it, as an index is given it.
///
/// Ligatures are the letters they join and wide or raised signs the plain ones; accents
/// and case stay, for whoever reads an extract. A word that a hyphen cuts at the end of a
/// line is there in both ways, "sous-traitant (soustraitant)": only a dictionary would know
/// which of them it is. What is of the shape of a NIR only then is removed as it is everywhere.
pub fn indexed(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for sign in text.nfkc() {
        match sign {
            'œ' => plain.push_str("oe"),
            'Œ' => plain.push_str("OE"),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("AE"),
            '\u{ad}' => {}
            '\n' => plain.push('\n'),
            sign if sign.is_control() => plain.push(' '),
            sign => plain.push(sign),
        }
    }
    on_one_line(&without_nir(&plain))
}

/// The lines one behind the other, each word that is cut between two of them also whole.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    // The letters so far of a word that goes on in the next line, if one does.
    let mut begun = String::new();
    for (number, next) in text.split('\n').enumerate() {
        let next = next.trim_end_matches(' ');
        let (end, mut rest) = next.split_at(letters(next.chars()));
        if begun.is_empty() || end.is_empty() {
            line.push_str(if number == 0 { "" } else { " " });
            rest = next;
        } else {
            line.push_str(end);
            begun.push_str(end);
            if before_hyphen(next) == Some(end) {
                line.push_str(rest);
                continue;
            }
            line.extend([" (", &begun, ")"]);
        }
        line.push_str(rest);
        let before = before_hyphen(rest).unwrap_or_default();
        begun.clear();
        begun.push_str(&before[before.len() - letters(before.chars().rev())..]);
    }
    line
}

/// How many bytes the letters take with which the signs begin.
fn letters(signs: impl Iterator<Item = char>) -> usize {
    signs.take_while(|sign| sign.is_alphabetic()).map(char::len_utf8).sum()
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
    fn a_word_cut_at_the_end_of_its_line_is_there_whole_and_in_pieces() {
        for (text, expected) in [
            ("mon expé-\nrience, ici", "mon expé-rience (expérience), ici"),
            (
                "peut-\nêtre\nsous\u{2010}\ntraitant",
                "peut-être (peutêtre) sous‐traitant (soustraitant)",
            ),
            ("anti-\nconsti-\ntutionnel\n", "anti-consti-tutionnel (anticonstitutionnel)"),
            ("du 2024-\n03, A -\nfin, de-\n(ci)", "du 2024- 03, A - fin, de- (ci)"),
            ("-\n-\n", "- -"),
            ("", ""),
        ] {
            assert_eq!(indexed(text).trim_end(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_nir_in_wide_digits_is_one() {
        assert_eq!(indexed("NIR ２８５０５７５１１６０４２"), format!("NIR {}", "•".repeat(13)));
    }
}
