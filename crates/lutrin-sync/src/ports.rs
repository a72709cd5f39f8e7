//! What a round works with: what is kept on this machine, and the service.
//!
//! The application gives [`lutrin_store::Store`] and the network. The simulation of
//! the test kit gives both in memory and runs the same rounds by the thousand; what
//! it gives is held against the real ones.

use std::future::Future;

use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::reviewer::Person;
use lutrin_protocol::changes::{CompareRequest, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarryRequest, JuriesResponse};
use lutrin_protocol::lease::LeaseTerms;
use lutrin_protocol::push::{PushRequest, PushResponse};
use lutrin_protocol::receipts::{Receipt, ReceiptsRequest};
use lutrin_store::{
    CarryChoice, ChangesBatch, Contact, CursorText, Delivery, Epoch, Erased, Jury, PendingDecision,
    PushAnswers, Trouble,
};
use uuid::Uuid;

use crate::error::ExchangeError;
use crate::reading::ReadChanges;

/// What is kept on this machine, as far as a round asks for it.
///
/// What each method promises is said at the method of the same name of
/// [`lutrin_store::Store`]; each is one transaction.
pub trait LocalStore: Sync {
    /// What waits to leave.
    fn pending(&self) -> impl Future<Output = Answer<Vec<PendingDecision>>> + Send;
    /// Notes that these are being sent.
    fn mark_in_flight(
        &self,
        decisions: &[DecisionId],
        now: Timestamp,
    ) -> impl Future<Output = Answer<Vec<Stamped>>> + Send;
    /// Makes decisions that were not answered pending again.
    fn return_to_pending(
        &self,
        decisions: &[DecisionId],
        delivery: Delivery,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Keeps what the service answered to a push; gives the dossiers concerned.
    fn settle_all(
        &self,
        answers: PushAnswers,
    ) -> impl Future<Output = Answer<Vec<DossierId>>> + Send;
    /// Notes why the service could not read a decision.
    fn note_trouble(
        &self,
        decision: DecisionId,
        trouble: &Trouble,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Forgets acknowledged decisions that a backup of the service holds.
    fn prune_acknowledged(
        &self,
        epoch: Epoch,
        watermark: u64,
    ) -> impl Future<Output = Answer<()>> + Send;

    /// Where the feed was read to.
    fn cursor(&self) -> impl Future<Output = Answer<Option<CursorText>>> + Send;
    /// Applies changes and moves the cursor.
    fn apply_changes(&self, batch: ChangesBatch) -> impl Future<Output = Answer<()>> + Send;
    /// Begins a comparison; gives what is held, with the position each is from.
    fn begin_comparison(&self) -> impl Future<Output = Answer<Vec<(DossierId, u64)>>> + Send;
    /// Begins a rebuild.
    fn rebuild_begin(&self) -> impl Future<Output = Answer<()>> + Send;
    /// Whether a rebuild was begun and not swept.
    fn is_rebuilding(&self) -> impl Future<Output = Answer<bool>> + Send;
    /// The dossiers that the end of the rebuild would remove.
    fn rebuild_unseen(&self) -> impl Future<Output = Answer<Vec<DossierId>>> + Send;
    /// Ends a rebuild.
    fn rebuild_sweep(&self) -> impl Future<Output = Answer<()>> + Send;

    /// The revision of the sittings at hand.
    fn juries_rev(&self) -> impl Future<Output = Answer<Option<u32>>> + Send;
    /// Replaces the sittings.
    fn put_juries(&self, rev: u32, juries: &[Jury]) -> impl Future<Output = Answer<()>> + Send;
    /// What this device is asked to carry, if the service does not know it yet.
    fn carry_to_tell(&self) -> impl Future<Output = Answer<Option<CarryChoice>>> + Send;
    /// Notes that the service knows what was told.
    fn carry_is_known(&self, told: &CarryChoice) -> impl Future<Output = Answer<()>> + Send;

    /// Carried dossiers with a snapshot, whatever its age.
    fn carried_here(&self) -> impl Future<Output = Answer<Vec<DossierId>>> + Send;
    /// Carried dossiers without a snapshot, or with an old one.
    fn missing_snapshots(&self) -> impl Future<Output = Answer<Vec<DossierId>>> + Send;
    /// Keeps the whole of one dossier.
    fn put_snapshot(
        &self,
        position: u64,
        dossier: &Dossier,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Keeps how colleagues are called.
    fn put_people(&self, people: &[Person]) -> impl Future<Output = Answer<()>> + Send;
    /// The catalogues that dossiers name and that are not held.
    fn missing_catalogues(&self) -> impl Future<Output = Answer<Vec<Digest>>> + Send;
    /// Keeps a version of the catalogue.
    fn put_catalogue(&self, text: &str) -> impl Future<Output = Answer<()>> + Send;

    /// Notes a contact with the service, and what it lends.
    fn set_last_contact(
        &self,
        contact: Contact,
        terms: Option<LeaseTerms>,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Erases what may no longer be kept; gives what was erased.
    fn erase_due(&self, now: Timestamp) -> impl Future<Output = Answer<Vec<Erased>>> + Send;
    /// What was erased and the service does not know of yet.
    fn receipts_to_tell(&self) -> impl Future<Output = Answer<Vec<Receipt>>> + Send;
    /// Notes that the service knows receipts.
    fn receipts_are_known(&self, ids: &[Uuid]) -> impl Future<Output = Answer<()>> + Send;
    /// Notes that a round went through.
    fn note_full_exchange(&self) -> impl Future<Output = Answer<()>> + Send;
}

/// The service, asked in the name of who is signed in.
pub trait Remote: Sync {
    /// Makes sure that there is a session, before anything is marked as sent.
    fn ready(&self) -> impl Future<Output = Answer<()>> + Send;
    /// Sends decisions.
    fn push(&self, request: &PushRequest) -> impl Future<Output = Answer<PushResponse>> + Send;
    /// Says what this machine carries from now on.
    fn put_carried(&self, carry: &CarryRequest) -> impl Future<Output = Answer<()>> + Send;
    /// What changed since the cursor; nothing when the cursor is gone.
    fn changes(
        &self,
        cursor: Option<Cursor>,
    ) -> impl Future<Output = Answer<Option<ReadChanges>>> + Send;
    /// What differs from what is held; nothing when that cannot be compared.
    fn compare(
        &self,
        request: &CompareRequest,
    ) -> impl Future<Output = Answer<Option<ReadChanges>>> + Send;
    /// The sittings of the jury.
    fn juries(&self) -> impl Future<Output = Answer<JuriesResponse>> + Send;
    /// One dossier; nothing when it is not in the scope.
    fn dossier(&self, id: DossierId) -> impl Future<Output = Answer<Option<Snapshot>>> + Send;
    /// The text of a version of the catalogue; nothing when the service lacks it.
    fn catalogue(&self, hash: Digest) -> impl Future<Output = Answer<Option<String>>> + Send;
    /// Says what was erased here.
    fn tell_receipts(&self, request: &ReceiptsRequest) -> impl Future<Output = Answer<()>> + Send;
}

/// What a port gives, or why the round ends.
pub type Answer<T> = Result<T, ExchangeError>;
