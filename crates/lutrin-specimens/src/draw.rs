//! Chance that repeats itself: everything drawn comes from the seed and from
//! the name of what it is drawn for, so that adding one piece changes no other.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt, SeedableRng};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// A source of repeatable draws.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    numbers: Xoshiro256PlusPlus,
}

impl Draw {
    /// The draws of `subject` under `seed`; the algorithm is named rather than
    /// `StdRng`, which may change from one version to the next.
    pub(crate) fn new(seed: u64, subject: &str) -> Self {
        let mut mixed = Sha256::new();
        mixed.update(seed.to_le_bytes());
        mixed.update(subject.as_bytes());
        Self { numbers: Xoshiro256PlusPlus::from_seed(mixed.finalize().into()) }
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.numbers.random_range(low..=high)
    }

    /// One of the items, which are never none.
    pub(crate) fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.numbers.random_range(0..items.len())]
    }

    /// A copy of one of the items.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        *self.one_of(items)
    }

    /// Whether something that happens `percent` times in a hundred happens now.
    pub(crate) fn happens(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// An identifier of the random form (version 4).
    pub(crate) fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.numbers.fill_bytes(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid()
    }

    /// Digits, as many as asked.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.between(0, 9) as u8)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_subject_repeat() {
        let draws = |seed, subject| {
            let mut draw = Draw::new(seed, subject);
            (draw.uuid(), draw.between(0, 1_000_000), draw.digits(5))
        };
        assert_eq!(draws(7, "a"), draws(7, "a"));
        assert_ne!(draws(7, "a"), draws(7, "b"));
        assert_ne!(draws(7, "a"), draws(8, "a"));
    }

    #[test]
    fn the_algorithm_has_not_changed() {
        // Known value: if it changes, every fingerprint written in a test does too.
        assert_eq!(Draw::new(1, "known").between(0, 999_999), KNOWN);
    }

    const KNOWN: i64 = 786_884;
}
