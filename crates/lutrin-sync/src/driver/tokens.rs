//! The session's tokens: the access token in memory, the refresh token in the
//! encrypted store and nowhere else.

use jiff::{SignedDuration, Timestamp};
use lutrin_protocol::problem::ProblemCode;
use lutrin_protocol::session::{Secret, SessionResponse};
use lutrin_store::{JournalRecipient, RefreshToken, Store};
use tokio::sync::Mutex;

use super::store_failed;
use crate::client::Client;
use crate::error::{CallError, ExchangeError};

/// How long before its end an access token is no longer used.
const MARGIN: SignedDuration = SignedDuration::from_secs(20);

/// The longest an access token is taken to work.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// The session's tokens.
///
/// The lock is held while a refresh is under way, so that two tasks never use up
/// the same refresh token.
pub(crate) struct Tokens(Mutex<Held>);

#[derive(Default)]
struct Held {
    access: Option<Access>,
    /// The refresh token before the one in the store, until something that the new one
    /// came with has worked. If the network sends a request to refresh twice, the
    /// service takes one of its answers back, perhaps the one that came: then the
    /// token before still works.
    before: Option<RefreshToken>,
}

struct Access {
    token: Secret,
    /// By the service's clock, moved to this machine's.
    until: Timestamp,
}

impl Access {
    fn of(session: &SessionResponse, now: Timestamp) -> Self {
        // A service with an absurd clock must not make a token eternal, or time overflow.
        let lasts = session.expires_at.duration_since(session.server_time);
        let lasts = lasts.clamp(SignedDuration::ZERO, LONGEST) - MARGIN;
        let until = now.checked_add(lasts).unwrap_or(now);
        Self { token: session.access_token.clone(), until }
    }
}

impl Tokens {
    pub(crate) fn new(session: Option<&SessionResponse>, now: Timestamp) -> Self {
        let access = session.map(|session| Access::of(session, now));
        Self(Mutex::new(Held { access, before: None }))
    }

    /// An access token that works, refreshed if need be.
    pub(crate) async fn access(
        &self,
        store: &Store,
        client: &Client,
        now: Timestamp,
    ) -> Result<Secret, ExchangeError> {
        let mut held = self.0.lock().await;
        if let Some(current) = held.access.as_ref().filter(|current| now < current.until) {
            return Ok(current.token.clone());
        }
        let shown = store.refresh_token().await.map_err(store_failed)?;
        let shown = shown.ok_or(CallError::SessionEnded)?;
        let (session, shown) = match (refresh(client, &shown).await, held.before.take()) {
            (Err(CallError::SessionEnded), Some(before)) => {
                match refresh(client, &before).await {
                    Ok(session) => (session, before),
                    Err(error) => {
                        // On a bad network nothing is known yet of the one before either.
                        held.before = Some(before).filter(|_| !error.needs_sign_in());
                        return Err(error.into());
                    }
                }
            }
            (Err(error), before) => {
                held.before = before;
                return Err(error.into());
            }
            (Ok(session), _) => (session, shown),
        };
        keep(store, &session).await?;
        let fresh = Access::of(&session, now);
        let token = fresh.token.clone();
        *held = Held { access: Some(fresh), before: Some(shown) };
        Ok(token)
    }

    /// Notes that the service took an access token.
    pub(crate) async fn worked(&self, token: &Secret) {
        let mut held = self.0.lock().await;
        if held.access.as_ref().is_some_and(|current| current.token == *token) {
            held.before = None;
        }
    }

    /// Forgets an access token that the service no longer takes.
    pub(crate) async fn forget(&self, refused: &Secret) {
        let mut held = self.0.lock().await;
        if held.access.as_ref().is_some_and(|current| current.token == *refused) {
            held.access = None;
        }
    }

    /// Takes the session a person just opened.
    pub(crate) async fn replace(
        &self,
        store: &Store,
        session: &SessionResponse,
        now: Timestamp,
    ) -> Result<(), ExchangeError> {
        let mut held = self.0.lock().await;
        keep(store, session).await?;
        *held = Held { access: Some(Access::of(session, now)), before: None };
        Ok(())
    }
}

async fn refresh(client: &Client, shown: &RefreshToken) -> Result<SessionResponse, CallError> {
    client.refresh(Secret(shown.expose().to_owned())).await
}

/// Written before the session is used, so that a crash does not lose it.
async fn keep(store: &Store, session: &SessionResponse) -> Result<(), ExchangeError> {
    let token = RefreshToken::new(session.refresh_token.expose());
    store.set_refresh_token(Some(token)).await.map_err(store_failed)?;
    store.set_reviewer(&session.reviewer).await.map_err(store_failed)?;
    match session.journal_recipient.parse::<JournalRecipient>() {
        // A service that lost its identity has another: what is kept must be for it.
        Ok(recipient) => store.set_journal_recipient(&recipient).await.map_err(store_failed),
        Err(error) => {
            tracing::warn!(%error, "session.journal_recipient");
            Ok(())
        }
    }
}

/// Whether an error means that the access token is no longer taken.
pub(crate) fn is_unauthenticated(error: &CallError) -> bool {
    error.problem() == Some(&ProblemCode::Unauthenticated)
}

#[cfg(test)]
mod tests {
    use lutrin_domain::id::ReviewerId;
    use lutrin_domain::reviewer::{Reviewer, Scope};
    use uuid::Uuid;

    use super::*;

    fn session(expires_at: Timestamp, server_time: Timestamp) -> SessionResponse {
        SessionResponse {
            access_token: Secret("a".into()),
            expires_at,
            refresh_token: Secret("r".into()),
            reviewer: Reviewer {
                id: ReviewerId(Uuid::from_u128(1)),
                name: "Camille Fictive".into(),
                roles: vec![],
                scope: Scope::Everywhere,
            },
            journal_recipient: String::new(),
            server_time,
            lease: None,
        }
    }

    #[test]
    fn no_clock_makes_a_token_eternal_or_the_exchange_stop() {
        let clocks = [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX];
        for now in clocks {
            for expires_at in clocks {
                for server_time in clocks {
                    let access = Access::of(&session(expires_at, server_time), now);
                    assert!(access.until.duration_since(now) <= LONGEST);
                }
            }
        }
    }
}
