//! The documents of carried dossiers: received in chunks, shown only whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use lutrin_domain::digest::Digest;
use lutrin_domain::seeded::{self, Bug};
use sha2::{Digest as _, Sha256};
use sqlx::{Connection, SqliteConnection};

use crate::Store;
use crate::actor::{Owned, Work};
use crate::connection::{Existence, Layout, connect, give_room_back};
use crate::error::{DocumentError, StoreError};
use crate::folder::FolderLock;
use crate::key::DatabaseKey;
use crate::tables::documents::DocumentRow;
use crate::tables::{chunks, documents, page_texts};

/// How many documents leave in one transaction: few enough that a page that somebody waits
/// for, read through the same connection, does not wait long.
const FORGOTTEN_AT_ONCE: usize = 50;

/// How far a document was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentStatus {
    /// Its size in bytes.
    pub size: u64,
    /// Bytes received: where to continue.
    pub received: u64,
    /// Whether it is whole and verified.
    pub complete: bool,
}

/// How much of a list of documents is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DocumentTotals {
    /// Documents in the list, each once.
    pub wanted: u32,
    /// Those whole and verified.
    pub complete: u32,
    /// Bytes of the list.
    pub wanted_bytes: u64,
    /// Bytes received, those of unfinished documents included.
    pub received_bytes: u64,
}

/// A document that is whole and verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinishedDocument {
    /// Its bytes.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// What the actor of `documents.db` owns.
pub(crate) struct Shelf {
    /// Absent after a damaged page was met, until it is asked for again: SQLCipher
    /// refuses everything on a connection that has met one.
    conn: Option<SqliteConnection>,
    path: PathBuf,
    key: DatabaseKey,
    /// Held as long as the connection.
    _lock: Arc<FolderLock>,
}

impl Shelf {
    pub(crate) fn new(
        conn: SqliteConnection,
        path: PathBuf,
        key: DatabaseKey,
        lock: Arc<FolderLock>,
    ) -> Self {
        Self { conn: Some(conn), path, key, _lock: lock }
    }

    async fn conn(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => connect(&self.path, &self.key, Layout::Documents, Existence::Required).await?,
        };
        Ok(self.conn.insert(conn))
    }

    async fn let_go(&mut self) {
        if let Some(conn) = self.conn.take()
            && let Err(error) = conn.close().await
        {
            let error = StoreError::from(error);
            tracing::warn!(%error, "documents.db was not closed properly");
        }
    }
}

impl Owned for Shelf {
    async fn close(mut self) {
        self.let_go().await;
    }
}

impl Store {
    /// Begins a document, or goes on with it: gives how far it was received.
    pub async fn begin_document(
        &self,
        sha256: Digest,
        size: u64,
    ) -> Result<DocumentStatus, DocumentError> {
        self.on_shelf(move |conn| Box::pin(begin(conn, sha256, size))).await
    }

    /// Appends bytes, which must begin exactly where those received end. Gives
    /// where to continue.
    ///
    /// Any length is taken; [`crate::CHUNK_BYTES`] is the best one.
    pub async fn append_chunk(
        &self,
        sha256: Digest,
        offset: u64,
        bytes: Arc<[u8]>,
    ) -> Result<u64, DocumentError> {
        self.on_shelf(move |conn| Box::pin(append(conn, sha256, offset, bytes))).await
    }

    /// Hashes what was received and makes the document visible if it is the one
    /// announced; if not, the bytes are dropped.
    pub async fn finish_document(&self, sha256: Digest) -> Result<FinishedDocument, DocumentError> {
        self.on_shelf(move |conn| Box::pin(finish(conn, sha256))).await
    }

    /// How far a document was received, if it was begun.
    pub async fn received(&self, sha256: Digest) -> Result<Option<DocumentStatus>, StoreError> {
        self.on_shelf(move |conn| {
            Box::pin(async move {
                let row = documents::get(conn, sha256).await?;
                Ok(row.map(|row| row.status))
            })
        })
        .await
    }

    /// The bytes of a document, if it is whole and verified.
    pub async fn read_document(&self, sha256: Digest) -> Result<Option<Arc<[u8]>>, StoreError> {
        self.on_shelf(move |conn| Box::pin(read(conn, sha256))).await
    }

    /// Reads a whole document again and hashes it; damaged, it is dropped, to be
    /// fetched again. Gives whether it is whole and right.
    pub async fn recheck_document(&self, sha256: Digest) -> Result<bool, StoreError> {
        let row = self.on_shelf(move |conn| Box::pin(documents::get(conn, sha256))).await?;
        let Some(DocumentRow { id, .. }) = row.filter(|row| row.status.complete) else {
            return Ok(false);
        };
        let right = match self.on_shelf(move |conn| Box::pin(hash(conn, id))).await {
            Ok(found) => found == sha256,
            Err(error) if StoreError::OF_DAMAGE.contains(&error) => false,
            Err(error) => return Err(error),
        };
        if !right {
            self.drop_document(id).await?;
        }
        Ok(right)
    }

