//! How fast what nobody waits for is done: at once while nobody is there, a tenth of the
//! time of one core while somebody reads or files come.

use std::time::Duration;

/// The rest after some work in company, as a multiple of what it took.
const REST: u32 = 9;

/// Who else needs the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Company {
    /// Nobody reads and no file comes.
    None,
    /// A person reads, or files are being carried.
    Somebody,
}

/// How much of the rest after some work is left when one has rested so long.
pub(crate) fn rest_left(worked: Duration, rested: Duration, company: Company) -> Duration {
    match company {
        Company::None => Duration::ZERO,
        Company::Somebody => worked.saturating_mul(REST).saturating_sub(rested),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_company_work_takes_a_tenth_of_the_time_and_alone_all_of_it() {
        let ms = Duration::from_millis;
        for (worked, rested, company, left) in [
            (ms(100), ms(0), Company::Somebody, ms(900)),
            (ms(100), ms(600), Company::Somebody, ms(300)),
            (ms(100), ms(900), Company::Somebody, ms(0)),
            (ms(100), ms(5_000), Company::Somebody, ms(0)),
            (ms(10_000), ms(0), Company::Somebody, ms(90_000)),
            (ms(0), ms(0), Company::Somebody, ms(0)),
            (Duration::MAX, ms(0), Company::Somebody, Duration::MAX),
            // Whoever leaves ends the rest.
            (ms(100), ms(1), Company::None, ms(0)),
        ] {
            assert_eq!(rest_left(worked, rested, company), left, "{worked:?}, {rested:?}");
        }
        let worked = ms(37);
        let rested = rest_left(worked, ms(0), Company::Somebody);
        assert!(worked * 10 <= worked + rested);
    }
}
