//! The public error: a code the window turns into a French sentence in three
//! parts (what happened, what is safe, what to do).

use std::collections::BTreeMap;

use lutrin_domain::refusal::Refusal;
use lutrin_preview::PreviewError;
use lutrin_store::{OpenError, RecordError, SettleError, StoreError, ViewError, WithdrawError};
use lutrin_sync::address::InvalidAddress;
use lutrin_sync::error::{CallError, Cause, ExchangeError};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::given::KeyringError;
use crate::passphrase::PassphraseError;

/// What the window is told when something cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AppError {
    /// What the window goes by.
    pub code: ErrorCode,
    /// Values for the sentence; never names of people or of their files.
    pub params: BTreeMap<String, String>,
    /// Whether trying the same again may help.
    pub retry: bool,
}

/// The codes; each has a sentence in `ui/src/texts/errors.ts`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The service does not answer.
    ServiceUnreachable,
    /// The address is not one.
    ServiceAddressInvalid,
    /// Plain http elsewhere than on this machine.
    ServiceInsecure,
    /// Something answers there, and it is not a service of ours.
    ServiceNotLutrin,
    /// The service speaks only newer protocols.
    ProtocolTooOld,
    /// The service failed or answered something unreadable.
    ServiceFailed,
    /// Login or password is wrong.
    BadCredentials,
    /// Too many attempts; wait.
    TooManyAttempts,
    /// The session ended; sign in again.
    SessionEnded,
    /// The device was revoked.
    DeviceRevoked,
    /// The account was disabled.
    AccountDisabled,
    /// The copy may not be read until the service is heard again.
    LeaseExpired,
    /// The sitting is over, and so are the days its copies are kept.
    SittingOver,
    /// The role does not allow it.
    NotAllowed,
    /// This system has no keyring.
    KeyringMissing,
    /// The keyring is locked.
    KeyringLocked,
    /// The person did not let us into the keyring.
    KeyringDenied,
    /// The keyring has no key for this profile any more.
    KeyringKeyMissing,
    /// The keyring failed otherwise.
    KeyringFailed,
    /// The passphrase is too short, or longer than anybody types.
    PassphraseUnfit,
    /// The passphrase does not open the copy.
    PassphraseWrong,
    /// The copy on this machine asks for its passphrase.
    PassphraseNeeded,
    /// The file with the sealed key is not there, or says nothing.
    PassphraseUnreadable,
    /// Something was not sent; `count` says how many decisions.
    UnsentWork,
    /// The key does not open the store.
    StoreWrongKey,
    /// The store is damaged.
    StoreDamaged,
    /// The store was written by a newer version.
    StoreNewer,
    /// The store's file is not encrypted: not ours.
    StoreNotEncrypted,
    /// Another instance has the store.
    StoreInUse,
    /// The disk refused.
    StoreDisk,
    /// The disk is full.
    StoreFull,
    /// The store could not be brought to this version; it is as it was.
    StoreUpgradeFailed,
    /// The dossier is not in the scope, or left it.
    DossierUnknown,
    /// The dossier is not carried on this machine.
    DossierNotCarried,
    /// The rules of the dossier are not on this machine.
    CatalogueMissing,
    /// The decision is refused; `refusal` says by what rule.
    Refused,
    /// Only possible while in contact with the service.
    OnlineOnly,
    /// There is nothing to undo.
    NothingToUndo,
    /// What was refused is settled already.
    NothingToArbitrate,
    /// The mark or opinion is not one.
    AssessmentInvalid,
    /// The file is not on this machine yet.
    DocumentMissing,
    /// The file is empty.
    DocumentEmpty,
    /// A format the reading room does not show; `what` says which.
    DocumentUnsupported,
    /// The file asks for a password.
    DocumentPassword,
    /// The password given is not the file's.
    DocumentPasswordWrong,
    /// The file cannot be read.
    DocumentDamaged,
    /// The file or page is too large.
    DocumentTooLarge,
    /// The page does not exist.
    DocumentNoPage,
    /// The page takes too long.
    DocumentTimedOut,
    /// The person stopped the reading.
    DocumentStopped,
    /// The reader stopped on this file.
    DocumentCrashed,
    /// The reader stopped on this file so often that it is not tried again.
    DocumentUnreadable,
    /// The file's bytes are not those announced.
    DocumentMismatch,
    /// The reading room cannot be started.
    ReaderUnavailable,
    /// The request names something that is not there.
    InvalidRequest,
    /// A fault of the application; nothing was changed.
    Internal,
}

