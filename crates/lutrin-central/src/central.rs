//! The state of the service.

use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore};

use crate::data::Data;
use crate::news::News;
use crate::reads::Reads;
use crate::sign_in::Doorkeeper;

/// What handlers share.
#[derive(Clone)]
pub struct Central {
    /// Everything that is kept.
    pub data: Data,
    /// Who may sign in.
    pub door: Arc<Doorkeeper>,
    /// Room for requests.
    pub room: Arc<Semaphore>,
    /// Held while the journal of a laptop is taken in.
    pub importing: Arc<Mutex<()>>,
    /// Who read what, not yet in the journal.
    pub reads: Arc<Reads>,
    /// Who listens to the feed.
    pub news: Arc<News>,
}
