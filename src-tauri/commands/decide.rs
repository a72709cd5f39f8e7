//! A dossier, and what is decided on it.

use lutrin_app::id::SlotKey;
use lutrin_app::view::{
    AssessmentView, ChosenVerdictView, DossierView, DraftView, HistoryRowView, LevelView,
    UndoneView,
};

use super::{Answer, HostState};
use crate::host::parse;

/// Opens a dossier.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_dossier(host: HostState<'_>, id: String) -> Answer<DossierView> {
    host.desk().await?.open_dossier(parse(&id)?).await
}

/// Settles a piece.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_piece(
    host: HostState<'_>,
    dossier: String,
    slot: String,
    deposit: String,
    verdict: ChosenVerdictView,
) -> Answer<DossierView> {
    let (dossier, deposit) = (parse(&dossier)?, parse(&deposit)?);
    host.desk().await?.settle_piece(dossier, &SlotKey::new(slot), deposit, verdict).await
}

/// Says to others that this reviewer works on the dossier.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reserve(
    host: HostState<'_>,
    dossier: String,
    hours: u32,
) -> Answer<DossierView> {
    host.desk().await?.reserve(parse(&dossier)?, hours).await
}

/// Notes that the dossier was seen as it is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn looked(host: HostState<'_>, dossier: String) -> Answer<()> {
    host.desk().await?.looked(parse(&dossier)?).await
}

/// Who did what on the dossier.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dossier_history(
    host: HostState<'_>,
    dossier: String,
) -> Answer<Vec<HistoryRowView>> {
    host.desk().await?.history(parse(&dossier)?).await
}

/// Takes the last decision back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo(host: HostState<'_>, dossier: String) -> Answer<UndoneView> {
    host.desk().await?.undo(parse(&dossier)?).await
}

/// Saves an opinion being written.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_draft(
    host: HostState<'_>,
    dossier: String,
    level: LevelView,
    draft: DraftView,
) -> Answer<String> {
    host.desk().await?.save_draft(parse(&dossier)?, level.into(), draft).await
}

/// Signs an opinion or a mark.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_assessment(
    host: HostState<'_>,
    dossier: String,
    level: LevelView,
    assessment: AssessmentView,
    reasons: String,
) -> Answer<DossierView> {
    let desk = host.desk().await?;
    desk.sign_assessment(parse(&dossier)?, level.into(), assessment, reasons).await
}
