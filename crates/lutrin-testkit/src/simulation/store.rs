//! The local store in memory: what a round and a person ask of it, as
//! [`lutrin_store::Store`] does it. `tests/campaigns/conformance` holds the two
//! against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::Timestamp;
use lutrin_domain::apply::Fold;
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::decision::Stamped;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Person;
use lutrin_domain::summary::DossierSummary;
use lutrin_protocol::lease::LeaseTerms;
use lutrin_protocol::receipts::{Erasure, Receipt, digest_of};
use lutrin_store::{
    Carried, CarryChoice, ChangesBatch, Contact, CursorText, Delivery, Epoch, Erased, Jury,
    OutboxEntry, OutboxState, PendingDecision, PushAnswers, PushOutcome, PutDossier, Settled,
    Trouble, fold_outbox, following,
};
use lutrin_sync::ports::{Answer, LocalStore};
use uuid::Uuid;

use super::steps::step;

/// A store in memory. What a crash leaves is all of it but what is being sent.
#[derive(Default)]
pub struct MemoryStore {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    outbox: Vec<OutboxEntry>,
    deliveries: BTreeMap<DecisionId, u32>,
    in_flight: BTreeSet<DecisionId>,
    summaries: BTreeMap<DossierId, Listed>,
    snapshots: BTreeMap<DossierId, Snapshot>,
    catalogues: BTreeMap<Digest, Arc<Catalogue>>,
    juries: Vec<Jury>,
    juries_rev: Option<u32>,
    carried: Carried,
    carry_to_tell: bool,
    cursor: Option<CursorText>,
    epoch: Option<Epoch>,
    generation: u64,
    rebuilding: bool,
    last_seq: u64,
    /// Dossiers that were erased at some time.
    erased: BTreeSet<DossierId>,
}

struct Listed {
    position: u64,
    generation: u64,
    summary: DossierSummary,
    left: bool,
}

struct Snapshot {
    position: u64,
    generation: u64,
    dossier: Dossier,
}

/// A dossier of the lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// As the service said it.
    pub summary: DossierSummary,
    /// Whether it left the scope and is kept for the work on it.
    pub left: bool,
}

impl MemoryStore {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    /// The machine stops at once and starts again.
    pub fn crash(&self) {
        self.kept().in_flight.clear();
    }

    /// Records a decision.
    pub fn record(&self, stamped: &Stamped, now: Timestamp) {
        let mut kept = self.kept();
        kept.last_seq += 1;
        let seq = kept.last_seq;
        kept.outbox.push(OutboxEntry {
            seq,
            stamped: stamped.clone(),
            recorded_at: now,
            state: OutboxState::Pending,
            attempts: 0,
            last_attempt: None,
            may_have_left: false,
            trouble: None,
        });
    }

    /// Takes a decision back that has not left; says whether it could be.
    pub fn withdraw(&self, decision: DecisionId) -> bool {
        let mut kept = self.kept();
        let built_upon = kept.outbox.iter().any(|entry| {
            entry.stamped.decision.based_on() == Some(decision)
                && entry.state != OutboxState::Withdrawn
        });
        let Some(entry) = kept.entry(decision) else { return false };
        match entry.state {
            OutboxState::Withdrawn => true,
            OutboxState::Pending if !entry.may_have_left && !built_upon => {
                entry.state = OutboxState::Withdrawn;
                true
            }
            _ => false,
        }
    }

    /// Notes that a person settled what to do about a refusal.
    pub fn arbitrate(&self, decision: DecisionId, now: Timestamp) {
        if let Some(entry) = self.kept().entry(decision)
            && let OutboxState::Refused { settled, .. } = &mut entry.state
            && !matches!(settled, Some(Settled::Decided(_)))
        {
            *settled = Some(Settled::FiledAway(now));
        }
    }

    /// Changes what is carried.
    pub fn carry(&self, change: impl FnOnce(&mut CarryChoice)) {
        let mut kept = self.kept();
        let mut choice = kept.carried.choice.clone();
        change(&mut choice);
        kept.carry_to_tell |= choice != kept.carried.choice;
        kept.carried.choice = choice;
        kept.follow();
    }

