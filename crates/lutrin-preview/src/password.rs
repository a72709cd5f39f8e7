//! The password of a document: carried to the worker, shown and kept nowhere.

use zeroize::Zeroizing;

/// The longest password that is tried, in bytes. The PDF format stops at 127.
const MAX_BYTES: usize = 255;

/// A password that does not print itself and is wiped from memory when dropped.
///
/// On its way to the worker it passes through pipes of the system, which are not wiped.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password as it was typed.
    pub fn new(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }

    /// The password itself, for the worker.
    #[doc(hidden)]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Says whether a document could have such a long password.
    pub(crate) fn is_bounded(&self) -> bool {
        self.0.len() <= MAX_BYTES
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_does_not_print_itself() {
        let password = Password::new("sésame".into());
        assert_eq!(password.reveal(), "sésame");
        assert_eq!(format!("{password:?} {:?}", Some(&password)), "Password Some(Password)");
    }

    #[test]
    fn a_password_no_document_has_is_known_beforehand() {
        assert!(Password::new("a".repeat(MAX_BYTES)).is_bounded());
        assert!(!Password::new("a".repeat(MAX_BYTES + 1)).is_bounded());
    }
}
