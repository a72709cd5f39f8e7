//! What the service keeps, in the words of the trade.
//!
//! [`Dossiers`] and [`Database`] are the only doors; no SQL exists outside this folder. Each method
//! is one transaction. Business rules stay outside: where a rule must be looked
//! at inside a transaction, the caller gives it as a function ([`Judge`],
//! [`Change`]), which sees what is held and says what shall be held. What is
//! written by somebody comes with a [`Trace`], and is entered in the journal in
//! the same transaction.
//!
//! One engine exists, [`sqlite`]; PostgreSQL will be another one.

mod records;
pub mod sqlite;

use std::collections::BTreeSet;
use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DeviceId, DossierId, ReviewerId};
use lutrin_domain::jury::JurySession;
use lutrin_domain::reviewer::{Person, Scope};
use lutrin_protocol::juries::{CarriedResponse, CarryRequest, JuryEntry};
use lutrin_protocol::receipts::Receipt;
use uuid::Uuid;

use crate::journal::{Chain, KeptEntry};
use crate::reads::ReadNote;

pub use records::*;

/// Says what becomes of a decision, from what is held.
pub type Judge<'a> = &'a (dyn Fn(Held) -> Ruling + Send + Sync);

/// Says what becomes of a dossier, or why it stays as it is.
pub type Change<'a> = &'a (dyn Fn(Dossier) -> Result<Dossier, ChangeRefused> + Send + Sync);

/// Dossiers, what is decided on them, and the feed that tells of both: what an
/// exchange asks for.
///
/// Kept in a database by [`sqlite`], in memory by the simulation of the test kit,
/// which is held against it.
#[async_trait]
pub trait Dossiers: Send + Sync {
    /// The epoch, the head of the feed and the like.
    async fn state(&self) -> Result<ServiceState, DbError>;
    /// Begins another life of the service: it may have lost something.
    async fn begin_epoch(&self, epoch: Uuid, trace: &Trace) -> Result<(), DbError>;
    /// Says up to where a verified backup reaches; not if the epoch is another one.
    async fn mark_backup(&self, epoch: Uuid, position: u64, trace: &Trace)
    -> Result<bool, DbError>;

    /// Keeps a version of the catalogue; one already there stays.
    async fn add_catalogue(&self, hash: Digest, text: &str, at: Timestamp) -> Result<(), DbError>;
    /// The exact text of a version of the catalogue.
    async fn catalogue(&self, hash: Digest) -> Result<Option<String>, DbError>;

    /// What changed for a device since its cursor.
    async fn changes(&self, ask: &ChangesAsk) -> Result<Changes, DbError>;
    /// What differs from what a device holds.
    async fn compare(&self, ask: &CompareAsk) -> Result<Changes, DbError>;
    /// Whether anything that a reviewer may see changed after a position.
    async fn has_news(&self, reviewer: ReviewerId, since: u64) -> Result<bool, DbError>;

    /// The sittings with their dossiers in a scope, and the revision they are of.
    async fn juries(&self, scope: &Scope) -> Result<(u32, Vec<JuryEntry>), DbError>;
    /// Adds or replaces a sitting.
    async fn put_jury(&self, session: &JurySession, trace: &Trace) -> Result<(), DbError>;
    /// What a device carries, with the dossiers of the scope that follow.
    async fn carried(&self, device: DeviceId, scope: &Scope) -> Result<CarriedResponse, DbError>;
    /// Replaces what a device carries.
    async fn carry(
        &self,
        device: DeviceId,
        carry: &CarryRequest,
        trace: &Trace,
    ) -> Result<(), DbError>;

    /// A dossier with its place in the feed, if it is in the scope.
    async fn dossier(
        &self,
        id: DossierId,
        scope: &Scope,
    ) -> Result<Option<(u64, Dossier)>, DbError>;
    /// The catalogue under which a dossier is judged.
    async fn catalogue_of(&self, id: DossierId) -> Result<Option<Digest>, DbError>;
    /// Takes a dossier in; the same intake again changes nothing.
    async fn take_in(&self, new: &NewDossier, trace: &Trace) -> Result<TakenIn, DbError>;
    /// Changes a dossier and gives it a new place in the feed.
    async fn change_dossier(
        &self,
        id: DossierId,
        change: Change<'_>,
        trace: &Trace,
    ) -> Result<Changed, DbError>;
    /// Takes a dossier out of the service, and gives the place in the feed where
    /// that is told; its decisions stay.
    async fn withdraw(&self, id: DossierId, trace: &Trace) -> Result<Option<u64>, DbError>;

