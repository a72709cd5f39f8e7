//! Taking NIRs out of a row of texts, one of which may be spread over several.

use lutrin_preview::{After, masked_sign, nir_ranges};

/// A text among others that a reader sees one after the other.
pub(crate) struct Part<'a> {
    /// The text.
    pub(crate) text: &'a mut String,
    /// Set if something of it was hidden.
    pub(crate) masked: &'a mut bool,
    /// What stands between it and the next one.
    pub(crate) after: After,
}

/// Replaces the signs of every NIR that the parts make in this order.
pub(crate) fn hide_nir(parts: &mut [Part<'_>]) {
    let mut row = String::new();
    let mut starts = Vec::with_capacity(parts.len());
    for part in parts.iter() {
        starts.push(row.len());
        row.push_str(part.text);
        match part.after {
            After::Nothing => {}
            After::Space => row.push(' '),
            After::Line => row.push('\n'),
        }
    }
    let hidden = nir_ranges(&row);
    if hidden.is_empty() {
        return;
    }
    let is_hidden = |at: usize| {
        let next = hidden.partition_point(|range| range.end <= at);
        hidden.get(next).is_some_and(|range| range.contains(&at))
    };
    for (part, start) in parts.iter_mut().zip(starts) {
        let signs = part.text.char_indices();
        let masked: String = signs
            .map(|(at, sign)| if is_hidden(start + at) { masked_sign(sign) } else { sign })
            .collect();
        if masked != *part.text {
            *part.text = masked;
            *part.masked = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(texts: &[&str]) -> (Vec<String>, Vec<bool>) {
        let mut texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let mut masked = vec![false; texts.len()];
        let mut parts: Vec<_> = texts
            .iter_mut()
            .zip(&mut masked)
            .map(|(text, masked)| Part { text, masked, after: After::Space })
            .collect();
        hide_nir(&mut parts);
        (texts, masked)
    }

    #[test]
    fn a_nir_over_several_words_is_hidden_in_each_of_them() {
        let words = ["Né", "N°1", "84", "12", "76", "451", "089.46,", "12", "rue"];
        let (texts, masked) = hidden(&words);
        assert_eq!(texts, ["Né", "N°•", "••", "••", "••", "•••", "•••.••,", "12", "rue"]);
        let expected = [false, true, true, true, true, true, true, false, false];
        assert_eq!(masked, expected);
    }

    #[test]
    fn two_nirs_in_one_word_are_both_hidden() {
        let (texts, _) = hidden(&["184127645108946;2690549588157", "fin"]);
        assert_eq!(texts, ["•••••••••••••••;•••••••••••••", "fin"]);
    }

    #[test]
    fn words_that_make_no_nir_stay() {
        let words = ["732", "829", "320", "00074", "1", "850,00", "12/03/2024"];
        let (texts, masked) = hidden(&words);
        assert_eq!(texts, words);
        assert!(masked.iter().all(|masked| !masked));
    }
}
