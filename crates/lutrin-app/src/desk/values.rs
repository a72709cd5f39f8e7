//! Verdicts and assessments, to and from the screen.

use lutrin_domain::assessment::{Assessment, InternshipMonths, Mark, Opinion};
use lutrin_domain::decision::VerdictOutcome;

use crate::error::{AppError, ErrorCode};
use crate::view::{AssessmentView, OutcomeView};

pub(super) fn outcome_view(outcome: VerdictOutcome) -> OutcomeView {
    match outcome {
        VerdictOutcome::Accepted => OutcomeView::Accepted,
        VerdictOutcome::Rejected => OutcomeView::Rejected,
        VerdictOutcome::SecondLook => OutcomeView::SecondLook,
        VerdictOutcome::NotApplicable => OutcomeView::NotApplicable,
    }
}

pub(super) fn outcome_of(outcome: OutcomeView) -> VerdictOutcome {
    match outcome {
        OutcomeView::Accepted => VerdictOutcome::Accepted,
        OutcomeView::Rejected => VerdictOutcome::Rejected,
        OutcomeView::SecondLook => VerdictOutcome::SecondLook,
        OutcomeView::NotApplicable => VerdictOutcome::NotApplicable,
    }
}

pub(super) fn assessment_view(assessment: Assessment) -> AssessmentView {
    match assessment {
        Assessment::Mark(mark) => AssessmentView::Mark { hundredths: u32::from(mark.hundredths()) },
        Assessment::Opinion(opinion) => match opinion {
            Opinion::Favourable => AssessmentView::Favourable,
            Opinion::Unfavourable => AssessmentView::Unfavourable,
            Opinion::Deferred => AssessmentView::Deferred,
            Opinion::Internship { months } => {
                AssessmentView::Internship { months: u32::from(u8::from(months)) }
            }
            Opinion::MoreInformation => AssessmentView::MoreInformation,
        },
    }
}

pub(super) fn assessment_of(view: AssessmentView) -> Result<Assessment, AppError> {
    let invalid = || AppError::new(ErrorCode::AssessmentInvalid);
    Ok(match view {
        AssessmentView::Favourable => Assessment::Opinion(Opinion::Favourable),
        AssessmentView::Unfavourable => Assessment::Opinion(Opinion::Unfavourable),
        AssessmentView::Deferred => Assessment::Opinion(Opinion::Deferred),
        AssessmentView::MoreInformation => Assessment::Opinion(Opinion::MoreInformation),
        AssessmentView::Internship { months } => {
            let months = u8::try_from(months).map_err(|_| invalid())?;
            let months = InternshipMonths::try_from(months).map_err(|_| invalid())?;
            Assessment::Opinion(Opinion::Internship { months })
        }
        AssessmentView::Mark { hundredths } => {
            let hundredths = u16::try_from(hundredths).map_err(|_| invalid())?;
            Assessment::Mark(Mark::try_from(hundredths).map_err(|_| invalid())?)
        }
    })
}
