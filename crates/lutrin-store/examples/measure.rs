//! How long the store takes on this machine: one `store.figure=value unit` a line.
//!
//! `cargo run -p lutrin-store --example measure [--release]`

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use lutrin_domain::decision::{Act, Decision, Signature, Stamped, Verdict, VerdictOutcome};
use lutrin_domain::digest::Digest;
use lutrin_domain::id::{DecisionId, DeviceId, DossierId, ReviewerId, SlotKey};
use lutrin_domain::reviewer::{Reviewer, Role, Scope};
use lutrin_domain::subject::Subject;
use lutrin_store::{
    CHUNK_BYTES, DeviceKey, DocumentText, NewProfile, Profile, RootKey, Store, TextState,
};
use uuid::Uuid;

const DECISIONS: u128 = 200;
const DOCUMENT_BYTES: usize = 48 * 1024 * 1024;
/// Twenty dossiers of sixty files.
const TEXTS: usize = 1_200;
const TEXTS_OF_A_DOSSIER: usize = 60;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let key = RootKey::new([7; 32]);
    let begun = Instant::now();
    let store = Store::create(folder.path(), &key, &profile()?).await?;
    say("create", begun.elapsed());
    record(&store).await?;
    documents(&store).await?;
    texts(&store).await?;
    store.close().await;
    let begun = Instant::now();
    let store = Store::open(folder.path(), &key, None).await?;
    say("open", begun.elapsed());
    store.close().await;
    Ok(())
}

async fn record(store: &Store) -> Outcome<()> {
    let mut times = Vec::new();
    for number in 1..=DECISIONS {
        let stamped = stamped(number)?;
        let begun = Instant::now();
        store.record_decision(&stamped, Timestamp::UNIX_EPOCH).await?;
        times.push(begun.elapsed());
    }
    times.sort();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    say("record_decision.median", at(50));
    say("record_decision.p95", at(95));
    Ok(())
}

async fn documents(store: &Store) -> Outcome<()> {
    let bytes: Arc<[u8]> = (0..DOCUMENT_BYTES).map(|n| (n ^ (n >> 8) ^ (n >> 16)) as u8).collect();
    let sha256 = Digest::of(&bytes);
    let begun = Instant::now();
    let mut at = store.begin_document(sha256, bytes.len() as u64).await?.received;
    for chunk in bytes.chunks(CHUNK_BYTES) {
        at = store.append_chunk(sha256, at, chunk.into()).await?;
    }
    rate("document_write", begun.elapsed());
    let begun = Instant::now();
    store.finish_document(sha256).await?;
    rate("document_verify", begun.elapsed());
    let begun = Instant::now();
    let read = store.read_document(sha256).await?;
    rate("document_read", begun.elapsed());
    if read.as_deref() == Some(&*bytes) { Ok(()) } else { Err("other bytes were read".into()) }
}

/// Pages of three hundred words out of two thousand.
async fn texts(store: &Store) -> Outcome<()> {
    let word = |n: usize| format!("mot{:04}", n * n % 1_999);
    let page = |n: usize| (n * 300..n * 300 + 300).map(word).collect::<Vec<_>>().join(" ");
    let mut documents = Vec::new();
    let mut took = Duration::ZERO;
    for number in 0..TEXTS {
        let bytes: Arc<[u8]> = number.to_le_bytes().into();
        let sha256 = Digest::of(&bytes);
        store.begin_document(sha256, bytes.len() as u64).await?;
        store.append_chunk(sha256, 0, bytes).await?;
        store.finish_document(sha256).await?;
        let pages = (1..=5).map(|n| (n, page(number * 5 + n as usize))).collect();
        let text = DocumentText { version: 1, state: TextState::Whole, pages, blank: 0 };
        let begun = Instant::now();
        store.put_text(sha256, text).await?;
        took += begun.elapsed();
        documents.push(sha256);
    }
    say("put_text", took / TEXTS as u32);
    let dossier = documents.get(..TEXTS_OF_A_DOSSIER).unwrap_or_default();
    for (figure, query) in [("search_word", "mot0100"), ("search_begun", "mo")] {
        let begun = Instant::now();
        let found = store.search_texts(query, dossier).await?;
        say(figure, begun.elapsed());
        println!("store.{figure}_pages={} pages", found.pages.len());
    }
    let begun = Instant::now();
    store.unread_documents(1).await?;
    say("unread_documents", begun.elapsed());
    let begun = Instant::now();
    store.forget_documents_except(documents.get(TEXTS_OF_A_DOSSIER..).unwrap_or_default()).await?;
    say("forget_a_dossier", begun.elapsed());
    Ok(())
}

fn say(figure: &str, time: Duration) {
    println!("store.{figure}={:.2} ms", time.as_secs_f64() * 1_000.0);
}

fn rate(figure: &str, time: Duration) {
    let megabytes = DOCUMENT_BYTES as f64 / 1_000_000.0;
    println!("store.{figure}={:.0} MB/s", megabytes / time.as_secs_f64());
}

fn stamped(number: u128) -> Outcome<Stamped> {
    let dossier = DossierId(Uuid::from_u128(1));
    let subject = Subject::Slot { dossier, slot: SlotKey::new(format!("slot/{number}")) };
    let verdict = Verdict {
        outcome: VerdictOutcome::Accepted,
        reasons: Vec::new(),
        comment: Some("Vu avec la personne.".into()),
        citations: Vec::new(),
    };
    let id = DecisionId(Uuid::from_u128(number));
    Ok(Stamped {
        decision: Decision::make(id, subject, None, Act::SettlePiece(verdict))?,
        author: ReviewerId(Uuid::from_u128(2)),
        role: Role::CenterReviewer,
        center: None,
        device: DeviceId(Uuid::from_u128(3)),
        made_at: Timestamp::UNIX_EPOCH,
        received_at: None,
        signature: Signature([5; 64]),
    })
}

fn profile() -> Outcome<NewProfile> {
    let reviewer = Reviewer {
        id: ReviewerId(Uuid::from_u128(2)),
        name: "Camille Fictive".into(),
        roles: vec![Role::CenterReviewer],
        scope: Scope::Everywhere,
    };
    let service = "https://lutrin.example".into();
    Ok(NewProfile {
        profile: Profile { service, reviewer, device: DeviceId(Uuid::from_u128(3)) },
        device_key: DeviceKey::new([9; 32]),
        journal_recipient: age::x25519::Identity::generate().to_public().to_string().parse()?,
    })
}