    /// What is carried.
    pub fn carried(&self) -> Carried {
        self.kept().carried.clone()
    }

    /// Every decision kept, in outbox order.
    pub fn outbox(&self) -> Vec<OutboxEntry> {
        self.kept().read()
    }

    /// Every dossier of the lists.
    pub fn rows(&self) -> BTreeMap<DossierId, Row> {
        let row = |listed: &Listed| Row { summary: listed.summary.clone(), left: listed.left };
        self.kept().summaries.iter().map(|(id, listed)| (*id, row(listed))).collect()
    }

    /// The mirror of one dossier, with its position.
    pub fn dossier(&self, id: DossierId) -> Option<(u64, Dossier)> {
        let kept = self.kept();
        kept.snapshots.get(&id).map(|snapshot| (snapshot.position, snapshot.dossier.clone()))
    }

    /// The dossiers whose mirror is here.
    pub fn mirrored(&self) -> Vec<DossierId> {
        self.kept().snapshots.keys().copied().collect()
    }

    /// One dossier as the reviewer sees it, if it is here with its catalogue.
    pub fn view(&self, id: DossierId) -> Option<Fold> {
        let kept = self.kept();
        let mirror = &kept.snapshots.get(&id)?.dossier;
        let catalogue = kept.catalogues.get(&mirror.catalogue)?;
        let of_dossier = |entry: &&OutboxEntry| dossier_of(entry) == Some(id);
        let entries: Vec<_> = kept.read().iter().filter(of_dossier).cloned().collect();
        Some(fold_outbox(catalogue, mirror.clone(), &entries))
    }

    /// Whether a dossier was erased here at some time.
    pub fn has_erased(&self, id: DossierId) -> bool {
        self.kept().erased.contains(&id)
    }
}

impl Kept {
    fn entry(&mut self, decision: DecisionId) -> Option<&mut OutboxEntry> {
        self.outbox.iter_mut().find(|entry| entry.decision() == decision)
    }

    /// The outbox as it is read: what later decisions settle is settled.
    fn read(&self) -> Vec<OutboxEntry> {
        let mut read = self.outbox.clone();
        for entry in &mut read {
            let decided = self.settled_at(entry, |_| true);
            decide(&mut entry.state, decided);
        }
        read
    }

    /// When a later decision on its subject was made, one of these, that may count and does not
    /// build on a refused one.
    fn settled_at(
        &self,
        entry: &OutboxEntry,
        by: impl Fn(&OutboxEntry) -> bool,
    ) -> Option<Timestamp> {
        let subject = entry.stamped.decision.subject();
        let may_count = |later: &&OutboxEntry| {
            matches!(later.state, OutboxState::Pending | OutboxState::Acknowledged { .. })
        };
        let builds_on_refused = |later: &&OutboxEntry| {
            let base = later.stamped.decision.based_on();
            self.outbox.iter().any(|other| {
                Some(other.decision()) == base && matches!(other.state, OutboxState::Refused { .. })
            })
        };
        let later = self
            .outbox
            .iter()
            .filter(|later| later.seq > entry.seq && later.stamped.decision.subject() == subject);
        let may_settle = |later: &&OutboxEntry| by(later) && !builds_on_refused(later);
        let mut settling = later.filter(may_count).filter(may_settle);
        settling.next().map(|later| later.recorded_at)
    }

    fn work_waits(&self, id: DossierId) -> bool {
        self.read().iter().any(|entry| entry.is_waiting() && dossier_of(entry) == Some(id))
    }

    fn put(&mut self, put: PutDossier) {
        let (id, generation) = (put.summary.id, self.generation);
        let held = self.summaries.get(&id);
        let was_there = held.is_some_and(|held| !held.left && held.generation >= generation);
        let is_newer = |position: u64, of: u64| put.position >= position || generation > of;
        if held.is_none_or(|held| is_newer(held.position, held.generation)) {
            let (position, summary) = (put.position, put.summary.clone());
            self.summaries.insert(id, Listed { position, generation, summary, left: false });
        }
        self.release(id, was_there);
        let Some(dossier) = put.snapshot else { return };
        let held = self.snapshots.get(&id);
        if held.is_none_or(|held| is_newer(held.position, held.generation)) {
            let snapshot = Snapshot { position: put.position, generation, dossier: *dossier };
            self.snapshots.insert(id, snapshot);
        }
    }

