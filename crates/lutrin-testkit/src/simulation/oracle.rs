//! What must be true of a service and its machines, whatever happened: the
//! invariants of the exchange, by an account kept outside of both.

use std::collections::{BTreeMap, BTreeSet};

use lutrin_central::db::{Dossiers as _, KeptDecision, Outcome};
use lutrin_domain::arbitration::{Contested, Keep};
use lutrin_domain::decision::{Act, Decision, Stamped};
use lutrin_domain::id::{DecisionId, DossierId};
use lutrin_domain::refusal::Refusal;
use lutrin_store::OutboxState;

use super::network::Center;
use super::steps::finish;
use super::world::Machine;

/// What was acknowledged to people, as they would remember it.
#[derive(Default)]
pub struct Oracle {
    /// Decisions of which a machine said "recorded", with the machine.
    recorded: BTreeMap<DecisionId, (usize, Stamped)>,
    /// Those that were taken back before they left.
    withdrawn: BTreeSet<DecisionId>,
    /// Dossiers taken out of the service.
    gone: BTreeSet<DossierId>,
}

impl Oracle {
    /// How many rounds of each machine may go by until all is at rest: one to send,
    /// one to hear of what the others sent, one more where a person must agree to a
    /// removal, and one for what a removal had to wait for.
    pub const CYCLES: u64 = 4;

    /// A machine said that a decision is recorded.
    pub fn record(&mut self, who: usize, stamped: Stamped) {
        self.recorded.insert(stamped.decision.id(), (who, stamped));
    }

    /// A machine said that a decision is taken back.
    pub fn withdraw(&mut self, decision: DecisionId) {
        self.withdrawn.insert(decision);
    }

    /// A dossier was taken out of the service.
    pub fn withdrawn_dossier(&mut self, dossier: DossierId) {
        self.gone.insert(dossier);
    }

    /// The service was put back: it holds again what was taken out since.
    pub fn restored(&mut self, center: &Center) {
        let held: BTreeSet<_> = center.db.dossiers().iter().map(|dossier| dossier.id).collect();
        self.gone.retain(|dossier| !held.contains(dossier));
    }

    /// How many decisions were recorded.
    pub fn recorded(&self) -> usize {
        self.recorded.len()
    }

    /// A reviewer sees the work that waits on this machine: applied, or refused with
    /// the reason (I17).
    ///
    /// # Errors
    ///
    /// What is not seen.
    pub fn sees_own_work(machine: &Machine) -> Result<(), String> {
        let mut waiting: BTreeMap<DossierId, Vec<DecisionId>> = BTreeMap::new();
        for entry in machine.store.outbox() {
            if entry.state == OutboxState::Pending {
                waiting.entry(subject_of(&entry.stamped)).or_default().push(entry.decision());
            }
        }
        for (dossier, decisions) in waiting {
            let Some(seen) = machine.store.view(dossier) else { continue };
            let is_seen = |id: &DecisionId| {
                seen.dossier.applied.contains_key(id)
                    || seen.refused.iter().any(|(refused, _)| refused == id)
            };
            if let Some(id) = decisions.iter().find(|id| !is_seen(id)) {
                return Err(format!("{id} waits and is not seen"));
            }
        }
        Ok(())
    }

