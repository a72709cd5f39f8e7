//! Months and dates, and how they are written in French.

use jiff::ToSpan;
use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month {
    pub(crate) year: i16,
    pub(crate) month: i8,
}

impl Month {
    pub(crate) fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// The month `count` months later, or earlier if negative.
    pub(crate) fn plus(self, count: i32) -> Self {
        let index = i32::from(self.year) * 12 + i32::from(self.month) - 1 + count;
        Self { year: (index.div_euclid(12)) as i16, month: (index.rem_euclid(12) + 1) as i8 }
    }

    pub(crate) fn first(self) -> Date {
        Date::constant(self.year, self.month, 1)
    }

    pub(crate) fn last(self) -> Date {
        self.first().last_of_month()
    }

    /// Day `day` of the month, or its last one.
    pub(crate) fn day(self, day: i8) -> Date {
        Date::constant(self.year, self.month, day.min(self.first().days_in_month()))
    }

    pub(crate) fn days(self) -> i64 {
        self.first().days_in_month().into()
    }

    /// Such as `2024-03`, for slot keys.
    pub(crate) fn key(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    /// Such as "mars 2024".
    pub(crate) fn words(self) -> String {
        format!("{} {}", MONTHS[usize::from(self.month.unsigned_abs()) - 1], self.year)
    }

    /// Every month from this one to `last`, both included.
    pub(crate) fn to(self, last: Self) -> impl Iterator<Item = Self> {
        (0..).map(move |count| self.plus(count)).take_while(move |month| *month <= last)
    }
}

/// Such as "3 mars 2024", "1er mars 2024".
pub(crate) fn in_words(date: Date) -> String {
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{day} {}", Month::of(date).words())
}

/// Such as "03/03/2024".
pub(crate) fn in_digits(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// The date `days` days later, or earlier if negative.
pub(crate) fn shifted(date: Date, days: i64) -> Date {
    date.saturating_add(days.days())
}

/// How long from `start` to `end`, such as "1 an 2 mois".
pub(crate) fn seniority(start: Date, end: Date) -> String {
    years_and_months(whole_months(start, end))
}

/// Months between the months of two dates.
pub(crate) fn whole_months(start: Date, end: Date) -> i32 {
    let (from, to) = (Month::of(start), Month::of(end));
    (i32::from(to.year) - i32::from(from.year)) * 12 + i32::from(to.month - from.month)
}

/// Such as "1 an 2 mois".
pub(crate) fn years_and_months(months: i32) -> String {
    match (months / 12, months % 12) {
        (0, months) => format!("{months} mois"),
        (years, 0) => format!("{years} {}", if years == 1 { "an" } else { "ans" }),
        (years, months) => {
            format!("{years} {} {months} mois", if years == 1 { "an" } else { "ans" })
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn months_cross_years_both_ways() {
        let march = Month { year: 2024, month: 3 };
        assert_eq!(march.plus(-3).key(), "2023-12");
        assert_eq!(march.plus(10).key(), "2025-01");
        assert_eq!(march.plus(-1).last(), date(2024, 2, 29));
        assert_eq!(march.to(march.plus(13)).count(), 14);
    }

    #[test]
    fn dates_are_written_in_french() {
        assert_eq!(in_words(date(2024, 8, 1)), "1er août 2024");
        assert_eq!(in_digits(date(2024, 8, 1)), "01/08/2024");
        assert_eq!(seniority(date(2024, 8, 1), date(2025, 10, 31)), "1 an 2 mois");
    }
}
