//! How long what is here may be read, and the time that cannot be set back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use lutrin_domain::lease::{Lease, TrustedTime};
use lutrin_protocol::lease::LeaseTerms;
use sqlx::{Connection, SqliteConnection};

use crate::Store;
use crate::error::StoreError;
use crate::profile::Contact;
use crate::tables::meta::{self, Key};

/// What is written down of the lease, at hand without asking the file.
#[derive(Clone, Default)]
pub(crate) struct Lent(Arc<Mutex<Known>>);

#[derive(Clone, Copy, Default)]
struct Known {
    terms: Option<LeaseTerms>,
    time: Option<TrustedTime>,
}

impl Lent {
    /// Reads what was written down.
    pub(crate) async fn read(conn: &mut SqliteConnection) -> Result<Self, StoreError> {
        let terms = meta::get_json(conn, Key::Lease).await?;
        let time = meta::get_json(conn, Key::TrustedTime).await?;
        Ok(Self(Arc::new(Mutex::new(Known { terms, time }))))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Whether what is here may be read, when this machine's clock shows this.
    pub fn lease(&self, local: Timestamp) -> Lease {
        let Known { terms, time } = *self.lent.known();
        let now = time.map_or(local, |time| time.at(local));
        Lease::at(terms.map(|terms| terms.until), now)
    }

    /// The time as far as it is known for certain.
    pub fn trusted_time(&self, local: Timestamp) -> Timestamp {
        self.lent.known().time.map_or(local, |time| time.at(local))
    }

    /// Whether this machine's clock was set back since the time was last written down.
    pub fn clock_was_set_back(&self, local: Timestamp) -> bool {
        self.lent.known().time.is_some_and(|time| time.was_set_back(local))
    }

    /// How many days after a sitting its copies are erased, if the service said so.
    pub fn retention_days(&self) -> Option<u16> {
        self.lent.known().terms.map(|terms| terms.retention_days)
    }

    /// Keeps that the service answered, and what it lends from then on.
    pub async fn set_last_contact(
        &self,
        contact: Contact,
        terms: Option<LeaseTerms>,
    ) -> Result<(), StoreError> {
        let time = TrustedTime::heard(contact.service_time(), contact.at);
        let lent = self.lent.clone();
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let mut transaction = desk.conn.begin().await?;
                    meta::set_json(&mut transaction, Key::LastContact, &contact).await?;
                    match terms {
                        Some(terms) => meta::set_json(&mut transaction, Key::Lease, &terms).await?,
                        None => meta::set(&mut transaction, Key::Lease, None).await?,
                    }
                    meta::set_json(&mut transaction, Key::TrustedTime, &time).await?;
                    transaction.commit().await?;
                    *lent.known() = Known { terms, time: Some(time) };
                    Ok(())
                })
            })
            .await
    }

    /// Writes down the time that went by, so that a clock that is set back, or a start
    /// with another one, takes none of it away. It never goes back itself.
    pub async fn note_time(&self, local: Timestamp) -> Result<(), StoreError> {
        let lent = self.lent.clone();
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    // Before the first contact nothing is lent.
                    let Some(time) = lent.known().time else { return Ok(()) };
                    let time = time.raised(local);
                    meta::set_json(&mut desk.conn, Key::TrustedTime, &time).await?;
                    lent.known().time = Some(time);
                    Ok(())
                })
            })
            .await
    }
}
