//! What a decision says, wherever one is shown.

use lutrin_domain::assessment::Assessment;
use lutrin_domain::catalogue::Catalogue;
use lutrin_domain::decision::{Act, Kind, SlotSettlement, Stamped, Verdict};
use lutrin_domain::id::ReasonCode;
use lutrin_domain::subject::Subject;
use lutrin_store::DossierOnDesk;

use super::citation::citation_views;
use super::titles;
use super::values::{assessment_view, outcome_view};
use crate::error::written_code;
use crate::view::{AssessmentView, CitationView};

/// What a decision says, in words of the catalogue where there is one.
#[derive(Default)]
pub(super) struct Said {
    /// What it decides, as the code of the value; nothing for what only moves a dossier.
    pub(super) value: Option<String>,
    /// Labels of the reasons, or their codes.
    pub(super) reasons: Vec<String>,
    /// Words of the author.
    pub(super) comment: Option<String>,
    /// The pages it cites.
    pub(super) citations: Vec<CitationView>,
}

pub(super) fn said(act: &Act, catalogue: Option<&Catalogue>) -> Said {
    let said = Said { value: value_of(act), ..Said::default() };
    let said = match act {
        Act::SettlePiece(verdict) => Said {
            reasons: labels(verdict, catalogue),
            comment: verdict.comment.clone(),
            citations: citation_views(&verdict.citations),
            ..said
        },
        Act::SettleSlot(settlement) => {
            Said { comment: Some(settlement.reason().to_owned()), ..said }
        }
        Act::JudgeJob(judgement) => {
            Said { comment: judgement.retained_without_proof.clone(), ..said }
        }
        Act::SignAssessment(signed) => Said { comment: Some(signed.reasons.clone()), ..said },
        _ => said,
    };
    Said { comment: said.comment.filter(|comment| !comment.is_empty()), ..said }
}

fn value_of(act: &Act) -> Option<String> {
    Some(match act {
        Act::SettlePiece(verdict) => written_code(&outcome_view(verdict.outcome)),
        Act::SignAssessment(signed) => assessment_code(signed.assessment),
        Act::SettleSlot(SlotSettlement::Exempted { .. }) => "exempted".to_owned(),
        Act::SettleSlot(SlotSettlement::NotRequired { .. }) => "not_required".to_owned(),
        Act::SettleSlot(SlotSettlement::RequiredAgain { .. }) => "required_again".to_owned(),
        Act::JudgeJob(judgement) => match judgement.in_specialty {
            Some(true) => "in_specialty".to_owned(),
            Some(false) => "out_of_specialty".to_owned(),
            None => "specialty_unknown".to_owned(),
        },
        Act::Arbitrate(arbitration) => written_code(&arbitration.keep),
        _ => return None,
    })
}

fn assessment_code(assessment: Assessment) -> String {
    match assessment_view(assessment) {
        AssessmentView::Mark { hundredths } => hundredths.to_string(),
        view => {
            let written = serde_json::to_value(view).unwrap_or_default();
            written["kind"].as_str().unwrap_or_default().to_owned()
        }
    }
}

fn labels(verdict: &Verdict, catalogue: Option<&Catalogue>) -> Vec<String> {
    let label = |code: &ReasonCode| {
        let reason = catalogue.and_then(|catalogue| catalogue.reason(code));
        reason.map_or_else(|| code.to_string(), |reason| reason.label.clone())
    };
    verdict.reasons.iter().map(label).collect()
}

/// The piece that a decision is about, in words of the catalogue.
pub(super) fn piece_of(stamped: &Stamped, on_desk: Option<&DossierOnDesk>) -> Option<String> {
    let (Subject::Deposit { slot, .. } | Subject::Slot { slot, .. }) = stamped.decision.subject()
    else {
        return None;
    };
    let on_desk = on_desk?;
    Some(titles::piece(&on_desk.catalogue, on_desk.fold.dossier.slot(slot)?))
}

/// The code of the kind of a decision; of one of a later version, the code that it came with.
pub(super) fn kind_code(act: &Act) -> String {
    match act {
        Act::Unknown { kind } => kind.clone(),
        act => act.kind().map(|kind: Kind| written_code(&kind)).unwrap_or_default(),
    }
}