    /// Every machine shows what the service holds, and has sent what it had to (I14,
    /// I16, I21).
    ///
    /// # Errors
    ///
    /// What differs.
    pub fn converged(&self, center: &Center, machines: &[Machine]) -> Result<(), String> {
        for (who, machine) in machines.iter().enumerate() {
            if center.is_revoked(machine.device) {
                continue;
            }
            self.is_at_rest(center, machine).map_err(|wrong| format!("{who}: {wrong}"))?;
            for entry in machine.store.outbox() {
                let may_wait = self.waits_for_ever(center, &entry.stamped, machines);
                if entry.state == OutboxState::Pending && !may_wait {
                    let base = entry.stamped.decision.based_on();
                    let base = base.map(|base| self.whereabouts(base, machines));
                    let id = entry.decision();
                    return Err(format!(
                        "{who}: {id} still waits: {:?} on {base:?}",
                        entry.trouble
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether a decision builds on one that the service lost and that does not come again:
    /// its machine was revoked, or holds it as refused.
    fn waits_for_ever(&self, center: &Center, stamped: &Stamped, machines: &[Machine]) -> bool {
        let there: BTreeSet<_> = decided(center).iter().map(id).collect();
        let mut base = stamped.decision.based_on();
        while let Some((who, stamped)) = base.and_then(|id| self.recorded.get(&id)) {
            let id = stamped.decision.id();
            let outbox = machines[*who].store.outbox();
            let entry = outbox.iter().find(|entry| entry.decision() == id);
            let is_refused =
                entry.is_some_and(|entry| matches!(entry.state, OutboxState::Refused { .. }));
            let is_cut_off = is_refused || center.is_revoked(stamped.device);
            if is_cut_off && !there.contains(&id) {
                return true;
            }
            base = stamped.decision.based_on();
        }
        false
    }

    /// What the machine on which a decision was made says of it.
    fn whereabouts(&self, id: DecisionId, machines: &[Machine]) -> String {
        let Some((who, _)) = self.recorded.get(&id) else { return format!("{id}, of nobody") };
        let outbox = machines[*who].store.outbox();
        let state = outbox.iter().find(|entry| entry.decision() == id).map(|entry| &entry.state);
        format!("{id} of {who}: {state:?}")
    }

    fn is_at_rest(&self, center: &Center, machine: &Machine) -> Result<(), String> {
        let scope = center.db.scope(machine.reviewer.id);
        let there: BTreeMap<_, _> = center
            .db
            .dossiers()
            .into_iter()
            .filter(|dossier| scope.includes(&dossier.center))
            .map(|dossier| (dossier.id, dossier))
            .collect();
        let rows = machine.store.rows();
        for (id, row) in &rows {
            match (there.get(id), row.left) {
                (Some(dossier), false) if dossier.summary() == row.summary => {}
                (None, true) => {}
                (held, left) => {
                    let held = held.is_some();
                    return Err(format!("the list says {id} (left: {left}, there: {held})"));
                }
            }
        }
        if let Some(id) = there.keys().find(|id| !rows.contains_key(id)) {
            return Err(format!("the list lacks {id}"));
        }
        let carried = finish(center.db.carried(machine.device, &scope)).unwrap().dossiers;
        for id in carried {
            let mirror = machine.store.dossier(id).map(|(_, dossier)| dossier);
            if mirror.as_ref() != there.get(&id) {
                return Err(format!("the copy of {id} is not what the service holds"));
            }
        }
        Ok(())
    }

    /// Nothing was lost, doubled, reordered or written over (I1, I4, I8, I11, I18).
    ///
    /// # Errors
    ///
    /// What was.
    pub fn holds(&self, center: &Center, machines: &[Machine]) -> Result<(), String> {
        let decided = decided(center);
        no_doubles(&decided)?;
        in_order(&decided)?;
        applied_is_held(center, &decided, &self.gone)?;
        let by_id: BTreeMap<_, _> = decided.iter().map(|kept| (id(kept), kept)).collect();
        for (id, (who, _)) in &self.recorded {
            let there = by_id.get(id).map(|kept| &kept.outcome);
            self.is_accounted_for(center, *id, there, &machines[*who])?;
        }
        Ok(())
    }

    fn is_accounted_for(
        &self,
        center: &Center,
        id: DecisionId,
        there: Option<&Outcome>,
        machine: &Machine,
    ) -> Result<(), String> {
        if self.withdrawn.contains(&id) {
            return match there {
                None => Ok(()),
                Some(_) => Err(format!("{id} was withdrawn and arrived")),
            };
        }
        let outbox = machine.store.outbox();
        let here = outbox.iter().find(|entry| entry.decision() == id).map(|entry| &entry.state);
        match (there, here) {
            // Arrived; forgotten here only once a backup has it, or still known.
            (Some(Outcome::Applied { .. }), None | Some(OutboxState::Acknowledged { .. })) => {
                Ok(())
            }
            (Some(Outcome::Refused(_)), Some(OutboxState::Refused { refusal, held, .. })) => {
                // Of a dossier out of scope nothing is told; and what was told of one
                // that left it since was erased with it.
                let dossier = self.recorded.get(&id).map(|(_, stamped)| subject_of(stamped));
                let was_erased = dossier.is_some_and(|id| machine.store.has_erased(id));
                let shows_both = held.is_some() || *refusal == Refusal::OutOfScope || was_erased;
                let alone = format!("{id} is refused ({refusal}) without the other side");
                shows_both.then_some(()).ok_or(alone)
            }
            // The service does not keep it: what it is about is not there.
            (None, Some(OutboxState::Refused { .. })) => Ok(()),
            // A revoked machine keeps what it had.
            (_, Some(_)) if center.is_revoked(machine.device) => Ok(()),
            // It waits, and says so (see `converged`).
            (None, Some(OutboxState::Pending)) => Ok(()),
            (there, here) => Err(format!("{id}: {there:?} there, {here:?} here")),
        }
    }
}

fn subject_of(stamped: &Stamped) -> DossierId {
    stamped.decision.subject().dossier().unwrap()
}

fn decided(center: &Center) -> Vec<KeptDecision> {
    finish(center.db.decisions(None)).unwrap()
}

fn id(kept: &KeptDecision) -> DecisionId {
    kept.stamped.decision.id()
}

fn no_doubles(decided: &[KeptDecision]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    match decided.iter().map(id).find(|id| !seen.insert(*id)) {
        Some(double) => Err(format!("{double} is kept twice")),
        None => Ok(()),
    }
}

/// Each applied decision builds on the one applied before it on its subject, or changes nothing
/// there: nothing was written over that its author had not seen.
fn in_order(decided: &[KeptDecision]) -> Result<(), String> {
    let mut subjects: BTreeMap<_, Standing> = BTreeMap::new();
    for kept in decided.iter().filter(|kept| matches!(kept.outcome, Outcome::Applied { .. })) {
        let decision = &kept.stamped.decision;
        let subject = (decision.subject().dossier(), decision.subject().key());
        let standing = subjects.entry(subject).or_default();
        if !standing.take(decision) {
            return Err(format!("{} was applied over {:?}", decision.id(), standing.head));
        }
    }
    Ok(())
}

/// What stands on a subject, by the account of who reads the decisions alone.
#[derive(Default)]
struct Standing {
    head: Option<DecisionId>,
    /// What was decided and not taken back, the last one in force, in words of its own.
    values: Vec<(DecisionId, String)>,
}

impl Standing {
    /// Says whether the next decision may be applied here.
    fn take(&mut self, decision: &Decision) -> bool {
        let (id, in_force) = (decision.id(), self.values.last().map(|(_, said)| said.clone()));
        let is_next = decision.based_on() == self.head;
        if is_next {
            self.head = Some(id);
        }
        match decision.act() {
            Act::Revoke(revocation) => {
                self.values.retain(|(other, _)| *other != revocation.decision);
                is_next || self.values.last().map(|(_, said)| said.clone()) == in_force
            }
            Act::Arbitrate(arbitration) => {
                match (arbitration.keep, &arbitration.value) {
                    (Keep::Refused, Contested::Piece(verdict)) => {
                        self.values.pop();
                        self.values.push((id, said(&Act::SettlePiece(verdict.clone()))));
                    }
                    (Keep::SecondLook, _) => {
                        self.values.pop();
                        self.values.push((id, "second look".into()));
                    }
                    _ => {}
                }
                is_next
            }
            act if is_next => {
                self.values.push((id, said(act)));
                true
            }
            act => {
                let agrees = in_force == Some(said(act));
                let beneath = self.values.len().saturating_sub(1);
                self.values.insert(beneath, (id, said(act)));
                agrees
            }
        }
    }
}

/// What the machines of a life can say of a subject.
fn said(act: &Act) -> String {
    match act {
        Act::SettlePiece(verdict) => format!("{:?} {:?}", verdict.outcome, verdict.reasons),
        Act::SettleSlot(_) => "not required".into(),
        act => format!("{act:?}"),
    }
}

/// The dossiers hold exactly the decisions that are kept as applied.
fn applied_is_held(
    center: &Center,
    decided: &[KeptDecision],
    gone: &BTreeSet<DossierId>,
) -> Result<(), String> {
    let applied = decided.iter().filter(|kept| matches!(kept.outcome, Outcome::Applied { .. }));
    let kept: BTreeSet<_> =
        applied.filter(|kept| !gone.contains(&subject_of(&kept.stamped))).map(id).collect();
    let held: BTreeSet<_> = center
        .db
        .dossiers()
        .iter()
        .flat_map(|dossier| dossier.applied.keys().copied().collect::<Vec<_>>())
        .collect();
    match kept.symmetric_difference(&held).next() {
        Some(id) => Err(format!("{id} is kept and not held, or held and not kept")),
        None => Ok(()),
    }
}
