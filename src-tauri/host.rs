//! The application inside its window: started beside it, awaited by commands.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lutrin_app::App;
use lutrin_app::desk::{AtExchange, Desk};
use lutrin_app::error::{AppError, ErrorCode};
use lutrin_app::event::AppEvent;
use lutrin_app::given::{Given, PoolSettings};
use tauri::AppHandle;
use tokio::sync::{SetOnce, mpsc};
use uuid::Uuid;

use crate::keyring::SystemKeyring;
use crate::{demo, events, paths};

/// How long the program may stay after its window to close its files. What it does
/// then it can also do at the next start.
const LONGEST_GOODBYE: Duration = Duration::from_secs(3);

/// The application, once it has started: the window never waits for the keyring
/// or the disk to appear.
#[derive(Default)]
pub(crate) struct Host {
    app: SetOnce<Arc<App>>,
}

impl Host {
    /// The application.
    pub(crate) async fn app(&self) -> Arc<App> {
        Arc::clone(self.app.wait().await)
    }

    /// Ends the application, once its window is gone.
    pub(crate) fn quit(&self) {
        let Some(app) = self.app.get() else { return };
        let quit = async { tokio::time::timeout(LONGEST_GOODBYE, app.quit()).await };
        if tauri::async_runtime::block_on(quit).is_err() {
            tracing::warn!("quit.not_in_time");
        }
    }

    /// What goes on while nothing may be read.
    pub(crate) async fn exchange(&self) -> Result<AtExchange, AppError> {
        self.app().await.at_exchange().await
    }

    /// The desk of the open profile, if it may be read.
    pub(crate) async fn desk(&self) -> Result<Arc<Desk>, AppError> {
        self.app().await.at_desk().await
    }
}

/// Starts the application beside the window.
pub(crate) fn start(window: AppHandle, host: Arc<Host>, folder: PathBuf) {
    let (sender, receiver) = mpsc::unbounded_channel();
    tauri::async_runtime::spawn(events::pass_on(window, receiver));
    tauri::async_runtime::spawn(async move {
        let app = Arc::new(App::new(given(folder, sender)));
        // Set once, here; the window can say meanwhile that the keyring is asking.
        let _ = host.app.set(Arc::clone(&app));
        let watched = Arc::clone(&app);
        tauri::async_runtime::spawn(async move { watched.watch().await });
        app.open().await;
        demo::sign_in(&app).await;
    });
}

fn given(folder: PathBuf, events: mpsc::UnboundedSender<AppEvent>) -> Given {
    Given {
        folder,
        keyring: Arc::new(SystemKeyring),
        reader: PoolSettings::beside_current_exe()
            .unwrap_or_else(|_| PoolSettings::new(PathBuf::from("lutrin-preview"))),
        machine: paths::machine_name(),
        now: Arc::new(Timestamp::now),
        next_id: Arc::new(Uuid::now_v7),
        random: Arc::new(rand::random),
        jitter: Arc::new(rand::random),
        events,
    }
}

/// Reads an identifier that came from the window.
pub(crate) fn parse<T: std::str::FromStr>(text: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| AppError::new(ErrorCode::InvalidRequest))
}
