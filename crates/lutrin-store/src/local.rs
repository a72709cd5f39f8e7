//! What concerns this machine only: settings and traces of reading.

use jiff::Timestamp;
use lutrin_domain::digest::Digest;
use sqlx::Connection;

use crate::Store;
use crate::error::StoreError;
use crate::tables::{reading, settings};

/// What the reader left on a page of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageTrace {
    /// The page, from 1.
    pub page: u32,
    /// Quarter turns clockwise, 0 to 3.
    pub quarter_turns: u8,
    /// When it was last looked at, by this machine's clock.
    pub seen_at: Option<Timestamp>,
}

impl Store {
    /// What the reader left on the pages of a file.
    pub async fn page_traces(&self, sha256: Digest) -> Result<Vec<PageTrace>, StoreError> {
        self.desk.ask(move |desk| Box::pin(reading::of(&mut desk.conn, sha256))).await
    }

    /// Keeps how the reader turned pages, as page and quarter turns; these are taken
    /// modulo 4.
    pub async fn set_rotations(
        &self,
        sha256: Digest,
        rotations: &[(u32, u8)],
    ) -> Result<(), StoreError> {
        let rotations = rotations.to_vec();
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let mut transaction = desk.conn.begin().await?;
                    for (page, turns) in rotations {
                        let turns = turns % 4;
                        reading::set_rotation(&mut transaction, sha256, page, turns).await?;
                    }
                    Ok(transaction.commit().await?)
                })
            })
            .await
    }

    /// Keeps that a page was looked at.
    pub async fn mark_seen(
        &self,
        sha256: Digest,
        page: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.desk
            .ask(move |desk| Box::pin(reading::set_seen(&mut desk.conn, sha256, page, now)))
            .await
    }

    /// A setting of the application, in the application's own words.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let key = key.to_owned();
        self.desk.ask(|desk| Box::pin(settings::get(&mut desk.conn, key))).await
    }

    /// Keeps a setting, or forgets it.
    pub async fn set_setting(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        let (key, value) = (key.to_owned(), value.map(str::to_owned));
        self.desk.ask(|desk| Box::pin(settings::set(&mut desk.conn, key, value))).await
    }
}
