//! Finding words on a page as a reader would: without case, accents or kinds of hyphens.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::text::{After, PageBox, Word, is_right_to_left};

/// Where a searched text is on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The first of the words it touches, by its index.
    pub first_word: usize,
    /// The last of them, the same one when it lies within one word.
    pub last_word: usize,
    /// A box for each line it is on, in reading order; none where words have no place.
    pub boxes: Vec<PageBox>,
}

/// Finds a text in the words of a page, in reading order, without overlaps.
///
/// Case, accents, ligatures and the kinds of apostrophes, hyphens and spaces are ignored;
/// any run of spaces or line ends is one space. A word that a hyphen cuts at the end of a line
/// is found whole, with its hyphen or without. A part of a word is found too: its box
/// follows the letters where their places are known, and is estimated by their number where
/// they are not. An empty query is found nowhere.
pub fn find(words: &[Word], query: &str) -> Vec<Hit> {
    // Folded first: some signs, such as an accent alone, become spaces.
    let wanted = folded(query).split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted: Vec<char> = wanted.chars().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let page = Page::of(words);
    let mut hits = Vec::new();
    let mut at = 0;
    while at < page.letters.len() {
        match page.end_of(&wanted, at) {
            Some(end) => {
                hits.push(page.hit(at, end));
                at = end;
            }
            None => at += 1,
        }
    }
    hits
}

/// A text as searches compare it; a space may remain where a sign stood for one.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text.nfkd());
    folded
}

fn fold_into(folded: &mut String, decomposed: impl Iterator<Item = char>) {
    for sign in decomposed.filter(|sign| !is_combining_mark(*sign)).flat_map(char::to_lowercase) {
        match sign {
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            '’' | '‘' | 'ʼ' | '′' | '`' => folded.push('\''),
            '“' | '”' | '„' | '«' | '»' => folded.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            '\u{ad}' => {}
            sign => folded.push(sign),
        }
    }
}

/// A folded sign and the word it comes from; none for the space between two words.
struct Letter {
    sign: char,
    word: Option<usize>,
    /// How many signs from here on only cut a word at the end of a line: its hyphen and the
    /// space behind it, which a search may leave out.
    cut: usize,
}

/// The words of a page as one row of folded signs.
struct Page<'a> {
    words: &'a [Word],
    letters: Vec<Letter>,
    /// For each word, where its first letter is in the row, and for each of its letters
    /// the one of the word it comes from: a ligature is one and gives two.
    spans: Vec<(usize, Vec<usize>)>,
}

impl<'a> Page<'a> {
    fn of(words: &'a [Word]) -> Self {
        let mut page = Self { words, letters: Vec::new(), spans: Vec::with_capacity(words.len()) };
        for (index, word) in words.iter().enumerate() {
            let start = page.letters.len();
            let mut origins = Vec::with_capacity(word.text.len());
            let mut signs = String::new();
            for (origin, letter) in word.text.chars().enumerate() {
                signs.clear();
                fold_into(&mut signs, std::iter::once(letter).nfkd());
                let word = Some(index);
                page.letters.extend(signs.chars().map(|sign| Letter { sign, word, cut: 0 }));
                origins.extend(signs.chars().map(|_| origin));
            }
            page.spans.push((start, origins));
            if word.after != After::Nothing {
                let cut = words.get(index + 1).is_some_and(|next| is_cut(word, next));
                if cut && let Some(hyphen) = page.letters.last_mut().filter(|it| it.sign == '-') {
                    hyphen.cut = 2;
                }
                page.letters.push(Letter { sign: ' ', word: None, cut: usize::from(cut) });
            }
        }
        page
    }

    /// Where a text ends that begins exactly at this letter, if it does.
    fn end_of(&self, wanted: &[char], start: usize) -> Option<usize> {
        let mut at = start;
        for sign in wanted {
            let mut letter = self.letters.get(at)?;
            while letter.sign != *sign && letter.cut > 0 && at > start {
                at += letter.cut;
                letter = self.letters.get(at)?;
            }
            if letter.sign != *sign {
                return None;
            }
            at += 1;
        }
        Some(at)
    }

    /// The hit of the letters from `start` to before `end`.
    ///
    /// A query begins and ends with a letter of some word: no space is left at its ends.
    fn hit(&self, start: usize, end: usize) -> Hit {
        let touched = || self.letters[start..end].iter().filter_map(|letter| letter.word);
        let (first_word, last_word) = (touched().min().unwrap_or(0), touched().max().unwrap_or(0));
        let mut boxes: Vec<(u32, PageBox)> = Vec::new();
        for index in first_word..=last_word {
            let word = &self.words[index];
            let Some(area) = word.area else { continue };
            let (first, origins) = &self.spans[index];
            let part = part_of(word, area, origins, start.saturating_sub(*first)..end - first);
            match boxes.last_mut() {
                Some((line, so_far)) if *line == word.line => *so_far = so_far.union(part),
                _ => boxes.push((word.line, part)),
            }
        }
        Hit { first_word, last_word, boxes: boxes.into_iter().map(|(_, area)| area).collect() }
    }
}

