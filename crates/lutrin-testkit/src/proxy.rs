//! A bad network between machines and a service: a proxy that cuts, delays, resets,
//! answers in place of the service, swallows its answers and repeats requests.
//!
//! Which fault meets which request is drawn from a seed; which request comes first is
//! the machines' affair, so a seed repeats the faults and not the instant of each.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::dice::Dice;

/// How long an answer is swallowed.
const SWALLOWED: Duration = Duration::from_secs(1);

/// What may happen to a request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The connection closes as soon as it is made.
    Dropped,
    /// The request is cut at a byte; the service sees the rest never come.
    RequestCut,
    /// The answer is cut at a byte.
    AnswerCut,
    /// The same by a reset, which takes away what was not read yet.
    AnswerReset,
    /// The service takes the request, and nothing of its answer arrives.
    AnswerSwallowed,
    /// The service takes the request twice at the same time.
    Repeated,
    /// One byte a second for a while.
    Slow,
    /// Something in between answers 500, 502, 503 or 504.
    Failing,
    /// Something in between answers 429, or 503 with when to come back.
    Busy,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 9] = [
        Self::Dropped,
        Self::RequestCut,
        Self::AnswerCut,
        Self::AnswerReset,
        Self::AnswerSwallowed,
        Self::Repeated,
        Self::Slow,
        Self::Failing,
        Self::Busy,
    ];

    /// Its name in a report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::RequestCut => "request cut",
            Self::AnswerCut => "answer cut",
            Self::AnswerReset => "answer reset",
            Self::AnswerSwallowed => "answer swallowed",
            Self::Repeated => "repeated",
            Self::Slow => "slow",
            Self::Failing => "5xx",
            Self::Busy => "429",
        }
    }
}

/// A proxy in front of a service.
pub struct FaultProxy {
    address: SocketAddr,
    weather: Arc<Weather>,
    task: JoinHandle<()>,
}

