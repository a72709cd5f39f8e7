//! Dossiers, decisions and the feed: what an exchange asks for, each a transaction.

use async_trait::async_trait;
use jiff::Timestamp;
use lutrin_domain::decision::Stamped;
use lutrin_domain::digest::Digest;
use lutrin_domain::dossier::Dossier;
use lutrin_domain::id::{DeviceId, DossierId, ReviewerId};
use lutrin_domain::jury::JurySession;
use lutrin_domain::reviewer::Scope;
use lutrin_domain::seeded::{self, Bug};
use lutrin_protocol::juries::{CarriedResponse, CarryRequest, JuryEntry};
use uuid::Uuid;

use super::*;

#[async_trait]
impl Dossiers for Sqlite {
    async fn state(&self) -> Result<ServiceState, DbError> {
        service::state(&mut *self.connection().await?).await
    }

    async fn begin_epoch(&self, epoch: Uuid, trace: &Trace) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        service::begin_epoch(&mut tx, epoch).await?;
        journal::note(&mut tx, trace, &journal::Note::done("epoch", "begun")).await?;
        Ok(tx.commit().await?)
    }

    async fn mark_backup(
        &self,
        epoch: Uuid,
        position: u64,
        trace: &Trace,
    ) -> Result<bool, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        if !copies::mark(&mut tx, epoch, position).await? {
            return Ok(false);
        }
        journal::note(&mut tx, trace, &journal::Note::done("backup", "verified")).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn add_catalogue(&self, hash: Digest, text: &str, at: Timestamp) -> Result<(), DbError> {
        catalogues::add(&mut *self.connection().await?, hash, text, at).await
    }

    async fn catalogue(&self, hash: Digest) -> Result<Option<String>, DbError> {
        catalogues::text(&mut *self.connection().await?, hash).await
    }

    async fn changes(&self, ask: &ChangesAsk) -> Result<Changes, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        let changes = feed::changes(&mut tx, ask).await?;
        if seeded::is(Bug::HeadReadApart) {
            drop(tx);
            drop(connection);
            return self.with_another_head(changes).await;
        }
        Ok(changes)
    }

    async fn compare(&self, ask: &CompareAsk) -> Result<Changes, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        compare::compare(&mut tx, ask).await
    }

    async fn has_news(&self, reviewer: ReviewerId, since: u64) -> Result<bool, DbError> {
        feed::has_news(&mut *self.connection().await?, reviewer, since).await
    }

    async fn juries(&self, scope: &Scope) -> Result<(u32, Vec<JuryEntry>), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        let rev = service::state(&mut tx).await?.juries_rev;
        Ok((rev, juries::with_dossiers(&mut tx, scope).await?))
    }

    async fn put_jury(&self, session: &JurySession, trace: &Trace) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        if juries::put(&mut tx, session).await? {
            service::raise_juries(&mut tx).await?;
            let outcome = session.id.to_string();
            journal::note(&mut tx, trace, &journal::Note::done("jury", &outcome)).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn carried(&self, device: DeviceId, scope: &Scope) -> Result<CarriedResponse, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = connection.begin().await?;
        carried::of_device(&mut tx, device, scope).await
    }

    async fn carry(
        &self,
        device: DeviceId,
        carry: &CarryRequest,
        trace: &Trace,
    ) -> Result<(), DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        carried::replace(&mut tx, device, carry).await?;
        let outcome = format!("{} juries, {} dossiers", carry.juries.len(), carry.dossiers.len());
        journal::note(&mut tx, trace, &journal::Note::done("carry", &outcome)).await?;
        Ok(tx.commit().await?)
    }

    async fn dossier(
        &self,
        id: DossierId,
        scope: &Scope,
    ) -> Result<Option<(u64, Dossier)>, DbError> {
        let found = dossiers::find(&mut *self.connection().await?, id).await?;
        Ok(found.filter(|(_, dossier)| scope.includes(&dossier.center)))
    }

    async fn catalogue_of(&self, id: DossierId) -> Result<Option<Digest>, DbError> {
        dossiers::catalogue_of(&mut *self.connection().await?, id).await
    }

    async fn take_in(&self, new: &NewDossier, trace: &Trace) -> Result<TakenIn, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let dossier = &new.dossier;
        if let Some((id, intake)) = dossiers::by_reference(&mut tx, &dossier.reference).await? {
            let same = intake == new.intake;
            return Ok(if same { TakenIn::Known(id) } else { TakenIn::ReferenceTaken });
        }
        let position = service::advance(&mut tx).await?;
        dossiers::insert(&mut tx, position, new).await?;
        documents::note(&mut tx, dossier).await?;
        if dossier.jury.is_some() {
            service::raise_juries(&mut tx).await?;
        }
        let note = journal::Note::about(dossier.id, "intake", "taken_in");
        journal::note(&mut tx, trace, &note).await?;
        tx.commit().await?;
        Ok(TakenIn::New(dossier.id))
    }

    async fn change_dossier(
        &self,
        id: DossierId,
        change: Change<'_>,
        trace: &Trace,
    ) -> Result<Changed, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let Some((_, dossier)) = dossiers::find(&mut tx, id).await? else {
            return Ok(Changed::NoDossier);
        };
        let dossier = match change(dossier) {
            Ok(dossier) => dossier,
            Err(refused) => return Ok(Changed::Refused(refused)),
        };
        let position = service::advance(&mut tx).await?;
        dossiers::update(&mut tx, position, &dossier).await?;
        documents::note(&mut tx, &dossier).await?;
        journal::note(&mut tx, trace, &journal::Note::about(id, "deposit", "changed")).await?;
        tx.commit().await?;
        Ok(Changed::At(position))
    }

    async fn withdraw(&self, id: DossierId, trace: &Trace) -> Result<Option<u64>, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let Some(position) = dossiers::remove(&mut tx, id).await? else { return Ok(None) };
        journal::note(&mut tx, trace, &journal::Note::about(id, "withdraw", "withdrawn")).await?;
        tx.commit().await?;
        Ok(Some(position))
    }

    async fn rule_on_all(
        &self,
        decisions: &[(&Stamped, Judge<'_>)],
        trace: &Trace,
    ) -> Result<Vec<Ruled>, DbError> {
        let mut connection = self.connection().await?;
        let mut tx = begin_write(&mut connection).await?;
        let mut ruled = Vec::with_capacity(decisions.len());
        for (stamped, judge) in decisions {
            let held = decisions::held(&mut tx, stamped).await?;
            ruled.push(decisions::carry_out(&mut tx, stamped, judge(held), trace).await?);
        }
        tx.commit().await?;
        Ok(ruled)
    }

    async fn decisions(&self, of: Option<DossierId>) -> Result<Vec<KeptDecision>, DbError> {
        decisions::kept(&mut *self.connection().await?, of).await
    }
}

impl Sqlite {
    /// What [`Bug::HeadReadApart`] does; whoever waits to write comes first.
    async fn with_another_head(&self, changes: Changes) -> Result<Changes, DbError> {
        let head = service::state(&mut *self.connection().await?).await?.position;
        Ok(match changes {
            Changes::Page(page) if !page.more => {
                Changes::Page(ChangesPage { position: head, ..page })
            }
            changes => changes,
        })
    }
}
