//! What is remembered beside the dossiers: how colleagues are called, what was seen, how the
//! last exchanges went.

use jiff::Timestamp;
use lutrin_domain::id::DossierId;
use lutrin_domain::news::Look;
use lutrin_domain::reviewer::Person;
use serde::{Deserialize, Serialize};
use sqlx::Connection;

use crate::Store;
use crate::error::StoreError;
use crate::tables::{exchanges, looks, people};

/// How many exchanges are remembered.
pub const EXCHANGES_KEPT: u32 = 200;

/// An exchange in which something happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeNote {
    /// When it ended, by this machine's clock.
    pub at: Timestamp,
    /// How often in a row it ended this way: failures of one kind are one line.
    pub times: u32,
    /// Decisions that the service answered to.
    pub sent: u32,
    /// Those that it refused.
    pub refused: u32,
    /// The last place in the service's order that it gave one of them: the receipt.
    pub receipt: Option<u64>,
    /// Dossiers that came or changed.
    pub dossiers: u32,
    /// Files that arrived whole.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
    /// Why it stopped, as a code, if it did.
    pub failure: Option<String>,
}

impl ExchangeNote {
    /// Whether there is nothing to say of it.
    pub fn is_empty(&self) -> bool {
        self.failure.is_none() && !self.moved_something()
    }

    fn moved_something(&self) -> bool {
        self.sent > 0 || self.dossiers > 0 || self.files > 0
    }

    /// Whether it only failed again as the one before.
    fn repeats(&self, before: &Self) -> bool {
        self.failure.is_some() && self.failure == before.failure && !self.moved_something()
    }
}

impl Store {
    /// Keeps how colleagues are called.
    pub async fn put_people(&self, people: &[Person]) -> Result<(), StoreError> {
        let people = people.to_vec();
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let mut transaction = desk.conn.begin().await?;
                    for person in &people {
                        people::put(&mut transaction, person).await?;
                    }
                    Ok(transaction.commit().await?)
                })
            })
            .await
    }

    /// The colleagues who are named in dossiers that came here.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.desk.ask(|desk| Box::pin(people::all(&mut desk.conn))).await
    }

    /// Keeps what the reviewer has seen of a dossier.
    pub async fn set_look(&self, dossier: DossierId, look: &Look) -> Result<(), StoreError> {
        let look = look.clone();
        self.desk
            .ask(move |desk| {
                Box::pin(async move { looks::put(&mut desk.conn, dossier, &look).await })
            })
            .await
    }

    /// What the reviewer had seen of a dossier, if they ever looked at it.
    pub async fn look(&self, dossier: DossierId) -> Result<Option<Look>, StoreError> {
        self.desk.ask(move |desk| Box::pin(looks::get(&mut desk.conn, dossier))).await
    }

    /// Keeps how an exchange went, unless there is nothing to say; a failure like the one
    /// before is counted with it.
    pub async fn note_exchange(&self, note: ExchangeNote) -> Result<(), StoreError> {
        if note.is_empty() {
            return Ok(());
        }
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let mut transaction = desk.conn.begin().await?;
                    match exchanges::last(&mut transaction).await? {
                        Some((seq, before)) if note.repeats(&before) => {
                            let times = before.times.saturating_add(1);
                            let again = ExchangeNote { at: note.at, times, ..before };
                            exchanges::replace(&mut transaction, seq, &again).await?;
                        }
                        _ => {
                            exchanges::add(&mut transaction, &note).await?;
                            exchanges::keep(&mut transaction, EXCHANGES_KEPT).await?;
                        }
                    }
                    Ok(transaction.commit().await?)
                })
            })
            .await
    }

    /// The last exchanges in which something happened, the newest first.
    pub async fn exchanges(&self, count: u32) -> Result<Vec<ExchangeNote>, StoreError> {
        self.desk.ask(move |desk| Box::pin(exchanges::newest(&mut desk.conn, count))).await
    }
}