    /// Those of a list that are not whole and verified, in the same order.
    pub async fn missing(&self, wanted: &[Digest]) -> Result<Vec<Digest>, StoreError> {
        let wanted = wanted.to_vec();
        self.on_shelf(|conn| Box::pin(missing(conn, wanted))).await
    }

    /// How much of a list is here; a document counts once.
    pub async fn document_totals(
        &self,
        wanted: &[(Digest, u64)],
    ) -> Result<DocumentTotals, StoreError> {
        let wanted: BTreeMap<Digest, u64> = wanted.iter().copied().collect();
        self.on_shelf(|conn| Box::pin(totals(conn, wanted))).await
    }

    /// Forgets every document that is not in the list and gives the room back.
    /// Gives those forgotten.
    pub async fn forget_documents_except(
        &self,
        kept: &[Digest],
    ) -> Result<Vec<Digest>, StoreError> {
        let kept: BTreeSet<Digest> = kept.iter().copied().collect();
        let mut gone = self.on_shelf(|conn| Box::pin(documents::all(conn))).await?;
        gone.retain(|(sha256, _)| !kept.contains(sha256));
        let (forgotten, ids): (Vec<_>, Vec<_>) = gone.into_iter().unzip();
        if !forgotten.is_empty() {
            self.forget(&ids).await?;
        }
        Ok(forgotten)
    }

    /// Forgets these documents and gives the room back, also where an earlier call that was
    /// interrupted had forgotten some.
    pub(crate) async fn forget_documents(&self, gone: &[Digest]) -> Result<(), StoreError> {
        let gone: BTreeSet<Digest> = gone.iter().copied().collect();
        let all = self.on_shelf(|conn| Box::pin(documents::all(conn))).await?;
        let ids = all.into_iter().filter(|(sha256, _)| gone.contains(sha256)).map(|(_, id)| id);
        self.forget(&ids.collect::<Vec<_>>()).await
    }

    async fn forget(&self, ids: &[i64]) -> Result<(), StoreError> {
        for ids in ids.chunks(FORGOTTEN_AT_ONCE) {
            self.drop_documents(ids).await?;
        }
        self.settle_texts().await?;
        let room = self.on_shelf(|conn| Box::pin(give_room_back(conn))).await;
        // Bytes on a damaged page keep their room; what was asked for is done.
        if is_of_damage(&room) { Ok(()) } else { room }
    }

    /// Forgets documents in one transaction, or one by one where one of them is damaged.
    async fn drop_documents(&self, ids: &[i64]) -> Result<(), StoreError> {
        let all = ids.to_vec();
        let outcome = self.on_shelf(move |conn| Box::pin(delete_documents(conn, all))).await;
        if !is_of_damage(&outcome) {
            return outcome;
        }
        for id in ids {
            self.drop_document(*id).await?;
        }
        Ok(())
    }

    /// Forgets a document with its bytes and text; of what is on a damaged page only
    /// the document, so that it can be fetched again.
    async fn drop_document(&self, id: i64) -> Result<(), StoreError> {
        let job = self.on_shelf(move |conn| Box::pin(delete_documents(conn, vec![id])));
        let mut outcome = job.await;
        if is_of_damage(&outcome) {
            outcome = self.on_shelf(move |conn| Box::pin(delete_words(conn, id))).await;
        }
        if is_of_damage(&outcome) {
            outcome = self.on_shelf(move |conn| Box::pin(documents::delete(conn, id))).await;
        }
        outcome
    }

