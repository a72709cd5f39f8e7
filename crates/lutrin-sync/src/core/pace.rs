//! A limit of rate: how long to wait before the next bytes.

use std::time::{Duration, Instant};

/// How much may come at once after a pause: what keeps the mean under the limit
/// without stopping at every chunk.
const BURST: Duration = Duration::from_secs(1);

/// A bucket that fills at the limit; bytes taken empty it, below nothing if need
/// be, and the next wait until it is full to nothing again.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    bytes_per_second: Option<u64>,
    /// When the bucket was, or will be, empty.
    empty_at: Option<Instant>,
}

impl Pace {
    /// A limit in bytes a second; none if it is absent or zero.
    pub fn new(bytes_per_second: Option<u64>) -> Self {
        Self { bytes_per_second: bytes_per_second.filter(|rate| *rate > 0), empty_at: None }
    }

    /// The limit.
    pub fn limit(&self) -> Option<u64> {
        self.bytes_per_second
    }

    /// Takes bytes that came; gives how long to wait before more are read.
    pub fn take(&mut self, bytes: u64, now: Instant) -> Duration {
        let Some(rate) = self.bytes_per_second else { return Duration::ZERO };
        let full = now.checked_sub(BURST).unwrap_or(now);
        let from = self.empty_at.map_or(full, |empty_at| empty_at.max(full));
        let cost = Duration::try_from_secs_f64(bytes as f64 / rate as f64);
        let empty_at = cost.ok().and_then(|cost| from.checked_add(cost)).unwrap_or(from);
        self.empty_at = Some(empty_at);
        empty_at.saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_rate_stays_under_the_limit() {
        let start = Instant::now();
        let mut pace = Pace::new(Some(1000));
        let mut now = start;
        for _ in 0..100 {
            now += pace.take(500, now);
        }
        let seconds = (now - start).as_secs_f64();
        assert!((48.0..=50.0).contains(&seconds), "{seconds}: 50,000 bytes less one burst");
    }

    #[test]
    fn a_pause_gives_one_burst_and_no_more() {
        let mut pace = Pace::new(Some(1000));
        let now = Instant::now();
        pace.take(1000, now);
        let later = now + Duration::from_secs(3600);
        assert_eq!(pace.take(1000, later), Duration::ZERO);
        assert_eq!(pace.take(1000, later), Duration::from_secs(1));
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        for none in [None, Some(0)] {
            assert_eq!(Pace::new(none).take(u64::MAX, Instant::now()), Duration::ZERO);
        }
    }
}
