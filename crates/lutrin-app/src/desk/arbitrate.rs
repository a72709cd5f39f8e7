//! What the service did not apply: shown with both sides, and settled by a person.

use std::collections::{BTreeMap, BTreeSet};

use lutrin_domain::arbitration::{Arbitration, Contested};
use lutrin_domain::catalogue::{Catalogue, Reason};
use lutrin_domain::decision::{Act, Kind, Stamped};
use lutrin_domain::dossier::{Deposit, Dossier};
use lutrin_domain::history::Recorded;
use lutrin_domain::id::{DecisionId, DossierId, SlotKey};
use lutrin_domain::permission::acting_role;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Role;
use lutrin_domain::subject::{Citation, Subject};
use lutrin_store::{DossierOnDesk, OutboxEntry, OutboxState};

use super::exchange::{labels, piece_of, value_of};
use super::people::People;
use super::{Desk, titles};
use crate::error::{AppError, ErrorCode};
use crate::view::{
    ArbitrationView, ChoiceView, CitationView, FileView, NewerView, RuleTextView, SideView,
    WhyRefusedView, ZoneView,
};

/// The refused decisions on one subject that nothing settles, oldest first.
struct Contest {
    entries: Vec<OutboxEntry>,
}

impl Contest {
    /// What was decided here in the end.
    fn mine(&self) -> &OutboxEntry {
        let decides = |entry: &&OutboxEntry| contested(entry.stamped.decision.act()).is_some();
        let last = self.entries.iter().rev().find(decides);
        last.unwrap_or_else(|| &self.entries[self.entries.len() - 1])
    }

    /// Why the first of them was refused; the others may only follow from it.
    fn refusal(&self) -> Refusal {
        let refusal = |entry: &OutboxEntry| match &entry.state {
            OutboxState::Refused { refusal, .. } => Some(refusal.clone()),
            _ => None,
        };
        let follows = |refusal: &Refusal| matches!(refusal, Refusal::DependsOnRefused { .. });
        let refusals: Vec<Refusal> = self.entries.iter().filter_map(refusal).collect();
        let root = refusals.iter().rev().find(|refusal| !follows(refusal));
        root.or(refusals.first()).cloned().unwrap_or(Refusal::UnknownSubject)
    }

    /// The dossier as the service last held it, by what it said when it refused.
    fn held(&self) -> Option<&Dossier> {
        self.entries.iter().rev().find_map(|entry| match &entry.state {
            OutboxState::Refused { held, .. } => held.as_deref(),
            _ => None,
        })
    }

    fn subject(&self) -> &Subject {
        self.mine().stamped.decision.subject()
    }
}

