//! Who listens to the feed, and how they hear that it moved.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lutrin_domain::id::DeviceId;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot, watch};

use crate::db::ServiceState;

/// The most machines that listen at the same time; others ask now and then. Each
/// has a connection, and others must find one: see [`crate::connections`].
pub const LISTENERS: usize = 500;

/// How far the service is, as listeners are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The head of the feed.
    pub position: u64,
    /// Raised when sittings, carried dossiers or scopes change.
    pub juries_rev: u32,
    /// Whether the service is about to stop.
    pub stopping: bool,
}

/// Tells listeners that the feed moved.
pub struct News {
    heard: watch::Sender<Heard>,
    look: Notify,
    room: Arc<Semaphore>,
    /// The newest stream of each machine: its number, and what ends it when dropped.
    streams: Mutex<HashMap<DeviceId, (u64, oneshot::Sender<()>)>>,
}

/// A place among those who listen, given back when dropped.
pub struct Place {
    news: Arc<News>,
    device: DeviceId,
    number: u64,
    _room: OwnedSemaphorePermit,
    /// Resolves when the same machine listens anew: a connection that broke
    /// unseen must not keep the next one out.
    pub replaced: oneshot::Receiver<()>,
    /// What is heard.
    pub heard: watch::Receiver<Heard>,
}

impl News {
    /// Nobody listens yet; so many may.
    pub fn new(listeners: usize) -> Arc<Self> {
        Arc::new(Self {
            heard: watch::Sender::new(Heard::default()),
            look: Notify::new(),
            room: Arc::new(Semaphore::new(listeners)),
            streams: Mutex::default(),
        })
    }

    /// Something was written here: it is worth looking at the feed at once.
    pub fn look(&self) {
        self.look.notify_one();
    }

    /// Waits until it is worth looking at the feed.
    pub async fn worth_looking(&self) {
        self.look.notified().await;
    }

    /// Tells how far the service is; wakes nobody when that is known.
    pub fn tell(&self, state: &ServiceState) {
        let (position, juries_rev) = (state.position, state.juries_rev);
        self.heard.send_if_modified(|heard| {
            let new = Heard { position, juries_rev, ..*heard };
            std::mem::replace(heard, new) != new
        });
    }

    /// Tells that the service is about to stop.
    pub fn stop(&self) {
        self.heard.send_modify(|heard| heard.stopping = true);
    }

    /// A place for a machine, if there is room; it takes that of its older stream.
    pub fn listen(self: &Arc<Self>, device: DeviceId) -> Option<Place> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let room = self.room.clone().try_acquire_owned().ok()?;
        let (replaces, replaced) = oneshot::channel();
        let number = streams.get(&device).map_or(0, |(number, _)| number + 1);
        streams.insert(device, (number, replaces));
        let heard = self.heard.subscribe();
        Some(Place { news: self.clone(), device, number, _room: room, replaced, heard })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut streams = self.news.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if streams.get(&self.device).is_some_and(|(number, _)| *number == self.number) {
            streams.remove(&self.device);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::db::Lending;

    fn device(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    fn state(position: u64) -> ServiceState {
        ServiceState {
            epoch: Uuid::nil(),
            position,
            juries_rev: 1,
            backup_watermark: 0,
            lending: Lending::default(),
        }
    }

    #[tokio::test]
    async fn only_what_is_new_is_heard() {
        let news = News::new(1);
        let mut place = news.listen(device(1)).unwrap();
        news.tell(&state(3));
        place.heard.changed().await.unwrap();
        assert_eq!(place.heard.borrow_and_update().position, 3);
        news.tell(&state(3));
        assert!(!place.heard.has_changed().unwrap());
        news.stop();
        assert!(place.heard.borrow_and_update().stopping);
        news.tell(&state(4));
        assert!(place.heard.borrow().stopping, "stopping is not taken back");
    }

    #[tokio::test]
    async fn a_machine_that_listens_anew_ends_its_older_stream() {
        let news = News::new(2);
        let mut old = news.listen(device(1)).unwrap();
        let new = news.listen(device(1)).unwrap();
        assert!((&mut old.replaced).await.is_err());
        drop(old);
        assert!(news.streams.lock().unwrap().contains_key(&device(1)), "the newer one's place");
        drop(new);
        assert!(news.streams.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn there_is_room_for_so_many() {
        let news = News::new(2);
        let first = news.listen(device(1)).unwrap();
        let _second = news.listen(device(2)).unwrap();
        assert!(news.listen(device(3)).is_none());
        drop(first);
        assert!(news.listen(device(3)).is_some());
    }
}
