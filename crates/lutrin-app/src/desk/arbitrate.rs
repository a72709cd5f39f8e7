//! What the service did not apply: shown with both sides, and settled by a person.

use std::collections::BTreeSet;

use jiff::Timestamp;
use lutrin_domain::arbitration::{Arbitration, Contested, Keep};
use lutrin_domain::catalogue::{Catalogue, Reason};
use lutrin_domain::decision::{Act, Stamped};
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::history::Recorded;
use lutrin_domain::id::{DecisionId, DossierId, ReviewerId, SlotKey};
use lutrin_domain::permission::acting_role;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Role;
use lutrin_domain::subject::Subject;
use lutrin_store::{OutboxEntry, SettleError};

use super::contest::{Contest, contests};
use super::dossier::file_view;
use super::people::People;
use super::said::{Said, piece_of, said};
use super::{Desk, titles};
use crate::error::{AppError, ErrorCode};
use crate::view::{
    ArbitrationView, ChoiceView, FileView, NewerView, RuleTextView, SideView, WhyRefusedView,
};

impl Desk {
    /// What waits for a person to settle it, the newest first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn arbitrations(&self) -> Result<Vec<ArbitrationView>, AppError> {
        let people = self.people().await?;
        let mut views = Vec::new();
        for contest in contests(self.store.outbox().await?).iter().rev() {
            views.push(self.arbitration_view(contest, &people).await?);
        }
        Ok(views)
    }

    /// Settles what was refused: by a decision of its own, or by filing it away.
    ///
    /// # Errors
    ///
    /// When it is settled already, when the rules refuse, or the disk does.
    pub async fn arbitrate(
        &self,
        decision: DecisionId,
        choice: ChoiceView,
        reason: String,
    ) -> Result<(), AppError> {
        let entry = self.store.outbox_entry(decision).await?;
        let entry = entry.ok_or_else(|| AppError::new(ErrorCode::NothingToArbitrate))?;
        let subject = entry.stamped.decision.subject();
        let Some(keep) = choice.keep() else {
            let _alone = self.deciding.lock().await;
            return self.file_away(&self.contest_of(&entry).await?).await;
        };
        let dossier = subject.dossier();
        let dossier = dossier.ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?;
        let turn = self.turn(dossier).await?;
        // Read in its turn: what was settled a moment ago is not settled again.
        let contest = self.contest_of(&entry).await?;
        let act = arbitration(&contest.mine().stamped, keep, reason.trim());
        let act = act.ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?;
        self.decide(&turn, subject.clone(), act).await
    }

    /// What it waits to be settled with.
    async fn contest_of(&self, entry: &OutboxEntry) -> Result<Contest, AppError> {
        let outbox = match entry.stamped.decision.subject().dossier() {
            Some(dossier) => self.store.outbox_of(dossier).await?,
            None => self.store.outbox().await?,
        };
        let found = contests(outbox).into_iter().find(|contest| {
            contest.entries.iter().any(|other| other.decision() == entry.decision())
        });
        found.ok_or_else(|| AppError::new(ErrorCode::NothingToArbitrate))
    }

    /// Has a decision that was filed away ask for attention again.
    ///
    /// # Errors
    ///
    /// When it is not there, or the disk refuses.
    pub async fn reopen_arbitration(&self, decision: DecisionId) -> Result<(), AppError> {
        let entry = self.store.outbox_entry(decision).await?;
        let entry = entry.ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?;
        self.store.reopen(decision).await?;
        self.changed(entry.stamped.decision.subject().dossier());
        Ok(())
    }

    /// Whoever examines the file that replaced another has dealt with what was refused on
    /// the one before.
    pub(super) async fn file_away_replaced(
        &self,
        dossier: DossierId,
        slot: &SlotKey,
    ) -> Result<(), AppError> {
        for contest in contests(self.store.outbox_of(dossier).await?) {
            let is_there = match contest.subject() {
                Subject::Deposit { slot: other, .. } => other == slot,
                _ => false,
            };
            if is_there && matches!(contest.refusal(), Refusal::Superseded { .. }) {
                self.file_away(&contest).await?;
            }
        }
        Ok(())
    }

    async fn file_away(&self, contest: &Contest) -> Result<(), AppError> {
        for entry in &contest.entries {
            match self.store.arbitrate(entry.decision(), (self.given.now)()).await {
                // A pull made it wait to leave again, or somebody was quicker.
                Ok(()) | Err(SettleError::Unknown | SettleError::NotWaiting) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.changed(contest.subject().dossier());
        Ok(())
    }

    async fn arbitration_view(
        &self,
        contest: &Contest,
        people: &People,
    ) -> Result<ArbitrationView, AppError> {
        let (mine, refusal) = (contest.mine(), contest.refusal());
        let subject = contest.subject();
        let dossier = subject.dossier();
        // A dossier that left, or whose rules are not here, is shown without them.
        let on_desk = match dossier {
            Some(id) => self.store.view(id).await.ok().flatten(),
            None => None,
        };
        let now = on_desk.as_ref().map(|on_desk| &on_desk.fold.dossier).or(contest.held());
        let catalogue = on_desk.as_ref().map(|on_desk| &*on_desk.catalogue);
        let listed = match dossier {
            Some(id) => self.store.summary(id).await?,
            None => None,
        };
        let here = match now {
            Some(now) => self.files_here(now).await?,
            None => BTreeSet::new(),
        };
        let told = Told { catalogue, people, here };
        let opposed = matches!(refusal, Refusal::Conflict { .. });
        let seen = on_desk.as_ref().map(|on_desk| &on_desk.fold.dossier).filter(|_| opposed);
        let seen = seen.and_then(|seen| told.theirs(seen, subject));
        // What was decided there may not have come here with its dossier yet.
        let is_here = seen.is_some();
        let held = contest.held().filter(|_| opposed);
        let theirs = seen.or_else(|| told.theirs(held?, subject));
        let newer = match (now, &refusal) {
            (Some(now), Refusal::Superseded { .. }) => told.newer(now, subject),
            _ => None,
        };
        let heading = listed.map(|listed| titles::heading(&listed.summary, catalogue));
        let act = mine.stamped.decision.act();
        let roles = &people.me().roles;
        let may = on_desk.as_ref().is_some_and(|on_desk| {
            let settling = arbitration(&mine.stamped, Keep::Held, "");
            settling.is_some_and(|settling| {
                acting_role(roles, &on_desk.fold.dossier, subject, &settling).is_some()
            })
        });
        Ok(ArbitrationView {
            decision: mine.decision().to_string(),
            dossier: dossier.map(|id| id.to_string()).unwrap_or_default(),
            learner: heading
                .as_ref()
                .map(|heading| format!("{} {}", heading.first_name, heading.birth_name))
                .unwrap_or_default(),
            reference: heading.as_ref().map(|h| h.reference.clone()).unwrap_or_default(),
            diploma: heading.map(|heading| heading.diploma),
            on: on(act).to_owned(),
            piece: piece_of(&mine.stamped, on_desk.as_ref()),
            why: why(&refusal),
            refusal: AppError::from(&refusal),
            mine: told.mine(&mine.stamped, now),
            can_choose: is_here && may,
            can_ask: is_here && may && matches!(act, Act::SettlePiece(_)),
            theirs,
            newer,
            rules: rules(act, now, subject, catalogue),
            rules_version: catalogue.map(|catalogue| catalogue.label.clone()),
        })
    }
}

/// The decision that chooses between a refused one and what is in force.
fn arbitration(refused: &Stamped, keep: Keep, reason: &str) -> Option<Act> {
    Some(Act::Arbitrate(Arbitration {
        refused: refused.decision.id(),
        made_at: refused.made_at,
        value: Contested::of(refused.decision.act())?,
        keep,
        reason: reason.to_owned(),
    }))
}

/// What the two sides are told from.
struct Told<'a> {
    catalogue: Option<&'a Catalogue>,
    people: &'a People,
    here: BTreeSet<Digest>,
}

