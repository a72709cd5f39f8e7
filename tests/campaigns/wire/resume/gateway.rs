//! Something between a machine and the service that answers for one document.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use lutrin_domain::digest::Digest;
use lutrin_testkit::dice::Dice;
use lutrin_testkit::proxy::{read_request, relay};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// How much of endless headers is sent at most.
const ENDLESS: usize = 8 * 1024 * 1024;

/// What is answered in place of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Cut,
    CutByReset,
    /// Less than the whole, with a clean end and no length.
    EndsEarly,
    OtherRange,
    OtherTotal,
    OtherTag,
    WeakTag,
    Encoded,
    ShorterLength,
    LongerLength,
    TooManyBytes,
    OtherBytes,
    WholeAgain,
    Redirect,
    EndlessHeaders,
    NotSatisfiable,
    Missing,
}

impl Answer {
    pub const ALL: [Self; 17] = [
        Self::Cut,
        Self::CutByReset,
        Self::EndsEarly,
        Self::OtherRange,
        Self::OtherTotal,
        Self::OtherTag,
        Self::WeakTag,
        Self::Encoded,
        Self::ShorterLength,
        Self::LongerLength,
        Self::TooManyBytes,
        Self::OtherBytes,
        Self::WholeAgain,
        Self::Redirect,
        Self::EndlessHeaders,
        Self::NotSatisfiable,
        Self::Missing,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::CutByReset => "cut by a reset",
            Self::EndsEarly => "ended early",
            Self::OtherRange => "other range",
            Self::OtherTotal => "other total",
            Self::OtherTag => "other tag",
            Self::WeakTag => "weak tag",
            Self::Encoded => "encoded",
            Self::ShorterLength => "shorter length",
            Self::LongerLength => "longer length",
            Self::TooManyBytes => "too many bytes",
            Self::OtherBytes => "other bytes",
            Self::WholeAgain => "200 for 206",
            Self::Redirect => "redirect",
            Self::EndlessHeaders => "endless headers",
            Self::NotSatisfiable => "416",
            Self::Missing => "404",
        }
    }

    /// Whether it gives again what had come, or makes worthless what was given: a reset
    /// takes away what was not read yet.
    pub fn makes_it_come_again(self) -> bool {
        matches!(self, Self::OtherBytes | Self::TooManyBytes | Self::WholeAgain | Self::CutByReset)
    }
}

/// What is answered for the document, once, and what was given of it.
#[derive(Default)]
struct Script {
    path: String,
    bytes: Vec<u8>,
    next: Option<(Answer, Dice)>,
    /// Asked for again before a new answer is set, the document is not there yet.
    answers_well: bool,
    answered: bool,
    given: u64,
}

/// The gateway.
pub struct Gateway {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
    task: JoinHandle<()>,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Gateway {
    pub async fn before(service: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script: Arc<Mutex<Script>> = Arc::default();
        let shared = Arc::clone(&script);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let script = Arc::clone(&shared);
                connections.spawn(async move {
                    // Either side may go away at any time.
                    let _ = serve(client, service, &script).await;
                });
            }
        });
        Self { address, script, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next request for the document is answered so.
    pub fn answer(&self, sha256: Digest, bytes: &[u8], answer: Answer, dice: Dice) {
        let mut script = self.script.lock().unwrap();
        let path = format!("/v1/documents/{sha256}");
        if script.path != path {
            *script = Script { path, bytes: bytes.to_vec(), ..Script::default() };
        }
        script.next = Some((answer, dice));
        script.answered = false;
    }

    /// The document is answered as the service should.
    pub fn answer_well(&self, sha256: Digest) {
        let mut script = self.script.lock().unwrap();
        assert!(script.path.ends_with(&sha256.to_string()));
        script.answers_well = true;
    }

    /// Whether the answer was given to its end.
    pub fn has_answered(&self) -> bool {
        self.script.lock().unwrap().answered
    }

    /// How many bytes of the document were given that a machine can use.
    pub fn given(&self) -> u64 {
        self.script.lock().unwrap().given
    }
}

async fn serve(
    mut client: TcpStream,
    service: SocketAddr,
    script: &Mutex<Script>,
) -> io::Result<()> {
    let Some(request) = read_request(&mut client).await? else { return Ok(()) };
    let text = String::from_utf8_lossy(&request).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default();
    let found = {
        let mut script = script.lock().unwrap();
        let is_it = !script.path.is_empty() && path == script.path;
        is_it.then(|| (script.next.take(), script.answers_well, script.bytes.clone()))
    };
    let Some((next, answers_well, bytes)) = found else {
        let mut upstream = TcpStream::connect(service).await?;
        upstream.write_all(&request).await?;
        return relay(&mut upstream, &mut client, u64::MAX).await;
    };
    let range = text.to_ascii_lowercase();
    let range = range.lines().find_map(|line| line.strip_prefix("range: bytes="));
    let from = range.and_then(|range| range.trim_end_matches('-').parse().ok()).unwrap_or(0);
    let document = Document { script, bytes: &bytes, from };
    let outcome = match next {
        Some((answer, dice)) => {
            let outcome = document.ill(&mut client, answer, dice).await;
            if answer == Answer::CutByReset {
                client.set_zero_linger()?;
                drop(client);
            } else {
                read_to_its_end(&mut client).await;
            }
            script.lock().unwrap().answered = true;
            return outcome;
        }
        None if answers_well => document.well(&mut client, usize::MAX).await,
        None => write(&mut client, "503 x", &["content-length: 0"], &[]).await,
    };
    let _ = client.shutdown().await;
    outcome
}

/// Waits until the machine has read what it was given, or went away before.
async fn read_to_its_end(client: &mut TcpStream) {
    if client.shutdown().await.is_ok() {
        let mut nothing = [0; 64];
        while client.read(&mut nothing).await.is_ok_and(|count| count > 0) {}
    }
}

