//! Time, identifiers and randomness, given so that tests fix them.

use std::sync::Arc;

use jiff::Timestamp;
use rand::TryRng as _;
use uuid::Uuid;

/// Says what time it is.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Gives identifiers.
pub trait Ids: Send + Sync {
    /// One that was never given before.
    fn next(&self) -> Uuid;
}

/// Gives bytes that nobody can guess.
pub trait Randomness: Send + Sync {
    /// Fills the bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Where time, identifiers and randomness come from.
#[derive(Clone)]
pub struct Sources {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    randomness: Arc<dyn Randomness>,
}

impl Sources {
    /// Those of the machine.
    pub fn system() -> Self {
        let system = Arc::new(System);
        Self { clock: system.clone(), ids: system.clone(), randomness: system }
    }

    /// The same with this clock.
    pub fn with_clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// The same with these identifiers.
    pub fn with_ids(self, ids: impl Ids + 'static) -> Self {
        Self { ids: Arc::new(ids), ..self }
    }

    /// The same with this randomness.
    pub fn with_randomness(self, randomness: impl Randomness + 'static) -> Self {
        Self { randomness: Arc::new(randomness), ..self }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new identifier.
    pub fn next_id(&self) -> Uuid {
        self.ids.next()
    }

    /// Bytes that nobody can guess.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.randomness.fill(&mut bytes);
        bytes
    }
}

struct System;

impl Clock for System {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

impl Ids for System {
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

impl Randomness for System {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rngs::SysRng
            .try_fill_bytes(bytes)
            .expect("the system has randomness: nothing secure can be done without");
    }
}
