//! The mirror: what the service last said, kept exactly as said.

use std::collections::BTreeSet;

use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DossierId, JurySessionId};
use lutrin_domain::jury::JurySession;
use lutrin_domain::seeded::{self, Bug};
use lutrin_domain::summary::DossierSummary;
use serde::{Deserialize, Serialize};
use sqlx::{Connection, SqliteConnection};
use uuid::Uuid;

use crate::Store;
use crate::desk::Desk;
use crate::error::StoreError;
use crate::push::learn_epoch;
use crate::tables::meta::{self, Key};
use crate::tables::{
    carried, catalogues, dossiers, files, juries, outbox, parse, settings, summaries,
};

/// Where to go on in the feed, as the service wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CursorText(pub String);

/// One life of the service: another one begins when it may have lost something,
/// as after a restore. Positions are comparable within one only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(pub Uuid);

/// How far the feed was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPlace {
    /// Where to go on.
    pub cursor: CursorText,
    /// The epoch it is of.
    pub epoch: Epoch,
}

/// Changes of the feed that are applied together; at most 50 dossiers, so that
/// the transaction stays short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangesBatch {
    /// Dossiers new or changed.
    pub puts: Vec<PutDossier>,
    /// Dossiers that left the scope, with where in the feed.
    pub removes: Vec<(u64, DossierId)>,
    /// Dossiers of which nothing could be read, with their positions: what is held
    /// of them stays, and the end of a rebuild does not take them for gone.
    pub still_there: Vec<(u64, DossierId)>,
    /// Where to go on after them; absent when the batch is not the end of an
    /// answer, so that an interrupted answer is asked for again.
    pub place: Option<FeedPlace>,
}

/// One dossier new or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutDossier {
    /// Where in the feed.
    pub position: u64,
    /// What a list shows.
    pub summary: DossierSummary,
    /// The whole, if this device carries it.
    pub snapshot: Option<Box<Dossier>>,
}

/// A sitting with its dossiers of the reviewer's scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jury {
    /// The sitting.
    pub session: JurySession,
    /// Its dossiers, in order of passage.
    pub dossiers: Vec<DossierId>,
}

/// What a person asked this device to carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarryChoice {
    /// Whole sittings.
    pub juries: Vec<JurySessionId>,
    /// Single dossiers.
    pub dossiers: Vec<DossierId>,
}

/// What this device carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// What was asked for.
    pub choice: CarryChoice,
    /// The dossiers that follow from it, in order of need: those of the sittings, the
    /// next sitting first, then single ones.
    pub following: Vec<DossierId>,
}

/// A file that a mirrored dossier names and nothing replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DossierFile {
    /// The dossier.
    pub dossier: DossierId,
    /// The file's bytes.
    pub sha256: Digest,
    /// Its size in bytes.
    pub size: u64,
}

impl Store {
    /// Applies changes and moves the cursor in one transaction.
    ///
    /// What is older than what is held changes nothing. A dossier that leaves is only
    /// noted: [`Store::erase_due`] erases it once all that was decided on it has left.
    pub async fn apply_changes(&self, batch: ChangesBatch) -> Result<(), StoreError> {
        self.desk.ask(|desk| Box::pin(apply(desk, batch))).await
    }

    /// Keeps the whole of one dossier fetched on its own, with its summary.
    /// Older than what is held, it changes nothing.
    pub async fn put_snapshot(&self, position: u64, dossier: &Dossier) -> Result<(), StoreError> {
        let put = PutDossier {
            position,
            summary: dossier.summary(),
            snapshot: Some(Box::new(dossier.clone())),
        };
        let batch = ChangesBatch { puts: vec![put], ..ChangesBatch::default() };
        self.apply_changes(batch).await
    }