/// The document from where it is asked for.
struct Document<'a> {
    script: &'a Mutex<Script>,
    bytes: &'a [u8],
    from: usize,
}

impl Document<'_> {
    fn tag(&self) -> String {
        format!("etag: \"{}\"", Digest::of(self.bytes))
    }

    /// The status and the range of an honest answer.
    fn honest(&self) -> (&'static str, Option<String>) {
        let size = self.bytes.len();
        match self.from {
            0 => ("200 OK", None),
            from => {
                let range = format!("content-range: bytes {from}-{}/{size}", size - 1);
                ("206 Partial Content", Some(range))
            }
        }
    }

    /// The rest as it should be, of which the connection gives so many bytes.
    async fn well(&self, client: &mut TcpStream, most: usize) -> io::Result<()> {
        let (status, range) = self.honest();
        let rest = &self.bytes[self.from..];
        let length = format!("content-length: {}", rest.len());
        let mut headers = vec![length, self.tag()];
        headers.extend(range);
        self.give(client, status, &headers, &rest[..most.min(rest.len())]).await
    }

    /// Answers, and counts what is of the document.
    async fn give(
        &self,
        client: &mut TcpStream,
        status: &str,
        headers: &[String],
        bytes: &[u8],
    ) -> io::Result<()> {
        self.script.lock().unwrap().given += bytes.len() as u64;
        self.refused(client, status, headers, bytes).await
    }

    /// Answers what a machine must not use.
    async fn refused(
        &self,
        client: &mut TcpStream,
        status: &str,
        headers: &[String],
        bytes: &[u8],
    ) -> io::Result<()> {
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        write(client, status, &headers, bytes).await
    }

    async fn ill(&self, client: &mut TcpStream, answer: Answer, mut dice: Dice) -> io::Result<()> {
        let size = self.bytes.len();
        let rest = &self.bytes[self.from..];
        let (status, range) = self.honest();
        let length = format!("content-length: {}", rest.len());
        let mut headers = vec![self.tag()];
        headers.extend(range);
        match answer {
            Answer::Cut | Answer::CutByReset => {
                self.well(client, dice.index(rest.len().max(1))).await
            }
            Answer::EndsEarly => {
                let some = &rest[..dice.index(rest.len().max(1))];
                self.give(client, status, &headers, some).await
            }
            Answer::OtherRange => {
                let first = dice.index(size);
                let range = format!("content-range: bytes {first}-{}/{size}", size - 1);
                let bytes = &self.bytes[first..];
                if first == self.from {
                    // By chance it is the range that was asked for.
                    return self.give(client, "206 x", &[self.tag(), range], bytes).await;
                }
                write(client, "206 x", &[&self.tag(), &range], bytes).await
            }
            Answer::OtherTotal => {
                let range = format!("content-range: bytes {}-{}/{}", self.from, size - 1, size + 7);
                write(client, "206 x", &[&self.tag(), &range], rest).await
            }
            Answer::OtherTag => {
                let other = dice.bytes(rest.len());
                headers[0] = format!("etag: \"{}\"", Digest::of(b"another"));
                headers.push(length);
                self.refused(client, status, &headers, &other).await
            }
            Answer::WeakTag => {
                headers[0] = format!("etag: W/\"{}\"", Digest::of(self.bytes));
                headers.push(length);
                self.give(client, status, &headers, rest).await
            }
            Answer::Encoded => {
                headers.extend([length, "content-encoding: gzip".to_owned()]);
                self.refused(client, status, &headers, &dice.bytes(rest.len())).await
            }
            Answer::ShorterLength => {
                let shorter = dice.index(rest.len().max(1));
                headers.push(format!("content-length: {shorter}"));
                self.refused(client, status, &headers, &rest[..shorter]).await
            }
            Answer::LongerLength => {
                headers.push(format!("content-length: {}", rest.len() + 5));
                self.refused(client, status, &headers, rest).await
            }
            Answer::TooManyBytes => {
                let mut more = rest.to_vec();
                more.extend(dice.bytes(1 + dice.clone().index(100_000)));
                self.give(client, status, &headers, &more).await
            }
            Answer::OtherBytes => {
                let mut other = rest.to_vec();
                let at = dice.index(other.len().max(1));
                if let Some(byte) = other.get_mut(at) {
                    *byte ^= 1;
                }
                headers.push(length);
                self.give(client, status, &headers, &other).await
            }
            Answer::WholeAgain => {
                let headers = [self.tag(), format!("content-length: {size}")];
                self.give(client, "200 OK", &headers, self.bytes).await
            }
            Answer::Redirect => {
                let headers = ["location: /v1/about", "content-length: 0"];
                write(client, "302 Found", &headers, &[]).await
            }
            Answer::EndlessHeaders => endless_headers(client).await,
            Answer::NotSatisfiable => {
                let range = format!("content-range: bytes */{size}");
                write(client, "416 x", &[&range, "content-length: 0"], &[]).await
            }
            Answer::Missing => write(client, "404 x", &["content-length: 0"], &[]).await,
        }
    }
}

async fn endless_headers(client: &mut TcpStream) -> io::Result<()> {
    client.write_all(b"HTTP/1.1 200 OK\r\n").await?;
    let line = format!("x-more: {}\r\n", "m".repeat(1_000));
    for _ in 0..ENDLESS / line.len() {
        client.write_all(line.as_bytes()).await?;
    }
    Ok(())
}

async fn write(
    client: &mut TcpStream,
    status: &str,
    headers: &[&str],
    bytes: &[u8],
) -> io::Result<()> {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let head = format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\n\r\n");
    client.write_all(head.as_bytes()).await?;
    client.write_all(bytes).await
}