struct Weather {
    service: SocketAddr,
    /// Of how many requests in a hundred something becomes.
    drawn: Mutex<Option<(Dice, u64)>>,
    counts: Mutex<BTreeMap<Fault, u64>>,
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FaultProxy {
    /// A proxy in front of this address; the network is good.
    pub async fn before(service: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (drawn, counts) = (Mutex::default(), Mutex::default());
        let weather = Arc::new(Weather { service, drawn, counts });
        let task = tokio::spawn(listen(listener, Arc::clone(&weather)));
        Self { address, weather, task }
    }

    /// The address that machines are given.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The network is bad from now on: of so many requests in a hundred something becomes.
    pub fn ail(&self, dice: Dice, percent: u64) {
        *self.weather.drawn.lock().unwrap() = Some((dice, percent));
    }

    /// The network is good from now on, also for what is under way slowly.
    pub fn heal(&self) {
        *self.weather.drawn.lock().unwrap() = None;
    }

    /// How often each fault happened.
    pub fn counts(&self) -> BTreeMap<Fault, u64> {
        self.weather.counts.lock().unwrap().clone()
    }
}

async fn listen(listener: TcpListener, weather: Arc<Weather>) {
    // They end with the proxy.
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let weather = Arc::clone(&weather);
        connections.spawn(async move {
            // Either side may go away at any time.
            let _ = carry(client, &weather).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// A fault with the numbers that go with it.
struct Drawn {
    fault: Fault,
    dice: Dice,
}

impl Weather {
    fn draw(&self) -> Option<Drawn> {
        let mut drawn = self.drawn.lock().unwrap();
        let (dice, percent) = drawn.as_mut()?;
        if !dice.chance(*percent) {
            return None;
        }
        let fault = *dice.pick(&Fault::ALL);
        let dice = Dice::of(dice.number(), 0);
        *self.counts.lock().unwrap().entry(fault).or_default() += 1;
        Some(Drawn { fault, dice })
    }

    fn is_good(&self) -> bool {
        self.drawn.lock().unwrap().is_none()
    }
}

/// One request and its answer; the connection ends with it.
async fn carry(mut client: TcpStream, weather: &Weather) -> io::Result<()> {
    let drawn = weather.draw();
    if drawn.as_ref().is_some_and(|drawn| drawn.fault == Fault::Dropped) {
        return Ok(());
    }
    let Some(request) = read_request(&mut client).await? else { return Ok(()) };
    let Some(Drawn { fault, mut dice }) = drawn else {
        let mut service = sent(weather, &request).await?;
        return relay(&mut service, &mut client, u64::MAX).await;
    };
    match fault {
        Fault::Dropped => Ok(()),
        Fault::RequestCut => {
            let cut = dice.index(request.len());
            let mut service = TcpStream::connect(weather.service).await?;
            service.write_all(&request[..cut]).await?;
            service.shutdown().await
        }
        Fault::AnswerCut | Fault::AnswerReset => {
            // Most answers are short; some cuts fall into long ones.
            let most = if dice.chance(50) { 400 } else { 300_000 };
            let mut service = sent(weather, &request).await?;
            let relayed = relay(&mut service, &mut client, dice.below(most)).await;
            if fault == Fault::AnswerReset {
                client.set_zero_linger()?;
            }
            relayed
        }
        Fault::AnswerSwallowed => {
            let mut service = sent(weather, &request).await?;
            swallow(&mut service).await
        }
        Fault::Repeated => {
            let (mut first, mut second) =
                (sent(weather, &request).await?, sent(weather, &request).await?);
            if dice.chance(50) {
                swallow(&mut first).await?;
            }
            relay(&mut second, &mut client, u64::MAX).await
        }
        Fault::Slow => {
            let mut service = sent(weather, &request).await?;
            trickle(&mut service, &mut client, weather, 1 + dice.below(2)).await?;
            relay(&mut service, &mut client, u64::MAX).await
        }
        Fault::Failing => {
            let status = *dice.pick(&[500, 502, 503, 504]);
            client.write_all(answer(status, None).as_bytes()).await?;
            client.shutdown().await
        }
        Fault::Busy => {
            let status = *dice.pick(&[429, 503]);
            let retry_after = dice.chance(50).then(|| 1 + dice.below(2));
            client.write_all(answer(status, retry_after).as_bytes()).await?;
            client.shutdown().await
        }
    }
}

/// The answer of something in between; no problem of the service's own.
fn answer(status: u16, retry_after: Option<u64>) -> String {
    let retry_after = retry_after.map(|after| format!("retry-after: {after}\r\n"));
    let retry_after = retry_after.unwrap_or_default();
    format!("HTTP/1.1 {status} x\r\n{retry_after}content-length: 0\r\nconnection: close\r\n\r\n")
}

/// Sends a request on a connection of its own, which the service closes after its answer.
async fn sent(weather: &Weather, request: &[u8]) -> io::Result<TcpStream> {
    let mut service = TcpStream::connect(weather.service).await?;
    service.write_all(request).await?;
    Ok(service)
}

/// Reads one request whole, and asks in it for the connection to be closed.
///
/// # Errors
///
/// When the connection breaks.
pub async fn read_request(client: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 2;
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
    while bytes.len() < head_end + 2 + length {
        if client.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
    let close = b"connection: close\r\n".iter().copied();
    bytes.splice(head_end..head_end, close);
    Ok(Some(bytes))
}

/// Relays an answer up to so many bytes, as fast as it comes. A stream without end ends
/// where the client goes away.
///
/// # Errors
///
/// When either connection breaks.
pub async fn relay(service: &mut TcpStream, client: &mut TcpStream, most: u64) -> io::Result<()> {
    let mut left = most;
    let mut buffer = vec![0; 64 * 1024];
    while left > 0 {
        let mut said = [0; 1];
        let count = tokio::select! {
            count = service.read(&mut buffer) => count?,
            // A client says nothing more; one that closes wants nothing more.
            _ = client.peek(&mut said) => return Ok(()),
        };
        if count == 0 {
            break;
        }
        let count = count.min(usize::try_from(left).unwrap_or(usize::MAX));
        client.write_all(&buffer[..count]).await?;
        left -= count as u64;
    }
    Ok(())
}

/// Relays so many bytes, one a second; the rest at once when the network is good again.
async fn trickle(
    service: &mut TcpStream,
    client: &mut TcpStream,
    weather: &Weather,
    count: u64,
) -> io::Result<()> {
    for _ in 0..count {
        let mut byte = [0; 1];
        if service.read(&mut byte).await? == 0 {
            return Ok(());
        }
        client.write_all(&byte).await?;
        for _ in 0..20 {
            if weather.is_good() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(())
}

/// Lets the service answer to nobody; a stream without end only begins to.
async fn swallow(service: &mut TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    let all = async {
        while service.read(&mut buffer).await? > 0 {}
        Ok(())
    };
    tokio::time::timeout(SWALLOWED, all).await.unwrap_or(Ok(()))
}
