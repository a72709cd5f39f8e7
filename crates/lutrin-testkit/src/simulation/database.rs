//! What the service keeps, in memory, as [`lutrin_central::db::sqlite`] does it.
//! `tests/campaigns/conformance` holds the two against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use jiff::Timestamp;
use lutrin_central::db::*;
use lutrin_domain::decision::Stamped;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{CenterCode, DecisionId, DeviceId, DossierId, JurySessionId, ReviewerId};
use lutrin_domain::jury::JurySession;
use lutrin_domain::reviewer::Scope;
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarriedResponse, CarryRequest, JuryEntry};
use uuid::Uuid;

/// What a service keeps, in memory.
pub struct MemoryDatabase {
    kept: Mutex<Kept>,
}

/// All of it at one moment: a backup.
#[derive(Clone)]
pub struct Backup(Kept);

#[derive(Clone)]
struct Kept {
    state: ServiceState,
    catalogues: BTreeMap<Digest, String>,
    reviewers: BTreeMap<ReviewerId, (Scope, u32)>,
    dossiers: BTreeMap<DossierId, Row>,
    /// Where in the feed a dossier left a centre, or the service.
    departures: BTreeMap<(DossierId, Option<CenterCode>), u64>,
    juries: BTreeMap<JurySessionId, JurySession>,
    carried: BTreeMap<DeviceId, CarryRequest>,
    decisions: Vec<KeptDecision>,
}

#[derive(Clone)]
struct Row {
    position: u64,
    intake: Digest,
    dossier: Dossier,
}

impl MemoryDatabase {
    /// An empty one.
    pub fn new(epoch: Uuid) -> Self {
        let lending = Lending::default();
        let state =
            ServiceState { epoch, position: 0, juries_rev: 1, backup_watermark: 0, lending };
        let kept = Kept {
            state,
            catalogues: BTreeMap::new(),
            reviewers: BTreeMap::new(),
            dossiers: BTreeMap::new(),
            departures: BTreeMap::new(),
            juries: BTreeMap::new(),
            carried: BTreeMap::new(),
            decisions: Vec::new(),
        };
        Self { kept: Mutex::new(kept) }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    /// Adds a reviewer.
    pub fn add_reviewer(&self, reviewer: ReviewerId, scope: Scope) {
        self.kept().reviewers.insert(reviewer, (scope, 1));
    }

    /// Changes what a reviewer may see: their cursors are gone.
    pub fn set_scope(&self, reviewer: ReviewerId, scope: Scope) {
        let mut kept = self.kept();
        if let Some((held, rev)) = kept.reviewers.get_mut(&reviewer) {
            *held = scope;
            *rev += 1;
            kept.state.juries_rev += 1;
        }
    }

    /// What a reviewer may see.
    pub fn scope(&self, reviewer: ReviewerId) -> Scope {
        self.kept().reviewers[&reviewer].0.clone()
    }

    /// Every dossier.
    pub fn dossiers(&self) -> Vec<Dossier> {
        self.kept().dossiers.values().map(|row| row.dossier.clone()).collect()
    }

    /// A copy of all of it.
    pub fn copy(&self) -> Backup {
        Backup(self.kept().clone())
    }

    /// Puts a copy back.
    pub fn put_back(&self, copy: &Backup) {
        *self.kept() = copy.0.clone();
    }
}

impl Backup {
    /// The epoch and the position that it reaches.
    pub fn reaches(&self) -> (Uuid, u64) {
        (self.0.state.epoch, self.0.state.position)
    }
}

impl Kept {
    fn advance(&mut self) -> u64 {
        self.state.position += 1;
        self.state.position
    }

    fn carries(&self, device: DeviceId, dossier: &Dossier) -> bool {
        self.carried.get(&device).is_some_and(|carry| {
            carry.dossiers.contains(&dossier.id)
                || dossier.jury.is_some_and(|jury| carry.juries.contains(&jury))
        })
    }

    fn in_scope(&self, id: DossierId, scope: &Scope) -> bool {
        self.dossiers.get(&id).is_some_and(|row| scope.includes(&row.dossier.center))
    }

    fn leave(&mut self, id: DossierId, center: Option<CenterCode>) -> u64 {
        let position = self.advance();
        self.departures.insert((id, center), position);
        position
    }

    fn update(&mut self, position: u64, dossier: Dossier) {
        let Some(row) = self.dossiers.get_mut(&dossier.id) else { return };
        let id = dossier.id;
        let before = std::mem::replace(&mut row.dossier, dossier);
        row.position = position;
        let (center, jury) = (row.dossier.center.clone(), row.dossier.jury);
        let leaves = before.center != center;
        if leaves {
            self.leave(id, Some(before.center));
        }
        if before.jury != jury || leaves && before.jury.is_some() {
            self.state.juries_rev += 1;
        }
    }

