//! The one reducer: what a decision does to a dossier, or why it does nothing.

use std::collections::BTreeSet;

use crate::arbitration::{Contested, Keep};
use crate::assessment::{AssessedBy, Assessment};
use crate::catalogue::{Catalogue, OTHER_REASON};
use crate::day::paris_day;
use crate::decided::Decided;
use crate::decision::{
    Act, Decision, Deliberation, DeliberationOutcome, JobJudgement, RequestBody, Revocation,
    SignedAssessment, SlotSettlement, Stamped, Verdict, VerdictOutcome,
};
use crate::dossier::{
    CorrectionRequest, Dossier, DossierState, Holder, Requirement, Reservation, SlotState,
};
use crate::history::Recorded;
use crate::id::{DecisionId, ReviewerId};
use crate::permission::permits;
use crate::refusal::Refusal;
use crate::seeded::{self, Bug};
use crate::subject::{Citation, Subject};
use crate::words::{CITATIONS_LIMIT, COMMENT_LIMIT, TEXT_LIMIT, check_length, check_words};

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
    check_base(dossier, stamped)?;
    check_content(catalogue, dossier, stamped)?;
    Ok(Standing::New)
}

/// Case W02: it builds on what is decided on its subject, or says the same. A base that was
/// never applied here is another matter: it may still come, and nobody has decided otherwise.
fn check_base(dossier: &Dossier, stamped: &Stamped) -> Result<(), Refusal> {
    let decision = &stamped.decision;
    match decision.based_on() {
        _ if builds_on_head(dossier, decision) => Ok(()),
        Some(base) if !dossier.applied.contains_key(&base) => Err(Refusal::BaseUnknown { base }),
        _ if agrees(dossier, stamped) => Ok(()),
        _ => Err(Refusal::Conflict { head: dossier.head(decision.subject()) }),
    }
}

fn builds_on_head(dossier: &Dossier, decision: &Decision) -> bool {
    decision.based_on() == dossier.head(decision.subject()) || seeded::is(Bug::LastWriterWins)
}

/// Whether it changes nothing of what is in force on its subject: two people who decided the
/// same have nothing to settle, and whoever takes back what only agreed takes nothing away.
fn agrees(dossier: &Dossier, stamped: &Stamped) -> bool {
    let subject = stamped.decision.subject();
    match stamped.decision.act() {
        Act::SettlePiece(verdict) => agrees_in(dossier, subject, verdict),
        Act::SettleSlot(settlement) => agrees_in(dossier, subject, settlement),
        Act::JudgeJob(judgement) => agrees_in(dossier, subject, judgement),
        Act::SignAssessment(signed) => agrees_in(dossier, subject, signed),
        Act::Revoke(revocation) => {
            let standing = standing_of(dossier, subject, revocation.decision);
            standing == Some(Counts::Beneath(stamped.author))
        }
        _ => false,
    }
}

fn agrees_in<T: Decided>(dossier: &Dossier, subject: &Subject, value: &T) -> bool {
    let in_force = T::history(dossier, subject).and_then(|history| history.value());
    in_force.is_some_and(|in_force| value.agrees_with(in_force))
}

/// How a decision counts on its subject, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    /// It is in force.
    InForce(ReviewerId),
    /// Another one is, which says the same.
    Beneath(ReviewerId),
}

fn standing_of(dossier: &Dossier, subject: &Subject, decision: DecisionId) -> Option<Counts> {
    match subject {
        Subject::Deposit { .. } => standing_in::<Verdict>(dossier, subject, decision),
        Subject::Slot { .. } => standing_in::<SlotSettlement>(dossier, subject, decision),
        Subject::Job { .. } => standing_in::<JobJudgement>(dossier, subject, decision),
        Subject::Review { .. } => standing_in::<SignedAssessment>(dossier, subject, decision),
        Subject::Dossier { .. } | Subject::JurySession { .. } => None,
    }
}

fn standing_in<T: Decided>(
    dossier: &Dossier,
    subject: &Subject,
    decision: DecisionId,
) -> Option<Counts> {
    let history = T::history(dossier, subject)?;
    let entry = history.entry(decision).filter(|entry| entry.stands())?;
    let in_force = history.current()?;
    if in_force.decision == decision {
        return Some(Counts::InForce(entry.author));
    }
    entry.value.agrees_with(&in_force.value).then_some(Counts::Beneath(entry.author))
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
        Act::Arbitrate(arbitration) => arbitration.value.fits(decision.subject()),
        _ => matches!(decision.subject(), Subject::Dossier { .. }),
    };
    fits.then_some(()).ok_or(Refusal::WrongSubject)
}

fn has_subject(dossier: &Dossier, subject: &Subject) -> bool {
    match subject {
        Subject::Deposit { slot, deposit, sha256, pages, .. } => {
            let found = dossier.slot(slot).and_then(|slot| slot.deposit(*deposit));
            found.is_some_and(|found| found.sha256 == *sha256 && found.pages == *pages)
        }
        Subject::Slot { slot, .. } => dossier.slot(slot).is_some(),
        Subject::Job { job, .. } => dossier.job(job).is_some(),
        Subject::Review { .. } | Subject::Dossier { .. } => true,
        Subject::JurySession { .. } => false,
    }
}