    /// Begins a rebuild, for a new epoch: the cursor and the revision of the sittings are
    /// forgotten, what is held stays readable, positions are not compared with older
    /// ones, and the service is told again what is carried, since it may not know.
    ///
    /// A crash in between loses nothing: [`Store::is_rebuilding`] tells.
    pub async fn rebuild_begin(&self) -> Result<(), StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let next = generation(&mut desk.conn).await? + 1;
                    let mut transaction = desk.conn.begin().await?;
                    meta::set(&mut transaction, Key::Generation, Some(&next.to_string())).await?;
                    meta::set(&mut transaction, Key::Rebuilding, Some("1")).await?;
                    meta::set(&mut transaction, Key::Cursor, None).await?;
                    meta::set(&mut transaction, Key::JuriesRev, None).await?;
                    set_carry_to_tell(&mut transaction, true).await?;
                    Ok(transaction.commit().await?)
                })
            })
            .await
    }

    /// Begins a comparison with the service, for a new scope in the same epoch, and
    /// gives what is held with the position each is from. Positions are not compared
    /// with older ones then: what left the scope may have come back as it was.
    pub async fn begin_comparison(&self) -> Result<Vec<(DossierId, u64)>, StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let next = generation(&mut desk.conn).await? + 1;
                    let mut transaction = desk.conn.begin().await?;
                    meta::set(&mut transaction, Key::Generation, Some(&next.to_string())).await?;
                    let held = summaries::held(&mut transaction).await?;
                    transaction.commit().await?;
                    Ok(held)
                })
            })
            .await
    }

    /// Whether a rebuild was begun and not swept.
    pub async fn is_rebuilding(&self) -> Result<bool, StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(
                    async move { Ok(meta::get(&mut desk.conn, Key::Rebuilding).await?.is_some()) },
                )
            })
            .await
    }

    /// The dossiers that [`Store::rebuild_sweep`] would remove now.
    pub async fn rebuild_unseen(&self) -> Result<Vec<DossierId>, StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let now = generation(&mut desk.conn).await?;
                    summaries::unseen(&mut desk.conn, now).await
                })
            })
            .await
    }

    /// Ends a rebuild: what was not named since it began has left the scope, as
    /// [`Store::apply_changes`] notes it.
    pub async fn rebuild_sweep(&self) -> Result<(), StoreError> {
        self.desk.ask(|desk| Box::pin(sweep(desk))).await
    }

    /// Keeps a version of the catalogue, byte for byte. Gives the digest that names
    /// it, for the caller to compare with the one asked for.
    pub async fn put_catalogue(&self, text: &str) -> Result<Digest, StoreError> {
        let text = text.to_owned();
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let unreadable = StoreError::Unreadable { what: "catalogue" };
                    Catalogue::read(&text).map_err(|_| unreadable)?;
                    desk.overlays.clear();
                    catalogues::put(&mut desk.conn, &text).await
                })
            })
            .await
    }

    /// The version of the catalogue with this name, if held.
    pub async fn catalogue(
        &self,
        hash: Digest,
    ) -> Result<Option<std::sync::Arc<Catalogue>>, StoreError> {
        self.desk.ask(move |desk| Box::pin(desk.catalogue(hash))).await
    }

    /// The versions of the catalogue that dossiers of the scope are judged under
    /// and that are not held.
    pub async fn missing_catalogues(&self) -> Result<Vec<Digest>, StoreError> {
        self.desk.ask(|desk| Box::pin(summaries::missing_catalogues(&mut desk.conn))).await
    }

    /// Replaces the sittings; other dossiers may follow from what is carried then.
    pub async fn put_juries(&self, rev: u32, juries: &[Jury]) -> Result<(), StoreError> {
        let juries = juries.to_vec();
        self.desk.ask(move |desk| Box::pin(put_juries(desk, rev, juries))).await
    }

    /// The sittings, next first as the service said them.
    pub async fn juries(&self) -> Result<Vec<Jury>, StoreError> {
        self.desk.ask(|desk| Box::pin(juries::all(&mut desk.conn))).await
    }

    /// The revision of the sittings and carried dossiers last kept.
    pub async fn juries_rev(&self) -> Result<Option<u32>, StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    let rev = meta::get(&mut desk.conn, Key::JuriesRev).await?;
                    rev.map(|rev| parse(&rev, "juries_rev")).transpose()
                })
            })
            .await
    }

    /// Changes what this device carries, to be told to the service if something else
    /// is asked for then. Snapshots of dossiers no longer carried and without unsent
    /// work leave the mirror; gives those dossiers.
    pub async fn carry(
        &self,
        change: impl FnOnce(&mut CarryChoice) + Send + 'static,
    ) -> Result<Vec<DossierId>, StoreError> {
        self.desk.ask(|desk| Box::pin(carry(desk, change))).await
    }

    /// What this device is asked to carry, if the service does not know it yet.
    pub async fn carry_to_tell(&self) -> Result<Option<CarryChoice>, StoreError> {
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    match settings::get(&mut desk.conn, CARRY_TO_TELL.to_owned()).await? {
                        Some(_) => Ok(Some(carried::get(&mut desk.conn).await?.choice)),
                        None => Ok(None),
                    }
                })
            })
            .await
    }

    /// Notes that the service knows what was told; something chosen meanwhile is
    /// still to tell.
    pub async fn carry_is_known(&self, told: &CarryChoice) -> Result<(), StoreError> {
        let told = told.clone();
        self.desk
            .ask(|desk| {
                Box::pin(async move {
                    if carried::get(&mut desk.conn).await?.choice == told {
                        set_carry_to_tell(&mut desk.conn, false).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// What this device carries.
    pub async fn carried(&self) -> Result<Carried, StoreError> {
        self.desk.ask(|desk| Box::pin(carried::get(&mut desk.conn))).await
    }

    /// Carried dossiers with a snapshot, whatever its age.
    pub async fn carried_here(&self) -> Result<Vec<DossierId>, StoreError> {
        self.desk.ask(|desk| Box::pin(dossiers::carried(&mut desk.conn))).await
    }

    /// Carried dossiers without a snapshot, or with one that was taken before the newest
    /// change told of them (they were not carried then), in the order of
    /// [`Carried::following`].
    pub async fn missing_snapshots(&self) -> Result<Vec<DossierId>, StoreError> {
        self.desk.ask(|desk| Box::pin(dossiers::missing(&mut desk.conn))).await
    }

    /// Whether [`Store::missing_snapshots`] has this dossier.
    pub async fn lacks_snapshot(&self, dossier: DossierId) -> Result<bool, StoreError> {
        self.desk.ask(move |desk| Box::pin(dossiers::is_missing(&mut desk.conn, dossier))).await
    }

    /// The files that carried dossiers name and nothing replaces, in order of
    /// need, then of reading.
    pub async fn carried_files(&self) -> Result<Vec<DossierFile>, StoreError> {
        self.desk.ask(|desk| Box::pin(files::of_carried(&mut desk.conn))).await
    }

    /// The files that mirrored dossiers name and nothing replaces, in order of
    /// reading: those of carried dossiers, and of those kept for their unsent work.
    pub async fn mirrored_files(&self) -> Result<Vec<DossierFile>, StoreError> {
        self.desk.ask(|desk| Box::pin(files::all(&mut desk.conn))).await
    }
}

async fn apply(desk: &mut Desk, batch: ChangesBatch) -> Result<(), StoreError> {
    let generation = generation(&mut desk.conn).await?;
    if seeded::is(Bug::CursorApart)
        && let Some(FeedPlace { cursor: CursorText(cursor), .. }) = &batch.place
    {
        meta::set(&mut desk.conn, Key::Cursor, Some(cursor)).await?;
    }
    let mut transaction = desk.conn.begin().await?;
    for put in &batch.puts {
        put_dossier(&mut transaction, generation, put).await?;
    }
    for (position, id) in &batch.removes {
        summaries::set_left(&mut transaction, *id, *position, generation).await?;
    }
    for (position, id) in &batch.still_there {
        summaries::set_seen(&mut transaction, *id, *position, generation).await?;
    }
    let mut epoch_is_new = false;
    if let Some(FeedPlace { cursor: CursorText(cursor), epoch }) = &batch.place {
        meta::set(&mut transaction, Key::Cursor, Some(cursor)).await?;
        epoch_is_new = learn_epoch(&mut transaction, *epoch).await?;
    }
    transaction.commit().await?;
    if epoch_is_new {
        desk.overlays.clear();
    }
    let left = batch.removes.iter().map(|(_, id)| id);
    for id in batch.puts.iter().map(|put| &put.summary.id).chain(left) {
        desk.touch(Some(*id));
    }
    Ok(())
}

async fn put_dossier(
    conn: &mut SqliteConnection,
    generation: i64,
    put: &PutDossier,
) -> Result<(), StoreError> {
    let was_there = summaries::is_in_scope(conn, put.summary.id, generation).await?;
    summaries::put(conn, put.position, generation, &put.summary).await?;
    // A restored service may have lacked it, a file of it, or what another machine
    // decided: this may be it. Here it may have stayed meanwhile, because a person was
    // asked first; or it came back to the scope.
    outbox::replay_refused(conn, put.summary.id, !was_there).await?;
    outbox::release_early(conn, put.summary.id).await?;
    let Some(snapshot) = &put.snapshot else { return Ok(()) };
    if dossiers::put(conn, put.position, generation, snapshot).await? {
        files::put(conn, snapshot).await?;
    }
    Ok(())
}

async fn generation(conn: &mut SqliteConnection) -> Result<i64, StoreError> {
    let text = meta::get(conn, Key::Generation).await?;
    text.map_or(Ok(0), |text| parse(&text, "generation"))
}

async fn sweep(desk: &mut Desk) -> Result<(), StoreError> {
    let generation = generation(&mut desk.conn).await?;
    let mut transaction = desk.conn.begin().await?;
    summaries::set_unseen_left(&mut transaction, generation).await?;
    meta::set(&mut transaction, Key::Rebuilding, None).await?;
    transaction.commit().await?;
    desk.overlays.clear();
    Ok(())
}

/// Set while the service does not know what this device carries.
const CARRY_TO_TELL: &str = "carry_to_tell";

pub(crate) async fn set_carry_to_tell(
    conn: &mut SqliteConnection,
    to_tell: bool,
) -> Result<(), StoreError> {
    let value = to_tell.then(|| "1".to_owned());
    settings::set(conn, CARRY_TO_TELL.to_owned(), value).await
}

async fn put_juries(desk: &mut Desk, rev: u32, juries: Vec<Jury>) -> Result<(), StoreError> {
    let mut transaction = desk.conn.begin().await?;
    juries::replace(&mut transaction, &juries).await?;
    meta::set(&mut transaction, Key::JuriesRev, Some(&rev.to_string())).await?;
    let choice = carried::get(&mut transaction).await?.choice;
    let left = follow(&mut transaction, &choice).await?;
    transaction.commit().await?;
    left.iter().for_each(|id| desk.touch(Some(*id)));
    Ok(())
}

/// Reads and writes in one transaction: what a person chose is not lost to another
/// change that was read before it.
async fn carry(
    desk: &mut Desk,
    change: impl FnOnce(&mut CarryChoice) + Send,
) -> Result<Vec<DossierId>, StoreError> {
    let mut transaction = desk.conn.begin().await?;
    let before = carried::get(&mut transaction).await?.choice;
    let mut choice = before.clone();
    change(&mut choice);
    if choice != before {
        set_carry_to_tell(&mut transaction, true).await?;
        carried::choose(&mut transaction, &choice).await?;
    }
    let left = follow(&mut transaction, &choice).await?;
    transaction.commit().await?;
    left.iter().for_each(|id| desk.touch(Some(*id)));
    Ok(left)
}

/// Writes down which dossiers follow; snapshots that nobody needs any more leave.
pub(crate) async fn follow(
    conn: &mut SqliteConnection,
    choice: &CarryChoice,
) -> Result<Vec<DossierId>, StoreError> {
    let following = following(choice, &juries::all(conn).await?);
    carried::set_following(conn, &following).await?;
    let left = dossiers::not_needed(conn).await?;
    for id in &left {
        dossiers::delete(conn, *id).await?;
    }
    Ok(left)
}

/// The dossiers that follow from what is asked for: those of sittings, the next
/// sitting first, then single ones.
pub fn following(choice: &CarryChoice, juries: &[Jury]) -> Vec<DossierId> {
    let mut seen = BTreeSet::new();
    juries
        .iter()
        .filter(|jury| choice.juries.contains(&jury.session.id))
        .flat_map(|jury| jury.dossiers.iter().copied())
        .chain(choice.dossiers.iter().copied())
        .filter(|dossier| seen.insert(*dossier))
        .collect()
}