    fn earlier(&self, id: DecisionId) -> Option<&KeptDecision> {
        self.decisions.iter().find(|kept| kept.stamped.decision.id() == id)
    }

    fn held(&self, stamped: &Stamped) -> Held {
        let decision = &stamped.decision;
        let earlier = self.earlier(decision.id()).map(|kept| Earlier {
            digest: kept.stamped.decision.digest(),
            author: kept.stamped.author,
            outcome: kept.outcome.clone(),
        });
        let was_refused = |id: &DecisionId| {
            self.earlier(*id).is_some_and(|kept| matches!(kept.outcome, Outcome::Refused(_)))
        };
        let dossier = decision.subject().dossier().and_then(|id| self.dossiers.get(&id));
        Held {
            earlier,
            refused_base: decision.based_on().filter(was_refused),
            dossier: dossier.map(|row| Box::new(row.dossier.clone())),
        }
    }

    fn carry_out(&mut self, stamped: &Stamped, ruling: Ruling, trace: &Trace) -> Ruled {
        let keep = |kept: &mut Self, outcome: &Outcome| {
            let stamped = Stamped { received_at: Some(trace.at), ..stamped.clone() };
            kept.decisions.push(KeptDecision { stamped, outcome: outcome.clone() });
        };
        match ruling {
            Ruling::Again(outcome, held) => Ruled { outcome, again: true, held },
            Ruling::Apply(dossier) => {
                let position = self.advance();
                self.update(position, *dossier);
                let outcome = Outcome::Applied { position, received_at: trace.at };
                keep(self, &outcome);
                Ruled { outcome, again: false, held: None }
            }
            Ruling::Refuse { refusal, held, keep: kept } => {
                let outcome = Outcome::Refused(refusal);
                if kept == Keep::Yes {
                    keep(self, &outcome);
                }
                Ruled { outcome, again: false, held }
            }
        }
    }

    /// The changes after a position that a device may see, in feed order.
    fn changed(&self, since: u64, scope: &Scope) -> Vec<(u64, DossierId, bool)> {
        let there = self
            .dossiers
            .iter()
            .filter(|(_, row)| row.position > since && scope.includes(&row.dossier.center))
            .map(|(id, row)| (row.position, *id, false));
        let left = self
            .departures
            .iter()
            .filter(|((id, center), position)| {
                **position > since
                    && since > 0
                    && center.as_ref().is_none_or(|center| scope.includes(center))
                    && !self.in_scope(*id, scope)
            })
            .map(|((id, _), position)| (*position, *id, true));
        let mut changed: Vec<_> = there.chain(left).collect();
        changed.sort_unstable();
        changed
    }

    fn page(&self, ask: &ChangesAsk, since: u64, scope: &Scope, scope_rev: u32) -> ChangesPage {
        let mut page = ChangesPage {
            state: self.state,
            scope_rev,
            changes: Vec::new(),
            position: self.state.position,
            more: false,
        };
        let mut snapshots = 0;
        for (position, id, left) in self.changed(since, scope) {
            let row = self.dossiers.get(&id);
            let carried = !left && row.is_some_and(|row| self.carries(ask.device, &row.dossier));
            if page.changes.len() == ask.changes || (carried && snapshots == ask.snapshots) {
                page.more = true;
                break;
            }
            page.changes.push(match row {
                Some(row) if !left => {
                    snapshots += usize::from(carried);
                    DossierChange::Put {
                        position,
                        summary: Box::new(row.dossier.summary()),
                        snapshot: carried.then(|| Box::new(row.dossier.clone())),
                    }
                }
                _ => DossierChange::Left { position, dossier: id },
            });
        }
        if let Some(last) = page.changes.last().filter(|_| page.more) {
            page.position = last.position();
        }
        page
    }