    /// Rules on decisions in their order, in one transaction: all of it is done, or
    /// nothing.
    async fn rule_on_all(
        &self,
        decisions: &[(&Stamped, Judge<'_>)],
        trace: &Trace,
    ) -> Result<Vec<Ruled>, DbError>;
    /// The decisions kept, in the order they were received, refused ones included.
    async fn decisions(&self, of: Option<DossierId>) -> Result<Vec<KeptDecision>, DbError>;
}

/// Everything that the service keeps.
#[async_trait]
pub trait Database: Dossiers {
    /// Copies all of it, as it is at one moment, into a new file.
    async fn copy_to(&self, file: &Path) -> Result<(), DbError>;

    /// Adds a reviewer.
    async fn add_reviewer(&self, new: &NewReviewer, trace: &Trace) -> Result<Added, DbError>;
    /// Changes what the reviewer of a login may see: their cursors are gone.
    async fn set_scope(
        &self,
        login: &str,
        scope: &Scope,
        trace: &Trace,
    ) -> Result<Option<ReviewerId>, DbError>;
    /// Says whether the account of a login may be used; one that may not loses its
    /// sessions, and its cursors are gone.
    async fn set_standing(
        &self,
        login: &str,
        standing: Standing,
        trace: &Trace,
    ) -> Result<Option<ReviewerId>, DbError>;
    /// How these reviewers are called, those who are not there left out.
    async fn people(&self, ids: &BTreeSet<ReviewerId>) -> Result<Vec<Person>, DbError>;
    /// The password hash of a login.
    async fn credentials(&self, login: &str) -> Result<Option<Credentials>, DbError>;

    /// Opens a session and registers its device.
    async fn open_session(&self, new: &NewSession, trace: &Trace) -> Result<Opening, DbError>;
    /// Uses a refresh token up and gives the session its next tokens.
    async fn renew_session(&self, renewal: &Renewal, trace: &Trace) -> Result<Renewed, DbError>;
    /// The session of an access token, by the token's hash.
    async fn session(&self, access: TokenHash, now: Timestamp) -> Result<Access, DbError>;
    /// Ends a session and its tokens.
    async fn end_session(&self, session: SessionId, trace: &Trace) -> Result<(), DbError>;
    /// Whether a session goes on.
    async fn is_open(&self, session: SessionId) -> Result<bool, DbError>;
    /// Revokes a device; says whether there is one.
    async fn revoke_device(&self, device: DeviceId, trace: &Trace) -> Result<bool, DbError>;
    /// Keeps what a machine says it has erased; what it said before changes nothing.
    async fn keep_receipts(
        &self,
        device: DeviceId,
        receipts: &[Receipt],
        trace: &Trace,
    ) -> Result<(), DbError>;
    /// Sets how long the service lends what it holds.
    async fn set_lending(&self, lending: Lending, trace: &Trace) -> Result<(), DbError>;
    /// A machine that was registered.
    async fn device(&self, device: DeviceId) -> Result<Option<RegisteredDevice>, DbError>;

    /// Writes into the journal that journals of laptops are taken in, and keeps
    /// what they say was withdrawn.
    async fn note_journals(
        &self,
        files: &[Digest],
        withdrawn: &[DecisionId],
        trace: &Trace,
    ) -> Result<(), DbError>;
    /// Whether a journal said that a decision was withdrawn.
    async fn was_withdrawn(&self, decision: DecisionId) -> Result<bool, DbError>;

    /// The size of a file, if it belongs to a dossier of the scope.
    async fn document(&self, sha256: Digest, scope: &Scope) -> Result<Option<u64>, DbError>;

    /// Writes into the journal that a password was refused. Not whose login was
    /// tried: what was typed there may be a password.
    async fn note_sign_in_refused(&self, trace: &Trace) -> Result<(), DbError>;
    /// Writes into the journal what was read.
    async fn note_reads(&self, reads: &[ReadNote]) -> Result<(), DbError>;
    /// The entries of the journal after one, in order.
    async fn journal(&self, after: u64, limit: usize) -> Result<Vec<KeptEntry>, DbError>;
    /// Where the journal ends, as it was left.
    async fn journal_head(&self) -> Result<Chain, DbError>;

    /// What `seed` has made.
    async fn seeded(&self) -> Result<Option<Seeded>, DbError>;
    /// Notes what `seed` has made.
    async fn note_seeded(&self, seeded: &Seeded) -> Result<(), DbError>;

    /// Waits for what is under way and closes; nothing is answered afterwards. A
    /// process that ends with it open may fall over its own clean-up.
    async fn close(&self);
}

/// Why the database did not answer.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Somebody else holds it; trying again makes sense.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// It failed.
    #[error("the database failed")]
    Failed(#[source] sqlx::Error),
    /// Something it holds cannot be read.
    #[error("the database holds a {what} that cannot be read")]
    Unreadable {
        /// What kind of thing.
        what: &'static str,
    },
}

impl DbError {
    /// Whether trying again makes sense.
    pub fn may_retry(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_BUSY and SQLITE_LOCKED, extended codes included.
        let busy = error
            .as_database_error()
            .and_then(|e| e.code())
            .is_some_and(|code| code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6)));
        if busy { Self::Busy(error) } else { Self::Failed(error) }
    }
}
