//! What the actor of `dossiers.db` owns: the connection, the journal, and what is
//! remembered only while the store is open.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::summary::DossierSummary;
use sqlx::{Connection, SqliteConnection};

use crate::actor::Owned;
use crate::error::{JournalError, StoreError};
use crate::folder::FolderLock;
use crate::journal::{Journal, Record};
use crate::tables::catalogues;

/// What the actor of `dossiers.db` owns.
pub(crate) struct Desk {
    pub(crate) conn: SqliteConnection,
    /// Absent only while a blocking thread writes it, or after one panicked.
    journal: Option<Journal>,
    /// Decisions being sent now; forgotten by a crash on purpose.
    pub(crate) in_flight: BTreeSet<DecisionId>,
    /// Decisions that the journal calls withdrawn and that have no row: their author was told
    /// that they failed, and nothing may revive them.
    pub(crate) given_up: BTreeSet<DecisionId>,
    /// What the journal is to say of them and could not take: it goes before anything else.
    pub(crate) unsaid: Vec<Record>,
    /// Summaries as the fold leaves them, until something of the dossier changes.
    pub(crate) overlays: BTreeMap<DossierId, DossierSummary>,
    /// Catalogues read once; their text never changes.
    catalogues: BTreeMap<Digest, Arc<Catalogue>>,
    /// What upgrades left, until everything has arrived.
    pub(crate) upgrade_copies: Vec<PathBuf>,
    /// Held as long as the connection.
    _lock: Arc<FolderLock>,
}

impl Desk {
    pub(crate) fn new(
        conn: SqliteConnection,
        journal: Journal,
        upgrade_copies: Vec<PathBuf>,
        lock: Arc<FolderLock>,
    ) -> Self {
        Self {
            conn,
            upgrade_copies,
            journal: Some(journal),
            in_flight: BTreeSet::new(),
            given_up: BTreeSet::new(),
            unsaid: Vec::new(),
            overlays: BTreeMap::new(),
            catalogues: BTreeMap::new(),
            _lock: lock,
        }
    }

    /// Adds records to the journal; once this has returned they last.
    pub(crate) async fn seal(&mut self, records: Vec<Record>) -> Result<(), JournalError> {
        let records = [self.unsaid.clone(), records].concat();
        self.with_journal(move |journal| journal.append(&records)).await?;
        self.unsaid.clear();
        Ok(())
    }

    /// Has a blocking thread work on the journal.
    pub(crate) async fn with_journal<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let mut journal = self.journal.take().ok_or(JournalError::Broken)?;
        let worked = tokio::task::spawn_blocking(move || {
            let outcome = work(&mut journal);
            (journal, outcome)
        });
        let (journal, outcome) = worked.await.map_err(|_| JournalError::Broken)?;
        self.journal = Some(journal);
        outcome
    }

    /// Forgets what was computed from a dossier that has changed.
    pub(crate) fn touch(&mut self, dossier: Option<DossierId>) {
        if let Some(dossier) = dossier {
            self.overlays.remove(&dossier);
        }
    }

    /// A version of the catalogue, read once.
    pub(crate) async fn catalogue(
        &mut self,
        hash: Digest,
    ) -> Result<Option<Arc<Catalogue>>, StoreError> {
        if let Some(catalogue) = self.catalogues.get(&hash) {
            return Ok(Some(catalogue.clone()));
        }
        let Some(text) = catalogues::text(&mut self.conn, hash).await? else { return Ok(None) };
        let unreadable = StoreError::Unreadable { what: "catalogue" };
        let (_, catalogue) = Catalogue::read(&text).map_err(|_| unreadable)?;
        let catalogue = Arc::new(catalogue);
        self.catalogues.insert(hash, catalogue.clone());
        Ok(Some(catalogue))
    }
}

impl Owned for Desk {
    async fn close(mut self) {
        if !self.unsaid.is_empty()
            && let Err(error) = self.seal(Vec::new()).await
        {
            tracing::warn!(%error, "the journal does not say yet what was withdrawn");
        }
        if let Err(error) = self.conn.close().await {
            let error = StoreError::from(error);
            tracing::warn!(%error, "dossiers.db was not closed properly");
        }
    }
}
