//! The exchange with the service.

use lutrin_app::view::{
    ArbitrationView, ChoiceView, ExchangeView, OutboxRowView, PastExchangeView, ReceivingView,
    StationView,
};

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

/// The carried dossiers of which files are lacking.
#[tauri::command]
#[specta::specta]
pub(crate) async fn receiving(host: HostState<'_>) -> Answer<Vec<ReceivingView>> {
    host.desk().await?.receiving().await
}

/// The last exchanges in which something happened.
#[tauri::command]
#[specta::specta]
pub(crate) async fn past_exchanges(host: HostState<'_>) -> Answer<Vec<PastExchangeView>> {
    host.desk().await?.past_exchanges().await
}

/// What the service did not apply, for a person to settle.
#[tauri::command]
#[specta::specta]
pub(crate) async fn arbitrations(host: HostState<'_>) -> Answer<Vec<ArbitrationView>> {
    host.desk().await?.arbitrations().await
}

/// Settles what the service did not apply.
#[tauri::command]
#[specta::specta]
pub(crate) async fn arbitrate(
    host: HostState<'_>,
    decision: String,
    choice: ChoiceView,
    reason: String,
) -> Answer<()> {
    host.desk().await?.arbitrate(parse(&decision)?, choice, reason).await
}

/// Has what was filed away ask for attention again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reopen_arbitration(host: HostState<'_>, decision: String) -> Answer<()> {
    host.desk().await?.reopen_arbitration(parse(&decision)?).await
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
