//! The window's commands: each reads its input and calls one use case.

pub(crate) mod decide;
pub(crate) mod exchange;
pub(crate) mod reading;
pub(crate) mod session;
pub(crate) mod work_list;

use std::sync::Arc;

use lutrin_app::error::AppError;

use crate::host::Host;

/// The application behind the window.
pub(crate) type HostState<'a> = tauri::State<'a, Arc<Host>>;
/// What a command answers.
pub(crate) type Answer<T> = Result<T, AppError>;
