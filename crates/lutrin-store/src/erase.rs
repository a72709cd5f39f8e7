//! Erasing what this machine may no longer keep, and the receipt of it.
//!
//! Unsent work goes first: a dossier on which a decision waits to leave stays until it has
//! left. A text that was begun and not signed is sealed for the service, apart from the
//! journal, before its row is erased. What was refused stays in the outbox as its author
//! wrote it; what the service held against it, which has the learner's name, goes.
//!
//! Rows go in one transaction with the receipt; the bytes of files, which lie in another
//! database, right after, or at the next call where a crash came between.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use lutrin_domain::day::paris_day;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DossierId, JurySessionId};
use lutrin_domain::lease::erased_on;
use lutrin_protocol::receipts::{Erasure, Receipt, digest_of};
use sqlx::{Connection, SqliteConnection};
use uuid::Uuid;

use crate::Store;
use crate::connection::checkpoint;
use crate::desk::Desk;
use crate::error::{DocumentError, RecordError, StoreError};
use crate::journal::Record;
use crate::pull::{follow, set_carry_to_tell};
use crate::shelf::DocumentStatus;
use crate::tables::{
    carried, documents, dossiers, drafts, files, looks, outbox, reading, receipts, summaries,
};

/// What was erased at one time for one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// What is said of it.
    pub receipt: Receipt,
    /// The dossiers, for whoever shows them.
    pub dossiers: Vec<DossierId>,
    /// The files, for whoever has drawn them.
    pub documents: Vec<Digest>,
}

/// A receipt that is kept here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReceipt {
    /// What was erased.
    pub receipt: Receipt,
    /// Whether the service knows it.
    pub told: bool,
}

/// What a profile holds, for the receipt of erasing all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// The dossiers, those of which only the line in the list is here included.
    pub dossiers: Vec<DossierId>,
    /// How many files were begun.
    pub files: u32,
    /// How many decisions the service has not applied.
    pub decisions: u32,
}

impl Store {
    /// Erases the dossiers that left the scope and the copies of sittings that are over,
    /// except those on which a decision waits to leave. Gives what was erased, by cause.
    ///
    /// # Errors
    ///
    /// When a file cannot be written; what was begun is finished at the next call.
    pub async fn erase_due(&self, local: Timestamp) -> Result<Vec<Erased>, RecordError> {
        self.finish_erasing().await?;
        let now = self.trusted_time(local);
        let over = self.sittings_over(paris_day(now)).await?;
        let mut erased = Vec::new();
        for due in [Due::ScopeLost, Due::SessionOver(over)] {
            erased.extend(self.erase(due, now).await?);
        }
        Ok(erased)
    }

    /// The sittings of which no copy may be kept any more.
    async fn sittings_over(&self, today: Date) -> Result<Vec<JurySessionId>, StoreError> {
        let Some(days) = self.retention_days() else { return Ok(Vec::new()) };
        let is_over = |held| erased_on(held, days).is_some_and(|day| day <= today);
        let sittings = self.juries().await?.into_iter().map(|jury| jury.session);
        Ok(sittings.filter(|session| is_over(session.date)).map(|session| session.id).collect())
    }

    async fn erase(&self, due: Due, now: Timestamp) -> Result<Option<Erased>, RecordError> {
        let looked_at = due.clone();
        let files = self.desk.ask(move |desk| Box::pin(files_of_due(desk, looked_at))).await?;
        let Some(files) = files else { return Ok(None) };
        let here = self.begun(files).await?;
        let erased = self.desk.ask(move |desk| Box::pin(erase(desk, due, here, now))).await?;
        if erased.is_some() {
            self.finish_erasing().await?;
        }
        Ok(erased)
    }

    /// Begins a document that a dossier here names, or goes on with it; nothing if none does
    /// any more. Looked at once it is begun, so that no erasing comes in between unseen.
    pub async fn begin_wanted(
        &self,
        sha256: Digest,
        size: u64,
    ) -> Result<Option<DocumentStatus>, DocumentError> {
        let status = self.begin_document(sha256, size).await?;
        let is_wanted =
            self.desk.ask(move |desk| Box::pin(files::names(&mut desk.conn, sha256))).await?;
        if !is_wanted {
            self.forget_documents(&[sha256]).await?;
        }
        Ok(is_wanted.then_some(status))
    }

