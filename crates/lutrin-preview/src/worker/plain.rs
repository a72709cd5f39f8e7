//! Text on its way out of the worker: plain, bounded, with nothing that acts on a screen.
//!
//! Every text of a document passes through here before it leaves the process.

/// The text on one line: control and layout characters are spaces, runs of spaces one.
pub(crate) fn plain_text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if is_layout(c) {
            continue;
        }
        let is_space = c.is_control() || matches!(c, ' ' | '\u{2028}' | '\u{2029}');
        if !is_space {
            plain.push(c);
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// A text among the facts: plain, and cut after `most` characters; none if nothing is left.
pub(crate) fn plain_fact(text: &str, most: usize) -> Option<String> {
    let plain: String = plain_text(text).chars().take(most).collect();
    (!plain.is_empty()).then_some(plain)
}

/// Characters that are not seen and change how others are: directions, marks of order.
fn is_layout(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_plain_and_on_one_line() {
        let table = [
            ("Bulletin de paie", "Bulletin de paie"),
            ("  a \t\r\n b\u{0} ", "a b"),
            ("\u{202e}fdp.exe\u{202c}", "fdp.exe"),
            ("10\u{202f}000\u{a0}€", "10\u{202f}000\u{a0}€"),
            ("\u{1b}[31mrouge", "[31mrouge"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(plain_text(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_fact_is_cut_between_characters_and_never_empty() {
        assert_eq!(plain_fact("éééé", 2).as_deref(), Some("éé"));
        assert_eq!(plain_fact(" \n ", 2), None);
    }
}
