//! How long a copy may be read without the service being heard, whatever is done to
//! the machine's clock.

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

/// A clock that goes back by more than this was set; by less, it was corrected.
pub const SET_BACK: SignedDuration = SignedDuration::from_mins(5);

/// The time as far as it is known for certain: what the service said, and what went by
/// since on this machine's clock.
///
/// A clock set back takes nothing away from it: it goes on from where it was. A clock
/// set forward ends a lease early, until the service is heard again, which alone may
/// take back time that was never true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedTime {
    /// The latest time known to have come.
    mark: Timestamp,
    /// What this machine's clock showed then.
    local: Timestamp,
}

/// The day on which the copies of a sitting are erased that was held on this date, where they
/// are kept for so many days; none if that day never comes.
pub fn erased_on(held: Date, days: u16) -> Option<Date> {
    held.checked_add(Span::new().days(i64::from(days) + 1)).ok()
}

/// Whether a copy may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// It may.
    Open {
        /// Until when, by the service's clock; nothing if the service set no end.
        until: Option<Timestamp>,
    },
    /// Not until the service is heard again.
    Expired {
        /// Since when, by the service's clock.
        since: Timestamp,
    },
}

impl TrustedTime {
    /// The service said what time it is.
    pub fn heard(service: Timestamp, local: Timestamp) -> Self {
        Self { mark: service, local }
    }

    /// The time, when this machine's clock shows this.
    pub fn at(&self, local: Timestamp) -> Timestamp {
        let gone_by = local.duration_since(self.local).max(SignedDuration::ZERO);
        self.mark.saturating_add(gone_by).unwrap_or(self.mark)
    }

    /// The same, from which time goes on: what went by is not forgotten when the clock is
    /// set back afterwards.
    #[must_use]
    pub fn raised(&self, local: Timestamp) -> Self {
        Self { mark: self.at(local), local }
    }

    /// Whether the clock was set back since.
    pub fn was_set_back(&self, local: Timestamp) -> bool {
        self.local.duration_since(local) > SET_BACK
    }
}

impl Lease {
    /// Whether a copy lent until then may be read at this time.
    pub fn at(until: Option<Timestamp>, now: Timestamp) -> Self {
        match until {
            Some(since) if now >= since => Self::Expired { since },
            until => Self::Open { until },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);
    const YEARS: SignedDuration = SignedDuration::from_hours(24 * 3_650);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_set_back_gives_no_time_back() {
        let now = at("2026-11-21T09:00:00Z");
        let heard = TrustedTime::heard(now, now);
        let later = heard.raised(now + DAY * 10);
        assert_eq!(later.at(now + DAY * 10), now + DAY * 10);
        for set_back in [now, now - DAY, now - YEARS, Timestamp::MIN] {
            assert!(later.was_set_back(set_back));
            let back = later.raised(set_back);
            assert_eq!(back.at(set_back), now + DAY * 10, "{set_back}");
            // And it goes on from there.
            let goes_on = set_back.saturating_add(DAY * 5).unwrap();
            assert_eq!(back.at(goes_on), now + DAY * 15);
        }
        assert!(!later.was_set_back(now + DAY * 10 - SET_BACK));
    }

    #[test]
    fn a_clock_that_is_wrong_all_along_counts_the_days_right() {
        let service = at("2026-11-21T09:00:00Z");
        for off in [YEARS, -YEARS, DAY, -DAY] {
            let local = service + off;
            let heard = TrustedTime::heard(service, local);
            assert_eq!(heard.at(local + DAY * 3), service + DAY * 3);
        }
    }

    #[test]
    fn the_service_takes_back_what_a_clock_set_forward_had_ended() {
        let now = at("2026-11-21T09:00:00Z");
        let until = Some(now + DAY * 14);
        let ahead = TrustedTime::heard(now, now).raised(now + YEARS);
        assert_eq!(Lease::at(until, ahead.at(now)), Lease::Expired { since: now + DAY * 14 });
        let heard = TrustedTime::heard(now + DAY, now + YEARS);
        assert_eq!(Lease::at(until, heard.at(now + YEARS)), Lease::Open { until });
    }

    #[test]
    fn a_lease_ends_at_its_end_and_none_never_does() {
        let end = at("2026-12-05T09:00:00Z");
        let almost = end - SignedDuration::from_nanos(1);
        assert_eq!(Lease::at(Some(end), almost), Lease::Open { until: Some(end) });
        assert_eq!(Lease::at(Some(end), end), Lease::Expired { since: end });
        assert_eq!(Lease::at(None, Timestamp::MAX), Lease::Open { until: None });
    }

    #[test]
    fn copies_of_a_sitting_are_erased_once_their_days_are_over() {
        let held = jiff::civil::date(2026, 2, 20);
        assert_eq!(erased_on(held, 15), Some(jiff::civil::date(2026, 3, 8)));
        assert_eq!(erased_on(held, 0), Some(jiff::civil::date(2026, 2, 21)));
        assert_eq!(erased_on(Date::MAX, 15), None);
    }

    #[test]
    fn no_clock_makes_time_overflow() {
        let ends = [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX];
        for service in ends {
            for then in ends {
                for now in ends {
                    let time = TrustedTime::heard(service, then);
                    assert!(time.at(now) >= service && time.raised(now).at(now) >= service);
                }
            }
        }
    }
}
