//! The one reducer: what a decision does to a dossier, or why it does nothing.

use std::collections::BTreeSet;

use crate::assessment::{AssessedBy, Assessment};
use crate::catalogue::{Catalogue, OTHER_REASON};
use crate::day::paris_day;
use crate::decision::{
    Act, Decision, Deliberation, DeliberationOutcome, JobJudgement, RequestBody, Revocation,
    SignedAssessment, SlotSettlement, Stamped, Verdict, VerdictOutcome,
};
use crate::dossier::{
    CorrectionRequest, Dossier, DossierState, Holder, Requirement, Reservation, SlotState,
};
use crate::history::{History, Recorded};
use crate::id::DecisionId;
use crate::permission::allows;
use crate::refusal::Refusal;
use crate::seeded::{self, Bug};
use crate::subject::Subject;

/// The longest comment on a piece, in characters.
pub const COMMENT_LIMIT: u32 = 4_000;
/// The longest text of an opinion or a letter, in characters.
pub const TEXT_LIMIT: u32 = 20_000;

/// Applies one decision.
///
/// A decision already applied changes nothing. A refused one changes nothing
/// either: the dossier given is what the caller still holds.
///
/// # Errors
///
/// The reason why the decision has no effect.
pub fn apply(
    catalogue: &Catalogue,
    dossier: Dossier,
    stamped: &Stamped,
) -> Result<Dossier, Refusal> {
    let mut dossier = dossier;
    if check(catalogue, &dossier, stamped)? == Standing::New {
        perform(&mut dossier, stamped);
    }
    Ok(dossier)
}

/// What remains of applying several decisions in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The dossier after those that could be applied.
    pub dossier: Dossier,
    /// Those that could not, with the reason, in order.
    pub refused: Vec<(DecisionId, Refusal)>,
}

/// Applies decisions in order; a refused one is skipped and the fold goes on.
///
/// Those based on a refused one are refused with it, so that the result equals
/// the fold without it and without them.
pub fn fold<'a>(
    catalogue: &Catalogue,
    dossier: Dossier,
    decisions: impl IntoIterator<Item = &'a Stamped>,
) -> Fold {
    let mut fold = Fold { dossier, refused: Vec::new() };
    let mut refused_ids = BTreeSet::new();
    for stamped in decisions {
        let refused_base = stamped.decision.based_on().filter(|id| refused_ids.contains(id));
        let outcome = match refused_base {
            Some(refused) => Err(Refusal::DependsOnRefused { refused }),
            None => check(catalogue, &fold.dossier, stamped),
        };
        match outcome {
            Ok(Standing::New) => perform(&mut fold.dossier, stamped),
            Ok(Standing::Known) => {}
            Err(refusal) => {
                refused_ids.insert(stamped.decision.id());
                fold.refused.push((stamped.decision.id(), refusal));
            }
        }
    }
    fold
}

/// Whether a decision is new to a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It would change the dossier.
    New,
    /// It was applied before.
    Known,
}

/// Says whether a decision can be applied, without applying it.
///
/// # Errors
///
/// The reason why it cannot.
pub fn check(
    catalogue: &Catalogue,
    dossier: &Dossier,
    stamped: &Stamped,
) -> Result<Standing, Refusal> {
    let decision = &stamped.decision;
    if let Some(digest) = dossier.applied.get(&decision.id()) {
        let same = *digest == decision.digest();
        return if same { Ok(Standing::Known) } else { Err(Refusal::SameIdOtherText) };
    }
    check_subject(dossier, decision)?;
    check_permission(dossier, stamped)?;
    check_not_superseded(dossier, decision)?;
    check_base(dossier, decision)?;
    check_content(catalogue, dossier, stamped)?;
    Ok(Standing::New)
}

/// Case W02: it builds on what is decided on its subject. A base that was never applied
/// here is another matter: it may still come, and nobody has decided otherwise.
fn check_base(dossier: &Dossier, decision: &Decision) -> Result<(), Refusal> {
    let head = dossier.head(decision.subject());
    match decision.based_on() {
        based_on if based_on == head => Ok(()),
        _ if seeded::is(Bug::LastWriterWins) => Ok(()),
        Some(base) if !dossier.applied.contains_key(&base) => Err(Refusal::BaseUnknown { base }),
        _ => Err(Refusal::Conflict { head }),
    }
}

