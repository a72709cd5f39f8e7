//! Handing a document to a worker that waits.

use std::sync::Arc;

use crate::ceiling::Ceiling;
use crate::document::Document;
use crate::error::PreviewError;
use crate::limits::MAX_INPUT_BYTES;
use crate::password::Password;
use crate::pool::Pool;

impl Pool {
    /// Opens a document in a worker of its own, without a password or with the empty one.
    ///
    /// A file of which three workers died since the pool was made, opening it or drawing
    /// its pages, is [`PreviewError::Unreadable`] at once.
    pub async fn open(&self, bytes: Arc<[u8]>) -> Result<Document, PreviewError> {
        self.open_in_worker(bytes, None).await
    }

    /// Opens a document with the password that somebody typed.
    ///
    /// [`PreviewError::PasswordWrong`] when it does not open it. A document that needs no
    /// password opens with any. The password is kept as long as the document is open, since
    /// a fresh worker needs it again.
    pub async fn open_with_password(
        &self,
        bytes: Arc<[u8]>,
        password: &Password,
    ) -> Result<Document, PreviewError> {
        if !password.is_bounded() {
            return Err(PreviewError::PasswordWrong);
        }
        self.open_in_worker(bytes, Some(password.clone())).await
    }

    async fn open_in_worker(
        &self,
        bytes: Arc<[u8]>,
        password: Option<Password>,
    ) -> Result<Document, PreviewError> {
        if bytes.is_empty() {
            return Err(PreviewError::Empty);
        }
        if bytes.len() > MAX_INPUT_BYTES {
            return Err(PreviewError::TooLarge { what: Ceiling::Bytes });
        }
        Document::open(self.clone(), bytes, password).await
    }
}
