//! Opinions being written: saved at each pause, sealed into the journal shortly after.

use std::sync::Arc;
use std::time::Duration;

use lutrin_domain::assessment::Level;
use lutrin_domain::id::DossierId;
use lutrin_store::Store;

use super::Desk;
use crate::error::{AppError, ErrorCode};
use crate::view::{DraftView, ReviewView};

/// How long after a draft was saved it is sealed into the journal.
const SEALED_AFTER: Duration = Duration::from_secs(10);
/// The longest draft in bytes: four times the longest opinion.
const DRAFT_LIMIT: usize = 320 * 1024;

impl Desk {
    /// Saves what is being written; gives when it was saved.
    ///
    /// # Errors
    ///
    /// When it is longer than any opinion, or the disk refuses.
    pub async fn save_draft(
        &self,
        dossier: DossierId,
        level: Level,
        draft: DraftView,
    ) -> Result<String, AppError> {
        let text = serde_json::to_string(&DraftView { saved_at: None, ..draft })
            .map_err(|_| AppError::new(ErrorCode::Internal))?;
        if text.len() > DRAFT_LIMIT {
            return Err(AppError::new(ErrorCode::InvalidRequest));
        }
        let now = (self.given.now)();
        self.store.save_draft(dossier, draft_key(level), &text, now).await?;
        self.seal_shortly(dossier, draft_key(level)).await;
        Ok(now.to_string())
    }

    /// Seals a draft once, however often it is saved until then.
    async fn seal_shortly(&self, dossier: DossierId, key: &'static str) {
        if !self.sealing.lock().await.insert((dossier, key.to_owned())) {
            return;
        }
        let (store, sealing) = (self.store.clone(), Arc::clone(&self.sealing));
        tokio::spawn(async move {
            tokio::time::sleep(SEALED_AFTER).await;
            if sealing.lock().await.remove(&(dossier, key.to_owned())) {
                seal(&store, dossier, key).await;
            }
        });
    }

    /// Seals the drafts that wait for it.
    pub(crate) async fn seal_now(&self) {
        for (dossier, key) in std::mem::take(&mut *self.sealing.lock().await) {
            seal(&self.store, dossier, &key).await;
        }
    }

    /// Adds what this reviewer is writing to what is shown.
    pub(super) async fn add_drafts(
        &self,
        dossier: DossierId,
        review: &mut ReviewView,
    ) -> Result<(), AppError> {
        for draft in self.store.drafts_of(dossier).await? {
            let Ok(mut view) = serde_json::from_str::<DraftView>(&draft.text) else { continue };
            view.saved_at = Some(draft.saved_at.to_string());
            for (level, shown) in
                [(Level::Local, &mut review.local), (Level::National, &mut review.national)]
            {
                if draft.key == draft_key(level) {
                    shown.draft = Some(view.clone());
                }
            }
        }
        Ok(())
    }
}

async fn seal(store: &Store, dossier: DossierId, key: &str) {
    if let Err(error) = store.seal_draft(dossier, key).await {
        tracing::warn!(error = %error, "draft.not_sealed");
    }
}

/// The key under which the draft of a level is kept.
pub(super) fn draft_key(level: Level) -> &'static str {
    match level {
        Level::Local => "review/local",
        Level::National => "review/national",
    }
}
