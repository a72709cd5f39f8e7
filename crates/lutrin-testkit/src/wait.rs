//! Waiting for a condition, with a deadline; never for a time.

use std::time::Duration;

/// How long anything may take here: generous, since it is only waited for when
/// something is wrong.
const DEADLINE: Duration = Duration::from_secs(60);

/// Waits until the condition gives something.
///
/// # Panics
///
/// When it has not within a minute.
pub async fn until<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(found) = condition().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    };
    match tokio::time::timeout(DEADLINE, waiting).await {
        Ok(found) => found,
        Err(_) => panic!("waited for a minute until {what}"),
    }
}
