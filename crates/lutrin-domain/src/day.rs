//! The civil day: the one of Europe/Paris, wherever the machine is.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The day it is in Paris at this instant.
pub fn paris_day(instant: Timestamp) -> Date {
    // The database is compiled in, so that Paris exists on every system.
    let paris = TimeZoneDatabase::bundled().get("Europe/Paris").unwrap_or(TimeZone::UTC);
    instant.to_zoned(paris).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn late_in_the_evening_it_is_already_tomorrow_in_paris() {
        let instant: Timestamp = "2026-11-21T23:30:00Z".parse().unwrap();
        assert_eq!(paris_day(instant), date(2026, 11, 22));
    }
}
