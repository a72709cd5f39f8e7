//! The work list and what is taken along.

use lutrin_app::view::WorkListView;

use super::{Answer, HostState};
use crate::host::parse;

/// The dossiers and the sittings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn work_list(host: HostState<'_>) -> Answer<WorkListView> {
    host.desk().await?.work_list().await
}

/// Takes a sitting along.
#[tauri::command]
#[specta::specta]
pub(crate) async fn carry_jury(host: HostState<'_>, jury: String) -> Answer<()> {
    host.desk().await?.carry_jury(parse(&jury)?).await
}

/// Gives a sitting back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn release_jury(host: HostState<'_>, jury: String) -> Answer<()> {
    host.desk().await?.release_jury(parse(&jury)?).await
}

/// Stops receiving files.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_receiving(host: HostState<'_>) -> Answer<()> {
    host.desk().await?.stop_receiving().await
}

/// Goes on receiving files.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_receiving(host: HostState<'_>) -> Answer<()> {
    host.desk().await?.resume_receiving().await
}
