//! When to try again: soon after a failure, then less and less often.

use std::time::Duration;

/// How long after a good exchange the next one starts by itself.
pub const CALM: Duration = Duration::from_secs(60);
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
    pub fn succeeded(&mut self) -> Duration {
        self.failures = 0;
        CALM
    }

    /// An exchange failed; returns how long to wait for the next.
    ///
    /// `jitter`, from 0 to 1, spreads the machines of a centre that lost the
    /// network together: the wait is between half and all of the nominal one.
    pub fn failed(&mut self, jitter: f64) -> Duration {
        let nominal = FIRST_RETRY.saturating_mul(1 << self.failures.min(10)).min(LONGEST_RETRY);
        self.failures = self.failures.saturating_add(1);
        nominal.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_ceiling_and_start_over_after_a_success() {
        let mut schedule = Schedule::default();
        let waits: Vec<_> = (0..9).map(|_| schedule.failed(1.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(schedule.succeeded(), CALM);
        assert_eq!(schedule.failed(1.0), FIRST_RETRY);
    }

    #[test]
    fn jitter_never_halves_more_nor_adds() {
        for jitter in [-1.0, 0.0, 0.3, 1.0, 9.0] {
            let wait = Schedule::default().failed(jitter);
            assert!(FIRST_RETRY / 2 <= wait && wait <= FIRST_RETRY, "{jitter}");
        }
    }
}
