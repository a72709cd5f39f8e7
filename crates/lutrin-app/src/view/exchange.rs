//! What goes between this machine and the service.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::AppError;

/// The state of the exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ExchangeView {
    /// How the last contact went.
    pub contact: ContactView,
    /// When everything was last received, if ever.
    pub last_contact: Option<String>,
    /// When the service was last tried.
    pub last_attempt: Option<String>,
    /// When it will be tried next.
    pub next_attempt: Option<String>,
    /// Why the last attempt failed.
    pub error: Option<AppError>,
    /// Decisions that wait to leave.
    pub pending: u32,
    /// Decisions refused by the service or here, kept.
    pub refused: u32,
    /// Files being received, if any is wanted.
    pub transfer: Option<TransferView>,
    /// Dossiers of this machine that the service takes away: so many that a person is asked
    /// before they leave.
    pub removal: Vec<RemovalView>,
    /// The most kilobytes of documents a second, if there is a limit.
    pub receive_limit: Option<u32>,
    /// How far this machine's clock is from the service's, in seconds, if over two minutes.
    pub clock_off_seconds: Option<f64>,
}

/// A dossier that the service takes away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemovalView {
    /// What people call it.
    pub reference: String,
    /// The learner.
    pub learner: String,
}

/// How the last contact went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ContactView {
    /// Not tried since start.
    Unknown,
    /// An exchange is going on.
    Exchanging,
    /// The service answered.
    Online,
    /// The service cannot be reached; everything local goes on.
    Offline,
    /// The session ended: sign in again; everything local goes on.
    SignInNeeded,
}

/// Files being received.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct TransferView {
    /// Files here, of those of carried dossiers.
    pub files_done: u32,
    /// Files of carried dossiers.
    pub files_total: u32,
    /// Bytes here.
    pub bytes_done: f64,
    /// Bytes of carried dossiers.
    pub bytes_total: f64,
    /// The learner whose file is being fetched.
    pub fetching: Option<String>,
    /// Stopped by the person.
    pub stopped: bool,
    /// Files that could not be received, with the reason; they will be tried again.
    pub failed: Vec<AppError>,
}

/// A carried dossier of which files are lacking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct ReceivingView {
    /// Which.
    pub dossier: String,
    /// The learner.
    pub learner: String,
    /// Files here.
    pub have: u32,
    /// Files in all.
    pub total: u32,
    /// The bytes that are lacking.
    pub lacking_bytes: f64,
}

/// An exchange in which something happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct PastExchangeView {
    /// When it ended, or the last of several that failed alike.
    pub at: String,
    /// How often in a row it went that way.
    pub times: u32,
    /// Decisions that the service answered to.
    pub sent: u32,
    /// Those that it did not apply.
    pub refused: u32,
    /// The last place in the service's order that it gave one of them.
    pub receipt: Option<String>,
    /// Dossiers that came or changed.
    pub dossiers: u32,
    /// Files that arrived whole.
    pub files: u32,
    /// Their bytes.
    pub bytes: f64,
    /// Why it stopped, as a code, if it did.
    pub failure: Option<String>,
}

/// One decision on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct OutboxRowView {
    /// The decision.
    pub decision: String,
    /// Its dossier.
    pub dossier: String,
    /// The learner.
    pub learner: String,
    /// Kind, such as `settle_piece`; as it came if this version does not know it.
    pub kind: String,
    /// What it decides, such as `accepted`, `favourable` or a mark in hundredths.
    pub value: Option<String>,
    /// Labels of the reasons.
    pub reasons: Vec<String>,
    /// The piece, in words of the catalogue.
    pub piece: Option<String>,
    /// When it was made.
    pub made_at: String,
    /// Where it stands.
    pub state: OutboxStateView,
    /// How often it was sent.
    pub attempts: u32,
    /// Why it was refused: the code of the refusal.
    pub refusal: Option<AppError>,
    /// Whether it was filed away, and may ask for attention again.
    pub can_reopen: bool,
    /// When a decision that the service cannot read is sent again.
    pub unread_until: Option<String>,
    /// Whether it waits for a decision of another machine, on which it builds.
    pub is_early: bool,
}

/// Where a decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OutboxStateView {
    /// Waits to leave.
    Pending,
    /// The service has it.
    Acknowledged,
    /// The service keeps it without effect, and a person is to settle it.
    Refused,
    /// It was refused, and that is settled.
    Settled,
    /// Withdrawn before it left.
    Withdrawn,
}
