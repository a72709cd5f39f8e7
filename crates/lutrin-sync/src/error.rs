//! What can go wrong on the way to the service.

use std::time::Duration;

use lutrin_protocol::problem::{Problem, ProblemCode};
use lutrin_protocol::receipts::Erasure;

/// Why a call gave no answer of use. Nothing local was changed by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No connection, or it broke.
    #[error("the service cannot be reached: {0}")]
    Unreachable(Unreached),
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
    #[error("the service refused: {}", .problem.title)]
    Problem {
        /// What it said.
        problem: Box<Problem>,
        /// How long it asks to wait before the next request.
        retry_after: Option<Duration>,
    },
    /// An answer that is not the service's own, from something in between.
    #[error("something in between answered {0}")]
    Status(u16),
    /// The answer is not of the form that was agreed.
    #[error("the answer could not be read: {0}")]
    Unreadable(String),
    /// The answer is larger than a client reads.
    #[error("the answer is larger than allowed")]
    TooLarge,
    /// The session ended; a person must sign in again.
    #[error("the session has ended")]
    SessionEnded,
    /// The service sends back the cursor that it has just given.
    #[error("the service does not know its own cursor")]
    CursorLoop,
}

/// How far a request got without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreached {
    /// The connection could not be made: nothing left.
    #[error("no connection")]
    NoConnection,
    /// The service said nothing for too long.
    #[error("no answer in time")]
    NoAnswer,
    /// The connection broke on the way.
    #[error("the connection broke")]
    Broken,
    /// The request could not be sent.
    #[error("the request could not be sent")]
    NotSent,
    /// A gateway answered in place of the service.
    #[error("a gateway answered {0}")]
    Gateway(u16),
    /// A document ended before its last byte.
    #[error("the document ended early")]
    EndedEarly,
}

/// Whether a push failed because of what it held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The service says so.
    Request,
    /// It may be: a part of it may be read where the whole is not.
    Perhaps,
    /// It is not.
    Elsewhere,
}

impl CallError {
    /// The code of the problem, if the service named one.
    pub fn problem(&self) -> Option<&ProblemCode> {
        match self {
            Self::Problem { problem, .. } => Some(&problem.code),
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
            Self::Unreadable(_) | Self::TooLarge | Self::Status(_) | Self::CursorLoop => {
                Cause::ServiceFailed
            }
            Self::Problem { problem, .. } => match problem.code {
                ProblemCode::BadCredentials => Cause::BadCredentials,
                ProblemCode::SessionEnded | ProblemCode::Unauthenticated => Cause::SessionEnded,
                ProblemCode::DeviceRevoked => Cause::DeviceRevoked,
                ProblemCode::AccountDisabled => Cause::AccountDisabled,
                ProblemCode::NotAllowed => Cause::NotAllowed,
                ProblemCode::NotFound => Cause::NotFound,
                ProblemCode::TooMany => Cause::TooManyAttempts,
                ProblemCode::ProtocolTooOld => Cause::ProtocolTooOld,
                ProblemCode::Unavailable => Cause::Unreachable,
                _ => Cause::ServiceFailed,
            },
        }
    }

    /// Whether a request failed because of what it held.
    pub fn blame(&self) -> Blame {
        match self {
            Self::Problem { problem, .. } => match problem.code {
                ProblemCode::Malformed
                | ProblemCode::TooLarge
                | ProblemCode::UnsupportedMediaType
                | ProblemCode::Unprocessable => Blame::Request,
                ProblemCode::Internal => Blame::Perhaps,
                _ => Blame::Elsewhere,
            },
            Self::Status(413) => Blame::Request,
            // A filter in between that dislikes a word, or an answer that is too
            // long or not understood.
            Self::Status(400 | 403 | 422) | Self::Unreadable(_) | Self::TooLarge => Blame::Perhaps,
            _ => Blame::Elsewhere,
        }
    }

    /// A code for it that does not change: the service's own, if it said one.
    pub fn code(&self) -> &str {
        match self {
            Self::Problem { problem, .. } => problem.code.as_str(),
            Self::Unreachable(_) => "unreachable",
            Self::NotLutrin => "not_lutrin",
            Self::ProtocolTooOld { .. } => "protocol_too_old",
            Self::Status(_) => "filtered",
            Self::Unreadable(_) => "unreadable_answer",
            Self::TooLarge => "answer_too_large",
            Self::SessionEnded => "session_ended",
            Self::CursorLoop => "cursor_loop",
        }
    }

    /// The request, as the service's logs name it.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem { problem, .. } => Some(&problem.request_id),
            _ => None,
        }
    }

    /// How long the service asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether no other request of the round has a chance either.
    pub fn ends_round(&self) -> bool {
        matches!(self, Self::Unreachable(Unreached::NoConnection))
            || matches!(self.cause(), Cause::ProtocolTooOld)
            || self.shuts_out().is_some()
            || self.needs_sign_in()
    }

    /// Whether the network or the service was simply not there.
    pub fn is_offline(&self) -> bool {
        self.cause() == Cause::Unreachable
    }

    /// Why this machine may no longer keep anything, if that is what the service says.
    pub fn shuts_out(&self) -> Option<Erasure> {
        match self.cause() {
            Cause::DeviceRevoked => Some(Erasure::DeviceRevoked),
            Cause::AccountDisabled => Some(Erasure::AccountDisabled),
            _ => None,
        }
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
    /// The account was disabled.
    AccountDisabled,
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// On the way to the service.
    #[error(transparent)]
    Call(#[from] CallError),
    /// In the local store.
    #[error("the local store failed: {0}")]
    Store(String),
}

impl ExchangeError {
    /// A code for it that does not change.
    pub fn code(&self) -> &str {
        match self {
            Self::Call(error) => error.code(),
            Self::Store(_) => "store",
        }
    }

    /// Whether trying again helps nobody: a person must sign in and rings then, or this machine
    /// is shut out and whoever runs the exchange ends it.
    pub fn waits_for_a_person(&self) -> bool {
        match self {
            Self::Call(error) => error.needs_sign_in() || error.shuts_out().is_some(),
            Self::Store(_) => false,
        }
    }

    /// How long the service asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(error) => error.retry_after(),
            Self::Store(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_person_can_help_waits_for_one() {
        let said = |code: ProblemCode| {
            let problem = Box::new(Problem::new(code, "1"));
            CallError::Problem { problem, retry_after: None }
        };
        for error in [
            CallError::SessionEnded,
            said(ProblemCode::SessionEnded),
            said(ProblemCode::DeviceRevoked),
            said(ProblemCode::AccountDisabled),
        ] {
            assert!(ExchangeError::from(error.clone()).waits_for_a_person(), "{error}");
        }
        for error in [
            CallError::Unreachable(Unreached::NoConnection),
            CallError::Status(413),
            said(ProblemCode::Unavailable),
            said(ProblemCode::NotAllowed),
        ] {
            assert!(!ExchangeError::from(error.clone()).waits_for_a_person(), "{error}");
        }
        assert!(!ExchangeError::Store("full".into()).waits_for_a_person());
    }
}