impl AppError {
    /// An error of this code, without values, that trying again does not mend.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, params: BTreeMap::new(), retry: false }
    }

    /// The same with a value for the sentence.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// The same, where trying again may help.
    #[must_use]
    pub fn retry(mut self) -> Self {
        self.retry = true;
        self
    }

    /// Logs the cause of a fault once, where it becomes public.
    fn logged(self, cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(code = ?self.code, cause = %cause, "app.error");
        self
    }
}

impl From<InvalidAddress> for AppError {
    fn from(error: InvalidAddress) -> Self {
        Self::new(match error {
            InvalidAddress::NotAnAddress => ErrorCode::ServiceAddressInvalid,
            InvalidAddress::Insecure => ErrorCode::ServiceInsecure,
        })
    }
}

impl From<CallError> for AppError {
    fn from(error: CallError) -> Self {
        let code = match error.cause() {
            Cause::Unreachable => ErrorCode::ServiceUnreachable,
            Cause::NotLutrin => ErrorCode::ServiceNotLutrin,
            Cause::ProtocolTooOld => ErrorCode::ProtocolTooOld,
            Cause::SessionEnded => ErrorCode::SessionEnded,
            Cause::BadCredentials => ErrorCode::BadCredentials,
            Cause::DeviceRevoked => ErrorCode::DeviceRevoked,
            Cause::AccountDisabled => ErrorCode::AccountDisabled,
            Cause::NotAllowed => ErrorCode::NotAllowed,
            Cause::NotFound => ErrorCode::DossierUnknown,
            Cause::TooManyAttempts => ErrorCode::TooManyAttempts,
            Cause::ServiceFailed => ErrorCode::ServiceFailed,
        };
        let public = Self::new(code).logged(&error);
        match code {
            ErrorCode::ServiceUnreachable | ErrorCode::ServiceFailed => public.retry(),
            _ => public,
        }
    }
}

impl From<ExchangeError> for AppError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Call(error) => error.into(),
            ExchangeError::Store(cause) => Self::new(ErrorCode::StoreDisk).logged(&cause).retry(),
        }
    }
}

impl From<KeyringError> for AppError {
    fn from(error: KeyringError) -> Self {
        let code = match error {
            KeyringError::Missing => ErrorCode::KeyringMissing,
            KeyringError::Locked => ErrorCode::KeyringLocked,
            KeyringError::Denied => ErrorCode::KeyringDenied,
            KeyringError::Failed => ErrorCode::KeyringFailed,
        };
        Self::new(code).logged(&error).retry()
    }
}

impl From<PassphraseError> for AppError {
    fn from(error: PassphraseError) -> Self {
        let code = match error {
            PassphraseError::Unfit => ErrorCode::PassphraseUnfit,
            PassphraseError::Wrong => ErrorCode::PassphraseWrong,
            PassphraseError::Unreadable(_) => ErrorCode::PassphraseUnreadable,
        };
        Self::new(code).logged(&error).retry()
    }
}

