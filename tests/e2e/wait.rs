//! Waiting for a condition, with a deadline.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long anything may take that a person would wait for.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(30);

/// Looks again and again until there is something to see. A look that fails
/// counts as nothing seen; its error is told if it was the last.
pub async fn until<T>(
    what: &str,
    patience: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        let seen = look().await;
        if let Ok(Some(value)) = seen {
            return Ok(value);
        }
        if Instant::now() > deadline {
            let last = seen.err().map_or_else(String::new, |error| format!(": {error:?}"));
            bail!("still waiting for {what} after {} s{last}", patience.as_secs());
        }
        tokio::time::sleep(PAUSE).await;
    }
}
