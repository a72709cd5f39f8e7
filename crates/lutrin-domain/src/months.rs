//! Counting months of experience exactly (domain notes, section 5.2).
//!
//! For each civil day, the share worked is the sum of the rates of the jobs of
//! that day, at most one full time; months are the sum of share ÷ days in that
//! month. Whole calendar months give whole numbers, overlaps count once, and
//! nothing is rounded: all figures are rationals.

use std::collections::BTreeMap;

use jiff::civil::Date;
use num_rational::Ratio;
use serde::{Deserialize, Serialize};

/// An exact number of months.
pub type Months = Ratio<i128>;

/// How far under a threshold is still borderline: 0.15 month, about four days.
pub const BORDERLINE_BAND: (i128, i128) = (15, 100);

/// Part time as hours over the hours of a full time, never a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "WrittenRate")]
pub struct WorkRate {
    /// Hours worked.
    hours: u32,
    /// Hours of a full time over the same period.
    reference: u32,
}

#[derive(Deserialize)]
struct WrittenRate {
    hours: u32,
    reference: u32,
}

/// A rate without reference, or above a full time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate is hours over a reference, more than zero and at most one full time")]
pub struct InvalidRate;

impl TryFrom<WrittenRate> for WorkRate {
    type Error = InvalidRate;

    fn try_from(written: WrittenRate) -> Result<Self, InvalidRate> {
        Self::new(written.hours, written.reference)
    }
}

impl WorkRate {
    /// A full time.
    pub const FULL: Self = Self { hours: 1, reference: 1 };

    /// `hours` worked where a full time is `reference`.
    pub fn new(hours: u32, reference: u32) -> Result<Self, InvalidRate> {
        (0 < hours && hours <= reference).then_some(Self { hours, reference }).ok_or(InvalidRate)
    }

    /// Hours worked.
    pub fn hours(self) -> u32 {
        self.hours
    }

    /// Hours of a full time.
    pub fn reference(self) -> u32 {
        self.reference
    }

    fn share(self) -> Ratio<i128> {
        Ratio::new(self.hours.into(), self.reference.into())
    }
}

/// A time worked: first and last day, both included, at a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    first: Date,
    last: Date,
    rate: WorkRate,
}

/// A period that ends before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the period ends before it starts")]
pub struct InvalidPeriod;

impl Period {
    /// From `first` to `last`, both included.
    pub fn new(first: Date, last: Date, rate: WorkRate) -> Result<Self, InvalidPeriod> {
        (first <= last).then_some(Self { first, last, rate }).ok_or(InvalidPeriod)
    }
}

/// The two measures kept side by side (domain notes, section 5.1, consequence 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measures {
    /// *Mois civils*: every day with a job counts whole.
    pub calendar: Months,
    /// *Équivalent temps plein*: days weighted by their rate.
    pub full_time: Months,
}

impl Measures {
    /// Whether the two measures lead to different answers on a threshold, in
    /// which case a person chooses (case X02).
    pub fn disagree_on(&self, threshold: Months) -> bool {
        Reach::of(self.calendar, threshold) != Reach::of(self.full_time, threshold)
    }
}

/// How a number of months stands to a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// At or above it.
    Satisfied,
    /// Less than 0.15 month under it: a person decides, never a refusal (case X04).
    Borderline,
    /// Under it.
    NotSatisfied,
}

impl Reach {
    /// Compares exactly.
    pub fn of(months: Months, threshold: Months) -> Self {
        let (numerator, denominator) = BORDERLINE_BAND;
        if months >= threshold {
            Self::Satisfied
        } else if months >= threshold - Ratio::new(numerator, denominator) {
            Self::Borderline
        } else {
            Self::NotSatisfied
        }
    }
}

/// Measures these periods together.
pub fn measure(periods: &[Period]) -> Measures {
    let mut measures = Measures { calendar: Ratio::ZERO, full_time: Ratio::ZERO };
    for segment in segments(periods) {
        let months = months_between(segment.first, segment.last);
        measures.calendar += months;
        measures.full_time += months * segment.share;
    }
    measures
}

/// Days in a row with the same jobs.
struct Segment {
    first: Date,
    last: Date,
    share: Ratio<i128>,
}

