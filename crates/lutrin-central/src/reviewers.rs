//! Reviewers' accounts.

use lutrin_domain::id::ReviewerId;
use lutrin_domain::reviewer::{Reviewer, Role, Scope};
use lutrin_protocol::limits::{NAME_CHARS, PASSWORD_BYTES};
use lutrin_protocol::session::Secret;

use crate::data::Data;
use crate::db::{Added, DbError, NewReviewer, Standing};
use crate::sign_in::{PasswordError, hash_password};

/// An account to make.
#[derive(Clone)]
pub struct NewAccount {
    /// Login, unique.
    pub login: String,
    /// First name and name, shown on messages.
    pub name: String,
    /// What they may act as, the usual one first.
    pub roles: Vec<Role>,
    /// What they may see.
    pub scope: Scope,
    /// Their password.
    pub password: Secret,
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum AddReviewerError {
    /// Something is empty or too long.
    #[error("{0} is empty or too long")]
    Invalid(&'static str),
    /// Somebody has this login or identifier.
    #[error("the login or the identifier is taken")]
    LoginTaken,
    /// The password cannot be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Makes an account. Works while the service runs.
///
/// # Errors
///
/// When the login is taken or something is missing.
pub async fn add_reviewer(data: &Data, new: NewAccount) -> Result<ReviewerId, AddReviewerError> {
    add_reviewer_as(data, ReviewerId(data.sources.next_id()), new).await
}

/// Makes an account again with the identifier that it had, after a restore, so that
/// what it decided is its own.
///
/// # Errors
///
/// When the login or the identifier is taken, or something is missing.
pub async fn add_reviewer_as(
    data: &Data,
    id: ReviewerId,
    new: NewAccount,
) -> Result<ReviewerId, AddReviewerError> {
    check(&new)?;
    let account = NewReviewer {
        reviewer: Reviewer { id, name: new.name, roles: new.roles, scope: new.scope },
        login: new.login,
        password_hash: hash_password(&new.password, &data.sources)?,
        created_at: data.sources.now(),
    };
    match data.db.add_reviewer(&account, &data.command_trace()).await? {
        Added::New => Ok(id),
        Added::LoginTaken => Err(AddReviewerError::LoginTaken),
    }
}

/// Changes what the reviewer of a login may see; says whose it is.
///
/// # Errors
///
/// When there is no such login, or the scope is empty.
pub async fn set_scope(
    data: &Data,
    login: &str,
    scope: &Scope,
) -> Result<ReviewerId, ChangeReviewerError> {
    if matches!(scope, Scope::Centers(centers) if centers.is_empty()) {
        return Err(ChangeReviewerError::NoCenter);
    }
    let changed = data.db.set_scope(login, scope, &data.command_trace()).await?;
    changed.ok_or(ChangeReviewerError::NoLogin)
}

/// Disables an account or enables it again; says whose it is.
///
/// # Errors
///
/// When there is no such login.
pub async fn set_standing(
    data: &Data,
    login: &str,
    standing: Standing,
) -> Result<ReviewerId, ChangeReviewerError> {
    let changed = data.db.set_standing(login, standing, &data.command_trace()).await?;
    changed.ok_or(ChangeReviewerError::NoLogin)
}

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeReviewerError {
    /// Nobody has this login.
    #[error("nobody has this login")]
    NoLogin,
    /// A scope has a centre at least.
    #[error("the list of centres is empty")]
    NoCenter,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

fn check(new: &NewAccount) -> Result<(), AddReviewerError> {
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= NAME_CHARS;
    let password = new.password.expose();
    let checks = [
        ("the login", fits(&new.login)),
        ("the name", fits(&new.name)),
        ("the list of roles", !new.roles.is_empty()),
        ("the list of centres", !matches!(&new.scope, Scope::Centers(c) if c.is_empty())),
        ("the password", !password.is_empty() && password.len() <= PASSWORD_BYTES),
    ];
    match checks.into_iter().find(|(_, fine)| !fine) {
        Some((what, _)) => Err(AddReviewerError::Invalid(what)),
        None => Ok(()),
    }
}
