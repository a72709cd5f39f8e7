//! Figures of the exchange: `cargo bench --bench sync` prints one line
//! `sync.figure=value unit` each.
//!
//! Carrying is compared, in the same run and on the same service, with a plain
//! download of the same files to disk, as many at a time: what encryption,
//! verification and bookkeeping cost.

#![expect(clippy::unwrap_used, reason = "a measure stops where it is wrong")]

mod busy;
mod list;

/// Dossiers that are quick to take in.
#[path = "../../../../tests/campaigns/wire/dossiers.rs"]
#[expect(dead_code, reason = "the campaigns use more of it")]
mod dossiers;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use lutrin_app::view::ContactView;
use lutrin_domain::digest::Digest;
use lutrin_domain::id::DeviceId;
use lutrin_protocol::session::{Secret, SessionResponse, SignInRequest};
use lutrin_protocol::{endpoint, limits};
use lutrin_testkit::machine::{Machine, credentials};
use lutrin_testkit::papers::pdf;
use lutrin_testkit::service::{KARINE, NADIA, PASSWORD, TestService};
use lutrin_testkit::wait::until;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

const DOSSIERS: usize = 10;
const FILES: usize = 30;
/// The middle of what learners deposit: a payslip of one page weighs as much.
const FILE_BYTES: usize = 180 * 1024;
/// Times the comparison is made; the median is told.
const ROUNDS: usize = 5;
/// As many downloads at a time as the reception makes.
const PARALLEL: usize = 4;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        println!("sync.throughput_ratio={:.2} ×", throughput_ratio().await);
        println!("sync.idle_requests={} requests", idle_requests().await);
        list::measure().await;
        busy::measure().await;
    });
}

/// Throughput of carrying 300 documents over that of a plain download.
async fn throughput_ratio() -> f64 {
    let service = TestService::start().await;
    let mut digests = Vec::new();
    for dossier in 0..DOSSIERS {
        let files: Vec<_> =
            (0..FILES).map(|n| (format!("piece-{n:02}.pdf"), document(dossier, n))).collect();
        digests.extend(files.iter().map(|(_, bytes)| Digest::of(bytes)));
        let files: Vec<_> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        service.take_in(&format!("D3-2026-{dossier:06}"), &files).await;
    }
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let plain = plain_download(&service, &digests).await;
        let carried = carrying(&service).await;
        eprintln!("plain {plain:?}, carried {carried:?}");
        ratios.push(plain.as_secs_f64() / carried.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    ratios[ROUNDS / 2]
}

/// A document that does not compress, so that bytes are bytes.
pub fn document(dossier: usize, n: usize) -> Vec<u8> {
    let mut bytes = pdf(1, &format!("dossier {dossier}, piece {n}"));
    let mut state = (dossier * FILES + n) as u64 + 1;
    while bytes.len() < FILE_BYTES {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        bytes.extend(state.to_le_bytes());
    }
    bytes
}

/// From the choice to carry until every file is whole and verified.
async fn carrying(service: &TestService) -> Duration {
    let machine = Machine::new().await;
    machine.sign_in(service, NADIA).await.unwrap();
    let desk = machine.desk().await;
    until("the sittings are known", async || {
        (!desk.work_list().await.unwrap().juries.is_empty()).then_some(())
    })
    .await;
    let start = Instant::now();
    desk.carry_jury(service.jury).await.unwrap();
    until("every file is here", async || {
        let transfer = desk.exchange().await.unwrap().transfer?;
        (transfer.files_total as usize == DOSSIERS * FILES
            && transfer.files_done == transfer.files_total)
            .then_some(())
    })
    .await;
    start.elapsed()
}

/// The same files by plain requests, each to a file.
async fn plain_download(service: &TestService, digests: &[Digest]) -> Duration {
    let http = reqwest::Client::new();
    let token = sign_in(&http, service).await;
    let folder = tempfile::TempDir::new().unwrap();
    let start = Instant::now();
    stream::iter(digests)
        .for_each_concurrent(PARALLEL, async |digest| {
            let url = format!("{}{}", service.url(), endpoint::document(*digest));
            let answer = http.get(url).bearer_auth(token.expose()).send().await.unwrap();
            let bytes = answer.error_for_status().unwrap().bytes().await.unwrap();
            assert!(bytes.len() as u64 <= limits::DOCUMENT_BYTES);
            tokio::fs::write(folder.path().join(digest.to_string()), bytes).await.unwrap();
        })
        .await;
    start.elapsed()
}

async fn sign_in(http: &reqwest::Client, service: &TestService) -> Secret {
    let request = SignInRequest {
        login: KARINE.to_owned(),
        password: Secret(PASSWORD.to_owned()),
        device: DeviceId(Uuid::now_v7()),
        device_name: "mesure".to_owned(),
        // The base point of the curve: a key like any other.
        device_key: format!("58{}", "66".repeat(31)),
    };
    let answer = http.post(format!("{}{}", service.url(), endpoint::SESSIONS)).json(&request);
    let session: SessionResponse = answer.send().await.unwrap().json().await.unwrap();
    session.access_token
}

/// Requests of an exchange with nothing to send and nothing new.
async fn idle_requests() -> usize {
    let service = TestService::start().await;
    service.take_in("D3-2026-000001", &[("a.pdf", pdf(1, "a"))]).await;
    let (address, requests) = counting_proxy(service.url()).await;
    let machine = Machine::new().await;
    machine.app().sign_in(credentials(&address, NADIA, PASSWORD)).await.unwrap();
    machine.carry(&service).await;
    let desk = machine.desk().await;
    exchange_once(&desk).await;
    requests.store(0, Ordering::SeqCst);
    exchange_once(&desk).await;
    requests.load(Ordering::SeqCst)
}

/// Asks for an exchange and waits for its end.
async fn exchange_once(desk: &lutrin_app::desk::Desk) {
    let before = desk.exchange().await.unwrap().last_attempt;
    desk.sync_now();
    until("the exchange is over", async || {
        let now = desk.exchange().await.unwrap();
        (now.last_attempt != before && now.contact == ContactView::Online).then_some(())
    })
    .await;
}

/// Passes bytes on and counts the requests among them.
async fn counting_proxy(service: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let target = service.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&target).await.unwrap();
            tokio::spawn(pass_on(client, server, Arc::clone(&counted)));
        }
    });
    (address, requests)
}

async fn pass_on(client: TcpStream, server: TcpStream, requests: Arc<AtomicUsize>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
        // Every request of a client begins with one line that ends so.
        let lines = buffer[..read].windows(11).filter(|window| window == b" HTTP/1.1\r\n").count();
        requests.fetch_add(lines, Ordering::SeqCst);
        if to_server.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
    back.abort();
}
