//! What may be asked of a desk while nothing on it may be read.

use std::sync::Arc;

use super::Desk;
use crate::error::AppError;
use crate::view::ExchangeView;

/// A desk that may be closed to its reviewer, because the lease has ended. It exchanges all
/// the same; nothing here gives a name or a decision.
pub struct AtExchange(Arc<Desk>);

impl AtExchange {
    pub(crate) fn new(desk: Arc<Desk>) -> Self {
        Self(desk)
    }

    /// The state of the exchange; without names while nothing may be read.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn exchange(&self) -> Result<ExchangeView, AppError> {
        self.0.exchange().await
    }

    /// Exchanges with the service now.
    pub fn sync_now(&self) {
        self.0.sync_now();
    }

    /// Limits how many kilobytes of documents come a second; the choice is remembered.
    ///
    /// # Errors
    ///
    /// When the limit is zero, or the choice cannot be written.
    pub async fn set_receive_limit(&self, limit: Option<u32>) -> Result<(), AppError> {
        self.0.set_receive_limit(limit).await
    }
}
