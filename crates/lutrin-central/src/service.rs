//! The running service: how it starts, what handlers share, how it stops.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

use crate::central::Central;
use crate::connections::{ConnectionLimits, serve};
use crate::data::{Data, OpenDataError};
use crate::db::Lending;
use crate::journal::When;
use crate::news::{LISTENERS, News};
use crate::reads::Reads;
use crate::router::router;
use crate::sign_in::{Doorkeeper, PasswordError, SignInLimits};
use crate::sources::Sources;

/// How many requests are worked on at the same time.
const ROOM: usize = 256;
/// How long requests in flight may take once the service stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// How often the feed is looked at, and marks are left outside the database.
const LOOK_PERIOD: Duration = Duration::from_secs(1);

/// How the service runs.
#[derive(Clone)]
pub struct Settings {
    /// The folder of everything it keeps.
    pub data: PathBuf,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How often one may try to sign in.
    pub sign_in: SignInLimits,
    /// What connections may take.
    pub connections: ConnectionLimits,
    /// After how many days a copy is locked that does not hear the service; as it was
    /// told last without.
    pub lease_days: Option<u16>,
    /// How many days after a sitting its copies are erased; as it was told last without.
    pub retention_days: Option<u16>,
    /// Time, identifiers and randomness.
    pub sources: Sources,
}

impl Settings {
    /// A free port of the loopback address, the machine's clock, usual limits.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            sign_in: SignInLimits::default(),
            connections: ConnectionLimits::default(),
            lease_days: None,
            retention_days: None,
            sources: Sources::system(),
        }
    }
}

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be opened.
    #[error(transparent)]
    Data(#[from] OpenDataError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// Starts services.
pub struct Service;

/// A service that runs. Dropping it stops it at once; [`Running::stop`] lets it
/// finish what it began.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What it keeps, on the service's own connection.
    pub data: Data,
    stop: Option<oneshot::Sender<()>>,
    news: Arc<News>,
    reads: Arc<Reads>,
    serving: JoinHandle<()>,
    watching: JoinHandle<()>,
}

impl Service {
    /// Opens the data and listens.
    ///
    /// # Errors
    ///
    /// When the data cannot be opened or the address is taken.
    pub async fn start(settings: Settings) -> Result<Running, StartError> {
        let data = Data::open(&settings.data, settings.sources.clone()).await?;
        set_lending(&data, &settings).await?;
        let address = settings.listen;
        let refused = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        let news = News::new(LISTENERS);
        let reads = Arc::<Reads>::default();
        let central = Central {
            door: Arc::new(Doorkeeper::new(&settings.sign_in, &settings.sources)?),
            room: Arc::new(Semaphore::new(ROOM)),
            importing: Arc::default(),
            reads: reads.clone(),
            news: news.clone(),
            data: data.clone(),
        };
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, router(central), settings.connections, stopped));
        let watching = tokio::spawn(watch_feed(data.clone(), news.clone(), reads.clone()));
        tracing::info!(address = %addr, "listening");
        Ok(Running { addr, data, stop: Some(stop), news, reads, serving, watching })
    }
}

/// Keeps how long the service lends, where it is told something else than before.
async fn set_lending(data: &Data, settings: &Settings) -> Result<(), OpenDataError> {
    let known = data.db.state().await?.lending;
    let told = Lending {
        lease_days: settings.lease_days.unwrap_or(known.lease_days),
        retention_days: settings.retention_days.unwrap_or(known.retention_days),
    };
    if told != known {
        data.db.set_lending(told, &data.command_trace()).await?;
    }
    Ok(())
}

/// Each second: tells listeners how far the feed is, also by commands of other
/// processes, enters what was read, and leaves marks outside the database.
async fn watch_feed(data: Data, news: Arc<News>, reads: Arc<Reads>) {
    let mut marks = tokio::time::interval(LOOK_PERIOD);
    loop {
        let due = tokio::select! {
            _ = marks.tick() => true,
            () = news.worth_looking() => false,
        };
        match data.db.state().await {
            Ok(state) => news.tell(&state),
            Err(error) => tracing::warn!(error = &error as &dyn Error, "the feed cannot be read"),
        }
        if due && let Err(error) = reads.write(data.db.as_ref()).await {
            tracing::warn!(error = &error as &dyn Error, "reads wait to be entered");
        }
        if due && let Err(error) = data.leave_marks(When::Due).await {
            tracing::warn!(error = &error as &dyn Error, "no marks were left");
        }
    }
}

impl Running {
    /// The address as clients write it.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Takes no more requests, finishes those in flight, and stops.
    ///
    /// # Errors
    ///
    /// When serving had failed.
    pub async fn stop(mut self) -> std::io::Result<()> {
        if let Some(stop) = self.stop.take() {
            // It may have stopped by itself.
            let _ = stop.send(());
        }
        // Streams of events have no end of their own.
        self.news.stop();
        let served = tokio::time::timeout(STOP_TIMEOUT, &mut self.serving).await;
        self.watching.abort();
        // Only one may write reads at a time.
        let _ = (&mut self.watching).await;
        if let Err(error) = self.reads.write(self.data.db.as_ref()).await {
            tracing::error!(error = &error as &dyn Error, "reads were not entered");
        }
        self.data.close().await;
        match served {
            Ok(served) => served.map_err(std::io::Error::other),
            Err(_) => {
                tracing::warn!("requests in flight were cut off");
                Ok(())
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.serving.abort();
        self.watching.abort();
    }
}
