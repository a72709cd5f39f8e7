//! The number that never leaves a worker: the NIR, the French social security number.
//!
//! Thirteen digits, then two of a key that may be left out: sex, year, month, department
//! (2A and 2B in Corsica), commune, order, key. It is recognised by this shape alone. The
//! key is *not* checked: a number misread by one digit is still somebody's number.
//!
//! Strict on the shape, so that an IBAN, a SIRET, a telephone number, a date or an amount
//! stays: digits may be apart only where two groups meet, or all of them may be, as in
//! the boxes of a form; and no digit may touch the number before or behind. A hyphen at the
//! end of a line cuts a number anywhere. Thirteen
//! digits in one piece are also how a tax number is written: there the month must be one.

use std::borrow::Cow;
use std::ops::Range;

/// What stands in the place of each sign of a NIR.
pub const NIR_SIGN: char = '•';

/// Signs of a NIR without its key, and with it.
const WITHOUT_KEY: usize = 13;
const WITH_KEY: usize = 15;
/// Where a group begins: year, month, department, commune, order, key.
const GROUPS: [usize; 6] = [1, 3, 5, 7, 10, 13];
/// The most signs between two groups: " - ", or two spaces and a line end.
const MAX_BETWEEN: usize = 3;

/// The text with each sign of each NIR replaced by [`NIR_SIGN`].
///
/// Every text of a document passes through here before it leaves the worker.
pub fn without_nir(text: &str) -> Cow<'_, str> {
    let found = nir_ranges(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut end = 0;
    for range in found {
        masked.push_str(&text[end..range.start]);
        masked.extend(text[range.clone()].chars().map(masked_sign));
        end = range.end;
    }
    masked.push_str(&text[end..]);
    Cow::Owned(masked)
}

/// What a sign inside a NIR becomes: what separates groups stays.
pub fn masked_sign(sign: char) -> char {
    if sign.is_alphanumeric() { NIR_SIGN } else { sign }
}

/// Where the NIRs of a text are, in bytes, in order, apart from each other.
pub fn nir_ranges(text: &str) -> Vec<Range<usize>> {
    let signs: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    let mut start = 0;
    while start < signs.len() {
        match may_start(&signs, start).then(|| nir_end(&signs[start..])).flatten() {
            Some(length) => {
                let end = signs.get(start + length).map_or(text.len(), |(at, _)| *at);
                found.push(signs[start].0..end);
                start += length;
            }
            None => start += 1,
        }
    }
    found
}

/// A NIR begins with 1, 2, 3, 4, 7 or 8 (the last four are provisional numbers), and not in
/// the middle of a number.
fn may_start(signs: &[(usize, char)], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| signs.get(before));
    matches!(signs.get(at), Some((_, '1'..='4' | '7' | '8')))
        && !before.is_some_and(|(_, sign)| sign.is_ascii_digit())
}

/// How many signs the NIR takes that begins here, if one does; the longer one if both do.
fn nir_end(signs: &[(usize, char)]) -> Option<usize> {
    let mut read = Reading::default();
    let mut at = 0;
    while read.symbols.len() < WITH_KEY {
        let place = read.symbols.len();
        let between = signs[at..].iter().take_while(|(_, sign)| separates(*sign, place)).count();
        let Some((_, symbol)) = signs.get(at + between) else { break };
        let between_them = &signs[at..at + between];
        let is_cut = is_hyphen_at_line_end(between_them);
        let is_broken = !is_cut && between_them.iter().any(|(_, sign)| *sign == '\n');
        if is_broken && place == WITHOUT_KEY && read.is_one_piece(place) {
            // Two digits on the next line are no key of a number in one piece.
            break;
        }
        if between > MAX_BETWEEN || !belongs(*symbol, &read.symbols) {
            break;
        }
        at += between + 1;
        read.symbols.push(*symbol);
        read.apart.push(between > 0 && !is_cut);
        read.ends.push(at);
    }
    [WITH_KEY, WITHOUT_KEY].into_iter().find_map(|length| {
        let end = *read.ends.get(length - 1)?;
        let runs_on = signs.get(end).is_some_and(|(_, sign)| sign.is_ascii_digit());
        (!runs_on && read.is_nir(length)).then_some(end)
    })
}

/// Says whether these signs only cut what stands around them in two lines.
fn is_hyphen_at_line_end(signs: &[(usize, char)]) -> bool {
    matches!(signs, [(_, '-' | '\u{ad}' | '\u{2010}' | '\u{2011}'), (_, '\n')])
}