    /// Those of a list of which at least the first byte was received.
    async fn begun(&self, files: BTreeSet<Digest>) -> Result<BTreeSet<Digest>, StoreError> {
        self.on_shelf(move |conn| {
            Box::pin(async move {
                let begun = documents::statuses(conn, files.into_iter()).await?;
                Ok(begun.into_keys().collect())
            })
        })
        .await
    }

    /// Erases the bytes of files whose rows are erased, and empties the logs.
    async fn finish_erasing(&self) -> Result<(), StoreError> {
        let unfinished = self
            .desk
            .ask(|desk| {
                Box::pin(async move {
                    let Some(files) = receipts::unfinished(&mut desk.conn).await? else {
                        return Ok(None);
                    };
                    // One that came again meanwhile, with another dossier, is needed.
                    let needed = files::all(&mut desk.conn).await?;
                    let needed: BTreeSet<_> = needed.iter().map(|file| file.sha256).collect();
                    let gone = files.into_iter().filter(|sha256| !needed.contains(sha256));
                    Ok::<_, StoreError>(Some(gone.collect::<Vec<_>>()))
                })
            })
            .await?;
        let Some(files) = unfinished else { return Ok(()) };
        self.forget_documents(&files).await?;
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    receipts::finish(&mut desk.conn).await?;
                    checkpoint(&mut desk.conn).await
                })
            })
            .await
    }

    /// Every receipt of this profile, newest first.
    pub async fn receipts(&self) -> Result<Vec<KeptReceipt>, StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let mut receipts = receipts::all(&mut desk.conn).await?;
                    receipts.sort_by_key(|kept| std::cmp::Reverse(kept.receipt.at));
                    Ok(receipts)
                })
            })
            .await
    }

    /// The receipts that the service does not know yet.
    pub async fn receipts_to_tell(&self) -> Result<Vec<Receipt>, StoreError> {
        self.desk.ask(|desk| Box::pin(receipts::to_tell(&mut desk.conn))).await
    }

    /// Notes that the service knows receipts.
    pub async fn receipts_are_known(&self, ids: &[Uuid]) -> Result<(), StoreError> {
        let ids = ids.to_vec();
        self.desk
            .ask(move |desk| {
                Box::pin(async move {
                    let mut transaction = desk.conn.begin().await?;
                    for id in ids {
                        receipts::set_told(&mut transaction, id).await?;
                    }
                    Ok(transaction.commit().await?)
                })
            })
            .await
    }

    /// What the profile holds.
    pub async fn holdings(&self) -> Result<Holdings, StoreError> {
        let (dossiers, decisions) = self
            .desk
            .ask(|desk| {
                Box::pin(async move {
                    let dossiers = summaries::ids(&mut desk.conn).await?;
                    let decisions = outbox::not_applied(&mut desk.conn, None).await?;
                    Ok::<_, StoreError>((dossiers, decisions))
                })
            })
            .await?;
        let files = self.on_shelf(|conn| Box::pin(documents::all(conn))).await?;
        let files = u32::try_from(files.len()).unwrap_or(u32::MAX);
        Ok(Holdings { dossiers, files, decisions })
    }
}

/// What is erased now.
#[derive(Clone)]
enum Due {
    /// All of the dossiers that left the scope.
    ScopeLost,
    /// The copies of these sittings, which are over.
    SessionOver(Vec<JurySessionId>),
}

impl Due {
    fn cause(&self) -> Erasure {
        match self {
            Self::ScopeLost => Erasure::ScopeLost,
            Self::SessionOver(_) => Erasure::SessionOver,
        }
    }

    /// The sittings that are over.
    fn over(&self) -> &[JurySessionId] {
        match self {
            Self::ScopeLost => &[],
            Self::SessionOver(over) => over,
        }
    }

    /// The dossiers concerned, on which no decision waits to leave.
    async fn dossiers(&self, conn: &mut SqliteConnection) -> Result<Vec<DossierId>, StoreError> {
        match self {
            Self::ScopeLost => summaries::departed(conn).await,
            Self::SessionOver(over) => dossiers::of_juries(conn, over).await,
        }
    }

    /// Whether a sitting that is over is still asked for.
    async fn is_chosen(&self, conn: &mut SqliteConnection) -> Result<bool, StoreError> {
        let choice = carried::get(conn).await?.choice;
        Ok(choice.juries.iter().any(|jury| self.over().contains(jury)))
    }
}

