//! The shell: one window around [`lutrin_app::App`].
//!
//! It gives the application what only a desktop has (keyring, folders, clock,
//! random numbers), turns the window's commands into calls of one use case each,
//! and its events into the window's. It decides nothing about a dossier.

mod bindings;
mod commands;
mod demo;
mod environment;
mod events;
mod host;
mod keyring;
mod logs;
mod page;
mod paths;
mod window;

pub use bindings::write_typescript;

use std::sync::Arc;

use tauri::{AppHandle, Manager as _, RunEvent};

use crate::host::Host;

/// Runs the program until its window is closed.
///
/// # Errors
///
/// When the window system is not there or the profile folder cannot be made.
pub fn run() -> Result<(), Box<dyn std::error::Error>> {
    environment::complete();
    let folder = paths::profiles()?;
    logs::start(&folder);
    let builder = bindings::builder();
    let invoke_handler = builder.invoke_handler();
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| {
            window::show(app);
        }))
        .plugin(tauri_plugin_dialog::init())
        .register_asynchronous_uri_scheme_protocol("page", page::serve)
        .invoke_handler(invoke_handler)
        .setup(move |app| {
            builder.mount_events(app);
            let host = Arc::new(Host::default());
            app.manage(Arc::clone(&host));
            host::start(app.handle().clone(), host, folder);
            end_with_session(app.handle().clone());
            window::open(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!())?
        .run(|app, event| {
            if let RunEvent::Exit = event {
                app.state::<Arc<Host>>().quit();
            }
        });
    Ok(())
}

/// A session that is closed asks its programs to end before it kills them. On
/// Windows and macOS the window system passes this on by itself.
#[cfg_attr(not(unix), expect(unused_variables, reason = "there is no such signal"))]
fn end_with_session(app: AppHandle) {
    #[cfg(unix)]
    tauri::async_runtime::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut asked) => {
                asked.recv().await;
                app.exit(0);
            }
            Err(error) => tracing::warn!(%error, "quit.signal_not_heard"),
        }
    });
}
