//! Who is at the desk.

use jiff::Zoned;
use lutrin_app::error::{AppError, ErrorCode};
use lutrin_app::view::{LeavingView, SafetyView, SessionView};
use lutrin_app::{Copy, Credentials};
use tauri::Window;
use tauri_plugin_dialog::DialogExt as _;

use super::{Answer, HostState};

/// Where the application stands.
#[tauri::command]
#[specta::specta]
pub(crate) async fn session(host: HostState<'_>) -> Answer<SessionView> {
    Ok(host.app().await.session().await)
}

/// Signs in; with a passphrase where the system has no keyring.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in(
    host: HostState<'_>,
    service: String,
    login: String,
    password: String,
    passphrase: Option<String>,
) -> Answer<SessionView> {
    host.app().await.sign_in(Credentials { service, login, password, passphrase }).await
}

/// Opens a profile with its passphrase.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock(host: HostState<'_>, passphrase: String) -> Answer<SessionView> {
    host.app().await.unlock(passphrase).await
}

/// What leaving would leave behind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn leaving(host: HostState<'_>) -> Answer<LeavingView> {
    host.app().await.leaving().await
}

/// Signs out; the copy on this machine stays encrypted, or is erased.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_out(host: HostState<'_>, erase: bool) -> Answer<SessionView> {
    let copy = if erase { Copy::Erased } else { Copy::Kept };
    host.app().await.sign_out(copy).await
}

/// Copies the sealed journal where the person says, in the system's own dialog. Gives its
/// size in bytes, nothing if the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_work(window: Window, host: HostState<'_>) -> Answer<Option<u32>> {
    let (answer, chosen) = tokio::sync::oneshot::channel();
    let day = Zoned::now().strftime("%Y-%m-%d");
    window
        .dialog()
        .file()
        .set_parent(&window)
        .set_file_name(format!("lutrin-{day}.sealed"))
        .save_file(move |path| drop(answer.send(path)));
    let Some(path) = chosen.await.ok().flatten() else { return Ok(None) };
    let path = path.into_path().map_err(|_| AppError::new(ErrorCode::InvalidRequest))?;
    let size = host.app().await.export_work(&path).await?;
    Ok(Some(u32::try_from(size).unwrap_or(u32::MAX)))
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
    Ok(host.app().await.open().await)
}

/// Sets a profile that cannot be opened aside.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_over(host: HostState<'_>) -> Answer<SessionView> {
    host.app().await.start_over().await
}

/// A person has read that the service shut this machine out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn acknowledge_shut_out(host: HostState<'_>) -> Answer<SessionView> {
    host.app().await.acknowledge_shut_out().await
}

/// What protects the reviewer and the files.
#[tauri::command]
#[specta::specta]
pub(crate) async fn safety(host: HostState<'_>) -> Answer<SafetyView> {
    Ok(host.app().await.safety().await)
}
