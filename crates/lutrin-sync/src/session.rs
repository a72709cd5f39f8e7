//! Signing in.

use jiff::Timestamp;
use lutrin_domain::id::DeviceId;
use lutrin_domain::reviewer::Reviewer;
use lutrin_protocol::lease::LeaseTerms;
use lutrin_protocol::session::{Secret, SessionResponse, SignInRequest};
use lutrin_store::Contact;

use crate::client::Client;
use crate::error::CallError;

/// What a person gives, and the key with which this installation signs.
#[derive(Clone)]
pub struct SignIn {
    /// Login.
    pub login: String,
    /// Password.
    pub password: String,
    /// The installation.
    pub device: DeviceId,
    /// What people call the machine.
    pub device_name: String,
    /// Its Ed25519 public key.
    pub device_public_key: [u8; 32],
}

/// An open session.
pub struct Session(pub(crate) SessionResponse);

impl Session {
    /// Opens a session; first makes sure that what answers is a service of ours,
    /// so that a password is never sent to another.
    ///
    /// # Errors
    ///
    /// When the service is not there, not ours, or refuses.
    pub async fn open(client: &Client, sign_in: SignIn) -> Result<Self, CallError> {
        client.about().await?;
        let request = SignInRequest {
            login: sign_in.login,
            password: Secret(sign_in.password),
            device: sign_in.device,
            device_name: sign_in.device_name,
            device_key: sign_in
                .device_public_key
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        };
        client.sign_in(&request).await.map(Self)
    }

    /// Who signed in.
    pub fn reviewer(&self) -> &Reviewer {
        &self.0.reviewer
    }

    /// The token that gets the next session, to be kept encrypted.
    pub fn refresh_token(&self) -> &str {
        self.0.refresh_token.expose()
    }

    /// What was heard of the service's clock when this machine's showed `at`, and what it
    /// lends from then on.
    pub fn lent(&self, at: Timestamp) -> (Contact, Option<LeaseTerms>) {
        (Contact::heard(self.0.server_time, at), self.0.lease)
    }

    /// To whom the journal is sealed.
    pub fn journal_recipient(&self) -> &str {
        &self.0.journal_recipient
    }
}
