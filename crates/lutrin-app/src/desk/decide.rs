//! Deciding: verdicts and opinions.

use jiff::Timestamp;
use lutrin_domain::apply::check;
use lutrin_domain::assessment::Level;
use lutrin_domain::decision::{Act, Decision, Signature, SignedAssessment, Stamped, Verdict};
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DecisionId, DepositId, DossierId, ReasonCode, ReviewerId, SlotKey};
use lutrin_domain::permission::acting_role;
use lutrin_domain::refusal::Refusal;
use lutrin_domain::reviewer::Role;
use lutrin_domain::subject::Subject;
use lutrin_store::{DossierOnDesk, Profile};
use tokio::sync::MutexGuard;

use super::Desk;
use super::citation::citations_of;
use super::draft::draft_key;
use super::values::{assessment_of, outcome_of};
use crate::error::{AppError, ErrorCode};
use crate::event::AppEvent;
use crate::signing::sign;
use crate::view::{AssessmentView, ChosenVerdictView, DossierView};

impl Desk {
    /// Settles a piece; once this returns the verdict survives anything.
    ///
    /// # Errors
    ///
    /// When the domain refuses, or the disk does; nothing changed then.
    pub async fn settle_piece(
        &self,
        dossier: DossierId,
        slot: &SlotKey,
        deposit: DepositId,
        verdict: ChosenVerdictView,
    ) -> Result<DossierView, AppError> {
        let turn = self.turn(dossier).await?;
        let subject = deposit_subject(turn.dossier(), slot, deposit)?;
        let act = Act::SettlePiece(Verdict {
            outcome: outcome_of(verdict.outcome),
            reasons: verdict.reasons.into_iter().map(ReasonCode::new).collect(),
            comment: verdict.comment.filter(|comment| !comment.trim().is_empty()),
            citations: citations_of(&verdict.citations)?,
        });
        self.decide(&turn, subject, act).await?;
        // The verdict is recorded: what follows from it must not be told as its failure.
        if let Err(error) = self.file_away_replaced(dossier, slot).await {
            tracing::warn!(?error, "arbitration.not_filed_away");
        }
        self.open_dossier(dossier).await
    }

    /// Signs the opinion or the mark; it counts when the service accepts it.
    ///
    /// # Errors
    ///
    /// When the domain refuses, or the disk does; the draft stays then.
    pub async fn sign_assessment(
        &self,
        dossier: DossierId,
        level: Level,
        assessment: AssessmentView,
        reasons: String,
    ) -> Result<DossierView, AppError> {
        let turn = self.turn(dossier).await?;
        let act = Act::SignAssessment(SignedAssessment {
            assessment: assessment_of(assessment)?,
            reasons,
            rule: None,
            citations: Vec::new(),
        });
        self.decide(&turn, Subject::Review { dossier, level }, act).await?;
        // What is signed is recorded, whatever becomes of its draft.
        if let Err(error) = self.store.delete_draft(dossier, draft_key(level)).await {
            tracing::warn!(%error, "draft.not_deleted");
        }
        self.open_dossier(dossier).await
    }

    /// Waits for the decision before to be made, and reads what the next is made from.
    pub(super) async fn turn(&self, dossier: DossierId) -> Result<Turn<'_>, AppError> {
        let alone = self.deciding.lock().await;
        let on_desk = self.on_desk(dossier).await?;
        Ok(Turn { on_desk, profile: self.store.profile().await?, _alone: alone })
    }

    /// Makes, checks, signs and records a decision; the one way to decide.
    pub(super) async fn decide(
        &self,
        turn: &Turn<'_>,
        subject: Subject,
        act: Act,
    ) -> Result<(), AppError> {
        let dossier = turn.dossier();
        if act.kind().is_some_and(|kind| kind.is_online_only()) {
            return Err(AppError::new(ErrorCode::OnlineOnly));
        }
        let role = turn.acting_role(&subject, &act)?;
        let based_on = dossier.head(&subject);
        let id = DecisionId((self.given.next_id)());
        let decision = Decision::make(id, subject, based_on, act)
            .map_err(|_| AppError::new(ErrorCode::Internal))?;
        let now = (self.given.now)();
        let stamped = sign(&self.signing_key, turn.stamp(decision, role, now));
        check(&turn.on_desk.catalogue, dossier, &stamped)
            .map_err(|refusal| AppError::from(&refusal))?;
        self.store.record_decision(&stamped, now).await?;
        self.exchange.nudge();
        self.changed(Some(dossier.id));
        Ok(())
    }

    pub(super) fn changed(&self, dossier: Option<DossierId>) {
        self.given.tell(AppEvent::DossiersChanged(dossier.into_iter().collect()));
        self.given.tell(AppEvent::ExchangeChanged);
    }
}

/// What one decision is made from, read once; no other is made meanwhile.
pub(super) struct Turn<'a> {
    on_desk: DossierOnDesk,
    profile: Profile,
    _alone: MutexGuard<'a, ()>,
}

impl Turn<'_> {
    pub(super) fn dossier(&self) -> &Dossier {
        &self.on_desk.fold.dossier
    }

    /// Who decides.
    pub(super) fn author(&self) -> ReviewerId {
        self.profile.reviewer.id
    }

    fn acting_role(&self, subject: &Subject, act: &Act) -> Result<Role, AppError> {
        let (roles, dossier) = (&self.profile.reviewer.roles, self.dossier());
        let kind = act.kind().ok_or_else(|| AppError::new(ErrorCode::Internal))?;
        if let Some(role) = acting_role(roles, dossier, subject, act) {
            return Ok(role);
        }
        let role = *roles.first().ok_or_else(|| AppError::new(ErrorCode::NotAllowed))?;
        Err((&Refusal::NotAllowed { kind, role, state: dossier.state.clone() }).into())
    }

    /// The decision with who makes it, where and when; not signed yet.
    fn stamp(&self, decision: Decision, role: Role, made_at: Timestamp) -> Stamped {
        let for_center = matches!(role, Role::CenterReviewer | Role::LocalLead);
        Stamped {
            decision,
            author: self.author(),
            role,
            center: for_center.then(|| self.dossier().center.clone()),
            device: self.profile.device,
            made_at,
            received_at: None,
            signature: Signature([0; 64]),
        }
    }
}

fn deposit_subject(
    dossier: &Dossier,
    slot: &SlotKey,
    deposit: DepositId,
) -> Result<Subject, AppError> {
    let slot = dossier.slot(slot).ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?;
    let deposit = slot.deposit(deposit).ok_or_else(|| AppError::new(ErrorCode::InvalidRequest))?;
    Ok(dossier.deposit_subject(slot, deposit))
}
