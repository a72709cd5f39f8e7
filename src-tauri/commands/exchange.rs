//! The exchange with the service.

use lutrin_app::view::{ExchangeView, OutboxRowView, StationView};

use super::{Answer, HostState};
use crate::host::parse;

/// The state of the exchange.
#[tauri::command]
#[specta::specta]
pub(crate) async fn exchange(host: HostState<'_>) -> Answer<ExchangeView> {
    host.exchange().await?.exchange().await
}

/// What this machine holds, until when, and what was erased of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn station(host: HostState<'_>) -> Answer<StationView> {
    host.app().await.station().await
}

/// Every decision made here and still kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn outbox(host: HostState<'_>) -> Answer<Vec<OutboxRowView>> {
    host.desk().await?.outbox().await
}

/// Exchanges now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_now(host: HostState<'_>) -> Answer<()> {
    host.exchange().await?.sync_now();
    Ok(())
}

/// Lets the dossiers leave that the service takes away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_removal(host: HostState<'_>) -> Answer<()> {
    host.desk().await?.confirm_removal();
    Ok(())
}

/// Limits how many kilobytes of documents come a second.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_receive_limit(host: HostState<'_>, limit: Option<u32>) -> Answer<()> {
    host.exchange().await?.set_receive_limit(limit).await
}

/// Withdraws a decision that has not left.
#[tauri::command]
#[specta::specta]
pub(crate) async fn withdraw(host: HostState<'_>, decision: String) -> Answer<()> {
    host.desk().await?.withdraw(parse(&decision)?).await
}
