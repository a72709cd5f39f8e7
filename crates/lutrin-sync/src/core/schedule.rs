//! When to try again: soon after a failure, then less and less often.

use std::time::Duration;

/// How long after a good exchange the next one starts by itself.
pub const CALM: Duration = Duration::from_secs(60);
/// The same while the service tells of changes by itself.
pub const CALM_LISTENING: Duration = Duration::from_secs(600);
/// The longest wait that a service may ask for.
pub const LONGEST_ASKED: Duration = Duration::from_secs(300);
/// The first wait after a failure.
pub const FIRST_RETRY: Duration = Duration::from_secs(1);
/// The longest wait after failures.
pub const LONGEST_RETRY: Duration = Duration::from_secs(60);

/// Counts failures in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    failures: u32,
}

impl Schedule {
    /// An exchange went well; returns how long to wait for the next.
    ///
    /// `jitter`, from 0 to 1, keeps the machines of a centre out of step: the wait
    /// is a fifth less to a fifth more than the nominal one.
    pub fn succeeded(&mut self, calm: Duration, jitter: f64) -> Duration {
        self.failures = 0;
        calm.mul_f64(0.8 + 0.4 * jitter.clamp(0.0, 1.0))
    }

    /// An exchange failed; returns how long to wait for the next, which is no less
    /// than the service asks for.
    ///
    /// `jitter`, from 0 to 1, spreads the machines of a centre that lost the
    /// network together: the wait is between half and all of the nominal one.
    pub fn failed(&mut self, jitter: f64, retry_after: Option<Duration>) -> Duration {
        let nominal = FIRST_RETRY.saturating_mul(1 << self.failures.min(10)).min(LONGEST_RETRY);
        self.failures = self.failures.saturating_add(1);
        let jitter = jitter.clamp(0.0, 1.0);
        let wait = nominal.mul_f64(0.5 + jitter / 2.0);
        // Those who were sent away together do not come back together.
        let asked = retry_after.map(|asked| asked.min(LONGEST_ASKED).mul_f64(1.0 + jitter / 5.0));
        wait.max(asked.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_ceiling_and_start_over_after_a_success() {
        let mut schedule = Schedule::default();
        let waits: Vec<_> = (0..9).map(|_| schedule.failed(1.0, None).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(schedule.succeeded(CALM, 0.5), CALM);
        assert_eq!(schedule.failed(1.0, None), FIRST_RETRY);
    }

    #[test]
    fn jitter_spreads_waits_of_both_kinds() {
        let fails = |jitter| Schedule::default().failed(jitter, None);
        assert_eq!(fails(0.0), FIRST_RETRY / 2);
        assert!(fails(0.3) < fails(0.7));
        let calm = |jitter| Schedule::default().succeeded(CALM, jitter).as_secs();
        assert_eq!((calm(0.0), calm(0.5), calm(1.0)), (48, 60, 72));
        assert_eq!((calm(-7.0), calm(7.0)), (48, 72));
    }

    #[test]
    fn what_the_service_asks_for_is_kept_within_reason() {
        let asked = |seconds| Schedule::default().failed(0.0, Some(Duration::from_secs(seconds)));
        assert_eq!(asked(30).as_secs(), 30);
        assert_eq!(asked(u64::MAX), LONGEST_ASKED);
        assert_eq!(asked(0), FIRST_RETRY / 2);
    }
}
