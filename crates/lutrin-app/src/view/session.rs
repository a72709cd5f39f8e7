//! Who is at the desk, and what prevents it.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::error::AppError;

/// Where the application stands at start and after signing in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct SessionView {
    /// What to show.
    pub phase: PhaseView,
    /// Who is at the desk, once a profile is open.
    pub profile: Option<ProfileView>,
    /// The address last used, to prefill the form.
    pub last_service: Option<String>,
    /// The login last used, to prefill the form.
    pub last_login: Option<String>,
    /// What prevents opening the profile, while blocked.
    pub block: Option<BlockView>,
    /// Why nothing may be read, while the lease has ended.
    pub expired: Option<ExpiredView>,
    /// What became of the copy, once the service shut this machine out.
    pub shut_out: Option<ShutOutView>,
}

/// What to show first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PhaseView {
    /// A profile is being opened; the keyring may be asking the person.
    Opening,
    /// Nobody is signed in on this machine: the form.
    SignedOut,
    /// The profile waits for its passphrase.
    Locked,
    /// A profile is open: the desk.
    Ready,
    /// A profile exists and cannot be opened: why, and what can be done.
    Blocked,
    /// A profile is open and may not be read until the service is heard.
    Expired,
    /// The service shut this machine out: the copy was erased.
    ShutOut,
}

/// A copy that may not be read until the service is heard. Nothing was destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExpiredView {
    /// Since when.
    pub since: String,
    /// Decisions that the service has not acknowledged.
    pub unsent: u32,
    /// Texts that were begun and not signed.
    pub drafts: u32,
}

/// A copy that was erased because the service shut this machine out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ShutOutView {
    /// Code of the cause: `device_revoked` or `account_disabled`.
    pub cause: String,
    /// When.
    pub at: String,
    /// Decisions that had not been sent.
    pub unsent: u32,
    /// Texts that were begun and not signed.
    pub drafts: u32,
    /// Whether the service has taken in what was sealed of them.
    pub handed_in: bool,
}

/// Why a profile cannot be opened. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
pub struct BlockView {
    /// The cause.
    pub error: AppError,
    /// Whether "Repartir d'une copie neuve" is offered: the old files are kept aside.
    pub can_start_over: bool,
    /// Whether it is about a copy, which can then be left or its unsent work exported.
    pub copy: bool,
}

/// What leaving would leave behind on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LeavingView {
    /// Decisions that the service has not acknowledged.
    pub unsent: u32,
    /// Texts that were begun and not signed.
    pub drafts: u32,
}

/// Who is at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProfileView {
    /// First name and name.
    pub name: String,
    /// Codes of roles, the usual one first.
    pub roles: Vec<String>,
    /// Address of the service.
    pub service: String,
    /// Login.
    pub login: String,
}

/// What protects the reviewer and the files, for "À propos".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SafetyView {
    /// Version of the application.
    pub version: String,
    /// What the program that reads documents can no longer do.
    pub sandbox: SandboxView,
    /// Version of the cipher of the local store.
    pub cipher: Option<String>,
}

/// The sandbox of the program that reads documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SandboxView {
    /// Whether it is in force.
    pub state: SandboxStateView,
    /// It reaches no other machine.
    pub network: bool,
    /// It opens no file.
    pub files: bool,
    /// It starts no program.
    pub programs: bool,
    /// Its memory has a ceiling.
    pub memory: bool,
    /// What is missing, in words for a technician.
    pub note: Option<String>,
}

/// Whether documents are read in a sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SandboxStateView {
    /// In a full one.
    Enforced,
    /// Without all of it: this system has none that is complete here.
    Partial,
    /// They are not read: this system has one, and it is not in force.
    Refused,
    /// The program that reads them does not start.
    NoReader,
}
