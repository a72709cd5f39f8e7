//! Taking dossiers along, and giving them back.

use lutrin_domain::id::JurySessionId;
use lutrin_store::CarryChoice;
use lutrin_sync::driver::Receiving;

use super::Desk;
use crate::error::AppError;
use crate::event::AppEvent;

impl Desk {
    /// Takes the dossiers of a sitting along, with all their files.
    ///
    /// # Errors
    ///
    /// When the sitting is over since so long that its copies are erased, or the store
    /// cannot be written.
    pub async fn carry_jury(&self, jury: JurySessionId) -> Result<(), AppError> {
        self.only_if_kept(jury).await?;
        self.carry(move |choice| {
            if !choice.juries.contains(&jury) {
                choice.juries.push(jury);
            }
        })
        .await?;
        // Who asks for a sitting wants its files, whatever was stopped before.
        self.exchange.set_receiving(Receiving::Going).await?;
        Ok(())
    }

    /// Gives a sitting back: copies without unsent work leave this machine;
    /// those with it keep their files.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub async fn release_jury(&self, jury: JurySessionId) -> Result<(), AppError> {
        self.carry(move |choice| choice.juries.retain(|other| *other != jury)).await?;
        let kept: Vec<_> =
            self.store.mirrored_files().await?.into_iter().map(|file| file.sha256).collect();
        let forgotten = self.store.forget_documents_except(&kept).await?;
        self.reading.forget(&forgotten).await;
        Ok(())
    }

    async fn carry(
        &self,
        change: impl FnOnce(&mut CarryChoice) + Send + 'static,
    ) -> Result<(), AppError> {
        self.store.carry(change).await?;
        self.exchange.nudge();
        self.given.tell(AppEvent::DossiersChanged(Vec::new()));
        Ok(())
    }

    /// Stops receiving files; what is here stays.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub async fn stop_receiving(&self) -> Result<(), AppError> {
        Ok(self.exchange.set_receiving(Receiving::Stopped).await?)
    }

    /// Goes on receiving files where it was.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub async fn resume_receiving(&self) -> Result<(), AppError> {
        self.exchange.set_receiving(Receiving::Going).await?;
        self.exchange.nudge();
        Ok(())
    }
}
