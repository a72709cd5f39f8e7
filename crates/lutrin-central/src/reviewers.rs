//! Reviewers' accounts.

use lutrin_domain::id::ReviewerId;
use lutrin_domain::reviewer::{Reviewer, Role, Scope};
use lutrin_protocol::limits::{NAME_CHARS, PASSWORD_BYTES};
use lutrin_protocol::session::Secret;

use crate::data::Data;
use crate::db::{Added, DbError, NewReviewer};
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
    /// Somebody has this login.
    #[error("the login is taken")]
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
    check(&new)?;
    let id = ReviewerId(data.sources.next_id());
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