    /// What differs from what a device holds, what it must let go of first.
    fn differences(&self, ask: &CompareAsk, scope: &Scope, scope_rev: u32) -> ChangesPage {
        let position = self.state.position;
        let gone = ask.held.keys().filter(|id| !self.in_scope(**id, scope));
        let gone = gone.map(|id| DossierChange::Left { position, dossier: *id });
        let mut rows: Vec<_> =
            self.dossiers.iter().filter(|(id, _)| self.in_scope(**id, scope)).collect();
        rows.sort_by_key(|(_, row)| row.position);
        let differs = rows.into_iter().filter(|(id, row)| ask.held.get(id) != Some(&row.position));
        let mut snapshots = 0;
        let there = differs.map(|(_, row)| {
            let carried = self.carries(ask.device, &row.dossier);
            DossierChange::Put {
                position: row.position,
                summary: Box::new(row.dossier.summary()),
                snapshot: carried.then(|| Box::new(row.dossier.clone())),
            }
        });
        let all = gone.chain(there);
        let mut changes = Vec::new();
        let mut more = false;
        for change in all {
            let whole = matches!(change, DossierChange::Put { snapshot: Some(_), .. });
            if changes.len() == ask.changes || whole && snapshots == ask.snapshots {
                more = true;
                break;
            }
            snapshots += usize::from(whole);
            changes.push(change);
        }
        ChangesPage { state: self.state, scope_rev, changes, position, more }
    }

    fn of_jury(&self, jury: JurySessionId, scope: &Scope) -> Vec<DossierId> {
        let mut rows: Vec<_> = self
            .dossiers
            .values()
            .map(|row| &row.dossier)
            .filter(|dossier| dossier.jury == Some(jury) && scope.includes(&dossier.center))
            .collect();
        rows.sort_by(|a, b| a.reference.cmp(&b.reference));
        rows.into_iter().map(|dossier| dossier.id).collect()
    }
}

fn sorted<T: Ord + Copy>(ids: &[T]) -> Vec<T> {
    ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
}

#[async_trait]
impl Dossiers for MemoryDatabase {
    async fn state(&self) -> Result<ServiceState, DbError> {
        Ok(self.kept().state)
    }

    async fn begin_epoch(&self, epoch: Uuid, _: &Trace) -> Result<(), DbError> {
        self.kept().state.epoch = epoch;
        Ok(())
    }

    async fn mark_backup(&self, epoch: Uuid, position: u64, _: &Trace) -> Result<bool, DbError> {
        let state = &mut self.kept().state;
        let is_same = state.epoch == epoch;
        if is_same {
            state.backup_watermark = state.backup_watermark.max(position);
        }
        Ok(is_same)
    }

    async fn add_catalogue(&self, hash: Digest, text: &str, _: Timestamp) -> Result<(), DbError> {
        self.kept().catalogues.entry(hash).or_insert_with(|| text.to_owned());
        Ok(())
    }

    async fn catalogue(&self, hash: Digest) -> Result<Option<String>, DbError> {
        Ok(self.kept().catalogues.get(&hash).cloned())
    }

    async fn changes(&self, ask: &ChangesAsk) -> Result<Changes, DbError> {
        let kept = self.kept();
        let unknown = DbError::Unreadable { what: "reviewer" };
        let (scope, scope_rev) = kept.reviewers.get(&ask.reviewer).ok_or(unknown)?;
        let follows = |cursor: &Cursor| {
            cursor.epoch == kept.state.epoch
                && cursor.scope_rev == *scope_rev
                && cursor.position <= kept.state.position
        };
        let since = match ask.cursor {
            None => 0,
            Some(cursor) if follows(&cursor) => cursor.position,
            Some(_) => return Ok(Changes::Gone),
        };
        Ok(Changes::Page(kept.page(ask, since, scope, *scope_rev)))
    }

    async fn compare(&self, ask: &CompareAsk) -> Result<Changes, DbError> {
        let kept = self.kept();
        let unknown = DbError::Unreadable { what: "reviewer" };
        let (scope, scope_rev) = kept.reviewers.get(&ask.reviewer).ok_or(unknown)?;
        if ask.epoch != kept.state.epoch {
            return Ok(Changes::Gone);
        }
        Ok(Changes::Page(kept.differences(ask, scope, *scope_rev)))
    }

    async fn has_news(&self, reviewer: ReviewerId, since: u64) -> Result<bool, DbError> {
        let kept = self.kept();
        let (scope, _) = &kept.reviewers[&reviewer];
        Ok(!kept.changed(since, scope).is_empty())
    }

    async fn juries(&self, scope: &Scope) -> Result<(u32, Vec<JuryEntry>), DbError> {
        let kept = self.kept();
        let mut sessions: Vec<_> = kept.juries.values().cloned().collect();
        sessions.sort_by_key(|session| (session.date, session.id));
        let entry = |session: JurySession| {
            let dossiers = kept.of_jury(session.id, scope);
            JuryEntry { session, dossiers }
        };
        let entries = sessions.into_iter().map(entry);
        let shown =
            entries.filter(|entry| !entry.dossiers.is_empty() || *scope == Scope::Everywhere);
        Ok((kept.state.juries_rev, shown.collect()))
    }

