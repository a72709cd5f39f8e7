//! What leaves when this copy may not be kept.

use std::path::Path;

use ed25519_dalek::Signer as _;
use lutrin_store::{Holdings, Profile};
use lutrin_sync::departure::{Departure, Erasure, Leaving};

use super::Desk;
use crate::departures::Departed;
use crate::error::{AppError, ErrorCode};
use crate::profiles::KnownProfile;

impl Desk {
    /// Stops everything, closes the files, and gives what is kept of the profile: what is
    /// signed for the service while the key is there, and what was sealed. The files are
    /// closed whatever becomes of it.
    pub(crate) async fn prepare_departure(
        &self,
        cause: Erasure,
        known: &KnownProfile,
        root: &Path,
    ) -> Result<(Departed, Vec<u8>), AppError> {
        self.exchange.stop();
        self.indexer.stop();
        self.seal_now().await;
        self.reading.forget_all().await;
        let held = self.held().await;
        let at = self.store.trusted_time((self.given.now)());
        self.store.close().await;
        let Held { profile, holdings, unsent, drafts } = held?;
        let folder = known.path(root);
        let work = tokio::task::spawn_blocking(move || lutrin_store::sealed_work(&folder));
        let work = work.await.map_err(|_| AppError::new(ErrorCode::Internal))??;
        let leaving = Leaving {
            service: profile.service,
            id: (self.given.next_id)(),
            device: profile.device,
            cause,
            holdings,
            at,
            work: &work,
        };
        let departed = Departed {
            departure: Departure::new(leaving, |bytes| self.signing_key.sign(bytes).to_bytes()),
            unsent,
            drafts,
            folder: Some(known.folder.clone()),
            guard: known.guard,
            seen: false,
        };
        Ok((departed, work))
    }

    async fn held(&self) -> Result<Held, AppError> {
        Ok(Held {
            profile: self.profile().await?,
            holdings: self.store.holdings().await?,
            unsent: self.unsent().await?,
            drafts: self.drafts().await?,
        })
    }
}

/// What is here when it must go.
struct Held {
    profile: Profile,
    holdings: Holdings,
    unsent: u32,
    drafts: u32,
}