    /// Lets leave again what was refused or held for want of what may be there now.
    fn release(&mut self, id: DossierId, was_there: bool) {
        let comes_again = |entry: &OutboxEntry| match &entry.state {
            OutboxState::Refused { refusal, settled: None, .. } => match refusal {
                Refusal::OutOfScope => !was_there,
                Refusal::UnknownSubject => true,
                _ => false,
            },
            _ => false,
        };
        let again: BTreeSet<DecisionId> = self
            .read()
            .iter()
            .filter(|entry| comes_again(entry))
            .map(OutboxEntry::decision)
            .collect();
        for entry in self.outbox.iter_mut().filter(|entry| dossier_of(entry) == Some(id)) {
            match &entry.state {
                OutboxState::Refused { .. } if again.contains(&entry.decision()) => {
                    entry.state = OutboxState::Pending;
                }
                OutboxState::Pending => {
                    entry.trouble = entry.trouble.take().filter(|trouble| !trouble.is_early());
                }
                _ => {}
            }
        }
    }

    fn note_left(&mut self, id: DossierId, position: u64) {
        let generation = self.generation;
        if let Some(listed) = self.summaries.get_mut(&id)
            && (listed.position <= position || listed.generation < generation)
        {
            listed.position = position;
            listed.left = true;
        }
    }

    fn note_seen(&mut self, id: DossierId, position: u64) {
        let generation = self.generation;
        if let Some(listed) = self.summaries.get_mut(&id)
            && (listed.position <= position || listed.generation < generation)
        {
            listed.generation = generation;
            listed.left = false;
        }
    }

    /// Erases what left the scope and on which no decision waits to leave.
    fn erase_departed(&mut self) -> Vec<DossierId> {
        let leaves = |id: &DossierId| {
            let of_it = |entry: &&OutboxEntry| dossier_of(entry) == Some(*id);
            !self.outbox.iter().filter(of_it).any(|entry| entry.state == OutboxState::Pending)
        };
        let left = self.summaries.iter().filter(|(_, listed)| listed.left).map(|(id, _)| *id);
        let gone: Vec<_> = left.filter(leaves).collect();
        self.erased.extend(&gone);
        for id in &gone {
            self.summaries.remove(id);
            self.snapshots.remove(id);
            for entry in self.outbox.iter_mut().filter(|entry| dossier_of(entry) == Some(*id)) {
                if let OutboxState::Refused { held, .. } = &mut entry.state {
                    *held = None;
                }
            }
        }
        gone
    }

    fn learn_epoch(&mut self, epoch: Epoch) {
        if self.epoch == Some(epoch) {
            return;
        }
        self.carry_to_tell |= self.epoch.is_some();
        self.epoch = Some(epoch);
        for entry in &mut self.outbox {
            match entry.state {
                OutboxState::Acknowledged { .. } => {
                    entry.state = OutboxState::Pending;
                    entry.may_have_left = true;
                    let count = self.deliveries.entry(entry.decision()).or_default();
                    *count = (*count).max(1);
                }
                OutboxState::Pending => {}
                _ => continue,
            }
            entry.trouble = None;
        }
    }

