//! What can go wrong on the way to the service.

use lutrin_protocol::problem::{Problem, ProblemCode};

/// Why a call gave no answer of use. Nothing local was changed by it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CallError {
    /// No connection, or it broke.
    #[error("the service cannot be reached: {0}")]
    Unreachable(String),
    /// Something answers there that is not a service of ours.
    #[error("what answers there is not a Lutrin service")]
    NotLutrin,
    /// The service speaks only protocols this version does not.
    #[error("the service needs protocol {oldest} or later")]
    ProtocolTooOld {
        /// The oldest it takes.
        oldest: u32,
    },
    /// The service said what is wrong.
    #[error("the service refused: {}", .0.title)]
    Problem(Box<Problem>),
    /// The answer is not of the form that was agreed.
    #[error("the answer could not be read: {0}")]
    Unreadable(String),
    /// The answer is larger than a client reads.
    #[error("the answer is larger than allowed")]
    TooLarge,
    /// The session ended; a person must sign in again.
    #[error("the session has ended")]
    SessionEnded,
}

impl CallError {
    /// The code of the problem, if the service named one.
    pub fn problem(&self) -> Option<&ProblemCode> {
        match self {
            Self::Problem(problem) => Some(&problem.code),
            _ => None,
        }
    }

    /// What it comes down to.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Unreachable(_) => Cause::Unreachable,
            Self::NotLutrin => Cause::NotLutrin,
            Self::ProtocolTooOld { .. } => Cause::ProtocolTooOld,
            Self::SessionEnded => Cause::SessionEnded,
            Self::Unreadable(_) | Self::TooLarge => Cause::ServiceFailed,
            Self::Problem(problem) => match problem.code {
                ProblemCode::BadCredentials => Cause::BadCredentials,
                ProblemCode::SessionEnded | ProblemCode::Unauthenticated => Cause::SessionEnded,
                ProblemCode::DeviceRevoked => Cause::DeviceRevoked,
                ProblemCode::NotAllowed => Cause::NotAllowed,
                ProblemCode::NotFound => Cause::NotFound,
                ProblemCode::TooMany => Cause::TooManyAttempts,
                ProblemCode::ProtocolTooOld => Cause::ProtocolTooOld,
                ProblemCode::Unavailable => Cause::Unreachable,
                _ => Cause::ServiceFailed,
            },
        }
    }

    /// Whether the network or the service was simply not there.
    pub fn is_offline(&self) -> bool {
        self.cause() == Cause::Unreachable
    }

    /// Whether a person must sign in again.
    pub fn needs_sign_in(&self) -> bool {
        matches!(self.cause(), Cause::SessionEnded | Cause::BadCredentials)
    }
}

/// What a failed call comes down to, for whoever decides or explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The network or the service is not there.
    Unreachable,
    /// What answers is not a service of ours.
    NotLutrin,
    /// The service speaks only newer protocols.
    ProtocolTooOld,
    /// The session ended.
    SessionEnded,
    /// Login or password is wrong.
    BadCredentials,
    /// The device was revoked.
    DeviceRevoked,
    /// The role does not allow it.
    NotAllowed,
    /// It is not there, or not in the scope.
    NotFound,
    /// Too many attempts.
    TooManyAttempts,
    /// The service failed, or its answer cannot be read.
    ServiceFailed,
}

/// Why an exchange stopped.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ExchangeError {
    /// On the way to the service.
    #[error(transparent)]
    Call(#[from] CallError),
    /// In the local store.
    #[error("the local store failed: {0}")]
    Store(String),
}