fn check_subject(dossier: &Dossier, decision: &Decision) -> Result<(), Refusal> {
    if let Act::Unknown { kind } = decision.act() {
        return Err(Refusal::UnknownKind { kind: kind.clone() });
    }
    if decision.subject().dossier() != Some(dossier.id) || !has_subject(dossier, decision.subject())
    {
        return Err(Refusal::UnknownSubject);
    }
    let fits = match decision.act() {
        Act::SettlePiece(_) => matches!(decision.subject(), Subject::Deposit { .. }),
        Act::SettleSlot(_) => matches!(decision.subject(), Subject::Slot { .. }),
        Act::JudgeJob(_) => matches!(decision.subject(), Subject::Job { .. }),
        Act::SignAssessment(_) => matches!(decision.subject(), Subject::Review { .. }),
        Act::Revoke(_) => !matches!(decision.subject(), Subject::Dossier { .. }),
        _ => matches!(decision.subject(), Subject::Dossier { .. }),
    };
    fits.then_some(()).ok_or(Refusal::WrongSubject)
}

fn has_subject(dossier: &Dossier, subject: &Subject) -> bool {
    match subject {
        Subject::Deposit { slot, deposit, sha256, pages, .. } => {
            dossier.slot(slot).is_some_and(|slot| {
                slot.deposits
                    .iter()
                    .any(|d| d.id == *deposit && d.sha256 == *sha256 && d.pages == *pages)
            })
        }
        Subject::Slot { slot, .. } => dossier.slot(slot).is_some(),
        Subject::Job { job, .. } => dossier.jobs.iter().any(|j| j.key == *job),
        Subject::Review { .. } | Subject::Dossier { .. } => true,
        Subject::JurySession { .. } => false,
    }
}

fn check_permission(dossier: &Dossier, stamped: &Stamped) -> Result<(), Refusal> {
    if let DossierState::Unknown(state) = &dossier.state {
        return Err(Refusal::UnknownState { state: state.clone() });
    }
    let Some(kind) = stamped.decision.act().kind() else { return Err(Refusal::WrongSubject) };
    let state = &dossier.state;
    let on_their_level = match stamped.decision.subject() {
        Subject::Review { level, .. } => crate::permission::level_of(dossier.holder) == *level,
        _ => true,
    };
    if on_their_level && allows(stamped.role, kind, state, dossier.holder) {
        Ok(())
    } else {
        Err(Refusal::NotAllowed { kind, role: stamped.role, state: state.clone() })
    }
}

/// Case W01: a verdict on a file that was replaced is history.
fn check_not_superseded(dossier: &Dossier, decision: &Decision) -> Result<(), Refusal> {
    let (Act::SettlePiece(_), Subject::Deposit { slot, deposit, .. }) =
        (decision.act(), decision.subject())
    else {
        return Ok(());
    };
    let replacement = dossier
        .slot(slot)
        .and_then(|slot| slot.deposits.iter().find(|other| other.replaces == Some(*deposit)));
    match replacement {
        Some(by) => Err(Refusal::Superseded { by: by.id }),
        None => Ok(()),
    }
}

fn check_content(
    catalogue: &Catalogue,
    dossier: &Dossier,
    stamped: &Stamped,
) -> Result<(), Refusal> {
    match stamped.decision.act() {
        Act::SettlePiece(verdict) => check_verdict(catalogue, verdict),
        Act::SettleSlot(settlement) => check_words(settlement.reason(), COMMENT_LIMIT),
        Act::JudgeJob(judgement) => check_judgement(judgement),
        Act::SignAssessment(signed) => check_assessment(catalogue, dossier, signed),
        Act::Revoke(revocation) => check_revocation(dossier, stamped, revocation),
        Act::SendRequest(request) => check_request(dossier, stamped, request),
        Act::Transmit => check_transmission(dossier),
        Act::Deliberate(deliberation) => check_words(&deliberation.minutes, COMMENT_LIMIT),
        Act::Take | Act::Reserve { .. } | Act::Unknown { .. } => Ok(()),
    }
}

