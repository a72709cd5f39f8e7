//! What this machine holds, and until when.

use std::sync::atomic::Ordering;

use lutrin_domain::lease::Lease;

use super::Desk;
use crate::error::AppError;
use crate::view::{ErasureView, ReceiptView, StationView};

/// How many days before its end a lease is spoken of as ending soon.
const SOON_DAYS: i64 = 3;

impl Desk {
    /// What this machine holds, until when, and what was erased of it. `size` is what it
    /// takes on the disk, in bytes.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn station(&self, size: u64) -> Result<StationView, AppError> {
        let now = self.store.trusted_time((self.given.now)());
        let until = match self.lease() {
            Lease::Open { until } => until,
            Lease::Expired { since } => Some(since),
        };
        let soon = until.is_some_and(|until| until.duration_since(now).as_hours() < 24 * SOON_DAYS);
        let receipts = self.store.receipts().await?;
        let receipts = receipts.iter().map(|kept| ReceiptView::of(&kept.receipt, kept.told));
        Ok(StationView {
            machine: self.given.machine.clone(),
            size: size as f64,
            dossiers: super::work_list::count(self.store.carried_here().await?.len()),
            lease_until: until.map(|until| until.to_string()),
            lease_ends_soon: soon,
            erasure: self.next_erasure().await?,
            retention_days: self.store.retention_days().map(u32::from),
            clock_set_back: self.set_back.load(Ordering::Relaxed),
            receipts: receipts.collect(),
        })
    }

    /// The first of the sittings taken along whose copies will be erased.
    async fn next_erasure(&self) -> Result<Option<ErasureView>, AppError> {
        let carried = self.store.carried().await?.choice.juries;
        let mut days = Vec::new();
        for jury in self.store.juries().await? {
            if carried.contains(&jury.session.id)
                && let Some(day) = self.erased_on(jury.session.date)
            {
                days.push((day, jury.session.label));
            }
        }
        Ok(days.into_iter().min().map(|(day, jury)| ErasureView { day: day.to_string(), jury }))
    }
}