/// Says whether the sign may stand between the symbol of this place and the one before.
fn separates(sign: char, place: usize) -> bool {
    place > 0
        && (sign.is_whitespace()
            || matches!(sign, '.' | '-' | '·' | '_' | '|' | '\u{ad}' | '\u{200b}' | '\u{2212}')
            || ('\u{2010}'..='\u{2015}').contains(&sign)
            // The key is also seen as "/ 46" and "(46)".
            || (place == WITHOUT_KEY && matches!(sign, '/' | '(')))
}

/// Says whether the symbol may follow those already read: a digit, or the letter of
/// Corsica as the second sign of the department.
fn belongs(symbol: char, before: &[char]) -> bool {
    let corsica = before.len() == 6 && before[5] == '2';
    symbol.is_ascii_digit() || (corsica && matches!(symbol, 'A' | 'B' | 'a' | 'b'))
}

/// What was read from a possible beginning on.
#[derive(Default)]
struct Reading {
    symbols: Vec<char>,
    /// For each symbol, whether something stands before it.
    apart: Vec<bool>,
    /// For each symbol, how many signs are read with it.
    ends: Vec<usize>,
}

impl Reading {
    /// Says whether nothing stands between the first `length` symbols.
    fn is_one_piece(&self, length: usize) -> bool {
        !self.apart[1..length].contains(&true)
    }

