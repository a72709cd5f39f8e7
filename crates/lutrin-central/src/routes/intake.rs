//! Dossiers on their way in.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use lutrin_domain::intake::Intake;
use lutrin_protocol::documents::IntakeResponse;
use lutrin_protocol::endpoint;
use lutrin_protocol::limits::INTAKE_BYTES;
use lutrin_protocol::problem::{Problem, ProblemCode};

use crate::access::Administrator;
use crate::central::Central;
use crate::db::TakenIn;
use crate::failure::Failure;
use crate::intake::{TakeInError, take_in as take};
use crate::json::Json;

/// `POST /v1/intake`
///
/// The documents are sent before the dossier that names them.
#[utoipa::path(
    post,
    path = endpoint::INTAKE,
    operation_id = "take_in_dossier",
    tag = "administrators",
    request_body = Intake,
    responses(
        (status = 200, description = "Was taken in before; nothing changed.", body = IntakeResponse),
        (status = 201, description = "Taken in.", body = IntakeResponse),
        (status = 413, description = "More than 4 MiB.", body = Problem),
        (status = 422, description = "It cannot be a dossier, or names a document that is not there.", body = Problem),
    ),
    security(("access_token" = [])),
)]
pub async fn take_in(
    State(central): State<Central>,
    Administrator(signed_in): Administrator,
    Json(intake): Json<Intake, INTAKE_BYTES>,
) -> Result<(StatusCode, Answer<IntakeResponse>), Failure> {
    let trace = signed_in.trace(&central);
    match take(&central.data, intake, &trace).await? {
        TakenIn::New(dossier) => {
            central.news.look();
            Ok((StatusCode::CREATED, Answer(IntakeResponse { dossier })))
        }
        TakenIn::Known(dossier) => Ok((StatusCode::OK, Answer(IntakeResponse { dossier }))),
        TakenIn::ReferenceTaken => {
            Err(Failure::new(ProblemCode::Unprocessable)
                .detailed("another dossier has this reference"))
        }
    }
}

impl From<TakeInError> for Failure {
    fn from(error: TakeInError) -> Self {
        match error {
            TakeInError::Database(error) => error.into(),
            TakeInError::Documents(error) => error.into(),
            TakeInError::Invalid(_) | TakeInError::DocumentMissing { .. } => {
                Self::new(ProblemCode::Unprocessable).detailed(error.to_string())
            }
        }
    }
}
