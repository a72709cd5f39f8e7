//! A service that answers what a test says, on a port of its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use lutrin_protocol::problem::{Problem, ProblemCode};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method and path with its query, such as `GET /v1/changes`.
    pub what: String,
    /// The body, if it is JSON.
    pub body: Value,
}

/// What is answered.
pub enum Reply {
    /// This, and the connection is closed.
    Json(Value),
    /// A problem of the service's own.
    Problem(ProblemCode),
    /// These bytes, of which more were announced by this many.
    Bytes(Vec<u8>, usize),
    /// An event stream that says this and stays open.
    Events(String),
}

type Answer = dyn Fn(&Asked) -> Reply + Send + Sync;

/// The service; it ends with the test.
pub struct Scripted {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Scripted {
    pub async fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (answer, heard): (Arc<Answer>, _) = (Arc::new(answer), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, heard) = (Arc::clone(&answer), Arc::clone(&heard));
                tokio::spawn(async move {
                    // A client may go away at any time.
                    let _ = serve(stream, &*answer, &heard).await;
                });
            }
        });
        Self { address, asked, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked so far that begins so.
    pub fn asked(&self, what: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|asked| asked.what.starts_with(what)).cloned().collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &Answer,
    heard: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_lowercase();
    let length = head.split("content-length:").nth(1).and_then(|rest| rest.lines().next());
    let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
    while bytes.len() < head_end + length {
        stream.read_buf(&mut bytes).await?;
    }
    let line = String::from_utf8_lossy(&bytes[..head_end]).lines().next().unwrap().to_owned();
    let what = line.trim_end_matches(" HTTP/1.1").to_owned();
    let body = serde_json::from_slice(&bytes[head_end..]).unwrap_or_default();
    let asked = Asked { what, body };
    heard.lock().unwrap().push(asked.clone());
    let (status, content, body, lacking) = match answer(&asked) {
        Reply::Json(value) => (200, "application/json", value.to_string().into_bytes(), 0),
        Reply::Problem(code) => {
            let body = serde_json::to_vec(&Problem::new(code.clone(), "request-7")).unwrap();
            (code.status(), "application/problem+json", body, 0)
        }
        Reply::Bytes(bytes, lacking) => (200, "application/octet-stream", bytes, lacking),
        Reply::Events(text) => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
            stream.write_all(format!("{head}{text}").as_bytes()).await?;
            std::future::pending::<()>().await;
            return Ok(());
        }
    };
    let length = body.len() + lacking;
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: {content}\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}
