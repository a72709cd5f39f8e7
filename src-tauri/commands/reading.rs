//! Documents.

use lutrin_app::error::AppError;
use lutrin_app::view::{
    DocumentView, DossierFoundView, FlowView, FoundView, HitView, PageContentView, TurnedPageView,
};

use super::{Answer, HostState};
use crate::host::parse;

/// Opens a document, with the password that was typed for it if it asked for one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_document(
    host: HostState<'_>,
    sha256: String,
    password: Option<String>,
) -> Answer<DocumentView> {
    host.desk().await?.open_document(parse(&sha256)?, password).await
}

/// The words of a page, and what lies over it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn page_content(
    host: HostState<'_>,
    sha256: String,
    page: u32,
) -> Answer<PageContentView> {
    host.desk().await?.page_content(parse(&sha256)?, page).await
}

/// The text of a document that has no layout here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn document_flow(host: HostState<'_>, sha256: String) -> Answer<FlowView> {
    host.desk().await?.document_flow(parse(&sha256)?).await
}

/// Finds a text in a document.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_in_document(
    host: HostState<'_>,
    sha256: String,
    query: String,
) -> Answer<FoundView> {
    host.desk().await?.find_in_document(parse(&sha256)?, &query).await
}

/// Finds on a page what a search of the dossier found there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_on_page(
    host: HostState<'_>,
    sha256: String,
    page: u32,
    query: String,
) -> Answer<Vec<HitView>> {
    host.desk().await?.find_on_page(parse(&sha256)?, page, &query).await
}

/// Finds the pages of a dossier on which all these words are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search_dossier(
    host: HostState<'_>,
    dossier: String,
    query: String,
) -> Answer<DossierFoundView> {
    host.desk().await?.search_dossier(parse(&dossier)?, &query).await
}

/// Gives up the pages of a document that are being drawn.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_document(host: HostState<'_>, sha256: String) -> Answer<()> {
    host.desk().await?.stop_document(parse(&sha256)?);
    Ok(())
}

/// Why a page was not drawn; nothing if it can be drawn now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn page_error(
    host: HostState<'_>,
    sha256: String,
    page: u32,
    width: u32,
) -> Answer<Option<AppError>> {
    Ok(host.desk().await?.page_error(parse(&sha256)?, page, width).await)
}

/// Keeps how the reader turned pages.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_rotations(
    host: HostState<'_>,
    sha256: String,
    turned: Vec<TurnedPageView>,
) -> Answer<()> {
    host.desk().await?.set_rotations(parse(&sha256)?, &turned).await
}

/// Prepares a page that is likely to be wanted next; answers whether it is drawn.
#[tauri::command]
#[specta::specta]
pub(crate) async fn prefetch_page(
    host: HostState<'_>,
    sha256: String,
    page: u32,
    width: u32,
) -> Answer<bool> {
    Ok(host.desk().await?.prefetch_page(parse(&sha256)?, page, width).await)
}
