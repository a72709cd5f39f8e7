//! A machine that is shut out: what it hands in and says once nothing else is left of it.
//!
//! All of it is signed while the machine's key is still there, so that what is said later,
//! after a restart perhaps, needs no key any more.

use jiff::{SignedDuration, Timestamp};
use lutrin_domain::decision::Signature;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::DeviceId;
use lutrin_protocol::endpoint;
use lutrin_protocol::proof::{Proof, signed_bytes};
use lutrin_protocol::receipts::{CAPABILITY, ReceiptsRequest, digest_of};
pub use lutrin_protocol::receipts::{Erasure, Receipt};
use lutrin_store::Holdings;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::client::Client;
use crate::error::{Blame, CallError};

/// How long what was sealed is not sent again to a service that does not take it: it is large,
/// and only an administrator can change that.
const REFUSED_PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// What is left to say of a profile that was erased. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// The address of the service.
    pub service: String,
    /// What was erased.
    pub receipt: Receipt,
    /// Whether the service has what was sealed for it.
    pub handed_in: bool,
    /// Whether the service knows the receipt.
    pub told: bool,
    /// When the service last did not take what was sealed.
    #[serde(default)]
    refused_at: Option<Timestamp>,
    /// That the sealed work is this machine's.
    sealed: Proof,
    /// That the receipt is, written exactly so.
    body: String,
    said: Proof,
}

/// What a departure is made of.
pub struct Leaving<'a> {
    /// The address of the service.
    pub service: String,
    /// Which receipt.
    pub id: Uuid,
    /// The machine.
    pub device: DeviceId,
    /// Why.
    pub cause: Erasure,
    /// What is erased.
    pub holdings: Holdings,
    /// When, by the time the machine trusts.
    pub at: Timestamp,
    /// What is sealed for the service.
    pub work: &'a [u8],
}

impl Departure {
    /// Signs what will be said.
    pub fn new(leaving: Leaving<'_>, sign: impl Fn(&[u8]) -> [u8; 64]) -> Self {
        let Leaving { service, id, device, cause, holdings, at, work } = leaving;
        let receipt = Receipt {
            id,
            cause,
            dossiers: u32::try_from(holdings.dossiers.len()).unwrap_or(u32::MAX),
            files: holdings.files,
            decisions: holdings.decisions,
            digest: digest_of(holdings.dossiers),
            at,
        };
        let request = ReceiptsRequest { receipts: vec![receipt.clone()] };
        // A receipt has only numbers and texts that JSON takes.
        let body = serde_json::to_string(&request).unwrap_or_default();
        let proof = |path: &str, sent: &[u8]| {
            let sha256 = Digest::of(sent);
            let signature = Signature(sign(&signed_bytes(path, device, sha256)));
            Proof { device, sha256, signature }
        };
        Self {
            service,
            receipt,
            handed_in: work.is_empty(),
            told: false,
            refused_at: None,
            sealed: proof(&endpoint::journal(device), work),
            said: proof(endpoint::RECEIPTS, body.as_bytes()),
            body,
        }
    }

    /// Whether nothing is left to say.
    pub fn is_done(&self) -> bool {
        self.handed_in && self.told
    }

    /// Whether something is left to say, and may be tried now.
    pub fn is_due(&self, now: Timestamp) -> bool {
        !self.told || !self.handed_in && !self.pauses(now)
    }

    /// Whether what was sealed is not sent now because it was not taken. A clock that was set
    /// back holds up nothing.
    fn pauses(&self, now: Timestamp) -> bool {
        let pause = SignedDuration::ZERO..REFUSED_PAUSE;
        self.refused_at.is_some_and(|at| pause.contains(&now.duration_since(at)))
    }

    /// Hands in what was sealed, which is read only if it still has to be, and says what was
    /// erased, as far as the service takes it: neither waits for the other.
    ///
    /// # Errors
    ///
    /// Why not all of it was; what was is noted.
    pub async fn deliver<E: From<CallError>>(
        &mut self,
        client: &Client,
        now: Timestamp,
        work: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        // Asked first, so that what is sealed is not sent to what cannot take it.
        if !client.about().await?.capabilities.iter().any(|known| known == CAPABILITY) {
            tracing::info!("departure.unknown_to_service");
            return Ok(());
        }
        let handed_in = self.hand_in(client, now, work).await;
        let told = self.tell(client).await;
        handed_in.and(told.map_err(E::from))
    }

    async fn hand_in<E: From<CallError>>(
        &mut self,
        client: &Client,
        now: Timestamp,
        work: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        if self.handed_in || self.pauses(now) {
            return Ok(());
        }
        let taken = client.hand_in(&self.sealed, work()?).await.inspect_err(|error| {
            if error.blame() == Blame::Request {
                self.refused_at = Some(now);
            }
        })?;
        tracing::info!(applied = taken.applied, refused = taken.refused, "departure.handed_in");
        self.handed_in = true;
        Ok(())
    }

    async fn tell(&mut self, client: &Client) -> Result<(), CallError> {
        if !self.told {
            client.tell_proven_receipts(&self.said, self.body.clone().into_bytes()).await?;
            self.told = true;
        }
        Ok(())
    }
}