/// Cuts the periods at every day on which a job starts or has ended.
fn segments(periods: &[Period]) -> Vec<Segment> {
    let mut changes: BTreeMap<Date, Ratio<i128>> = BTreeMap::new();
    for period in periods {
        *changes.entry(period.first).or_default() += period.rate.share();
        // The last day jiff knows has no tomorrow; nothing changes after it.
        if let Ok(after) = period.last.tomorrow() {
            *changes.entry(after).or_default() -= period.rate.share();
        }
    }
    let mut segments = Vec::new();
    let mut sum: Ratio<i128> = Ratio::ZERO;
    let mut days = changes.iter().peekable();
    while let Some((first, change)) = days.next() {
        sum += change;
        let last = match days.peek() {
            Some((next, _)) => next.yesterday().unwrap_or(**next),
            None => Date::MAX,
        };
        if sum > Ratio::ZERO {
            segments.push(Segment { first: *first, last, share: sum.min(Ratio::ONE) });
        }
    }
    segments
}

/// Months from `first` to `last`, both included, each day worth one over the
/// days of its month.
fn months_between(first: Date, last: Date) -> Months {
    let days = |date: Date| i128::from(date.days_in_month());
    if (first.year(), first.month()) == (last.year(), last.month()) {
        return Ratio::new(i128::from(last.day() - first.day()) + 1, days(first));
    }
    let head = Ratio::new(days(first) - i128::from(first.day()) + 1, days(first));
    let tail = Ratio::new(i128::from(last.day()), days(last));
    let index = |date: Date| i128::from(date.year()) * 12 + i128::from(date.month());
    head + tail + Ratio::from(index(last) - index(first) - 1)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    type Written = ((i16, i8, i8), (i16, i8, i8), (u32, u32));

    fn period(((y, m, d), (y2, m2, d2), (hours, reference)): Written) -> Period {
        let rate = WorkRate::new(hours, reference).unwrap();
        Period::new(date(y, m, d), date(y2, m2, d2), rate).unwrap()
    }

    /// Months in hundredths, rounded down as the fixtures are written.
    fn hundredths(months: Months) -> i128 {
        (months * Ratio::from(100)).round().to_integer()
    }

    fn measured(periods: &[Written]) -> (i128, i128) {
        let periods: Vec<_> = periods.iter().copied().map(period).collect();
        let measures = measure(&periods);
        (hundredths(measures.calendar), hundredths(measures.full_time))
    }

    const FULL: (u32, u32) = (35, 35);

    #[test]
    fn t01_a_full_year_is_twelve_months() {
        assert_eq!(measured(&[((2022, 9, 1), (2023, 8, 31), FULL)]), (1200, 1200));
    }

    #[test]
    fn t02_two_half_years_with_a_gap_are_twelve_months() {
        let periods = [((2022, 1, 1), (2022, 6, 30), FULL), ((2022, 10, 1), (2023, 3, 31), FULL)];
        assert_eq!(measured(&periods), (1200, 1200));
    }

    #[test]
    fn t03_from_mid_month_to_mid_month_is_twelve_months() {
        assert_eq!(measured(&[((2022, 1, 15), (2023, 1, 14), FULL)]), (1200, 1200));
    }

    #[test]
    fn t04_a_leap_february_leaves_it_borderline() {
        let months = measure(&[period(((2023, 2, 15), (2024, 2, 14), FULL))]).calendar;
        assert_eq!(hundredths(months), 1198);
        assert_eq!(Reach::of(months, Ratio::from(12)), Reach::Borderline);
    }

    #[test]
    fn t05_x04_one_day_short_is_borderline_never_refused() {
        let months = measure(&[period(((2022, 9, 1), (2023, 8, 30), FULL))]).calendar;
        assert_eq!(hundredths(months), 1197);
        assert_eq!(Reach::of(months, Ratio::from(12)), Reach::Borderline);
    }

    #[test]
    fn t06_x02_half_time_makes_the_measures_disagree() {
        let measures = measure(&[period(((2022, 1, 1), (2023, 6, 30), (1, 2)))]);
        assert_eq!((hundredths(measures.calendar), hundredths(measures.full_time)), (1800, 900));
        assert!(measures.disagree_on(Ratio::from(12)));
    }

    #[test]
    fn t07_two_years_at_half_time_are_twelve_months_of_full_time() {
        assert_eq!(measured(&[((2022, 1, 1), (2023, 12, 31), (1, 2))]), (2400, 1200));
    }

    #[test]
    fn t08_x03_four_fifths_during_fifteen_months_are_exactly_twelve() {
        let measures = measure(&[period(((2022, 1, 1), (2023, 3, 31), (28, 35)))]);
        assert_eq!(measures.full_time, Ratio::from(12), "exact, not 11.999");
        assert_eq!(measures.calendar, Ratio::from(15));
    }

    #[test]
    fn t09_x01_an_overlap_counts_once() {
        let periods = [((2021, 1, 1), (2021, 8, 31), FULL), ((2021, 5, 1), (2021, 12, 31), FULL)];
        assert_eq!(measured(&periods), (1200, 1200));
    }

    #[test]
    fn t10_two_half_times_make_one_full_time() {
        let year = ((2022, 1, 1), (2022, 12, 31), (1, 2));
        assert_eq!(measured(&[year, year]), (1200, 1200));
    }

    #[test]
    fn t11_more_than_a_full_time_is_capped() {
        let periods =
            [((2022, 1, 1), (2022, 12, 31), (4, 5)), ((2022, 1, 1), (2022, 12, 31), (1, 2))];
        assert_eq!(measured(&periods), (1200, 1200));
    }

    #[test]
    fn t12_x28_twenty_missions_of_a_week() {
        let missions: Vec<_> = (0..20)
            .map(|n| {
                let monday = date(2023, 1, 9).checked_add((14 * n).days()).unwrap();
                let friday = monday.checked_add(4.days()).unwrap();
                Period::new(monday, friday, WorkRate::FULL).unwrap()
            })
            .collect();
        assert_eq!(missions[19].last, date(2023, 10, 6));
        assert_eq!(hundredths(measure(&missions).calendar), 329);
    }

    #[test]
    fn t14_three_years_are_thirty_six_months() {
        assert_eq!(measured(&[((2019, 1, 1), (2021, 12, 31), FULL)]), (3600, 3600));
    }

    #[test]
    fn t15_a_shared_day_counts_once() {
        let periods = [((2022, 1, 1), (2022, 6, 30), FULL), ((2022, 6, 30), (2022, 12, 31), FULL)];
        assert_eq!(measured(&periods), (1200, 1200));
    }

    #[test]
    fn a_rate_without_reference_is_refused() {
        assert_eq!(WorkRate::new(1, 0), Err(InvalidRate));
        assert_eq!(WorkRate::new(36, 35), Err(InvalidRate));
        assert!(serde_json::from_str::<WorkRate>(r#"{"hours":0,"reference":35}"#).is_err());
    }

    /// The definition of section 5.2, day by day: slow and plainly right.
    fn day_by_day(periods: &[Period]) -> Measures {
        let mut measures = Measures { calendar: Ratio::ZERO, full_time: Ratio::ZERO };
        let first = periods.iter().map(|p| p.first).min().unwrap();
        let last = periods.iter().map(|p| p.last).max().unwrap();
        for day in first.series(1.day()).take_while(|day| *day <= last) {
            let sum: Ratio<i128> = periods
                .iter()
                .filter(|p| p.first <= day && day <= p.last)
                .map(|p| p.rate.share())
                .sum();
            let month = Ratio::new(1, i128::from(day.days_in_month()));
            measures.full_time += sum.min(Ratio::ONE) * month;
            if sum > Ratio::ZERO {
                measures.calendar += month;
            }
        }
        measures
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_sweep_gives_what_the_definition_gives(
            jobs in prop::collection::vec((0i64..900, 0i64..500, 1u32..=7, 7u32..=10), 1..5)
        ) {
            let periods: Vec<_> = jobs
                .into_iter()
                .map(|(start, length, hours, reference)| {
                    let first = date(2019, 11, 17).checked_add(start.days()).unwrap();
                    let last = first.checked_add(length.days()).unwrap();
                    Period::new(first, last, WorkRate::new(hours, reference).unwrap()).unwrap()
                })
                .collect();
            prop_assert_eq!(measure(&periods), day_by_day(&periods));
        }
    }
}