    fn settle(&mut self, decision: DecisionId, outcome: PushOutcome) -> Option<DossierId> {
        let id = dossier_of(self.entry(decision)?);
        let mirror = id.and_then(|id| Some(Box::new(self.snapshots.get(&id)?.dossier.clone())));
        let outcome = self.judged(outcome);
        let entry = self.entry(decision)?;
        let (settled, other) = match &entry.state {
            OutboxState::Refused { settled, held, .. } => (*settled, held.clone()),
            _ => (None, None),
        };
        match (&entry.state, outcome) {
            (OutboxState::Withdrawn, _)
            | (
                OutboxState::Acknowledged { .. },
                PushOutcome::Refused { .. } | PushOutcome::Early { .. },
            ) => {}
            (state, PushOutcome::Early { next_try, .. }) => {
                if *state == OutboxState::Pending {
                    let code = Trouble::BASE_UNKNOWN.to_owned();
                    entry.trouble = Some(Trouble { code, request: None, next_try });
                }
            }
            (_, PushOutcome::Acknowledged { position, received_at }) => {
                entry.state = OutboxState::Acknowledged { position, received_at };
                entry.trouble = None;
            }
            (_, PushOutcome::Refused { refusal, held }) => {
                let held = held.or(other).or(mirror);
                entry.state = OutboxState::Refused { refusal, held, settled };
                entry.trouble = None;
            }
        }
        id
    }

    /// What comes too early waits, unless what it builds on was refused here.
    fn judged(&mut self, outcome: PushOutcome) -> PushOutcome {
        let PushOutcome::Early { base, .. } = outcome else { return outcome };
        match self.entry(base).map(|base| &base.state) {
            Some(OutboxState::Refused { .. }) => {
                let refusal = Refusal::DependsOnRefused { refused: base };
                PushOutcome::Refused { refusal, held: None }
            }
            _ => outcome,
        }
    }

    fn follow(&mut self) {
        self.carried.following = following(&self.carried.choice, &self.juries);
        let carried: BTreeSet<_> = self.carried.following.iter().copied().collect();
        let here: Vec<_> = self.snapshots.keys().copied().collect();
        for id in here {
            if !carried.contains(&id) && !self.work_waits(id) {
                self.snapshots.remove(&id);
            }
        }
    }

    fn is_needed(&self, entry: &OutboxEntry, watermark: Option<u64>) -> bool {
        match entry.state {
            OutboxState::Withdrawn => false,
            OutboxState::Acknowledged { position, .. } => {
                let is_kept_there = watermark.is_some_and(|watermark| position <= watermark);
                let mirror = dossier_of(entry).and_then(|id| self.snapshots.get(&id));
                !is_kept_there || mirror.is_some_and(|mirror| mirror.position < position)
            }
            _ => true,
        }
    }
}

/// A later decision settles a refused one, whether or not it was filed away; the first of them
/// that is known to.
fn decide(state: &mut OutboxState, at: Option<Timestamp>) {
    if let OutboxState::Refused { settled, .. } = state
        && !matches!(settled, Some(Settled::Decided(_)))
    {
        *settled = at.map(Settled::Decided).or(*settled);
    }
}

fn dossier_of(entry: &OutboxEntry) -> Option<DossierId> {
    entry.stamped.decision.subject().dossier()
}

impl LocalStore for MemoryStore {
    async fn pending(&self) -> Answer<Vec<PendingDecision>> {
        step().await;
        let kept = self.kept();
        let pending = kept.outbox.iter().filter(|entry| entry.state == OutboxState::Pending);
        let waiting = |entry: &OutboxEntry| PendingDecision {
            decision: entry.decision(),
            subject: {
                let dossier = dossier_of(entry).map(|id| id.to_string()).unwrap_or_default();
                format!("{dossier}/{}", entry.stamped.decision.subject().key())
            },
            based_on: entry.stamped.decision.based_on(),
            bytes: serde_json::to_vec(&entry.stamped).unwrap().len() as u64,
            trouble: entry.trouble.clone(),
            in_flight: kept.in_flight.contains(&entry.decision()),
        };
        Ok(pending.map(waiting).collect())
    }

    async fn mark_in_flight(
        &self,
        decisions: &[DecisionId],
        now: Timestamp,
    ) -> Answer<Vec<Stamped>> {
        step().await;
        let mut kept = self.kept();
        let mut sent = Vec::new();
        for decision in decisions {
            let Some(entry) = kept.entry(*decision) else { continue };
            if entry.state != OutboxState::Pending {
                continue;
            }
            entry.attempts += 1;
            entry.last_attempt = Some(now);
            entry.may_have_left = true;
            sent.push(entry.stamped.clone());
            *kept.deliveries.entry(*decision).or_default() += 1;
            kept.in_flight.insert(*decision);
        }
        Ok(sent)
    }