    async fn put_jury(&self, session: &JurySession, _: &Trace) -> Result<(), DbError> {
        let mut kept = self.kept();
        if kept.juries.get(&session.id) != Some(session) {
            kept.juries.insert(session.id, session.clone());
            kept.state.juries_rev += 1;
        }
        Ok(())
    }

    async fn carried(&self, device: DeviceId, scope: &Scope) -> Result<CarriedResponse, DbError> {
        let kept = self.kept();
        let none = CarryRequest { juries: Vec::new(), dossiers: Vec::new() };
        let CarryRequest { juries, dossiers } = kept.carried.get(&device).unwrap_or(&none);
        let carry = CarryRequest { juries: sorted(juries), dossiers: sorted(dossiers) };
        let mut following: Vec<_> = kept
            .dossiers
            .values()
            .map(|row| &row.dossier)
            .filter(|dossier| kept.carries(device, dossier) && scope.includes(&dossier.center))
            .collect();
        following.sort_by_key(|dossier| {
            let jury = dossier.jury.and_then(|jury| kept.juries.get(&jury));
            let date = jury.map(|jury| jury.date);
            (date.is_none(), date, dossier.reference.clone())
        });
        Ok(CarriedResponse { carry, dossiers: following.into_iter().map(|d| d.id).collect() })
    }

    async fn carry(
        &self,
        device: DeviceId,
        carry: &CarryRequest,
        _: &Trace,
    ) -> Result<(), DbError> {
        self.kept().carried.insert(device, carry.clone());
        Ok(())
    }

    async fn dossier(
        &self,
        id: DossierId,
        scope: &Scope,
    ) -> Result<Option<(u64, Dossier)>, DbError> {
        let kept = self.kept();
        let row = kept.dossiers.get(&id).filter(|row| scope.includes(&row.dossier.center));
        Ok(row.map(|row| (row.position, row.dossier.clone())))
    }

    async fn catalogue_of(&self, id: DossierId) -> Result<Option<Digest>, DbError> {
        Ok(self.kept().dossiers.get(&id).map(|row| row.dossier.catalogue))
    }

    async fn take_in(&self, new: &NewDossier, _: &Trace) -> Result<TakenIn, DbError> {
        let mut kept = self.kept();
        let reference = &new.dossier.reference;
        if let Some(row) = kept.dossiers.values().find(|row| row.dossier.reference == *reference) {
            let same = row.intake == new.intake;
            let known = TakenIn::Known(row.dossier.id);
            return Ok(if same { known } else { TakenIn::ReferenceTaken });
        }
        let (position, id) = (kept.advance(), new.dossier.id);
        let row = Row { position, intake: new.intake, dossier: new.dossier.clone() };
        kept.dossiers.insert(id, row);
        if new.dossier.jury.is_some() {
            kept.state.juries_rev += 1;
        }
        Ok(TakenIn::New(id))
    }

    async fn change_dossier(
        &self,
        id: DossierId,
        change: Change<'_>,
        _: &Trace,
    ) -> Result<Changed, DbError> {
        let mut kept = self.kept();
        let Some(row) = kept.dossiers.get(&id) else { return Ok(Changed::NoDossier) };
        match change(row.dossier.clone()) {
            Ok(dossier) => {
                let position = kept.advance();
                kept.update(position, dossier);
                Ok(Changed::At(position))
            }
            Err(refused) => Ok(Changed::Refused(refused)),
        }
    }

    async fn withdraw(&self, id: DossierId, _: &Trace) -> Result<Option<u64>, DbError> {
        let mut kept = self.kept();
        let Some(row) = kept.dossiers.remove(&id) else { return Ok(None) };
        if row.dossier.jury.is_some() {
            kept.state.juries_rev += 1;
        }
        Ok(Some(kept.leave(id, None)))
    }

    async fn rule_on_all(
        &self,
        decisions: &[(&Stamped, Judge<'_>)],
        trace: &Trace,
    ) -> Result<Vec<Ruled>, DbError> {
        let mut kept = self.kept();
        let mut rule = |(stamped, judge): &(&Stamped, Judge<'_>)| {
            let ruling = judge(kept.held(stamped));
            kept.carry_out(stamped, ruling, trace)
        };
        Ok(decisions.iter().map(&mut rule).collect())
    }

    async fn decisions(&self, of: Option<DossierId>) -> Result<Vec<KeptDecision>, DbError> {
        let kept = self.kept();
        let asked = |decision: &&KeptDecision| {
            of.is_none() || decision.stamped.decision.subject().dossier() == of
        };
        Ok(kept.decisions.iter().filter(asked).cloned().collect())
    }
}