    /// Has the owner of `documents.db` do a job, and connect anew after damage.
    pub(crate) async fn on_shelf<T, E>(
        &self,
        job: impl for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + PartialEq + Send + 'static,
    {
        self.shelf
            .ask(|shelf| {
                Box::pin(async move {
                    let outcome = job(shelf.conn().await?).await;
                    let tells_damage =
                        |error: &E| StoreError::OF_DAMAGE.map(E::from).contains(error);
                    if outcome.as_ref().is_err_and(tells_damage) {
                        shelf.let_go().await;
                    }
                    outcome
                })
            })
            .await
    }
}

async fn begin(
    conn: &mut SqliteConnection,
    sha256: Digest,
    size: u64,
) -> Result<DocumentStatus, DocumentError> {
    match documents::get(conn, sha256).await? {
        Some(row) if row.status.size == size => Ok(row.status),
        Some(row) => Err(DocumentError::OtherSize { size: row.status.size }),
        None => {
            documents::insert(conn, sha256, size).await?;
            Ok(DocumentStatus { size, received: 0, complete: false })
        }
    }
}

async fn append(
    conn: &mut SqliteConnection,
    sha256: Digest,
    offset: u64,
    bytes: Arc<[u8]>,
) -> Result<u64, DocumentError> {
    let DocumentRow { id, status } =
        documents::get(conn, sha256).await?.ok_or(DocumentError::NotBegun)?;
    if offset != status.received {
        return Err(DocumentError::NotNext { expected: status.received });
    }
    let received = offset.saturating_add(bytes.len() as u64);
    if received > status.size {
        return Err(DocumentError::TooLong { size: status.size });
    }
    let mut transaction = conn.begin().await?;
    chunks::append(&mut transaction, id, &bytes).await?;
    documents::set_received(&mut transaction, id, received).await?;
    transaction.commit().await?;
    Ok(received)
}

async fn finish(
    conn: &mut SqliteConnection,
    sha256: Digest,
) -> Result<FinishedDocument, DocumentError> {
    let DocumentRow { id, status } =
        documents::get(conn, sha256).await?.ok_or(DocumentError::NotBegun)?;
    let DocumentStatus { size, received, complete } = status;
    let finished = FinishedDocument { sha256, size };
    if complete {
        return Ok(finished);
    }
    if received < size {
        return Err(DocumentError::NotComplete { received, size });
    }
    if hash(conn, id).await? != sha256 && !seeded::is(Bug::HashNotChecked) {
        delete_documents(conn, vec![id]).await?;
        return Err(DocumentError::HashMismatch);
    }
    documents::set_complete(conn, id).await?;
    Ok(finished)
}

async fn hash(conn: &mut SqliteConnection, document: i64) -> Result<Digest, StoreError> {
    let mut hasher = Sha256::new();
    let mut last = None;
    while let Some((id, bytes)) = chunks::next(conn, document, last).await? {
        hasher.update(&bytes);
        last = Some(id);
    }
    Ok(Digest(hasher.finalize().into()))
}

async fn delete_documents(conn: &mut SqliteConnection, ids: Vec<i64>) -> Result<(), StoreError> {
    let mut transaction = conn.begin().await?;
    for id in ids {
        chunks::delete(&mut transaction, id).await?;
        if !seeded::is(Bug::RemovalLeavesWords) {
            page_texts::delete(&mut transaction, id).await?;
        }
        documents::delete(&mut transaction, id).await?;
    }
    Ok(transaction.commit().await?)
}

/// Forgets a document and its text, and leaves bytes that cannot be deleted.
async fn delete_words(conn: &mut SqliteConnection, id: i64) -> Result<(), StoreError> {
    let mut transaction = conn.begin().await?;
    page_texts::delete(&mut transaction, id).await?;
    documents::delete(&mut transaction, id).await?;
    Ok(transaction.commit().await?)
}

fn is_of_damage(outcome: &Result<(), StoreError>) -> bool {
    outcome.as_ref().is_err_and(|error| StoreError::OF_DAMAGE.contains(error))
}

async fn read(
    conn: &mut SqliteConnection,
    sha256: Digest,
) -> Result<Option<Arc<[u8]>>, StoreError> {
    let Some(DocumentRow { id, status }) = documents::get(conn, sha256).await? else {
        return Ok(None);
    };
    if !status.complete {
        return Ok(None);
    }
    let mut whole = Vec::with_capacity(usize::try_from(status.size).unwrap_or_default());
    let mut last = None;
    while let Some((chunk, bytes)) = chunks::next(conn, id, last).await? {
        whole.extend(bytes);
        last = Some(chunk);
    }
    Ok(Some(whole.into()))
}

async fn missing(
    conn: &mut SqliteConnection,
    wanted: Vec<Digest>,
) -> Result<Vec<Digest>, StoreError> {
    let statuses = documents::statuses(conn, wanted.iter().copied()).await?;
    let is_here = |sha256: &Digest| statuses.get(sha256).is_some_and(|status| status.complete);
    Ok(wanted.into_iter().filter(|sha256| !is_here(sha256)).collect())
}

async fn totals(
    conn: &mut SqliteConnection,
    wanted: BTreeMap<Digest, u64>,
) -> Result<DocumentTotals, StoreError> {
    let statuses = documents::statuses(conn, wanted.keys().copied()).await?;
    let mut totals = DocumentTotals::default();
    for size in wanted.values() {
        totals.wanted += 1;
        totals.wanted_bytes += size;
    }
    for status in statuses.values() {
        totals.complete += u32::from(status.complete);
        totals.received_bytes += status.received;
    }
    Ok(totals)
}
