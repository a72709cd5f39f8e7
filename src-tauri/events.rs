//! What the window is told: identifiers only, it asks again.

use lutrin_app::event::AppEvent;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::AppHandle;
use tauri_specta::Event;
use tokio::sync::mpsc;

/// These dossiers changed; all of them if the list is empty.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
pub struct DossiersChanged {
    /// Identifiers.
    pub ids: Vec<String>,
}

/// The exchange or the outbox changed.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
pub struct ExchangeChanged {}

/// Who is at the desk changed.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
pub struct SessionChanged {}

/// A page, counted from 1, takes long to draw; it goes on.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
pub struct PageSlow {
    /// Digest of the document.
    pub sha256: String,
    /// The page.
    pub page: u32,
}

/// Passes the application's events on until it is gone.
pub(crate) async fn pass_on(window: AppHandle, mut events: mpsc::UnboundedReceiver<AppEvent>) {
    while let Some(event) = events.recv().await {
        let told = match event {
            AppEvent::DossiersChanged(dossiers) => {
                let ids = dossiers.iter().map(ToString::to_string).collect();
                DossiersChanged { ids }.emit(&window)
            }
            AppEvent::ExchangeChanged => ExchangeChanged {}.emit(&window),
            AppEvent::SessionChanged => SessionChanged {}.emit(&window),
            AppEvent::PageSlow { sha256, page } => {
                PageSlow { sha256: sha256.to_string(), page }.emit(&window)
            }
        };
        if let Err(error) = told {
            tracing::warn!(cause = %error, "event.not_told");
        }
    }
}
