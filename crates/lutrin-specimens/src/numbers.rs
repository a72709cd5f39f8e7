//! Registration numbers. SIRETs have a right key and an invented body; social
//! security numbers (NIR) always have a wrong key (case D06), so that none can
//! be somebody's.

use crate::draw::Draw;

/// The public body of the Cnam, a fixture of the domain notes (section 7.1).
pub(crate) const CNAM_SIRET: &str = "19753471200017";

/// An invented SIRET: the body starts with 999, then both keys are right.
pub(crate) fn invented_siret(draw: &mut Draw) -> String {
    let siren = with_luhn_key(&format!("999{}", draw.digits(5)));
    with_luhn_key(&format!("{siren}000{}", draw.between(1, 4)))
}

/// An invented social security number for these first digits (sex, year, month),
/// with a key that is wrong.
pub(crate) fn invented_nir(start: &str, draw: &mut Draw) -> String {
    let department = draw.between(1, 19);
    let body =
        format!("{start}{department:02}{:03}{:03}", draw.between(1, 399), draw.between(1, 899));
    let key = nir_key(&body).map_or(1, |right| (right + draw.between(0, 94) as u64) % 97 + 1);
    format!("{body}{key:02}")
}

/// The right key of the first thirteen digits: 97 − (n mod 97).
pub(crate) fn nir_key(body: &str) -> Option<u64> {
    body.parse::<u64>().ok().filter(|_| body.len() == 13).map(|number| 97 - number % 97)
}

/// How a NIR is printed: "1 84 12 76 451 089 46".
pub(crate) fn spaced_nir(nir: &str) -> String {
    spaced(nir, &[1, 2, 2, 2, 3, 3, 2])
}

/// How a SIRET is printed: "197 534 712 00017".
pub(crate) fn spaced_siret(siret: &str) -> String {
    spaced(siret, &[3, 3, 3, 5])
}

fn spaced(digits: &str, groups: &[usize]) -> String {
    let mut rest = digits;
    let mut parts = Vec::new();
    for &length in groups {
        let (group, after) = rest.split_at(length.min(rest.len()));
        parts.push(group);
        rest = after;
    }
    parts.join(" ")
}

/// Whether the Luhn sum of these digits is a multiple of ten.
#[cfg(test)]
pub(crate) fn has_luhn_key(digits: &str) -> bool {
    luhn_sum(digits).is_multiple_of(10)
}

fn with_luhn_key(body: &str) -> String {
    let missing = (10 - luhn_sum(&format!("{body}0")) % 10) % 10;
    format!("{body}{missing}")
}

fn luhn_sum(digits: &str) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte.saturating_sub(b'0'));
            if index % 2 == 1 { doubled(digit) } else { digit }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixtures_of_the_domain_notes_are_told_apart() {
        for valid in [CNAM_SIRET, "44338132200017", "73282932000074"] {
            assert!(has_luhn_key(valid), "{valid}");
        }
        assert!(!has_luhn_key("73282932000075"));
    }

    #[test]
    fn an_invented_siret_and_its_siren_have_right_keys() {
        let mut draw = Draw::new(3, "siret");
        for _ in 0..500 {
            let siret = invented_siret(&mut draw);
            assert_eq!(siret.len(), 14);
            assert!(has_luhn_key(&siret) && has_luhn_key(&siret[..9]), "{siret}");
        }
    }

    #[test]
    fn an_invented_nir_never_has_the_right_key() {
        let mut draw = Draw::new(3, "nir");
        for _ in 0..2_000 {
            let nir = invented_nir("29107", &mut draw);
            assert_eq!(nir.len(), 15);
            let printed: u64 = nir[13..].parse().unwrap();
            assert!((1..=97).contains(&printed), "{nir}");
            assert_ne!(Some(printed), nir_key(&nir[..13]), "{nir}");
        }
    }
}