    async fn return_to_pending(&self, decisions: &[DecisionId], delivery: Delivery) -> Answer<()> {
        step().await;
        let mut kept = self.kept();
        for decision in decisions {
            if kept.in_flight.remove(decision) && delivery == Delivery::NotSent {
                let count = kept.deliveries.entry(*decision).or_default();
                *count = count.saturating_sub(1);
                let may_have_left = *count > 0;
                if let Some(entry) = kept.entry(*decision) {
                    entry.may_have_left = may_have_left;
                }
            }
        }
        Ok(())
    }

    async fn settle_all(&self, answers: PushAnswers) -> Answer<Vec<DossierId>> {
        step().await;
        let mut kept = self.kept();
        for decision in &answers.sent {
            kept.in_flight.remove(decision);
        }
        if let Some(epoch) = answers.epoch {
            kept.learn_epoch(epoch);
        }
        let mut touched = BTreeSet::new();
        for (decision, outcome) in answers.results {
            touched.extend(kept.settle(decision, outcome));
        }
        Ok(touched.into_iter().collect())
    }

    async fn note_trouble(&self, decision: DecisionId, trouble: &Trouble) -> Answer<()> {
        step().await;
        if let Some(entry) = self.kept().entry(decision)
            && entry.state == OutboxState::Pending
        {
            entry.trouble = Some(trouble.clone());
        }
        Ok(())
    }

    async fn prune_acknowledged(&self, epoch: Epoch, watermark: u64) -> Answer<()> {
        step().await;
        let mut kept = self.kept();
        let watermark = (kept.epoch == Some(epoch)).then_some(watermark);
        let mut outbox = kept.outbox.clone();
        for entry in &mut outbox {
            // What is settled by what is forgotten stays settled.
            let decided = kept.settled_at(entry, |later| !kept.is_needed(later, watermark));
            decide(&mut entry.state, decided);
        }
        kept.outbox = outbox.into_iter().filter(|entry| kept.is_needed(entry, watermark)).collect();
        Ok(())
    }

    async fn cursor(&self) -> Answer<Option<CursorText>> {
        step().await;
        Ok(self.kept().cursor.clone())
    }

    async fn apply_changes(&self, batch: ChangesBatch) -> Answer<()> {
        step().await;
        let mut kept = self.kept();
        batch.puts.into_iter().for_each(|put| kept.put(put));
        batch.removes.into_iter().for_each(|(position, id)| kept.note_left(id, position));
        batch.still_there.into_iter().for_each(|(position, id)| kept.note_seen(id, position));
        if let Some(place) = batch.place {
            kept.cursor = Some(place.cursor);
            kept.learn_epoch(place.epoch);
        }
        Ok(())
    }

    async fn begin_comparison(&self) -> Answer<Vec<(DossierId, u64)>> {
        step().await;
        let mut kept = self.kept();
        kept.generation += 1;
        let held = kept.summaries.iter().filter(|(_, listed)| !listed.left);
        Ok(held.map(|(id, listed)| (*id, listed.position)).collect())
    }

    async fn rebuild_begin(&self) -> Answer<()> {
        step().await;
        let mut kept = self.kept();
        kept.generation += 1;
        kept.rebuilding = true;
        kept.cursor = None;
        kept.juries_rev = None;
        kept.carry_to_tell = true;
        Ok(())
    }

    async fn is_rebuilding(&self) -> Answer<bool> {
        step().await;
        Ok(self.kept().rebuilding)
    }

    async fn rebuild_unseen(&self) -> Answer<Vec<DossierId>> {
        step().await;
        let kept = self.kept();
        let unseen = |listed: &Listed| listed.generation < kept.generation && !listed.left;
        let unseen = kept.summaries.iter().filter(|(_, listed)| unseen(listed));
        Ok(unseen.map(|(id, _)| *id).collect())
    }

    async fn rebuild_sweep(&self) -> Answer<()> {
        step().await;
        let mut kept = self.kept();
        let generation = kept.generation;
        let unseen = kept.summaries.values_mut().filter(|listed| listed.generation < generation);
        unseen.for_each(|listed| listed.left = true);
        kept.rebuilding = false;
        Ok(())
    }