impl From<OpenError> for AppError {
    fn from(error: OpenError) -> Self {
        let code = match &error {
            error if error.is_full() => ErrorCode::StoreFull,
            OpenError::UpgradeFull => ErrorCode::StoreFull,
            OpenError::WrongKey => ErrorCode::StoreWrongKey,
            OpenError::Damaged { .. }
            | OpenError::Incomplete { .. }
            | OpenError::OtherSchema { .. }
            | OpenError::Absent => ErrorCode::StoreDamaged,
            OpenError::NewerSchema { .. } => ErrorCode::StoreNewer,
            OpenError::NotEncrypted { .. } => ErrorCode::StoreNotEncrypted,
            OpenError::Locked => ErrorCode::StoreInUse,
            OpenError::UpgradeFailed { .. } => ErrorCode::StoreUpgradeFailed,
            OpenError::Io { .. } | OpenError::Journal(_) | OpenError::Store(_) => {
                ErrorCode::StoreDisk
            }
            OpenError::CipherMissing => ErrorCode::Internal,
        };
        Self::new(code).logged(&error).retry()
    }
}

/// The code under which a unit variant is written.
pub(crate) fn written_code(value: &impl Serialize) -> String {
    let written = serde_json::to_value(value).unwrap_or_default();
    written.as_str().unwrap_or_default().to_owned()
}

macro_rules! disk_errors {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for AppError {
            fn from(error: $error) -> Self {
                Self::new(disk_code(error.is_full())).logged(&error).retry()
            }
        }
    )+};
}

/// A full disk is for a person to mend; one that refuses may be anything.
fn disk_code(full: bool) -> ErrorCode {
    if full { ErrorCode::StoreFull } else { ErrorCode::StoreDisk }
}

disk_errors!(StoreError, RecordError, WithdrawError);

impl From<SettleError> for AppError {
    fn from(error: SettleError) -> Self {
        match error {
            SettleError::Unknown | SettleError::NotWaiting => {
                Self::new(ErrorCode::NothingToArbitrate)
            }
            SettleError::Store(error) => error.into(),
        }
    }
}

impl From<std::io::Error> for AppError {
    fn from(error: std::io::Error) -> Self {
        let full = error.kind() == std::io::ErrorKind::StorageFull;
        Self::new(disk_code(full)).logged(&error).retry()
    }
}

impl From<ViewError> for AppError {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::CatalogueMissing { .. } => Self::new(ErrorCode::CatalogueMissing),
            ViewError::Store(error) => error.into(),
        }
    }
}

impl From<&Refusal> for AppError {
    fn from(refusal: &Refusal) -> Self {
        // The refusal as it is written gives its code and the values it carries.
        let written = serde_json::to_value(refusal).unwrap_or_default();
        let mut public = Self::new(ErrorCode::Refused);
        for (name, value) in written.as_object().into_iter().flatten() {
            let name = if name == "code" { "refusal" } else { name };
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            public = public.with(name, value);
        }
        public
    }
}

impl From<PreviewError> for AppError {
    fn from(error: PreviewError) -> Self {
        let code = match &error {
            PreviewError::Empty => ErrorCode::DocumentEmpty,
            PreviewError::Unsupported { .. } => ErrorCode::DocumentUnsupported,
            PreviewError::PasswordRequired => ErrorCode::DocumentPassword,
            PreviewError::PasswordWrong => ErrorCode::DocumentPasswordWrong,
            PreviewError::Damaged => ErrorCode::DocumentDamaged,
            PreviewError::TooLarge { .. } => ErrorCode::DocumentTooLarge,
            PreviewError::NoSuchPage { .. } => ErrorCode::DocumentNoPage,
            PreviewError::TimedOut => ErrorCode::DocumentTimedOut,
            PreviewError::Crashed => ErrorCode::DocumentCrashed,
            PreviewError::Unreadable => ErrorCode::DocumentUnreadable,
            PreviewError::NotPaged | PreviewError::NotAFlow => ErrorCode::InvalidRequest,
            PreviewError::WorkerMissing { .. } | PreviewError::SandboxUnavailable { .. } => {
                ErrorCode::ReaderUnavailable
            }
        };
        let public = Self::new(code).logged(&error);
        let public = match &error {
            PreviewError::Unsupported { what } => public.with("what", written_code(what)),
            _ => public,
        };
        if error.may_retry() { public.retry() } else { public }
    }
}
