//! Who may sign in: passwords (Argon2id) and how often one may try.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use governor::clock::{Clock as _, DefaultClock, QuantaInstant};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use lutrin_domain::digest::Digest;
use lutrin_protocol::session::Secret;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::db::SessionId;
use crate::sources::Sources;

/// How many passwords are checked at the same time: each takes 19 MiB.
const CHECKS_AT_ONCE: usize = 4;
/// Beyond this many logins or addresses remembered, those that are quiet again
/// are forgotten.
const REMEMBERED: usize = 10_000;

/// How often one may try to sign in.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimits {
    /// For one login.
    pub login: Pace,
    /// From one address; behind a proxy all reviewers share one.
    pub address: Pace,
    /// Refreshes from one address.
    pub refresh: Pace,
    /// Requests of one session: what a machine that goes round in circles may do
    /// to the others. A reader or a transfer does not come near it.
    pub session: Pace,
}

/// So many at once, then one per period.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// At once.
    pub burst: NonZeroU32,
    /// Then one per this time.
    pub period: Duration,
}

impl Default for SignInLimits {
    /// Ten passwords at once for a login, then ten a minute: a person never
    /// meets it, a list of passwords takes years.
    fn default() -> Self {
        let pace = |burst, millis| Pace {
            burst: NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN),
            period: Duration::from_millis(millis),
        };
        Self {
            login: pace(10, 6_000),
            address: pace(100, 500),
            refresh: pace(200, 50),
            session: pace(1_000, 2),
        }
    }
}

/// Stands at the door: slows down those who try often, and checks passwords.
pub struct Doorkeeper {
    by_login: DefaultKeyedRateLimiter<Digest>,
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    refreshes: DefaultKeyedRateLimiter<IpAddr>,
    by_session: DefaultKeyedRateLimiter<Uuid>,
    clock: DefaultClock,
    checks: Semaphore,
    /// Checked when the login is unknown, so that it takes as long.
    nobody: Arc<str>,
}

/// Come back later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// In this many seconds, at least 1.
    pub retry_after: u64,
}

impl Doorkeeper {
    /// A doorkeeper with these limits.
    ///
    /// # Errors
    ///
    /// When a password cannot be hashed at all.
    pub fn new(limits: &SignInLimits, sources: &Sources) -> Result<Self, PasswordError> {
        let nobody = hash_password(&Secret(hex::encode(sources.random::<16>())), sources)?;
        Ok(Self {
            by_login: RateLimiter::keyed(quota(limits.login)),
            by_address: RateLimiter::keyed(quota(limits.address)),
            refreshes: RateLimiter::keyed(quota(limits.refresh)),
            by_session: RateLimiter::keyed(quota(limits.session)),
            clock: DefaultClock::default(),
            checks: Semaphore::new(CHECKS_AT_ONCE),
            nobody: nobody.into(),
        })
    }

    /// Counts an attempt.
    ///
    /// # Errors
    ///
    /// When there were too many.
    pub fn admit(&self, login: &str, address: IpAddr) -> Result<(), TooOften> {
        self.forget_the_quiet();
        // The digest keeps logins, which are names, out of memory.
        let login = Digest::of(login.as_bytes());
        let waits =
            [self.by_address.check_key(&address).err(), self.by_login.check_key(&login).err()];
        let waits = waits.iter().flatten().map(|until| self.too_often(until));
        waits.max_by_key(|wait| wait.retry_after).map_or(Ok(()), Err)
    }

    /// Counts a refresh.
    ///
    /// # Errors
    ///
    /// When there were too many.
    pub fn admit_refresh(&self, address: IpAddr) -> Result<(), TooOften> {
        self.forget_the_quiet();
        self.refreshes.check_key(&address).map_err(|until| self.too_often(&until))
    }

    /// Counts a request of a session.
    ///
    /// # Errors
    ///
    /// When there were too many.
    pub fn admit_request(&self, session: SessionId) -> Result<(), TooOften> {
        self.forget_the_quiet();
        self.by_session.check_key(&session.0).map_err(|until| self.too_often(&until))
    }

