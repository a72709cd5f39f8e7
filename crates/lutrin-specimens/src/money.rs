//! Amounts in whole cents and how French papers print them.

/// An amount in cents.
pub(crate) type Cents = i64;

/// A no-break space: amounts never break over two lines.
const SPACE: char = '\u{a0}';

/// Such as "2 345,67".
pub(crate) fn amount(cents: Cents) -> String {
    let (sign, cents) = if cents < 0 { ("-", -cents) } else { ("", cents) };
    format!("{sign}{},{:02}", thousands(cents / 100), cents % 100)
}

/// Such as "2 345".
pub(crate) fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(SPACE);
        }
        grouped.push(digit);
    }
    grouped
}

/// A rate in thousandths of a per cent, such as 6_900 for "6,900".
pub(crate) fn rate(thousandths: i64) -> String {
    format!("{},{:03}", thousandths / 1000, thousandths % 1000)
}

/// `base` times a rate in thousandths of a per cent, rounded to the cent.
pub(crate) fn share(base: Cents, thousandths: i64) -> Cents {
    part(base, thousandths, 100_000)
}

/// `base × numerator / denominator`, rounded half up.
pub(crate) fn part(base: i64, numerator: i64, denominator: i64) -> i64 {
    (2 * base * numerator + denominator).div_euclid(2 * denominator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_printed_the_french_way() {
        assert_eq!(amount(234_567), "2\u{a0}345,67");
        assert_eq!(amount(-5), "-0,05");
        assert_eq!(thousands(1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(rate(6_900), "6,900");
    }

    #[test]
    fn shares_are_rounded_to_the_cent() {
        // 6.9 % of 2,345.67 is 161.851…
        assert_eq!(share(234_567, 6_900), 16_185);
        assert_eq!(part(1, 1, 2), 1);
    }
}