    /// Says whether the first `length` symbols are a NIR.
    fn is_nir(&self, length: usize) -> bool {
        let inside = &self.apart[1..length];
        let each_alone = inside.iter().all(|apart| *apart);
        let in_groups = (1..).zip(inside).all(|(place, apart)| !apart || GROUPS.contains(&place));
        let number = |places: Range<usize>| -> u32 {
            self.symbols[places].iter().fold(0, |so_far, symbol| {
                // The letter of Corsica counts as a digit: only whether it is 0 matters.
                so_far * 10 + symbol.to_digit(10).unwrap_or(1)
            })
        };
        // 20, 30 to 42 and 50 to 99 are given when the month of birth is not known.
        let month = match number(3..5) {
            1..=12 => true,
            20 | 30..=42 | 50..=99 => length == WITH_KEY || !self.is_one_piece(length),
            _ => false,
        };
        (in_groups || each_alone)
            && month
            && number(5..7) != 0
            && number(7..10) != 0
            && number(10..13) != 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_nir_is_removed_however_it_is_written() {
        for (written, expected) in [
            ("184127645108946", "•••••••••••••••"),
            ("1841276451089", "•••••••••••••"),
            ("1 84 12 76 451 089 46", "• •• •• •• ••• ••• ••"),
            ("N° 2 69 05 49 588 157 / 80.", "N° • •• •• •• ••• ••• / ••."),
            ("2 69 05 49 588 157 (80)", "• •• •• •• ••• ••• (••)"),
            ("1.84.12.76.451.089.46", "•.••.••.••.•••.•••.••"),
            ("1-84-12-76-451-089", "•-••-••-••-•••-•••"),
            ("1\u{a0}84\u{202f}12 76 451 089", "•\u{a0}••\u{202f}•• •• ••• •••"),
            ("1841276451089 46", "••••••••••••• ••"),
            ("1 84 12 2A 004 089 46", "• •• •• •• ••• ••• ••"),
            ("284122b00408946", "•••••••••••••••"),
            ("1 84 12 97 105 089 46", "• •• •• •• ••• ••• ••"),
            ("1 84 12 99 351 089 46", "• •• •• •• ••• ••• ••"),
            ("7 84 20 99 351 089", "• •• •• •• ••• •••"),
            ("NIR:184127645108946 né", "NIR:••••••••••••••• né"),
            ("1 8 4 1 2 7 6 4 5 1 0 8 9 4 6", "• • • • • • • • • • • • • • •"),
            ("1 84 12 76 451 089 46 75001 Paris", "• •• •• •• ••• ••• •• 75001 Paris"),
            ("1 84 12 76 451 089 75001 Paris", "• •• •• •• ••• ••• 75001 Paris"),
            ("184506451089 46", "184506451089 46"),
            ("1845076451089 46", "••••••••••••• ••"),
            ("1 84 12\n76 451 089 46", "• •• ••\n•• ••• ••• ••"),
            ("184127645108946 et 2690549588157", "••••••••••••••• et •••••••••••••"),
            ("184127645108946,269054958815780", "•••••••••••••••,•••••••••••••••"),
            ("184127-\n645108946", "••••••-\n•••••••••"),
            ("1 84 12 76 4-\n51 089 46", "• •• •• •• •-\n•• ••• ••"),
            ("1841276451089\u{2010}\n46", "•••••••••••••\u{2010}\n••"),
            ("18-\n4127645-\n1089", "••-\n•••••••-\n••••"),
            // The key is wrong, and it is still the number of somebody.
            ("184127645108999", "•••••••••••••••"),
        ] {
            assert_eq!(without_nir(written), expected, "{written}");
        }
    }

    #[test]
    fn what_is_not_a_nir_stays() {
        for written in [
            "FR76 3000 6000 0112 3456 7890 189",
            "FR7630006000011234567890189",
            "30006 00001 12345678901 89",
            "20041 01005 0500013M026 06",
            "BE71 0961 2345 6769",
            "DE89370400440532013000",
            "732 829 320 00074",
            "73282932000074",
            "73282932000074 184",
            "TVA FR 40 303 265 045",
            "01 23 45 67 89",
            "0123456789",
            "+33 1 84 12 76 45",
            "06.84.12.76.45 - 01.84.12.76.45",
            "12/03/2024 au 31/12/2024",
            "2024-03-12 10:45:00",
            "20240312104500",
            "1 234 567,89 2 345,67 151,67",
            "1 850,00 12 000,00 75,45 101,00",
            "151.67 12.3456 1841.27 2690.54",
            "1 234 567 890 123",
            "184127645108",
            "18412764510894",
            // A tax number, and what is below it.
            "3005024861447\n23 B5 6649811 58",
            "184127\n645108946",
            "184127-\n 645108946",
            "73282932-\n000074",
            "1841276451089461",
            "12345678901234567890",
            "1 84 13 76 451 089 46",
            "1 84 00 76 451 089 46",
            "1 84 12 00 451 089 46",
            "1 84 12 76 000 089 46",
            "1 84 12 76 451 000 46",
            "5 84 12 76 451 089 46",
            "0 84 12 76 451 089 46",
            "1 84 12 7C 451 089 46",
            "18 41 27 64 51 08 94 6",
            "",
            "• 1",
        ] {
            assert!(matches!(without_nir(written), Cow::Borrowed(_)), "{written}");
        }
    }

    /// A NIR without a thought for its key, digit by digit.
    fn nir() -> impl Strategy<Value = Vec<char>> {
        let department = prop_oneof![
            (1_u32..=95).prop_map(|number| format!("{number:02}")),
            Just("2A".to_owned()),
            Just("2B".to_owned()),
            Just("97".to_owned()),
            Just("99".to_owned()),
        ];
        let sex = prop::sample::select(vec!['1', '2', '3', '4', '7', '8']);
        let place = (department, 1_u32..=990, 1_u32..=999);
        let key = prop::option::of(1_u32..=97);
        (sex, 0_u32..=99, 1_u32..=12, place, key).prop_map(
            |(sex, year, month, (department, commune, order), key)| {
                let key = key.map(|key| format!("{key:02}")).unwrap_or_default();
                format!("{sex}{year:02}{month:02}{department}{commune:03}{order:03}{key}")
                    .chars()
                    .collect()
            },
        )
    }

    /// The number with a separator, or none, where each group begins.
    fn laid_out(nir: &[char], separators: &[String], each_alone: bool) -> String {
        let mut text = String::new();
        let mut separators = separators.iter().cycle();
        for (place, sign) in nir.iter().enumerate() {
            if place > 0 && each_alone {
                text.push(' ');
            } else if GROUPS.contains(&place) {
                text.push_str(separators.next().unwrap());
            }
            text.push(*sign);
        }
        text
    }

    proptest! {
        #[test]
        fn no_nir_survives(
            nir in nir(),
            separators in prop::collection::vec("|[ .\u{a0}\u{202f}\u{2011}-]| [-–] |\n|  ", 6),
            each_alone in prop::bool::weighted(0.1),
            before in "[^0-9]{0,8}",
            after in "[^0-9]{0,8}",
        ) {
            let text = format!("{before}{}{after}", laid_out(&nir, &separators, each_alone));
            let left = without_nir(&text);
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
            prop_assert!(digits(&left) < 10, "{text:?} leaves {left:?}");
            prop_assert_eq!(left.chars().count(), text.chars().count());
        }

        #[test]
        fn any_text_keeps_its_length_and_is_not_changed_twice(text in "[0-9 .a-b-]{0,60}|\\PC{0,40}") {
            let once = without_nir(&text).into_owned();
            prop_assert_eq!(once.chars().count(), text.chars().count());
            prop_assert_eq!(without_nir(&once), once.as_str());
        }
    }
}