/// The files of the dossiers that are due, if any is.
async fn files_of_due(desk: &mut Desk, due: Due) -> Result<Option<BTreeSet<Digest>>, StoreError> {
    let ids = due.dossiers(&mut desk.conn).await?;
    if ids.is_empty() && !due.is_chosen(&mut desk.conn).await? {
        return Ok(None);
    }
    Ok(Some(files_of(&mut desk.conn, &ids).await?))
}

/// Every file that these dossiers name, replaced ones included, and that no other one
/// here needs.
async fn files_of(
    conn: &mut SqliteConnection,
    ids: &[DossierId],
) -> Result<BTreeSet<Digest>, StoreError> {
    let mut named = BTreeSet::new();
    for id in ids {
        let Some((_, dossier)) = dossiers::get(conn, *id).await? else { continue };
        let deposits = dossier.slots.iter().flat_map(|slot| &slot.deposits);
        named.extend(deposits.map(|deposit| deposit.sha256));
    }
    let others = files::all(conn).await?.into_iter().filter(|file| !ids.contains(&file.dossier));
    for file in others {
        named.remove(&file.sha256);
    }
    Ok(named)
}

async fn erase(
    desk: &mut Desk,
    due: Due,
    here: BTreeSet<Digest>,
    now: Timestamp,
) -> Result<Option<Erased>, RecordError> {
    // Looked at again: something may have been decided meanwhile.
    let ids = due.dossiers(&mut desk.conn).await?;
    let named = files_of(&mut desk.conn, &ids).await?;
    let documents: Vec<Digest> = here.intersection(&named).copied().collect();
    set_apart(desk, &ids).await?;
    let mut transaction = desk.conn.begin().await?;
    let mut decisions = 0;
    for id in &ids {
        decisions += outbox::not_applied(&mut transaction, Some(*id)).await?;
        outbox::forget_held(&mut transaction, *id).await?;
        drafts::delete_all(&mut transaction, *id).await?;
        looks::delete(&mut transaction, *id).await?;
        match due {
            Due::ScopeLost => summaries::delete(&mut transaction, *id).await?,
            Due::SessionOver(_) => dossiers::delete(&mut transaction, *id).await?,
        }
    }
    for sha256 in &named {
        reading::delete(&mut transaction, *sha256).await?;
    }
    if let Due::SessionOver(over) = &due {
        let mut choice = carried::get(&mut transaction).await?.choice;
        choice.juries.retain(|jury| !over.contains(jury));
        choice.dossiers.retain(|dossier| !ids.contains(dossier));
        carried::choose(&mut transaction, &choice).await?;
        follow(&mut transaction, &choice).await?;
        set_carry_to_tell(&mut transaction, true).await?;
    }
    let receipt = (!ids.is_empty()).then(|| Receipt {
        id: receipt_id(due.cause(), &ids, now),
        cause: due.cause(),
        dossiers: u32::try_from(ids.len()).unwrap_or(u32::MAX),
        files: u32::try_from(documents.len()).unwrap_or(u32::MAX),
        decisions,
        digest: digest_of(ids.iter().copied()),
        at: now,
    });
    if let Some(receipt) = &receipt {
        // All of them: one of which nothing was here yet may be coming at this moment.
        let unfinished: Vec<Digest> = named.iter().copied().collect();
        receipts::insert(&mut transaction, receipt, &unfinished).await?;
    }
    transaction.commit().await?;
    ids.iter().for_each(|id| desk.touch(Some(*id)));
    Ok(receipt.map(|receipt| Erased { receipt, dossiers: ids, documents }))
}

/// Seals the texts being written on these dossiers, apart from the journal.
async fn set_apart(desk: &mut Desk, ids: &[DossierId]) -> Result<(), RecordError> {
    let mut records = Vec::new();
    for id in ids {
        let drafts = drafts::all(&mut desk.conn, Some(*id)).await?;
        records.extend(drafts.into_iter().map(Record::from));
    }
    if !records.is_empty() {
        desk.with_journal(move |journal| journal.set_apart(&records)).await?;
    }
    Ok(())
}

/// The identifier of a receipt: the same erasure has the same one.
pub(crate) fn receipt_id(cause: Erasure, ids: &[DossierId], now: Timestamp) -> Uuid {
    let text = format!("{} {} {now}", cause.code(), digest_of(ids.iter().copied()));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Digest::of(text.as_bytes()).0[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
