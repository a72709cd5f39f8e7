//! The encrypted store, as a round asks for it.

use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::reviewer::Person;
use lutrin_protocol::lease::LeaseTerms;
use lutrin_protocol::receipts::Receipt;
use lutrin_store::{
    CarryChoice, ChangesBatch, Contact, CursorText, Delivery, Epoch, Erased, Jury, PendingDecision,
    PushAnswers, Store, Trouble,
};
use uuid::Uuid;

use super::store_failed;
use crate::ports::{Answer, LocalStore};

impl LocalStore for Store {
    async fn pending(&self) -> Answer<Vec<PendingDecision>> {
        Self::pending(self).await.map_err(store_failed)
    }

    async fn mark_in_flight(
        &self,
        decisions: &[DecisionId],
        now: Timestamp,
    ) -> Answer<Vec<Stamped>> {
        Self::mark_in_flight(self, decisions, now).await.map_err(store_failed)
    }

    async fn return_to_pending(&self, decisions: &[DecisionId], delivery: Delivery) -> Answer<()> {
        Self::return_to_pending(self, decisions, delivery).await.map_err(store_failed)
    }

    async fn settle_all(&self, answers: PushAnswers) -> Answer<Vec<DossierId>> {
        Self::settle_all(self, answers).await.map_err(store_failed)
    }

    async fn note_trouble(&self, decision: DecisionId, trouble: &Trouble) -> Answer<()> {
        Self::note_trouble(self, decision, trouble).await.map_err(store_failed)
    }

    async fn prune_acknowledged(&self, epoch: Epoch, watermark: u64) -> Answer<()> {
        Self::prune_acknowledged(self, epoch, watermark).await.map_err(store_failed).map(drop)
    }

    async fn cursor(&self) -> Answer<Option<CursorText>> {
        Self::cursor(self).await.map_err(store_failed)
    }

    async fn apply_changes(&self, batch: ChangesBatch) -> Answer<()> {
        Self::apply_changes(self, batch).await.map_err(store_failed)
    }

    async fn begin_comparison(&self) -> Answer<Vec<(DossierId, u64)>> {
        Self::begin_comparison(self).await.map_err(store_failed)
    }

    async fn rebuild_begin(&self) -> Answer<()> {
        Self::rebuild_begin(self).await.map_err(store_failed)
    }

    async fn is_rebuilding(&self) -> Answer<bool> {
        Self::is_rebuilding(self).await.map_err(store_failed)
    }

    async fn rebuild_unseen(&self) -> Answer<Vec<DossierId>> {
        Self::rebuild_unseen(self).await.map_err(store_failed)
    }

    async fn rebuild_sweep(&self) -> Answer<()> {
        Self::rebuild_sweep(self).await.map_err(store_failed).map(drop)
    }

    async fn juries_rev(&self) -> Answer<Option<u32>> {
        Self::juries_rev(self).await.map_err(store_failed)
    }

    async fn put_juries(&self, rev: u32, juries: &[Jury]) -> Answer<()> {
        Self::put_juries(self, rev, juries).await.map_err(store_failed)
    }

    async fn carried_here(&self) -> Answer<Vec<DossierId>> {
        Self::carried_here(self).await.map_err(store_failed)
    }

    async fn carry_to_tell(&self) -> Answer<Option<CarryChoice>> {
        Self::carry_to_tell(self).await.map_err(store_failed)
    }

    async fn carry_is_known(&self, told: &CarryChoice) -> Answer<()> {
        Self::carry_is_known(self, told).await.map_err(store_failed)
    }

    async fn missing_snapshots(&self) -> Answer<Vec<DossierId>> {
        Self::missing_snapshots(self).await.map_err(store_failed)
    }

    async fn put_snapshot(&self, position: u64, dossier: &Dossier) -> Answer<()> {
        Self::put_snapshot(self, position, dossier).await.map_err(store_failed)
    }

    async fn put_people(&self, people: &[Person]) -> Answer<()> {
        Self::put_people(self, people).await.map_err(store_failed)
    }

    async fn missing_catalogues(&self) -> Answer<Vec<Digest>> {
        Self::missing_catalogues(self).await.map_err(store_failed)
    }

    async fn put_catalogue(&self, text: &str) -> Answer<()> {
        Self::put_catalogue(self, text).await.map_err(store_failed).map(drop)
    }

    async fn set_last_contact(&self, contact: Contact, terms: Option<LeaseTerms>) -> Answer<()> {
        Self::set_last_contact(self, contact, terms).await.map_err(store_failed)
    }

    async fn erase_due(&self, now: Timestamp) -> Answer<Vec<Erased>> {
        Self::erase_due(self, now).await.map_err(store_failed)
    }

    async fn receipts_to_tell(&self) -> Answer<Vec<Receipt>> {
        Self::receipts_to_tell(self).await.map_err(store_failed)
    }

    async fn receipts_are_known(&self, ids: &[Uuid]) -> Answer<()> {
        Self::receipts_are_known(self, ids).await.map_err(store_failed)
    }

    async fn note_full_exchange(&self) -> Answer<()> {
        Self::note_full_exchange(self).await.map_err(store_failed)
    }
}
