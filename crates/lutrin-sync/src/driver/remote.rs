//! The service over the network, in the name of who is signed in.

use lutrin_domain::digest::Digest;
use lutrin_domain::id::DossierId;
use lutrin_protocol::changes::{CompareRequest, Snapshot};
use lutrin_protocol::cursor::Cursor;
use lutrin_protocol::juries::{CarryRequest, JuriesResponse};
use lutrin_protocol::push::{PushRequest, PushResponse};
use lutrin_protocol::receipts::ReceiptsRequest;

use super::Shared;
use crate::ports::{Answer, Remote};
use crate::reading::ReadChanges;

impl Remote for Shared {
    async fn ready(&self) -> Answer<()> {
        self.tokens.access(&self.store, &self.client, self.signals.now()).await.map(drop)
    }

    async fn push(&self, request: &PushRequest) -> Answer<PushResponse> {
        self.call(|client, token| async move { client.push(&token, request).await }).await
    }

    async fn put_carried(&self, carry: &CarryRequest) -> Answer<()> {
        self.call(|client, token| async move { client.put_carried(&token, carry).await })
            .await
            .map(drop)
    }

    async fn changes(&self, cursor: Option<Cursor>) -> Answer<Option<ReadChanges>> {
        self.call(|client, token| async move { client.changes(&token, cursor).await }).await
    }

    async fn compare(&self, request: &CompareRequest) -> Answer<Option<ReadChanges>> {
        self.call(|client, token| async move { client.compare(&token, request).await }).await
    }

    async fn juries(&self) -> Answer<JuriesResponse> {
        self.call(|client, token| async move { client.juries(&token).await }).await
    }

    async fn dossier(&self, id: DossierId) -> Answer<Option<Snapshot>> {
        self.call(|client, token| async move { client.dossier(&token, id).await }).await
    }

    async fn tell_receipts(&self, request: &ReceiptsRequest) -> Answer<()> {
        self.call(|client, token| async move { client.tell_receipts(&token, request).await }).await
    }

    async fn catalogue(&self, hash: Digest) -> Answer<Option<String>> {
        self.call(|client, token| async move { client.catalogue(&token, hash).await }).await
    }
}