impl Told<'_> {
    /// What was decided here.
    fn mine(&self, stamped: &Stamped, now: Option<&Dossier>) -> SideView {
        let Stamped { decision, author, role, made_at, .. } = stamped;
        let file = now.and_then(|now| self.file(now, decision.subject()));
        self.side((*author, *role, *made_at), decision.act(), file)
    }

    /// What counts at the service on the subject.
    fn theirs(&self, now: &Dossier, subject: &Subject) -> Option<SideView> {
        let Recorded { author, role, made_at, value, .. } = Contested::in_force(now, subject)?;
        Some(self.side((author, role, made_at), &value.into(), self.file(now, subject)))
    }

    fn side(
        &self,
        (author, role, made_at): (ReviewerId, Role, Timestamp),
        act: &Act,
        file: Option<FileView>,
    ) -> SideView {
        let Said { value, reasons, comment, citations } = said(act, self.catalogue);
        SideView {
            name: self.people.name(author),
            mine: self.people.is_me(author),
            role: role.code().to_owned(),
            value: value.unwrap_or_default(),
            reasons,
            comment,
            citations,
            made_at: made_at.to_string(),
            file,
        }
    }

    fn file(&self, now: &Dossier, subject: &Subject) -> Option<FileView> {
        now.deposit(subject).map(|deposit| file_view(deposit, &self.here))
    }

    /// The file in force where the subject's was.
    fn newer(&self, now: &Dossier, subject: &Subject) -> Option<NewerView> {
        let Subject::Deposit { slot, deposit, .. } = subject else { return None };
        let slot = now.slot(slot)?;
        let newest = slot.newest_after(*deposit)?;
        Some(NewerView {
            slot: slot.key.to_string(),
            deposit: newest.id.to_string(),
            file: file_view(newest, &self.here),
            deposited_at: newest.deposited_at.to_string(),
        })
    }
}

