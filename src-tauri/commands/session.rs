//! Who is at the desk.

use lutrin_app::view::{SafetyView, SessionView};

use super::{Answer, HostState};

/// Where the application stands.
#[tauri::command]
#[specta::specta]
pub(crate) async fn session(host: HostState<'_>) -> Answer<SessionView> {
    Ok(host.app().await.session().await)
}

/// Signs in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in(
    host: HostState<'_>,
    service: String,
    login: String,
    password: String,
) -> Answer<SessionView> {
    host.app().await.sign_in(&service, &login, password).await
}

/// Opens the session of the profile again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in_again(host: HostState<'_>, password: String) -> Answer<SessionView> {
    host.app().await.sign_in_again(password).await
}

/// Tries again to open the profile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_open(host: HostState<'_>) -> Answer<SessionView> {
    host.app().await.retry_open().await
}

/// Sets a profile that cannot be opened aside.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_over(host: HostState<'_>) -> Answer<SessionView> {
    host.app().await.start_over().await
}

/// What protects the reviewer and the files.
#[tauri::command]
#[specta::specta]
pub(crate) async fn safety(host: HostState<'_>) -> Answer<SafetyView> {
    Ok(host.app().await.safety().await)
}
