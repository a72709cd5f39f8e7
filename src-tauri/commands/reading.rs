//! Documents.

use lutrin_app::error::AppError;
use lutrin_app::view::DocumentView;

use super::{Answer, HostState};
use crate::host::parse;

/// Opens a document.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_document(host: HostState<'_>, sha256: String) -> Answer<DocumentView> {
    host.desk().await?.open_document(parse(&sha256)?).await
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
    Ok(host.desk().await?.page(parse(&sha256)?, page, width).await.err())
}

/// Keeps how the reader turned a document.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_rotation(
    host: HostState<'_>,
    sha256: String,
    quarter_turns: u32,
) -> Answer<()> {
    host.desk().await?.set_rotation(parse(&sha256)?, quarter_turns).await
}

/// Prepares a document that is likely to be wanted next.
#[tauri::command]
#[specta::specta]
pub(crate) async fn prefetch_document(host: HostState<'_>, sha256: String) -> Answer<()> {
    host.desk().await?.prefetch_document(parse(&sha256)?).await;
    Ok(())
}