fn check_permission(dossier: &Dossier, stamped: &Stamped) -> Result<(), Refusal> {
    if let DossierState::Unknown(state) = &dossier.state {
        return Err(Refusal::UnknownState { state: state.clone() });
    }
    let (decision, role) = (&stamped.decision, stamped.role);
    let Some(kind) = decision.act().kind() else { return Err(Refusal::WrongSubject) };
    permits(role, dossier, decision.subject(), decision.act())
        .then_some(())
        .ok_or_else(|| Refusal::NotAllowed { kind, role, state: dossier.state.clone() })
}

/// Case W01: a verdict on a file that was replaced is history.
fn check_not_superseded(dossier: &Dossier, decision: &Decision) -> Result<(), Refusal> {
    let (Act::SettlePiece(_) | Act::Arbitrate(_), Subject::Deposit { slot, deposit, .. }) =
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
        Act::SettleSlot(settlement) => check_settlement(settlement),
        Act::JudgeJob(judgement) => check_judgement(judgement),
        Act::SignAssessment(signed) => check_assessment(catalogue, dossier, signed),
        Act::Revoke(revocation) => check_revocation(dossier, stamped, revocation),
        Act::Arbitrate(arbitration) => {
            arbitration.check(dossier, stamped.decision.subject())?;
            match arbitration.keep {
                Keep::Refused => check_contested(catalogue, dossier, &arbitration.value),
                Keep::Held | Keep::SecondLook => Ok(()),
            }
        }
        Act::SendRequest(request) => check_request(dossier, stamped, request),
        Act::Transmit => check_transmission(dossier),
        Act::Deliberate(deliberation) => check_words(&deliberation.minutes, COMMENT_LIMIT),
        Act::Take | Act::Reserve { .. } | Act::Unknown { .. } => Ok(()),
    }
}

fn check_citations<'a>(
    citations: impl ExactSizeIterator<Item = &'a Citation>,
) -> Result<(), Refusal> {
    let few = citations.len() <= CITATIONS_LIMIT;
    (few && citations.into_iter().all(Citation::is_valid))
        .then_some(())
        .ok_or(Refusal::CitationInvalid)
}

fn check_verdict(catalogue: &Catalogue, verdict: &Verdict) -> Result<(), Refusal> {
    let comment = verdict.comment.as_deref().unwrap_or_default();
    check_length(comment, COMMENT_LIMIT)?;
    check_citations(verdict.citations.iter())?;
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

/// What shall count after an arbitration obeys the rules of what it is.
fn check_contested(
    catalogue: &Catalogue,
    dossier: &Dossier,
    value: &Contested,
) -> Result<(), Refusal> {
    match value {
        Contested::Piece(verdict) => check_verdict(catalogue, verdict),
        Contested::Slot(settlement) => check_settlement(settlement),
        Contested::Job(judgement) => check_judgement(judgement),
        Contested::Assessment(signed) => check_assessment(catalogue, dossier, signed),
    }
}

fn check_settlement(settlement: &SlotSettlement) -> Result<(), Refusal> {
    check_words(settlement.reason(), COMMENT_LIMIT)
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
    check_citations(signed.citations.iter().map(|citation| &citation.at))?;
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
    match standing_of(dossier, stamped.decision.subject(), revocation.decision) {
        Some(Counts::InForce(author)) if author == stamped.author => Ok(()),
        Some(_) if agrees(dossier, stamped) => Ok(()),
        _ => Err(Refusal::NothingToRevoke),
    }
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

/// Performs a decision that [`check`] let through.
fn perform(dossier: &mut Dossier, stamped: &Stamped) {
    let decision = &stamped.decision;
    let subject = decision.subject();
    // What only agrees leaves the head: nobody decides over what they have not seen.
    let is_next = builds_on_head(dossier, decision);
    match decision.act() {
        Act::SettlePiece(verdict) => record(dossier, stamped, verdict, is_next),
        Act::SettleSlot(settlement) => record(dossier, stamped, settlement, is_next),
        Act::JudgeJob(judgement) => record(dossier, stamped, judgement, is_next),
        Act::SignAssessment(signed) => record(dossier, stamped, signed, is_next),
        Act::Revoke(revocation) => revoke(dossier, subject, revocation.decision),
        Act::Arbitrate(arbitration) => arbitration.perform(dossier, stamped),
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
    if is_next {
        dossier.heads.insert(subject.key(), decision.id());
    }
}

fn record<T: Decided>(dossier: &mut Dossier, stamped: &Stamped, value: &T, is_next: bool) {
    let Some(history) = T::history_mut(dossier, stamped.decision.subject()) else { return };
    let entry = Recorded::of(stamped, value.clone());
    if is_next {
        history.record(entry);
    } else {
        history.record_below(entry);
    }
}

fn revoke(dossier: &mut Dossier, subject: &Subject, revoked: DecisionId) {
    match subject {
        Subject::Deposit { .. } => revoke_in::<Verdict>(dossier, subject, revoked),
        Subject::Slot { .. } => revoke_in::<SlotSettlement>(dossier, subject, revoked),
        Subject::Job { .. } => revoke_in::<JobJudgement>(dossier, subject, revoked),
        Subject::Review { .. } => revoke_in::<SignedAssessment>(dossier, subject, revoked),
        Subject::Dossier { .. } | Subject::JurySession { .. } => {}
    }
}

fn revoke_in<T: Decided>(dossier: &mut Dossier, subject: &Subject, revoked: DecisionId) {
    if let Some(history) = T::history_mut(dossier, subject) {
        history.revoke(revoked);
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