    fn too_often(&self, until: &NotUntil<QuantaInstant>) -> TooOften {
        TooOften { retry_after: until.wait_time_from(self.clock.now()).as_secs() + 1 }
    }

    fn forget_the_quiet(&self) {
        if self.by_login.len() > REMEMBERED {
            self.by_login.retain_recent();
        }
        for by_address in [&self.by_address, &self.refreshes] {
            if by_address.len() > REMEMBERED {
                by_address.retain_recent();
            }
        }
        if self.by_session.len() > REMEMBERED {
            self.by_session.retain_recent();
        }
    }

    /// Whether the password is the one of this hash; without a hash it is not,
    /// and takes as long to say.
    ///
    /// # Errors
    ///
    /// When the hash cannot be read.
    pub async fn check(&self, password: Secret, hash: Option<&str>) -> Result<bool, PasswordError> {
        let Ok(_permit) = self.checks.acquire().await else { return Err(PasswordError) };
        let known = hash.is_some();
        let hash = hash.map_or_else(|| self.nobody.to_string(), str::to_owned);
        let verified = tokio::task::spawn_blocking(move || verify(&password, &hash)).await;
        Ok(verified.map_err(|_| PasswordError)?? && known)
    }
}

/// A password cannot be hashed, or a hash cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password could not be hashed or checked")]
pub struct PasswordError;

/// The hash of a password, in PHC form.
///
/// # Errors
///
/// When the password is longer than Argon2 takes.
pub fn hash_password(password: &Secret, sources: &Sources) -> Result<String, PasswordError> {
    let salt = sources.random::<16>();
    argon2()
        .hash_password_with_salt(password.expose().as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|_| PasswordError)
}

fn verify(password: &Secret, hash: &str) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(hash).map_err(|_| PasswordError)?;
    Ok(argon2().verify_password(password.expose().as_bytes(), &hash).is_ok())
}

/// Argon2id with 19 MiB and two passes, OWASP's advice of 2026.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

fn quota(pace: Pace) -> Quota {
    // A period of zero has no quota; a nanosecond comes to the same.
    Quota::with_period(pace.period.max(Duration::from_nanos(1)))
        .unwrap_or_else(|| Quota::per_second(pace.burst))
        .allow_burst(pace.burst)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn doorkeeper() -> Doorkeeper {
        let pace = |burst| Pace {
            burst: NonZeroU32::new(burst).unwrap(),
            period: Duration::from_secs(3_600),
        };
        let limits =
            SignInLimits { login: pace(2), address: pace(3), refresh: pace(2), session: pace(2) };
        Doorkeeper::new(&limits, &Sources::system()).unwrap()
    }

    #[tokio::test]
    async fn the_right_password_is_let_in_and_others_are_not() {
        let doorkeeper = doorkeeper();
        let hash = hash_password(&Secret("juste".into()), &Sources::system()).unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(doorkeeper.check(Secret("juste".into()), Some(&hash)).await.unwrap());
        assert!(!doorkeeper.check(Secret("autre".into()), Some(&hash)).await.unwrap());
        assert!(!doorkeeper.check(Secret("juste".into()), None).await.unwrap());
    }

    #[test]
    fn a_login_is_slowed_down_then_an_address() {
        let doorkeeper = doorkeeper();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        assert_eq!(doorkeeper.admit("a", here), Ok(()));
        assert_eq!(doorkeeper.admit("a", here), Ok(()));
        let wait = doorkeeper.admit("a", here).unwrap_err();
        assert!(wait.retry_after > 1_000, "about an hour, not {}", wait.retry_after);
        assert!(doorkeeper.admit("b", here).is_err(), "the address is used up");
        assert_eq!(doorkeeper.admit("b", IpAddr::V4(Ipv4Addr::BROADCAST)), Ok(()));
    }
}