impl Desk {
    /// What waits for a person to settle it, the newest first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn arbitrations(&self) -> Result<Vec<ArbitrationView>, AppError> {
        let people = self.people().await?;
        let mut views = Vec::new();
        for contest in self.contests().await?.iter().rev() {
            views.push(self.arbitration(contest, &people).await?);
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
        let contests = self.contests().await?;
        let names =
            |contest: &&Contest| contest.entries.iter().any(|entry| entry.decision() == decision);
        let contest = contests.iter().find(names);
        let contest = contest.ok_or_else(|| AppError::new(ErrorCode::NothingToArbitrate))?;
        let Some(keep) = choice.keep() else { return self.file_away(contest).await };
        let mine = &contest.mine().stamped;
        let value = contested(mine.decision.act());
        let value = value.ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?;
        let dossier = mine.decision.subject().dossier();
        let dossier = dossier.ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?;
        let turn = self.turn(dossier).await?;
        let act = Act::Arbitrate(Arbitration {
            refused: mine.decision.id(),
            made_at: mine.made_at,
            value,
            keep,
            reason: reason.trim().to_owned(),
        });
        self.decide(&turn, mine.decision.subject().clone(), act).await
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
        for contest in self.contests().await? {
            let is_there = match contest.subject() {
                Subject::Deposit { dossier: of, slot: other, .. } => {
                    *of == dossier && other == slot
                }
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
            self.store.arbitrate(entry.decision(), (self.given.now)()).await?;
        }
        self.changed(contest.subject().dossier());
        Ok(())
    }

    /// The subjects of a dossier on which something waits to be settled.
    pub(super) async fn contested(&self, dossier: DossierId) -> Result<Vec<Subject>, AppError> {
        let contests = self.contests().await?.into_iter();
        let subjects = contests.map(|contest| contest.subject().clone());
        Ok(subjects.filter(|subject| subject.dossier() == Some(dossier)).collect())
    }

    async fn contests(&self) -> Result<Vec<Contest>, AppError> {
        let mut contests: BTreeMap<(Option<DossierId>, String), Vec<OutboxEntry>> = BTreeMap::new();
        for entry in self.store.outbox().await? {
            let is_open = matches!(entry.state, OutboxState::Refused { arbitrated_at: None, .. });
            let decision = &entry.stamped.decision;
            // A reservation is a word to others, and theirs is seen on the dossier.
            if is_open && decision.act().kind() != Some(Kind::Reserve) {
                let subject = (decision.subject().dossier(), decision.subject().key());
                contests.entry(subject).or_default().push(entry);
            }
        }
        let mut contests: Vec<Contest> =
            contests.into_values().map(|entries| Contest { entries }).collect();
        contests.sort_by_key(|contest| contest.mine().seq);
        Ok(contests)
    }

    async fn arbitration(
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
        let opposed = matches!(refusal, Refusal::Conflict { .. });
        let seen = on_desk.as_ref().map(|on_desk| &on_desk.fold.dossier).filter(|_| opposed);
        let seen = self.side_there(seen, subject, catalogue, people).await?;
        // What was decided there may not have come here with its dossier yet.
        let is_here = seen.is_some();
        let theirs = match seen {
            Some(seen) => Some(seen),
            None => {
                let held = contest.held().filter(|_| opposed);
                self.side_there(held, subject, catalogue, people).await?
            }
        };
        let newer = match (now, &refusal) {
            (Some(now), Refusal::Superseded { .. }) => self.newer(now, subject).await?,
            _ => None,
        };
        let heading = listed.map(|listed| titles::heading(&listed.summary, catalogue));
        let act = mine.stamped.decision.act();
        let roles = &self.store.profile().await?.reviewer.roles;
        let may = on_desk.as_ref().is_some_and(|seen| may_settle(&seen.fold.dossier, roles, act));
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
            mine: self.side_here(mine, now, on_desk.as_ref(), people).await?,
            can_choose: is_here && may,
            can_ask: is_here && may && matches!(act, Act::SettlePiece(_)),
            theirs,
            newer,
            rules: rules(act, now, subject, catalogue),
            rules_version: catalogue.map(|catalogue| catalogue.label.clone()),
        })
    }

    async fn side_here(
        &self,
        entry: &OutboxEntry,
        now: Option<&Dossier>,
        on_desk: Option<&DossierOnDesk>,
        people: &People,
    ) -> Result<SideView, AppError> {
        let Stamped { decision, author, role, made_at, .. } = &entry.stamped;
        let catalogue = on_desk.map(|on_desk| &*on_desk.catalogue);
        let (reasons, comment, citations) = match decision.act() {
            Act::SettlePiece(verdict) => (
                labels(verdict, catalogue),
                verdict.comment.clone(),
                verdict.citations.iter().map(citation_view).collect(),
            ),
            Act::SettleSlot(settlement) => {
                (Vec::new(), Some(settlement.reason().to_owned()), Vec::new())
            }
            Act::JudgeJob(judgement) => {
                (Vec::new(), judgement.retained_without_proof.clone(), Vec::new())
            }
            Act::SignAssessment(signed) => (Vec::new(), Some(signed.reasons.clone()), Vec::new()),
            _ => (Vec::new(), None, Vec::new()),
        };
        Ok(SideView {
            name: people.name(*author),
            mine: people.is_me(*author),
            role: role.code().to_owned(),
            value: value_of(decision.act()).unwrap_or_default(),
            reasons,
            comment: comment.filter(|comment| !comment.is_empty()),
            citations,
            made_at: made_at.to_string(),
            file: match now.and_then(|now| deposit_of(now, decision.subject())) {
                Some(deposit) => Some(self.file_view(deposit).await?),
                None => None,
            },
        })
    }

    /// What counts at the service on the subject.
    async fn side_there(
        &self,
        now: Option<&Dossier>,
        subject: &Subject,
        catalogue: Option<&Catalogue>,
        people: &People,
    ) -> Result<Option<SideView>, AppError> {
        let Some(now) = now else { return Ok(None) };
        Ok(match subject {
            Subject::Deposit { .. } => {
                let Some(deposit) = deposit_of(now, subject) else { return Ok(None) };
                let Some(current) = deposit.verdicts.current() else { return Ok(None) };
                let verdict = &current.value;
                Some(SideView {
                    reasons: labels(verdict, catalogue),
                    comment: verdict.comment.clone(),
                    citations: verdict.citations.iter().map(citation_view).collect(),
                    file: Some(self.file_view(deposit).await?),
                    ..side(current, &Act::SettlePiece(verdict.clone()), people)
                })
            }
            Subject::Slot { slot, .. } => {
                let current = now.slot(slot).and_then(|slot| slot.settlement.current());
                current.map(|current| SideView {
                    comment: Some(current.value.reason().to_owned()),
                    ..side(current, &Act::SettleSlot(current.value.clone()), people)
                })
            }
            Subject::Job { job, .. } => {
                let job = now.jobs.iter().find(|other| other.key == *job);
                job.and_then(|job| job.judgement.current()).map(|current| SideView {
                    comment: current.value.retained_without_proof.clone(),
                    ..side(current, &Act::JudgeJob(current.value.clone()), people)
                })
            }
            Subject::Review { level, .. } => {
                now.review.on(*level).current().map(|current| SideView {
                    comment: Some(current.value.reasons.clone()),
                    ..side(current, &Act::SignAssessment(current.value.clone()), people)
                })
            }
            Subject::Dossier { .. } | Subject::JurySession { .. } => None,
        })
    }

    async fn file_view(&self, deposit: &Deposit) -> Result<FileView, AppError> {
        Ok(FileView {
            sha256: deposit.sha256.to_string(),
            file_name: deposit.file_name.clone(),
            here: self.store.missing(&[deposit.sha256]).await?.is_empty(),
        })
    }

    /// The file in force where the subject's was.
    async fn newer(&self, now: &Dossier, subject: &Subject) -> Result<Option<NewerView>, AppError> {
        let Subject::Deposit { slot, deposit, .. } = subject else { return Ok(None) };
        let Some(slot) = now.slot(slot) else { return Ok(None) };
        let Some(newest) = slot.newest_after(*deposit) else { return Ok(None) };
        Ok(Some(NewerView {
            slot: slot.key.to_string(),
            deposit: newest.id.to_string(),
            file: self.file_view(newest).await?,
            deposited_at: newest.deposited_at.to_string(),
        }))
    }
}

