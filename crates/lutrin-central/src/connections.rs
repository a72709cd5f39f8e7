//! Connections: how many, and how long one may take to say what it wants.
//!
//! `axum::serve` gives hyper no timer, so that whoever opens connections and says
//! nothing would fill the service. HTTP/1 only: TLS, and with it HTTP/2, is the
//! work of a proxy in front, and telling the two apart waits for bytes without end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::JoinSet;

/// How long to wait when the system gives no more connections.
const OUT_OF_FILES: Duration = Duration::from_secs(1);

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// How many at the same time; others wait to be let in.
    pub at_once: usize,
    /// How long the head of a request may take, and a connection be idle.
    pub head: Duration,
}

impl Default for ConnectionLimits {
    /// Below the usual 1,024 open files of a process. Half a minute is longer than
    /// any head takes, and shorter than what lies between two polls.
    fn default() -> Self {
        Self { at_once: 900, head: Duration::from_secs(30) }
    }
}

/// Serves until told to stop, then finishes the requests in flight. Dropping it
/// cuts off every connection.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    mut stopped: oneshot::Receiver<()>,
) {
    let room = Arc::new(Semaphore::new(limits.at_once));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            // A sender that is gone asks to stop as well.
            _ = &mut stopped => break,
            // Those that ended are forgotten.
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &room) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let service = of_peer(router.clone(), peer);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            // What a client breaks off is its own affair.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Answers are written at once; not waiting for more is only a help.
            let _ = stream.set_nodelay(true);
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection was not accepted");
            tokio::time::sleep(OUT_OF_FILES).await;
            None
        }
    }
}

/// The service as a peer sees it: handlers learn its address.
fn of_peer(
    router: Router,
    peer: SocketAddr,
) -> impl Service<
    Request<Incoming>,
    Response = Response,
    Error = Infallible,
    Future = impl Future<Output = Result<Response, Infallible>> + Send + 'static,
> + Send
+ Clone {
    let service = TowerToHyperService::new(router);
    service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        service.call(request)
    })
}