fn check_verdict(catalogue: &Catalogue, verdict: &Verdict) -> Result<(), Refusal> {
    let comment = verdict.comment.as_deref().unwrap_or_default();
    check_length(comment, COMMENT_LIMIT)?;
    match verdict.outcome {
        VerdictOutcome::Rejected if verdict.reasons.is_empty() => {
            return Err(Refusal::ReasonMissing);
        }
        VerdictOutcome::Accepted | VerdictOutcome::NotApplicable if !verdict.reasons.is_empty() => {
            return Err(Refusal::ReasonNotExpected);
        }
        _ => {}
    }
    for reason in &verdict.reasons {
        if catalogue.reason(reason).is_none() {
            return Err(Refusal::UnknownReason { reason: reason.clone() });
        }
    }
    let other = verdict.reasons.iter().any(|reason| reason.as_str() == OTHER_REASON);
    if other && comment.trim().is_empty() {
        return Err(Refusal::WordsMissing);
    }
    Ok(())
}

fn check_judgement(judgement: &JobJudgement) -> Result<(), Refusal> {
    match &judgement.retained_without_proof {
        Some(reason) => check_words(reason, COMMENT_LIMIT),
        None => Ok(()),
    }
}

/// Cases X14 and X16: the diploma says whether an opinion or a mark is signed.
fn check_assessment(
    catalogue: &Catalogue,
    dossier: &Dossier,
    signed: &SignedAssessment,
) -> Result<(), Refusal> {
    let diploma = catalogue.diploma(&dossier.diploma).ok_or(Refusal::UnknownDiploma)?;
    let expected = diploma.kind.assessed_by();
    match (expected, signed.assessment) {
        (AssessedBy::Opinion, Assessment::Opinion(opinion)) if opinion.needs_reasons() => {
            check_words(&signed.reasons, TEXT_LIMIT)
        }
        (AssessedBy::Opinion, Assessment::Opinion(_)) | (AssessedBy::Mark, Assessment::Mark(_)) => {
            check_length(&signed.reasons, TEXT_LIMIT)
        }
        _ => Err(Refusal::WrongAssessment { expected }),
    }
}

fn check_revocation(
    dossier: &Dossier,
    stamped: &Stamped,
    revocation: &Revocation,
) -> Result<(), Refusal> {
    check_words(&revocation.reason, COMMENT_LIMIT)?;
    let in_force = match stamped.decision.subject() {
        Subject::Deposit { slot, deposit, .. } => dossier
            .slot(slot)
            .and_then(|slot| slot.deposits.iter().find(|d| d.id == *deposit))
            .and_then(|deposit| author_of_current(&deposit.verdicts)),
        Subject::Slot { slot, .. } => {
            dossier.slot(slot).and_then(|slot| author_of_current(&slot.settlement))
        }
        Subject::Job { job, .. } => dossier
            .jobs
            .iter()
            .find(|j| j.key == *job)
            .and_then(|job| author_of_current(&job.judgement)),
        Subject::Review { level, .. } => author_of_current(dossier.review.on(*level)),
        Subject::Dossier { .. } | Subject::JurySession { .. } => None,
    };
    (in_force == Some((revocation.decision, stamped.author)))
        .then_some(())
        .ok_or(Refusal::NothingToRevoke)
}

fn author_of_current<T>(history: &History<T>) -> Option<(DecisionId, crate::id::ReviewerId)> {
    history.current().map(|entry| (entry.decision, entry.author))
}

/// Cases W07 and domain notes 8.1: at least one piece, and a deadline to come.
fn check_request(
    dossier: &Dossier,
    stamped: &Stamped,
    request: &RequestBody,
) -> Result<(), Refusal> {
    if request.items.is_empty() {
        return Err(Refusal::NothingAsked);
    }
    if request.items.iter().any(|item| dossier.slot(&item.slot).is_none()) {
        return Err(Refusal::UnknownSubject);
    }
    let asked_on = paris_day(stamped.received_at.unwrap_or(stamped.made_at));
    if request.deadline <= asked_on {
        return Err(Refusal::DeadlinePassed);
    }
    check_words(&request.letter, TEXT_LIMIT)
}

/// Every required piece is accepted, exempted or found not required.
fn check_transmission(dossier: &Dossier) -> Result<(), Refusal> {
    let open = dossier
        .slots
        .iter()
        .filter(|slot| matches!(slot.requirement, Requirement::Required { .. }))
        .filter(|slot| !slot.state().is_settled() || slot.state() == SlotState::Issue)
        .count();
    match u32::try_from(open) {
        Ok(0) => Ok(()),
        count => Err(Refusal::PiecesOpen { count: count.unwrap_or(u32::MAX) }),
    }
}

fn check_words(text: &str, limit: u32) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::WordsMissing);
    }
    check_length(text, limit)
}

