//! Every command and event of the window, in one list.

use std::path::Path;

use specta_typescript::Typescript;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

use crate::commands::{decide, exchange, reading, session, work_list};
use crate::events::{DossiersChanged, ExchangeChanged, PageSlow, SessionChanged};

/// The commands and events.
pub(crate) fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .error_handling(ErrorHandlingMode::Result)
        // Every view is written as it is read.
        .disable_serde_phases()
        .commands(collect_commands![
            session::session,
            session::sign_in,
            session::unlock,
            session::sign_in_again,
            session::leaving,
            session::sign_out,
            session::export_work,
            session::retry_open,
            session::start_over,
            session::acknowledge_shut_out,
            session::safety,
            work_list::work_list,
            work_list::carry_jury,
            work_list::release_jury,
            work_list::stop_receiving,
            work_list::resume_receiving,
            decide::open_dossier,
            decide::settle_piece,
            decide::undo,
            decide::reserve,
            decide::looked,
            decide::dossier_history,
            decide::save_draft,
            decide::sign_assessment,
            reading::open_document,
            reading::page_error,
            reading::page_content,
            reading::document_flow,
            reading::find_in_document,
            reading::find_on_page,
            reading::search_dossier,
            reading::stop_document,
            reading::set_rotations,
            reading::prefetch_page,
            exchange::exchange,
            exchange::station,
            exchange::outbox,
            exchange::receiving,
            exchange::past_exchanges,
            exchange::arbitrations,
            exchange::arbitrate,
            exchange::reopen_arbitration,
            exchange::sync_now,
            exchange::confirm_removal,
            exchange::set_receive_limit,
            exchange::withdraw,
        ])
        .events(collect_events![DossiersChanged, ExchangeChanged, SessionChanged, PageSlow])
}

/// Writes the TypeScript of the commands and events to a file.
///
/// # Errors
///
/// When a type cannot cross into the window, or the file cannot be written.
pub fn write_typescript(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    Ok(builder().export(Typescript::default(), path)?)
}