fn side<T>(current: &Recorded<T>, act: &Act, people: &People) -> SideView {
    SideView {
        name: people.name(current.author),
        mine: people.is_me(current.author),
        role: current.role.code().to_owned(),
        value: value_of(act).unwrap_or_default(),
        reasons: Vec::new(),
        comment: None,
        citations: Vec::new(),
        made_at: current.made_at.to_string(),
        file: None,
    }
}

/// What can be chosen between: a value that was decided.
fn contested(act: &Act) -> Option<Contested> {
    match act {
        Act::SettlePiece(verdict) => Some(Contested::Piece(verdict.clone())),
        Act::SettleSlot(settlement) => Some(Contested::Slot(settlement.clone())),
        Act::JudgeJob(judgement) => Some(Contested::Job(judgement.clone())),
        Act::SignAssessment(signed) => Some(Contested::Assessment(signed.clone())),
        _ => None,
    }
}

fn may_settle(dossier: &Dossier, roles: &[Role], act: &Act) -> bool {
    let may = |kind| acting_role(roles, kind, &dossier.state, dossier.holder).is_some();
    match act {
        Act::SignAssessment(_) => may(Kind::Arbitrate) && may(Kind::SignAssessment),
        act => contested(act).is_some() && may(Kind::Arbitrate),
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

fn deposit_of<'a>(dossier: &'a Dossier, subject: &Subject) -> Option<&'a Deposit> {
    let Subject::Deposit { slot, deposit, .. } = subject else { return None };
    dossier.slot(slot)?.deposits.iter().find(|other| other.id == *deposit)
}

pub(super) fn citation_view(citation: &Citation) -> CitationView {
    let zone = citation.zone.map(|zone| ZoneView {
        x: zone.x.into(),
        y: zone.y.into(),
        width: zone.width.into(),
        height: zone.height.into(),
    });
    CitationView { page: citation.page, zone }
}

/// What the rules say of the reasons that either side gave, each once.
fn rules(
    mine: &Act,
    now: Option<&Dossier>,
    subject: &Subject,
    catalogue: Option<&Catalogue>,
) -> Vec<RuleTextView> {
    let Some(catalogue) = catalogue else { return Vec::new() };
    let theirs = now.and_then(|now| deposit_of(now, subject)).and_then(|d| d.verdicts.value());
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
