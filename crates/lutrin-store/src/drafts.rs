//! Texts being written: local, saved at each pause, sealed from time to time.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lutrin_domain::id::DossierId;

use crate::Store;
use crate::desk::Desk;
use crate::error::{RecordError, StoreError};
use crate::journal::Record;
use crate::push::rewrite_journal;
use crate::tables::drafts;

/// A text being written.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// The dossier it is about.
    pub dossier: DossierId,
    /// Which text, such as `opinion` or `request`.
    pub key: String,
    /// The text.
    pub text: String,
    /// When it was last saved, by this machine's clock.
    pub saved_at: Timestamp,
}

/// Texts never reach a log through `{:?}`.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("dossier", &self.dossier).finish_non_exhaustive()
    }
}

impl Store {
    /// Saves a text being written.
    pub async fn save_draft(
        &self,
        dossier: DossierId,
        key: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let draft = Draft { dossier, key: key.to_owned(), text: text.to_owned(), saved_at: now };
        self.desk
            .ask(|desk| Box::pin(async move { drafts::put(&mut desk.conn, &draft).await }))
            .await
    }

    /// Seals a draft into the journal, on blur and every 10 s; one that was not
    /// saved since is not sealed again. Gives whether it was sealed.
    pub async fn seal_draft(&self, dossier: DossierId, key: &str) -> Result<bool, RecordError> {
        let key = key.to_owned();
        self.desk.ask(move |desk| Box::pin(seal(desk, dossier, key))).await
    }

    /// The drafts of one dossier.
    pub async fn drafts_of(&self, dossier: DossierId) -> Result<Vec<Draft>, StoreError> {
        self.desk.ask(move |desk| Box::pin(drafts::all(&mut desk.conn, Some(dossier)))).await
    }

    /// Every draft.
    pub async fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        self.desk.ask(|desk| Box::pin(drafts::all(&mut desk.conn, None))).await
    }

    /// One draft.
    pub async fn draft(&self, dossier: DossierId, key: &str) -> Result<Option<Draft>, StoreError> {
        let key = key.to_owned();
        let found =
            self.desk.ask(move |desk| Box::pin(drafts::get(&mut desk.conn, dossier, key))).await;
        Ok(found?.map(|(draft, _)| draft))
    }

    /// Forgets a draft that was used or given up.
    pub async fn delete_draft(&self, dossier: DossierId, key: &str) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.desk.ask(move |desk| Box::pin(drafts::delete(&mut desk.conn, dossier, key))).await
    }
}

impl From<Draft> for Record {
    fn from(draft: Draft) -> Self {
        let Draft { dossier, key, text, saved_at } = draft;
        Self::Draft { dossier, key, text, saved_at }
    }
}

/// When drafts fill this much of the journal, it is written anew with each draft
/// once: a text of 20 kB sealed every 10 s adds 7 MB in an hour.
const DRAFT_BYTES: u64 = 8 * 1024 * 1024;

async fn seal(desk: &mut Desk, dossier: DossierId, key: String) -> Result<bool, RecordError> {
    let Some((draft, false)) = drafts::get(&mut desk.conn, dossier, key).await? else {
        return Ok(false);
    };
    let record = Record::from(draft.clone());
    let filled = desk
        .with_journal(move |journal| journal.append(&[record]).map(|()| journal.draft_bytes()))
        .await?;
    drafts::set_sealed(&mut desk.conn, &draft).await?;
    if filled > DRAFT_BYTES {
        rewrite_journal(desk, BTreeSet::new()).await?;
    }
    Ok(true)
}
