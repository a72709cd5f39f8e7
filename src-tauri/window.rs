//! The one window.

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

const LABEL: &str = "desk";

/// Opens the window. It goes nowhere, opens no other and downloads nothing.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Lutrin")
        .inner_size(1440.0, 900.0)
        .min_inner_size(1024.0, 640.0)
        .center()
        .on_navigation(is_ours)
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .on_download(|_window, _event| false)
        .build()?;
    keep_little(&window)
}

/// Has the web view keep no picture that is no longer shown, and no page to go back to.
///
/// `WebKitGTK` keeps what was shown as a browser does otherwise, even what was sent with
/// `no-store`, which it heeds for `https` only.
#[cfg(target_os = "linux")]
fn keep_little(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{CacheModel, SettingsExt as _, WebContextExt as _, WebViewExt};

    window.with_webview(|view| {
        let view = view.inner();
        if let Some(context) = view.context() {
            context.set_cache_model(CacheModel::DocumentViewer);
        }
        if let Some(settings) = WebViewExt::settings(&view) {
            settings.set_enable_page_cache(false);
        }
    })
}

/// The web views of the other systems have no such settings.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "setting the others may fail")]
const fn keep_little(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Brings the window to the front when the program is started a second time.
pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

fn is_ours(url: &Url) -> bool {
    url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_else() {
        let ours = |text: &str| is_ours(&text.parse().unwrap());
        assert!(ours("tauri://localhost/index.html") && ours("http://tauri.localhost/"));
        assert!(!ours("https://example.fr/") && !ours("file:///etc/passwd"));
    }
}
