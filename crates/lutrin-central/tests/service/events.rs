//! Nudges: who hears what, and when a stream ends.

use std::time::Duration;

use lutrin_central::deposit::deposit_bytes;
use lutrin_domain::id::SlotKey;
use lutrin_protocol::about::About;
use lutrin_protocol::endpoint;
use lutrin_protocol::events::{CAPABILITY, Changed};
use reqwest::{Method, Response};

use crate::support::*;

/// Longer than the service waits before it looks at the feed by itself.
const SOON: Duration = Duration::from_secs(5);

struct Stream(Response, String);

impl Stream {
    async fn open(device: &Device<'_>, since: Option<u64>) -> Self {
        let mut request = device.request(Method::GET, endpoint::EVENTS);
        if let Some(since) = since {
            request = request.header("last-event-id", since);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self(response, String::new())
    }

    /// The next block, comments included; nothing at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.1.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.1 = rest;
                return Some(block);
            }
            let bytes = tokio::time::timeout(SOON, self.0.chunk()).await.ok()?.unwrap()?;
            self.1.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    async fn changed(&mut self) -> u64 {
        let block = self.block().await.unwrap();
        assert!(block.contains("event: changed"), "{block}");
        let data = block.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        let Changed { position } = serde_json::from_str(data).unwrap();
        assert!(block.lines().any(|line| line == format!("id: {position}")), "{block}");
        assert_eq!(block.lines().count(), 3, "nothing else: {block}");
        position
    }

    async fn is_at_its_end(&mut self) -> bool {
        matches!(tokio::time::timeout(SOON, self.0.chunk()).await, Ok(Ok(None) | Err(_)))
    }
}

#[tokio::test]
async fn what_changes_is_heard_also_from_another_process() {
    let world = World::start().await;
    let about: About = serde_json::from_value(world.get_json(endpoint::ABOUT).await).unwrap();
    assert!(about.capabilities.iter().any(|capability| capability == CAPABILITY));
    let dossier = world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    let other = world.device("nadia").await;
    let mut stream = Stream::open(&nadia, None).await;
    assert_eq!(stream.changed().await, 1, "without a position one is told where the feed is");
    other.push(&[other.accept(&dossier, SLOT)]).await;
    assert_eq!(stream.changed().await, 2);
    let data = world.other_data().await;
    let slot = SlotKey::new("cv");
    deposit_bytes(&data, dossier.id, &slot, "cv 2.pdf", "v2".into()).await.unwrap();
    assert_eq!(stream.changed().await, 3);
}

#[tokio::test]
async fn what_was_missed_before_listening_is_told_at_once() {
    let world = World::start().await;
    world.dossier("A", "BES").await;
    let nadia = world.device("nadia").await;
    assert_eq!(Stream::open(&nadia, Some(0)).await.changed().await, 1);
    let mut up_to_date = Stream::open(&nadia, Some(1)).await;
    assert_eq!(up_to_date.block().await.unwrap().trim(), ":", "a sign of life only");
}

#[tokio::test]
async fn a_centre_is_not_woken_for_the_dossiers_of_others() {
    let world = World::start().await;
    let paul = world.device("paul").await;
    let mut stream = Stream::open(&paul, Some(0)).await;
    assert_eq!(stream.block().await.unwrap().trim(), ":");
    world.dossier("L", "LYO").await;
    world.dossier("B", "BES").await;
    assert_eq!(stream.changed().await, 2);
}

#[tokio::test]
async fn a_stream_ends_when_the_same_machine_listens_anew() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let mut old = Stream::open(&nadia, Some(0)).await;
    assert_eq!(old.block().await.unwrap().trim(), ":");
    let mut new = Stream::open(&nadia, Some(0)).await;
    assert!(old.is_at_its_end().await);
    assert_eq!(new.block().await.unwrap().trim(), ":");
}

#[tokio::test]
async fn a_stream_tells_nothing_once_the_session_has_ended() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let mut stream = Stream::open(&nadia, Some(0)).await;
    assert_eq!(stream.block().await.unwrap().trim(), ":");
    nadia.request(Method::DELETE, endpoint::CURRENT_SESSION).send().await.unwrap();
    world.dossier("A", "BES").await;
    assert!(stream.is_at_its_end().await);
}

#[tokio::test]
async fn streams_do_not_keep_the_service_from_stopping() {
    let world = World::start().await;
    let nadia = world.device("nadia").await;
    let mut stream = Stream::open(&nadia, Some(0)).await;
    assert_eq!(stream.block().await.unwrap().trim(), ":");
    let World { running, folder: _kept, .. } = world;
    tokio::time::timeout(SOON, running.stop()).await.unwrap().unwrap();
    assert!(stream.is_at_its_end().await);
}