    async fn juries_rev(&self) -> Answer<Option<u32>> {
        step().await;
        Ok(self.kept().juries_rev)
    }

    async fn put_juries(&self, rev: u32, juries: &[Jury]) -> Answer<()> {
        step().await;
        let mut kept = self.kept();
        kept.juries = juries.to_vec();
        kept.juries_rev = Some(rev);
        kept.follow();
        Ok(())
    }

    async fn carried_here(&self) -> Answer<Vec<DossierId>> {
        step().await;
        let kept = self.kept();
        let here = |id: &&DossierId| kept.snapshots.contains_key(id);
        Ok(kept.carried.following.iter().filter(here).copied().collect())
    }

    async fn carry_to_tell(&self) -> Answer<Option<CarryChoice>> {
        step().await;
        let kept = self.kept();
        Ok(kept.carry_to_tell.then(|| kept.carried.choice.clone()))
    }

    async fn carry_is_known(&self, told: &CarryChoice) -> Answer<()> {
        step().await;
        let mut kept = self.kept();
        if kept.carried.choice == *told {
            kept.carry_to_tell = false;
        }
        Ok(())
    }

    async fn missing_snapshots(&self) -> Answer<Vec<DossierId>> {
        step().await;
        let kept = self.kept();
        let is_new = |snapshot: &Snapshot, listed: &Listed| {
            let (here, told) = (snapshot.generation, listed.generation);
            listed.left || here > told || here == told && snapshot.position >= listed.position
        };
        let missing = |id: &&DossierId| match (kept.snapshots.get(id), kept.summaries.get(id)) {
            (Some(snapshot), Some(listed)) => !is_new(snapshot, listed),
            _ => true,
        };
        Ok(kept.carried.following.iter().filter(missing).copied().collect())
    }

    async fn put_snapshot(&self, position: u64, dossier: &Dossier) -> Answer<()> {
        step().await;
        let snapshot = Some(Box::new(dossier.clone()));
        self.kept().put(PutDossier { position, summary: dossier.summary(), snapshot });
        Ok(())
    }

    /// Names change nothing of what is held.
    async fn put_people(&self, _: &[Person]) -> Answer<()> {
        step().await;
        Ok(())
    }

    async fn missing_catalogues(&self) -> Answer<Vec<Digest>> {
        step().await;
        let kept = self.kept();
        let named: BTreeSet<_> =
            kept.summaries.values().map(|listed| listed.summary.catalogue).collect();
        Ok(named.into_iter().filter(|hash| !kept.catalogues.contains_key(hash)).collect())
    }

    async fn put_catalogue(&self, text: &str) -> Answer<()> {
        step().await;
        let (_, catalogue) = Catalogue::read(text).unwrap();
        self.kept().catalogues.insert(Digest::of(text.as_bytes()), Arc::new(catalogue));
        Ok(())
    }

    async fn set_last_contact(&self, _: Contact, _: Option<LeaseTerms>) -> Answer<()> {
        step().await;
        Ok(())
    }

    async fn erase_due(&self, now: Timestamp) -> Answer<Vec<Erased>> {
        step().await;
        let dossiers = self.kept().erase_departed();
        if dossiers.is_empty() {
            return Ok(Vec::new());
        }
        let receipt = Receipt {
            id: Uuid::nil(),
            cause: Erasure::ScopeLost,
            dossiers: dossiers.len() as u32,
            files: 0,
            decisions: 0,
            digest: digest_of(dossiers.iter().copied()),
            at: now,
        };
        Ok(vec![Erased { receipt, dossiers, documents: Vec::new() }])
    }

    async fn receipts_to_tell(&self) -> Answer<Vec<Receipt>> {
        Ok(Vec::new())
    }

    async fn receipts_are_known(&self, _: &[Uuid]) -> Answer<()> {
        Ok(())
    }

    async fn note_full_exchange(&self) -> Answer<()> {
        step().await;
        Ok(())
    }
}