fn check_length(text: &str, limit: u32) -> Result<(), Refusal> {
    let within = u32::try_from(text.chars().count()).is_ok_and(|length| length <= limit);
    within.then_some(()).ok_or(Refusal::TextTooLong { limit })
}

/// Performs a decision that [`check`] let through.
fn perform(dossier: &mut Dossier, stamped: &Stamped) {
    let decision = &stamped.decision;
    match decision.act() {
        Act::SettlePiece(verdict) => {
            with_verdicts(dossier, decision.subject(), |history| {
                history.record(recorded(stamped, verdict.clone()));
            });
        }
        Act::SettleSlot(settlement) => {
            with_settlement(dossier, decision.subject(), |history| {
                history.record(recorded(stamped, settlement.clone()));
            });
        }
        Act::JudgeJob(judgement) => {
            with_judgement(dossier, decision.subject(), |history| {
                history.record(recorded(stamped, judgement.clone()));
            });
        }
        Act::SignAssessment(signed) => {
            if let Subject::Review { level, .. } = decision.subject() {
                let entry = recorded(stamped, signed.clone());
                dossier.review.on_mut(*level).record(entry);
            }
        }
        Act::Revoke(revocation) => revoke(dossier, decision.subject(), revocation.decision),
        Act::Take => dossier.state = DossierState::CenterReview,
        Act::Reserve { until } => {
            dossier.reservation = Some(Reservation { by: stamped.author, until: *until });
        }
        Act::SendRequest(request) => {
            dossier.state = DossierState::CorrectionRequested;
            let request = CorrectionRequest { decision: decision.id(), request: request.clone() };
            dossier.correction_requests.push(request);
        }
        Act::Transmit => {
            dossier.state = DossierState::DnfReview;
            dossier.holder = Holder::Dnf;
        }
        Act::Deliberate(deliberation) => deliberate(dossier, deliberation),
        Act::Unknown { .. } => return,
    }
    dossier.applied.insert(decision.id(), decision.digest());
    dossier.heads.insert(decision.subject().key(), decision.id());
}

fn recorded<T>(stamped: &Stamped, value: T) -> Recorded<T> {
    Recorded {
        decision: stamped.decision.id(),
        author: stamped.author,
        role: stamped.role,
        made_at: stamped.made_at,
        revoked: false,
        value,
    }
}

fn with_verdicts(
    dossier: &mut Dossier,
    subject: &Subject,
    change: impl FnOnce(&mut History<Verdict>),
) {
    let Subject::Deposit { slot, deposit, .. } = subject else { return };
    let slots = dossier.slots.iter_mut();
    let mut deposits = slots.filter(|s| s.key == *slot).flat_map(|s| s.deposits.iter_mut());
    if let Some(deposit) = deposits.find(|d| d.id == *deposit) {
        change(&mut deposit.verdicts);
    }
}

fn with_settlement(
    dossier: &mut Dossier,
    subject: &Subject,
    change: impl FnOnce(&mut History<SlotSettlement>),
) {
    let Subject::Slot { slot, .. } = subject else { return };
    if let Some(slot) = dossier.slots.iter_mut().find(|s| s.key == *slot) {
        change(&mut slot.settlement);
    }
}

fn with_judgement(
    dossier: &mut Dossier,
    subject: &Subject,
    change: impl FnOnce(&mut History<JobJudgement>),
) {
    let Subject::Job { job, .. } = subject else { return };
    if let Some(job) = dossier.jobs.iter_mut().find(|j| j.key == *job) {
        change(&mut job.judgement);
    }
}

fn revoke(dossier: &mut Dossier, subject: &Subject, revoked: DecisionId) {
    match subject {
        Subject::Deposit { .. } => with_verdicts(dossier, subject, |h| h.revoke(revoked)),
        Subject::Slot { .. } => with_settlement(dossier, subject, |h| h.revoke(revoked)),
        Subject::Job { .. } => with_judgement(dossier, subject, |h| h.revoke(revoked)),
        Subject::Review { level, .. } => dossier.review.on_mut(*level).revoke(revoked),
        Subject::Dossier { .. } | Subject::JurySession { .. } => {}
    }
}

fn deliberate(dossier: &mut Dossier, deliberation: &Deliberation) {
    dossier.state = match deliberation.outcome {
        DeliberationOutcome::Awarded => DossierState::Awarded,
        DeliberationOutcome::Deferred => DossierState::Deferred,
        DeliberationOutcome::Refused => DossierState::Refused,
    };
    dossier.deliberation = Some(deliberation.clone());
}