fn on(act: &Act) -> &'static str {
    match act {
        Act::SettlePiece(_) => "piece",
        Act::SettleSlot(_) => "slot",
        Act::JudgeJob(_) => "job",
        Act::SignAssessment(_) => "assessment",
        _ => "other",
    }
}

fn why(refusal: &Refusal) -> WhyRefusedView {
    match refusal {
        Refusal::Conflict { .. } => WhyRefusedView::Opposed,
        Refusal::Superseded { .. } => WhyRefusedView::Replaced,
        Refusal::NotAllowed { .. } | Refusal::UnknownState { .. } => WhyRefusedView::Moved,
        Refusal::OutOfScope => WhyRefusedView::OutOfScope,
        Refusal::UnknownReason { .. } | Refusal::UnknownDiploma | Refusal::CatalogueMissing => {
            WhyRefusedView::RuleGone
        }
        _ => WhyRefusedView::Other,
    }
}

/// What the rules say of the reasons that either side gave, each once.
fn rules(
    mine: &Act,
    now: Option<&Dossier>,
    subject: &Subject,
    catalogue: Option<&Catalogue>,
) -> Vec<RuleTextView> {
    let Some(catalogue) = catalogue else { return Vec::new() };
    let theirs = now.and_then(|now| now.deposit(subject)).and_then(|d| d.verdicts.value());
    let here = match mine {
        Act::SettlePiece(verdict) => Some(verdict),
        _ => None,
    };
    let given = here.into_iter().chain(theirs).flat_map(|verdict| &verdict.reasons);
    let given: BTreeSet<_> = given.collect();
    let said = given.into_iter().filter_map(|code| catalogue.reason(code));
    let view = |reason: &Reason| RuleTextView {
        label: reason.label.clone(),
        sentence: reason.sentence.clone(),
        law: reason.law.clone(),
    };
    said.map(view).collect()
}
