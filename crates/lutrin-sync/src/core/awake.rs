//! Whether the machine has slept: its connections are dead then, and say so only
//! after a long silence.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// How often the clocks are compared.
pub const EVERY: Duration = Duration::from_secs(5);
/// How far they may drift apart, or a look may be late, on a machine that is awake.
const DRIFT: Duration = Duration::from_secs(20);

/// The clocks as they were last seen.
#[derive(Clone, Copy, Debug)]
pub struct Awake {
    wall: Timestamp,
    steady: Instant,
}

impl Awake {
    /// Begins to watch.
    pub fn new(wall: Timestamp, steady: Instant) -> Self {
        Self { wall, steady }
    }

    /// Whether the machine has slept since the clocks were last seen: on some
    /// systems the steady clock stands still meanwhile, on others it does not. A
    /// clock set forward looks the same, and costs one exchange.
    pub fn has_slept(&mut self, wall: Timestamp, steady: Instant) -> bool {
        let before = std::mem::replace(self, Self { wall, steady });
        let passed = steady.saturating_duration_since(before.steady);
        // A clock set back says nothing.
        let told = wall.duration_since(before.wall).try_into().unwrap_or(Duration::ZERO);
        told > passed + DRIFT || passed > EVERY + DRIFT
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn sleep_is_seen_whatever_the_steady_clock_does_in_it() {
        let (wall, steady) = (Timestamp::UNIX_EPOCH, Instant::now());
        let cases = [
            (5, 5, false),
            (-3600, 5, false),
            (24, 5, false),
            (26, 5, true),
            (3600, 5, true),
            (3600, 3600, true),
            (25, 25, false),
        ];
        for (wall_seconds, steady_seconds, expected) in cases {
            let mut awake = Awake::new(wall, steady);
            let later = wall + SignedDuration::from_secs(wall_seconds);
            let slept = awake.has_slept(later, steady + Duration::from_secs(steady_seconds));
            assert_eq!(slept, expected, "{wall_seconds} {steady_seconds}");
            assert!(!awake.has_slept(later, steady + Duration::from_secs(steady_seconds)));
        }
    }
}
