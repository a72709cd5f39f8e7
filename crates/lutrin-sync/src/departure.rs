//! A machine that is shut out: what it hands in and says once nothing else is left of it.
//!
//! All of it is signed while the machine's key is still there, so that what is said later,
//! after a restart perhaps, needs no key any more.

use jiff::Timestamp;
use lutrin_domain::decision::Signature;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::DeviceId;
use lutrin_protocol::endpoint;
use lutrin_protocol::proof::{Proof, signed_bytes};
pub use lutrin_protocol::receipts::{Erasure, Receipt};
use lutrin_protocol::receipts::{ReceiptsRequest, digest_of};
use lutrin_store::Holdings;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::client::Client;
use crate::error::CallError;

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
            sealed: proof(&endpoint::journal(device), work),
            said: proof(endpoint::RECEIPTS, body.as_bytes()),
            body,
        }
    }

    /// Whether nothing is left to say.
    pub fn is_done(&self) -> bool {
        self.handed_in && self.told
    }

    /// Hands in what was sealed, and says what was erased, as far as the service takes it.
    ///
    /// # Errors
    ///
    /// Why not all of it was; what was is noted.
    pub async fn deliver(&mut self, client: &Client, work: Vec<u8>) -> Result<(), CallError> {
        if !self.handed_in {
            let taken = client.hand_in(&self.sealed, work).await?;
            tracing::info!(applied = taken.applied, refused = taken.refused, "departure.handed_in");
            self.handed_in = true;
        }
        if !self.told {
            client.tell_proven_receipts(&self.said, self.body.clone().into_bytes()).await?;
            self.told = true;
        }
        Ok(())
    }
}