/// Says whether a word goes on in the next one behind a hyphen at the end of its line.
fn is_cut(word: &Word, next: &Word) -> bool {
    word.after == After::Line
        && before_hyphen(&word.text).is_some_and(|start| start.ends_with(char::is_alphabetic))
        && next.text.starts_with(char::is_alphabetic)
}

/// What stands before the hyphen that ends a text.
pub(crate) fn before_hyphen(text: &str) -> Option<&str> {
    text.strip_suffix(['-', '\u{ad}', '\u{2010}', '\u{2011}'])
}

/// The part of a word's box that some of its folded letters take. A word higher than wide
/// is taken whole: it may be turned.
fn part_of(word: &Word, area: PageBox, origins: &[usize], wanted: Range<usize>) -> PageBox {
    let (width, height) = (area.right - area.left, area.bottom - area.top);
    let count = origins.len();
    let upright = !word.ends.is_empty();
    if count < 2 || (!upright && height > width * 2.0) {
        return area;
    }
    let (left, right) = if upright {
        // Where a letter begins, the one before it ends.
        let end = |letter: usize| word.ends.get(letter).map_or(1.0, |end| f32::from(*end) / 1000.0);
        let first = origins.get(wanted.start).and_then(|letter| letter.checked_sub(1));
        let last = origins.get(wanted.end.min(count).saturating_sub(1));
        (first.map_or(0.0, end), last.map_or(1.0, |letter| end(*letter)))
    } else {
        let share = |letter: usize| letter.min(count) as f32 / count as f32;
        let (first, last) = (share(wanted.start), share(wanted.end));
        if is_right_to_left(&word.text) { (1.0 - last, 1.0 - first) } else { (first, last) }
    };
    let left = area.left + width * left.min(right);
    PageBox { left, right: (area.left + width * right).clamp(left, area.right.max(left)), ..area }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines of words, each letter 10 wide, each line 20 high.
    fn page(lines: &[&str]) -> Vec<Word> {
        let mut words = Vec::new();
        for (line, content) in (0_u32..).zip(lines) {
            let mut left = 0.0;
            for text in content.split(' ') {
                let right = left + 10.0 * text.chars().count() as f32;
                let top = 20.0 * line as f32;
                words.push(Word {
                    text: text.to_owned(),
                    area: Some(PageBox { left, top, right, bottom: top + 20.0 }),
                    ends: Vec::new(),
                    line,
                    after: After::Space,
                    masked: false,
                });
                left = right + 10.0;
            }
            if let Some(last) = words.last_mut() {
                last.after = After::Line;
            }
        }
        words
    }

    fn at(left: f32, top: f32, right: f32) -> PageBox {
        PageBox { left, top, right, bottom: top + 20.0 }
    }

    #[test]
    fn words_are_found_as_a_reader_would() {
        let words = page(&["Œuvre de l’École", "d’Été : co‑écrite", "à l’ofﬁce Cœur"]);
        for (query, expected) in [
            ("oeuvre", &[(0, 0)][..]),
            ("ŒUVRE", &[(0, 0)]),
            ("ecole d'ete", &[(2, 3)]),
            ("École\u{a0}d’été", &[(2, 3)]),
            ("  ÉTÉ   :  ", &[(3, 4)]),
            ("co-ecrite", &[(5, 5)]),
            ("office coeur", &[(7, 8)]),
            (
                "e",
                &[
                    (0, 0),
                    (0, 0),
                    (1, 1),
                    (2, 2),
                    (2, 2),
                    (3, 3),
                    (3, 3),
                    (5, 5),
                    (5, 5),
                    (7, 7),
                    (8, 8),
                ],
            ),
            ("de l", &[(1, 2)]),
            ("absent", &[]),
            ("", &[]),
            (" \n ", &[]),
            ("\u{301}", &[]),
        ] {
            let found: Vec<_> =
                find(&words, query).iter().map(|hit| (hit.first_word, hit.last_word)).collect();
            assert_eq!(found, expected, "{query:?}");
        }
    }

    #[test]
    fn boxes_follow_the_letters_and_the_lines() {
        let words = page(&["attestation de", "travail"]);
        let boxes = |query| find(&words, query).remove(0).boxes;
        assert_eq!(boxes("attestation"), [at(0.0, 0.0, 110.0)]);
        assert_eq!(boxes("test"), [at(20.0, 0.0, 60.0)], "a part of a word");
        assert_eq!(boxes("attestation de"), [at(0.0, 0.0, 140.0)], "one box for a line");
        let over_the_end = boxes("station de trav");
        assert_eq!(over_the_end, [at(40.0, 0.0, 140.0), at(0.0, 20.0, 40.0)]);
    }

    #[test]
    fn boxes_follow_the_widths_of_the_letters() {
        let mut words = page(&["Œil,"]);
        // A wide letter that is searched as two, two narrow ones, a comma.
        words[0].ends = vec![600, 750, 900, 1000];
        let boxes = |query| find(&words, query).remove(0).boxes;
        assert_eq!(boxes("œil"), [at(0.0, 0.0, 36.0)]);
        assert_eq!(boxes("il"), [at(24.0, 0.0, 36.0)]);
        assert_eq!(boxes("eil"), [at(0.0, 0.0, 36.0)], "half a letter is marked whole");
        assert_eq!(boxes("oeil,"), [at(0.0, 0.0, 40.0)]);
        assert_eq!(boxes("l,"), [at(30.0, 0.0, 40.0)]);
    }

    #[test]
    fn words_without_a_place_are_found_without_a_box() {
        let mut words = page(&["salaire net"]);
        words.iter_mut().for_each(|word| word.area = None);
        let hits = find(&words, "salaire net");
        assert_eq!(hits, [Hit { first_word: 0, last_word: 1, boxes: Vec::new() }]);
    }

    #[test]
    fn a_word_cut_at_the_end_of_its_line_is_found_whole() {
        let words = page(&["mon expé-", "rience EXPÉ\u{2010}", "RIENCE est peut-", "être longue"]);
        let found = |query| -> Vec<_> {
            find(&words, query).iter().map(|hit| (hit.first_word, hit.last_word)).collect()
        };
        for (query, expected) in [
            ("expérience", &[(1, 2), (3, 4)][..]),
            ("mon experience", &[(0, 2)]),
            ("périence e", &[(1, 3), (3, 5)]),
            ("expé-", &[(1, 1), (3, 3)]),
            ("expé- rience", &[(1, 2), (3, 4)]),
            ("expé-rience", &[(1, 2), (3, 4)]),
            ("peut-être", &[(6, 7)]),
            ("peutêtre", &[(6, 7)]),
            ("rience", &[(2, 2), (4, 4)]),
            ("expé rience", &[]),
            ("-rience", &[(1, 2), (3, 4)]),
        ] {
            assert_eq!(found(query), expected, "{query:?}");
        }
        let boxes = find(&words, "expérience").remove(0).boxes;
        assert_eq!(boxes, [at(40.0, 0.0, 90.0), at(0.0, 20.0, 60.0)], "both halves are marked");
        let boxes = find(&words, "péri").remove(0).boxes;
        assert_eq!(boxes, [at(60.0, 0.0, 90.0), at(0.0, 20.0, 20.0)]);
    }

    #[test]
    fn a_hyphen_that_cuts_no_word_stays() {
        let words = page(&["du 2024-", "03 - ", "suite A -", "fin de-ci de-là"]);
        for (query, count) in
            [("202403", 0), ("2024- 03", 1), ("a fin", 0), ("deci", 0), ("suitea", 0)]
        {
            assert_eq!(find(&words, query).len(), count, "{query:?}");
        }
    }

    #[test]
    fn a_part_of_a_word_read_from_the_right_is_on_its_right() {
        let words = page(&["שלום"]);
        let boxes = |query| find(&words, query).remove(0).boxes;
        assert_eq!(boxes("של"), [at(20.0, 0.0, 40.0)]);
        assert_eq!(boxes("ם"), [at(0.0, 0.0, 10.0)]);
    }

    #[test]
    fn a_word_cut_by_a_ceiling_is_found_whole() {
        let mut words = page(&["anti constitutionnel"]);
        words[0].after = After::Nothing;
        assert_eq!(find(&words, "anticonstitutionnel").len(), 1);
    }

    proptest! {
        #[test]
        fn a_hit_is_always_on_the_page(
            lines in prop::collection::vec("[a-cÉéœﬁ’\u{301}-]{1,5}( [a-cÉéœﬁ’\u{301}-]{1,5}){0,4}", 1..5),
            query in "[a-cÉéœﬁ’ -]{0,4}",
        ) {
            let lines: Vec<_> = lines.iter().map(String::as_str).collect();
            let words = page(&lines);
            for hit in find(&words, &query) {
                prop_assert!(hit.first_word <= hit.last_word && hit.last_word < words.len());
                let around = words[hit.first_word..=hit.last_word]
                    .iter()
                    .filter_map(|word| word.area)
                    .reduce(PageBox::union)
                    .unwrap();
                for area in hit.boxes {
                    prop_assert!(area.left <= area.right && area.top <= area.bottom);
                    prop_assert_eq!(area.union(around), around);
                }
            }
        }

        #[test]
        fn nothing_makes_it_stop(words in prop::collection::vec("\\PC{0,6}", 0..6), query in "\\PC{0,6}") {
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            find(&page(&words), &query);
        }

        #[test]
        fn each_word_is_found_where_it_is(index in 0_usize..6) {
            let words = page(&["Certificat de travail", "établi à Évreux"]);
            let hits = find(&words, &words[index].text.to_uppercase());
            prop_assert!(hits.iter().any(|hit| hit.first_word == index));
        }
    }
}
